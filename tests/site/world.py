"""Two organisations: one whose records hold words that nobody else may read, and strangers."""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment, Leave
from coursesite.assignments.rules import Excuse, Reason, ReasonCode, Rest
from coursesite.assignments.services import ask_extension, assign, waive
from coursesite.audit.services import SITE
from coursesite.authoring.library import read_course
from coursesite.authoring.library.archives import Outline
from coursesite.authoring.models import Draft, SavedText
from coursesite.authoring.rules import UploadKind
from coursesite.authoring.services import (
    Remark,
    Seen,
    begin_translation,
    comment,
    keep_upload,
    keep_version,
    publish_course,
    save_draft,
)
from coursesite.authoring.views.blueprint import text_at
from coursesite.certificates.models import Certificate
from coursesite.certificates.services import Issue, issue
from coursesite.content.rules import OwnPassage
from coursesite.db import Base
from coursesite.history.library import read_lines
from coursesite.history.rules import DayOrder
from coursesite.history.services import Sent, check_lines, know, send_file
from coursesite.localising.rules import mark_of
from coursesite.localising.services import text_of
from coursesite.markup import as_text
from coursesite.notifications.rules import Letter, MailKind
from coursesite.notifications.services import send
from coursesite.people.models import Person, RoleGrant, Unit
from coursesite.people.rules import Role, Scope
from coursesite.people.services import Support, give_accommodation
from coursesite.progress.models import Note
from coursesite.quizzes.models import Attempt, Crossing, Regrade
from coursesite.quizzes.rules import RegradeState, Way
from coursesite.reports.services import save_view
from coursesite.revisions.queries import find_live
from coursesite.revisions.rules import Change, Kind, short
from tests.assignments.makers import acting, complete, in_days, make_plan, requirement_of, swept
from tests.authoring.courses import (
    EN_MD,
    MODULE,
    MODULE_YAML,
    SETTINGS,
    SHEET,
    lay,
    small_course,
)
from tests.browser import Browser
from tests.jobs.makers import ask, work_all, writes_a_file
from tests.learning.makers import publish_local
from tests.makers import make_organisation, make_person, make_unit
from tests.reports.makers import decided_by

SLUG = "at-the-door"
PLACE = """\
/// local | Who decides
    {id: who-decides}
In general the head of the team. Call {{duty_phone}}.
///

"""
PLACES = MODULE.replace("/// key", f"{PLACE}/// key", 1)
THEIRS = "Quillfeather"
"""Is in every name, reason, note and draft of the first organisation, and nowhere else."""

DRAWING = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>"
ALL_ROLES = tuple(Role)
FLEETING = {"sign_in_sessions", "throttle_counts"}


@dataclass(frozen=True)
class World:
    """Zelda learns; her boss holds every role; a neighbour holds every one for another unit.

    The stranger holds every role in another organisation.

    `ids` are what stands in the addresses of the first organisation's things.
    """

    zelda: Person
    boss: Person
    colleague: Person
    neighbour: Person
    stranger: Person
    ids: dict[str, str]


