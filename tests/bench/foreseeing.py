"""What is told before something is done to very many people, and what a changed module asks."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.jobs import text_changed
from coursesite.assignments.models import (
    Assignment,
    ContentRenewal,
    Period,
    Reminder,
    Requirement,
)
from coursesite.assignments.queries.candidates import is_open_period
from coursesite.assignments.queries.text_changes import whom_it_asks
from coursesite.assignments.services import announce_change, preview, review_change
from coursesite.assignments.services.reaching import Watch, nobody
from coursesite.assignments.services.text_changes import TEXT_CHANGED
from coursesite.audit.services import SITE, Actor
from coursesite.authoring.queries import path_reach, reach_of
from coursesite.content.queries import MODULES
from coursesite.db import snapshot
from coursesite.jobs.models import Job
from coursesite.jobs.services import run_next
from coursesite.paths.queries import PATHS
from coursesite.people.models import Organisation, Person
from coursesite.progress.models import Completion
from coursesite.progress.rules import Means, TargetKind
from coursesite.reminding.queries.changes import effects_of_change
from coursesite.reminding.rules import DEFAULT_LADDER, Level
from coursesite.reminding.services import Expecting, keep_ladder
from coursesite.revisions.models import Revision
from coursesite.revisions.rules import EVERY_LANGUAGE, Change, Kind
from coursesite.revisions.services import NewRevision, publish
from tests.bench.facts import BEGUN, LONG_AGO
from tests.bench.million import UNASKED, plan_of

Done = tuple[int, float]
"""How many rows it was about, and the longest step in seconds."""

HELD = "core"
"""A path that all must do, and most have done."""
MOST_STEPS = 200
DAYS = [30, 0]


def _foresee(session: Session, organisation: Organisation) -> Done:
    return _foreseen(session, organisation.id, UNASKED)


def _foresee_again(session: Session, organisation: Organisation) -> Done:
    return _foreseen(session, organisation.id, HELD)


def _foresee_mails(session: Session, organisation: Organisation) -> Done:
    """The same, with what would be sent to whom."""
    expecting = Expecting(DEFAULT_LADDER, clock.today("UTC"), fresh=True)
    return _foreseen(session, organisation.id, HELD, expecting)


def _foreseen(session: Session, organisation_id: int, slug: str, watch: Watch = nobody) -> Done:
    """As the page does it: from one moment, while others write."""
    with snapshot(session) as reader:
        return preview(reader, plan_of(organisation_id, slug), watch).people, 0.0


def _foresee_changed_rule(session: Session, _organisation: Organisation) -> Done:
    """Another date for all, with what would be sent to whom."""
    expecting = Expecting(DEFAULT_LADDER, clock.today("UTC"), fresh=False)
    with snapshot(session) as reader:
        made = _assignment(reader)
        plan = replace(made.plan, due=replace(made.plan.due, days=(made.plan.due.days or 0) + 40))
        return review_change(reader, made, plan, expecting).people, 0.0


def _foresee_changed_path(session: Session, _organisation: Organisation) -> Done:
    """What a change of it reaches and would ask of all who are certified, as its page tells it."""
    with snapshot(session) as reader:
        path = PATHS.find_live(reader, HELD)
        if path is None:
            raise RuntimeError("The path is not published.")
        modules = {each.slug for each in MODULES.all_live(reader)}
        reach = path_reach(reader, HELD, [BEGUN], path.text, modules)
        whom = whom_it_asks(reader, (Kind.PATH, HELD, EVERY_LANGUAGE), clock.now())
        effects_of_change(reader, replace(whom, people=reach.people), DAYS, clock.today("UTC"))
    return reach.people, 0.0


def _foresee_changed_module(session: Session, _organisation: Organisation) -> Done:
    """The same of a module that all have learned, and that is in five paths."""
    with snapshot(session) as reader:
        reached = reach_of(reader, BEGUN)
        whom = whom_it_asks(reader, (Kind.MODULE, BEGUN, "en"), clock.now())
        effects_of_change(reader, whom, DAYS, clock.today("UTC"))
    return reached.completed, 0.0


def _ask_again(session: Session, _organisation: Organisation) -> Done:
    """A major change of it is published, and asks them in the steps in which the worker does it."""
    live = MODULES.find_live(session, BEGUN, "en")
    if live is None:
        raise RuntimeError("The module is not published.")
    before = session.get_one(Revision, live.revision_id)
    files = {**before.files, "more.txt": "More"}
    new = NewRevision(Kind.MODULE, BEGUN, "en", before.title, files, before.rendered)
    publication = publish(session, new, SITE, change=Change.MAJOR, note="More", renew_days=30)
    if publication is None:
        raise RuntimeError("Nothing is different.")
    session.execute(sa.update(Job).where(Job.done_at.is_(None)).values(done_at=clock.now()))
    announce_change(session, publication)
    session.commit()
    longest = 0.0
    for _number in range(MOST_STEPS):
        began = time.perf_counter()
        if not run_next(session, {TEXT_CHANGED: text_changed}):
            break
        longest = max(longest, time.perf_counter() - began)
    asked = sa.select(sa.func.count()).select_from(ContentRenewal)
    number = session.scalar(asked.where(ContentRenewal.publication_id == publication.id)) or 0
    if not number:
        raise RuntimeError("Nobody was asked.")
    return number, longest


def _remind_all(session: Session, organisation: Organisation) -> None:
    """Whoever has not done it was told of every step by its assignment."""
    actor = Actor(None, organisation.id)
    keep_ladder(session, _assignment(session), DEFAULT_LADDER, actor, enabled=True)
    steps = (sa.select(sa.literal(name).label("step")) for name in ("-30", "-7", "+7"))
    step = sa.union_all(*steps).subquery("steps")
    values = {
        "period_id": Period.id,
        "step": step.c.step,
        "recipient_id": Requirement.person_id,
        "level": sa.literal(Level.OWN.value),
        "due_on": Period.due_on,
        "created_at": sa.literal(clock.now(), Reminder.created_at.type),
    }
    open_ = sa.select(*values.values()).select_from(Requirement).join(Period, is_open_period())
    rows = open_.join(step, sa.true()).where(Requirement.target_slug == HELD)
    session.execute(sa.insert(Reminder).from_select(list(values), rows))
    session.commit()


def _learn_all(session: Session, organisation: Organisation) -> None:
    """Everybody has learned one module, and nobody twice."""
    if reach_of(session, BEGUN).completed:
        return
    at = sa.literal(clock.now() - LONG_AGO / 2, Completion.completed_at.type)
    values = {
        "person_id": Person.id,
        "organisation_id": Person.organisation_id,
        "target_kind": sa.literal(TargetKind.MODULE.value),
        "target_slug": sa.literal(BEGUN),
        "number": sa.literal(1, sa.Integer),
        "language": sa.literal("en"),
        "means": sa.literal(Means.LEARNED.value),
        "evidence": sa.literal({}, Completion.evidence.type),
        "completed_at": at,
        "recorded_at": at,
    }
    rows = sa.select(*values.values()).where(Person.organisation_id == organisation.id)
    session.execute(sa.insert(Completion).from_select(list(values), rows))
    session.commit()
    session.execute(sa.text("ANALYZE completions"))
    session.commit()


def _assignment(session: Session) -> Assignment:
    made = sa.select(Assignment).where(Assignment.target_slug == HELD).order_by(Assignment.id)
    return session.scalars(made.limit(1)).one()


Work = Callable[[Session, Organisation], Done]

FORESEEING: Mapping[str, Work] = {
    "foreseeing an assignment to all": _foresee,
    "foreseeing one of what all must do": _foresee_again,
    "foreseeing that and its mails": _foresee_mails,
    "foreseeing a changed rule for all": _foresee_changed_rule,
    "foreseeing a changed path": _foresee_changed_path,
}
AFTER_MORE: Mapping[str, Work] = {
    "foreseeing what all are reminded of": _foresee_mails,
    "foreseeing a changed module": _foresee_changed_module,
    "asking all who learned a module": _ask_again,
}
"""What rests on what happens before it; at the end, as it changes what others find."""

BEFORE: Mapping[str, Callable[[Session, Organisation], None]] = {
    "foreseeing what all are reminded of": _remind_all,
    "foreseeing a changed module": _learn_all,
    "asking all who learned a module": _learn_all,
}
"""What happens before, of which nothing is measured."""
FIRST = "first"


def bring_about(session: Session, organisation: Organisation, name: str) -> None:
    """All of it is in the database itself, as if it had been there for long."""
    BEFORE[name](session, organisation)
    if session.get_bind().dialect.name == "sqlite":
        driver: Any = session.connection().connection.driver_connection
        session.rollback()
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
