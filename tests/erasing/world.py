"""Somebody who did everything here, and about whom everybody wrote everywhere."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.accounts.services import make_password_link
from coursesite.authoring.models import (
    Draft,
    Opinion,
    PlannedPublication,
    TextKeeper,
    TextLook,
    UnsavedForm,
)
from coursesite.authoring.rules import PlanState
from coursesite.authoring.services import Remark, comment
from coursesite.certificates.models import Certificate
from coursesite.certificates.services import reinstate, revoke
from coursesite.db import Base
from coursesite.erasing.models import ErasureHold
from coursesite.erasing.rules import SEARCHED, Place
from coursesite.erasing.services import Asking, ask_to_erase
from coursesite.history.models import ImportBatch
from coursesite.history.rules import BatchState
from coursesite.jobs.models import Job, Task
from coursesite.jobs.services import enqueue
from coursesite.learning import services as learning
from coursesite.localising.models import LocalLook
from coursesite.notifications.models import Mail, MailServer
from coursesite.notifications.rules import Attachment, Letter, MailKind
from coursesite.notifications.services import note_trouble, send
from coursesite.people.models import Person, Unit
from coursesite.people.queries import grants_of
from coursesite.people.rules import Role
from coursesite.people.services import Place as RolePlace
from coursesite.people.services import end_role, grant_role, mark_as_left
from coursesite.progress.models import BlockRecord, ModuleRound
from coursesite.progress.rules import Means, TargetKind
from coursesite.progress.services import Entry, Target
from coursesite.reports.services import save_view
from coursesite.revisions.models import LiveRevision
from coursesite.revisions.rules import Change, Kind
from coursesite.schedule import LONG
from tests.assignments.makers import acting
from tests.browser import Browser
from tests.jobs.makers import work_all
from tests.makers import give_password
from tests.site.world import SLUG, World, make_world

NAME, FAMILY = "Zelda Hartwhistle", "hartwhistle"
REVERSED = f"Hartwhistle, Zelda ({NAME.replace(' ', '+')})"


_OF_A_MODULE = sa.select(Draft).where(Draft.kind == Kind.MODULE).order_by(Draft.id).limit(1)


def make_full_world(session: Session, browser: Browser, folder: Path) -> World:
    """Zelda Hartwhistle, of whom every table holds something, and who has not left yet."""
    world = make_world(session, browser, folder, NAME)
    zelda, boss = world.zelda, world.boss
    zelda.given_name, zelda.family_name = NAME.split()
    zelda.language, boss.family_name = "en", "Boss"
    zelda.organisation.name = "Prisons"
    session.get_one(Unit, zelda.unit_id).name = "Wing"
    session.execute(sa.update(ImportBatch).values(state=BatchState.CHECKED))
    for each in session.scalars(sa.select(Certificate)):
        each.payload = {**each.payload, "organisation": "Prisons"}
    session.flush()
    _signs_in(session, browser, world)
    _writes(session, world)
    _is_judged(session, world.boss)
    _is_written_about(session, world)
    _is_mailed(session, world)
    session.commit()
    return world


def _signs_in(session: Session, browser: Browser, world: World) -> None:
    zelda = world.zelda
    give_password(session, zelda)
    make_password_link(session, zelda.id, acting(world.boss))
    session.commit()
    stranger = browser.anonymous()
    stranger.get("/sign-in")
    stranger.post("/sign-in", {"email": zelda.email, "password": "guessed at random"})
    client = browser.sign_in(zelda)
    client.post(
        "/settings/mail",
        {"language": "en", "digest": "weekly", "authoring": "daily", "requests": "daily"},
    )
    client.post("/settings/mail/calendar", {"alarms": "y"})


def _writes(session: Session, world: World) -> None:
    """A scenario, a saved view, drafts and comments of her own."""
    zelda, now = world.zelda, clock.now()
    rounds = ModuleRound(person_id=zelda.id, module_slug=SLUG, number=7, started_at=now)
    session.add(rounds)
    session.flush()
    state = {"route": ["ask", "wait"]}
    session.add(BlockRecord(round_id=rounds.id, block_id="the-door", state=state, done_at=now))
    save_view(session, zelda.id, f"{NAME} late", "/reports")
    save_view(session, world.boss.id, "Her", f"/reports/people?q={NAME.replace(' ', '+')}")
    draft = session.scalars(_OF_A_MODULE).one()
    comment(session, draft, Remark(f"Ask {NAME}", "en.md", NAME), acting(zelda))
    keeps = {"kind": Kind.MODULE, "slug": SLUG, "language": "en"}
    session.merge(TextKeeper(**keeps, person_id=zelda.id))
    held = {"until_on": date(2020, 1, 1), "held_by_id": zelda.id, "held_at": now}
    session.merge(ErasureHold(person_id=zelda.id, reason=f"{NAME} complained", **held))
    session.add(ErasureHold(person_id=world.boss.id, reason=f"Works with {NAME}", **held))
    form = {"slug": SLUG, "language": "en", "part": "q", "digest": "d"}
    session.add(UnsavedForm(**form, kind=Kind.QUIZ, author_id=zelda.id, form={}, kept_at=now))


def _is_judged(session: Session, boss: Person) -> None:
    """What the boss says of texts, which may name her as well."""
    draft = session.scalars(_OF_A_MODULE).one()
    live, today = session.scalars(sa.select(LiveRevision).limit(1)).one(), clock.today("UTC")
    text = {"kind": Kind.MODULE, "slug": SLUG, "language": "en", "note": NAME}
    opinion = {"draft_id": draft.id, "version": 1, "approves": False, "note": NAME}
    looked = {"looked_by_id": boss.id, "looked_at": clock.now()}
    session.add_all(
        [
            Opinion(**opinion, reader_id=boss.id, given_at=clock.now()),
            TextLook(**text, **looked, revision_id=live.revision_id, until=today),
            LocalLook(
                organisation_id=boss.organisation_id,
                language="en",
                passage="who-decides",
                words={},
                note=NAME,
                **looked,
            ),
            PlannedPublication(
                **text,
                draft_id=draft.id,
                version=1,
                change=Change.MINOR,
                publish_at=clock.now(),
                planned_by_id=boss.id,
                planned_at=clock.now(),
                state=PlanState.REFUSED,
                refusal={"values": {"name": NAME}},
            ),
        ]
    )
    session.flush()


def _is_written_about(session: Session, world: World) -> None:
    """Roles, a quiz unlocked, a certificate revoked and not, training from elsewhere."""
    zelda, by = world.zelda, acting(world.boss)
    grant_role(session, zelda, RolePlace(Role.AUTHOR), by, reason="Zelda writes well")
    for grant in grants_of(session, zelda.id, clock.today("UTC")):
        end_role(session, grant, by, reason="Zelda is ill")
    learning.unlock_quiz(session, zelda, SLUG, by, reason="Zelda was interrupted")
    certificate = session.scalars(
        sa.select(Certificate).where(Certificate.person_id == zelda.id)
    ).one()
    revoke(session, certificate, f"{NAME} was not there", by)
    reinstate(session, certificate, f"{NAME} was there", by)
    evidence = {"reason_code": "other", "reason": f"{NAME} says so", "evidence": f"{NAME}.pdf"}
    entry = Entry(Target(TargetKind.MODULE, SLUG), Means.PRIOR, clock.now(), evidence)
    learning.enter_completion(session, zelda, entry, "Children in View", by)


def _is_mailed(session: Session, world: World) -> None:
    boss, zelda = world.boss, world.zelda
    html = f"<p>{NAME} is late</p>"
    letter = Letter(MailKind.NOTICE, f"{NAME} is late", f"{REVERSED} is late", html)
    send(session, boss.id, letter, key="about-her")
    csv = Attachment("late.csv", "text/csv", f"Hartwhistle;Zelda;{zelda.email}".encode())
    report = Letter(MailKind.NOTICE, "Report", "As asked for", None, (csv,))
    send(session, boss.id, report, key="report")
    note_trouble(session, zelda.organisation_id, zelda.email, f"550 {NAME}", acting(boss))
    session.merge(MailServer(id=1, failures=1, error=f"550 <{zelda.email}>"))
    enqueue(session, "nothing", {"to": zelda.email})


def plant(session: Session, organisation_id: int, words: str) -> set[str]:
    """Put these words into every column in which somebody may name her; which they were."""
    planted = set()
    for place in SEARCHED:
        table = Base.metadata.tables[place.table]
        for number, row in enumerate(session.execute(sa.select(table)).mappings().all()):
            values = dict(_planted(place, table, row, f"{number} {words}"))
            here = [key == row[key] for key in table.primary_key]
            session.execute(sa.update(table).where(*here).values(**values))
            planted |= {f"{place.table}.{name}" for name in values}
    session.commit()
    session.expire_all()
    return planted


def _planted(place: Place, table: sa.Table, row: Any, words: str) -> Iterator[tuple[str, object]]:
    for name in place.columns:
        if isinstance(table.c[name].type, sa.JSON):
            yield name, {**(row[name] or {}), "planted": [words]}
        else:
            yield name, words[: getattr(table.c[name].type, "length", None)]


def where(session: Session, *words: str) -> set[str]:
    """Every column of every table in which one of these words stands, in whatever form."""
    found = set()
    for table in Base.metadata.sorted_tables:
        for row in session.connection().execute(sa.select(table)).mappings():
            for name, value in row.items():
                text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                if any(word.casefold() in text.casefold() for word in words):
                    found.add(f"{table.name}.{name}")
    return found


def leave(session: Session, person: Person, boss: Person) -> None:
    today = clock.today("UTC")
    mark_as_left(session, person, today, acting(boss), reason=f"{person.name} retires")
    session.commit()


def erase_by(app: Flask, session: Session, boss: Person, *people: Person) -> Task:
    """Ask for it and carry it out to the end."""
    asking = Asking(acting(boss), "Asked for in writing, file 7/26", "en", "Erasing")
    with app.app_context():
        task = ask_to_erase(session, people, asking)
        session.commit()
        work_all(LONG)
    session.expire_all()
    return task


def mails(session: Session) -> list[Mail]:
    return list(session.scalars(sa.select(Mail).order_by(Mail.id)))


def jobs(session: Session) -> list[Job]:
    return list(session.scalars(sa.select(Job)))