def make_world(session: Session, browser: Browser, folder: Path, word: str = THEIRS) -> World:
    """`word` is in everything that people of the first organisation wrote."""
    small_course(folder)
    drawing = f"content/modules/{SLUG}/media/door.svg"
    text = PLACES.replace("Many children", "![A door](media/door.svg) Many children") + SHEET
    settings = SETTINGS + "local_fields: [duty_phone]\n"
    lay(folder, {EN_MD: text, MODULE_YAML: settings, drawing: DRAWING})
    publish_course(session, read_course(folder, clock.now().date()), folder, SITE, Change.MINOR)
    home = make_organisation(
        session, name=f"{word} Prisons", slug=THEIRS.lower(), keeps_course=True
    )
    unit = make_unit(session, home, f"{word} wing")
    zelda = make_person(
        session,
        unit,
        given_name="Zelda",
        family_name=word,
        email=f"zelda@{THEIRS}.example".lower(),
        staff_number=f"{word}-1",
    )
    boss = make_person(session, unit, roles=ALL_ROLES, family_name=f"{word}-Boss")
    colleague = make_person(session, unit, family_name="Colleague")
    beside = make_unit(session, home, "Beside")
    neighbour = make_person(session, beside, roles=ALL_ROLES, roles_at=beside)
    stranger = make_person(session, roles=ALL_ROLES, family_name="Stranger")
    session.commit()
    ids = {
        "unit": str(unit.id),
        "organisation": home.slug,
        "person": str(zelda.id),
        **_learned(session, browser, zelda, word),
        **_required(session, unit, boss, word),
        **_written(session, boss, word),
        "regrade": _corrected(session, zelda, boss, word),
        "saved_view": str(save_view(session, boss.id, f"{word} view", "/reports").id),
        "grant": str(_grant_of(session, boss).id),
        "boss": str(boss.id),
        "picture": sha256(DRAWING.encode()).hexdigest(),
        "support": str(_supported(session, zelda, boss, word)),
        "mail": str(_mailed(session, zelda, word)),
        **_excused(session, (zelda, colleague, boss), word),
        **_says_of_itself(session, boss, word),
    }
    ids["batch"] = str(_sent(session, boss, word))
    ids["upload"] = str(_brought(session, boss, word))
    ids["act"] = str(decided_by(session, boss, [zelda, colleague], f"{word} need not").id)
    ids["sweep"] = str(swept(session, boss, f"{word} must not").id)
    with browser.app.app_context():
        ids["job"] = str(_has_a_job(session, zelda, word))
    session.commit()
    return World(zelda, boss, colleague, neighbour, stranger, ids)


def _learned(session: Session, browser: Browser, zelda: Person, word: str) -> dict[str, str]:
    """An open attempt, a note and a certificate of Zelda's."""
    client = browser.sign_in(zelda)
    client.get(f"/quizzes/{SLUG}")
    attempt = client.post(f"/quizzes/{SLUG}/attempts").location.rsplit("/", 1)[1]
    session.add(
        Note(
            person_id=zelda.id,
            module_slug=SLUG,
            block_id="a-thought",
            text=f"{word} note",
            changed_at=clock.now(),
        )
    )
    done = complete(session, zelda, slug=SLUG)
    issue(session, done, Issue("At the door", "Children in View", 20, ()), SITE)
    certificate = session.scalars(sa.select(Certificate)).one()
    return {"attempt": attempt, "code": certificate.code}


def _required(session: Session, unit: Unit, boss: Person, word: str) -> dict[str, str]:
    plan = make_plan(unit, slug=SLUG, reason=f"{word} reason")
    assign(session, plan, acting(boss))
    session.flush()
    assignment = session.scalars(sa.select(Assignment)).one()
    return {"assignment": str(assignment.id)}


def _written(session: Session, boss: Person, word: str) -> dict[str, str]:
    """A draft with a kept text, and the name of the live revision."""
    text, live = text_at("modules", SLUG, "en"), find_live(session, Kind.MODULE, SLUG, "en")
    assert live
    settings = SETTINGS + "local_fields: [duty_phone]\n"
    files = {"module.yaml": settings, "en.md": PLACES.replace("Many", word)}
    save_draft(session, text, files, Seen(0, live.id), acting(boss))
    keep_version(session, text, acting(boss))
    draft = session.scalars(sa.select(Draft)).one()
    said = comment(session, draft, Remark("Why?", "en.md", word), acting(boss))
    saved = session.scalars(sa.select(SavedText)).one()
    begin_translation(session, SLUG, "es", acting(boss))
    return {
        "saved": str(saved.id),
        "draft": str(saved.draft_id),
        "comment": str(said.id),
        "revision": short(live.digest),
        "live": str(live.id),
    }


def _says_of_itself(session: Session, boss: Person, word: str) -> dict[str, str]:
    """What the organisation put into the module, and a draft of more."""
    fields = {"duty_phone": f"{word} 112"}
    html = f"<p>{as_text(word)} decides.</p>"
    own = {"who-decides": OwnPassage(f"{word} decides.", (html,))}
    publish_local(session, boss.organisation, fields, own)
    text = text_of(boss.organisation_id, "en")
    live = find_live(session, Kind.LOCAL, text.slug, "en")
    assert live
    files = {**live.files, "passage/who-decides.md": f"{word} decides again."}
    save_draft(session, text, files, Seen(0, live.id), acting(boss))
    keep_version(session, text, acting(boss))
    draft = session.scalars(sa.select(Draft).where(Draft.kind == Kind.LOCAL)).one()
    saved = session.scalars(sa.select(SavedText).where(SavedText.draft_id == draft.id)).one()
    remark = Remark(f"Why {word}?", "passage/who-decides.md", word)
    said = comment(session, draft, remark, acting(boss))
    return {
        "local_draft": str(draft.id),
        "local_comment": str(said.id),
        "local_saved": str(saved.id),
        "local_version": short(live.digest),
        "local_live": str(live.id),
        "local_fields": mark_of(fields),
        "local_passage": mark_of(files["passage/who-decides.md"]),
        "no_fields": mark_of({}),
        "no_words": mark_of(""),
    }


def _corrected(session: Session, zelda: Person, boss: Person, word: str) -> str:
    """A correction that would bring Zelda's attempt under the pass mark."""
    attempt = session.scalars(sa.select(Attempt).where(Attempt.person_id == zelda.id)).one()
    regrade = Regrade(
        quiz_slug=SLUG,
        language="en",
        question_id="question-1",
        revision_id=attempt.revision_id,
        revision_ids=[],
        state=RegradeState.TRIED,
        reason=f"{word} was wrong",
        total=1,
        found={},
        asked_by_id=boss.id,
        asked_at=clock.now(),
    )
    session.add(regrade)
    session.flush()
    crossing = {"regrade_id": regrade.id, "attempt_id": attempt.id, "way": Way.DROP}
    session.add(Crossing(**crossing, passes=False))
    return str(regrade.id)


def _supported(session: Session, zelda: Person, boss: Person, word: str) -> int:
    given = Support(25, 1, larger=True, starts_on=clock.today("UTC"), ends_on=None)
    return give_accommodation(session, zelda, given, acting(boss), reason=f"{word} needs it").id


def _mailed(session: Session, zelda: Person, word: str) -> int | None:
    """A mail to Zelda that waits."""
    letter = Letter(MailKind.NOTICE, f"{word} subject", f"{word} text")
    return send(session, zelda.id, letter, key="hers")


def _excused(session: Session, people: tuple[Person, Person, Person], word: str) -> dict[str, str]:
    """A waiver of Zelda's module, and a colleague who asks for more time."""
    zelda, colleague, boss = people
    hers, other = (requirement_of(session, each, SLUG) for each in (zelda, colleague))
    rest = Rest(Excuse.WAIVED, in_days(0), in_days(9))
    waive(session, [hers], rest, Reason(ReasonCode.OTHER, f"{word} is waived"), acting(boss))
    text = f"{word} needs time"
    asked = ask_extension(session, other, in_days(90), text, acting(colleague))
    leave = session.scalars(sa.select(Leave)).one()
    return {"leave": str(leave.id), "extension": str(asked.id), "requirement": str(hers.id)}


def _sent(session: Session, boss: Person, word: str) -> int:
    """A file from an old system, with a line about Zelda."""
    head, line = "staff_number,training,completed_on", f"{word}-1,{SLUG},2024-05-31"
    sent = Sent(f"{word}.csv", f"{head}\n{line}\n".encode(), DayOrder.UNSAID)
    batch = send_file(session, sent, Scope(boss.organisation_id, None), acting(boss))
    check_lines(session, know(session, batch, "en"), list(read_lines(sent.content)))
    return batch.id


def _brought(session: Session, boss: Person, word: str) -> int:
    """An archive that waits to be brought in."""
    outline = Outline(f"https://{word}.example", clock.now(), (), 0, 0)
    archive = BytesIO(word.encode())
    kept = keep_upload(
        session,
        UploadKind.ARCHIVE,
        archive,
        f"{word}.zip",
        acting(boss),
        asked={},
        outline=outline,
    )
    return kept.id


def _has_a_job(session: Session, zelda: Person, word: str) -> int:
    """Long work of Zelda's that has ended, with its file."""
    task = ask(session, zelda, title=f"{word} asked for it")
    work_all({"count": writes_a_file(f"{word} in a file")})
    return task.id


def _grant_of(session: Session, person: Person) -> RoleGrant:
    grants = session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == person.id))
    return grants.all()[0]


def everything(session: Session) -> set[str]:
    """Every row of every table that holds records, as text."""
    tables = (table for table in Base.metadata.sorted_tables if table.name not in FLEETING)
    return {
        f"{table.name} {tuple(row)}"
        for table in tables
        for row in session.connection().execute(sa.select(table))
    }
