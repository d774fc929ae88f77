"""A site where everything has happened once, so that every page has something to show."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from io import BytesIO

import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.accounts.services import make_password_link
from coursesite.assignments.models import Assignment, Leave, Requirement
from coursesite.assignments.rules import Due, DueRule, Excuse, Reason, ReasonCode, Rest
from coursesite.assignments.services import ask_extension, assign, mark_absent
from coursesite.audit.services import SITE, Actor
from coursesite.authoring.library.archives import Outline
from coursesite.authoring.library.archives.outline import OutlinedText
from coursesite.authoring.models import Draft, SavedText
from coursesite.authoring.queries import files_of, live_texts
from coursesite.authoring.rules import TextId, UploadKind
from coursesite.authoring.services import (
    Remark,
    Seen,
    comment,
    keep_upload,
    keep_version,
    save_draft,
)
from coursesite.certificates.models import Certificate
from coursesite.config import PROJECT
from coursesite.content.queries import MODULES
from coursesite.content.rules import OwnPassage
from coursesite.db import writing
from coursesite.history.library import read_lines
from coursesite.history.rules import BatchState, DayOrder
from coursesite.history.services import Sent, check_lines, know, send_file
from coursesite.localising.services import text_of
from coursesite.notifications.models import Mail
from coursesite.notifications.rules import Letter, MailKind, MailState
from coursesite.notifications.services import note_trouble, send
from coursesite.people.models import Person, RoleGrant, Unit
from coursesite.people.rules import Scope
from coursesite.quizzes.models import Attempt, ChoiceSum, Crossing, PaceSum, QuestionSum, Regraded
from coursesite.quizzes.queries import QUIZZES
from coursesite.quizzes.rules import AttemptState, RegradeState, Way
from coursesite.quizzes.services import carry_out, try_out
from coursesite.revisions.models import Revision
from coursesite.revisions.queries import find_live
from coursesite.revisions.rules import Change, Kind, short
from coursesite.revisions.services import NewRevision, publish
from tests.assignments.makers import acting, make_plan, swept
from tests.browser import Client
from tests.jobs.makers import ask, work_all, writes_a_file
from tests.journeys.conftest import Site, person_of
from tests.journeys.steps import assign_path, key_of
from tests.learning.makers import publish_local
from tests.reports.makers import decided_by

SLUG = "prison-1-first-days"
EDITOR = f"/authoring/modules/{SLUG}/en"
REGISTER = TextId(Kind.FACTS, "facts")
TRANSLATED = "/authoring/modules/school-2-a-school-that-supports"


def make_world(site: Site) -> dict[str, object]:
    """Do it all; what stands in the addresses, by name."""
    with time_machine.travel(clock.now() - timedelta(days=60)):
        assign_path(site, "manager", "prison-officers", "Northern region")
    with site.session() as session:
        gives_a_long_name(session, site)
        parks_people(session, site)
        excuses(session, site)
        mail = could_not_mail(session, site)
    finishes(site, client_of(site, "officer"))
    hands_in_nothing(client_of(site, "colleague"))
    starts_the_quiz(client_of(site, "manager"))
    client_of(site, "manager").post("/reports/views", data={"name": "The late", "state": "late"})
    with site.session() as session:
        changes_a_text(session)
    writes(client_of(site, "author"))
    changes_registers(client_of(site, "author"))
    translates(client_of(site, "author"))
    with site.session() as session:
        corrections = corrects(session, site)
        local = says_of_itself(session, site)
        local["organisation"] = person_of(session, site, "constable").organisation.slug
        local["home"] = person_of(session, site, "admin").organisation.slug
        counts_as_many(session)
        upload = brings_an_archive(session, person_of(session, site, "author"))
        names = {**names_of(session, site), **corrections, **local, "upload": upload}
    yesterday = (clock.now() - timedelta(days=1)).date().isoformat()
    return {**names, **asks_for_long_work(site), "mail": mail, "yesterday": yesterday}


def brings_in_history(session: Session, site: Site) -> int:
    """A file from an old system in which most is wrong."""
    manager = person_of(session, site, "manager")
    lines = (f"M-{number},{SLUG},2024-05-{number}," for number in (10, 11, 12))
    text = "\n".join(["staff_number,training,completed_on,evidence", *lines])
    sent = Sent("completions-of-the-old-system.csv", text.encode(), DayOrder.UNSAID)
    scope = Scope(manager.organisation_id, None)
    batch = send_file(session, sent, scope, acting(manager))
    check_lines(session, know(session, batch, "en"), list(read_lines(sent.content)))
    batch.state = BatchState.CHECKED
    return batch.id


def asks_for_long_work(site: Site) -> dict[str, int]:
    """One job that has left a file, and one that waits."""
    with site.session() as session:
        batch = brings_in_history(session, site)
        manager = person_of(session, site, "manager")
        people = [person_of(session, site, who) for who in ("colleague", "officer")]
        act = decided_by(session, manager, people, "Their duties do not call for it").id
        sweep = swept(session, person_of(session, site, "training"), "Agreed with them").id
        done = ask(session, manager, title="Export of everybody in the Northern region").id
    with site.app.app_context(), writing():
        work_all({"count": writes_a_file("Everybody")})
    with site.session() as session:
        manager = person_of(session, site, "manager")
        waiting = ask(session, manager, title="Export of 12,000 records", total=12_000).id
    return {"job_done": done, "job_waiting": waiting, "batch": batch, "act": act, "sweep": sweep}


def client_of(site: Site, who: str) -> Client:
    client = site.app.test_client()
    client.set_cookie("session", site.cookie(who))
    return Client(client)


def gives_a_long_name(session: Session, site: Site) -> None:
    person = person_of(session, site, "colleague")
    person.given_name = "Wilhelmina-Alexandrina"
    person.family_name = "van der Schoonenberg-Østergaard"


def parks_people(session: Session, site: Site) -> None:
    """A date that nobody can keep."""
    unit = session.scalars(sa.select(Unit).where(Unit.name == "HMP Ashfield")).one()
    today = Due(DueRule.FIXED, on=clock.today("UTC"))
    plan = make_plan(unit, slug="core-1-seeing-the-child", due=today)
    assign(session, plan, Actor(site.people["admin"], unit.organisation_id))


def excuses(session: Session, site: Site) -> None:
    """The colleague asks for more time, and has been away."""
    colleague, admin = person_of(session, site, "colleague"), person_of(session, site, "admin")
    held = session.scalars(required_of(site, "colleague")).all()[0]
    ask_extension(session, held, clock.today("UTC") + timedelta(90), "Nights", acting(colleague))
    days = Rest(Excuse.ABSENT, clock.today("UTC") + timedelta(30))
    reason = Reason(ReasonCode.SECONDMENT, "Helps out in the north")
    mark_absent(session, [colleague], days, reason, acting(admin))


def could_not_mail(session: Session, site: Site) -> int:
    """A mail that the server refused, and a person whom mail does not reach."""
    colleague, admin = person_of(session, site, "colleague"), person_of(session, site, "admin")
    reason = "550 5.1.1 The recipient's address is not known here any more"
    note_trouble(session, colleague.organisation_id, colleague.email, reason, acting(admin))
    letter = Letter(MailKind.NOTICE, "What is due for you", "Good morning.\n")
    mail = session.get_one(Mail, send(session, colleague.id, letter, key="refused"))
    mail.state, mail.answer, mail.tries = MailState.REFUSED, reason, 1
    return mail.id


def required_of(site: Site, who: str) -> sa.Select[Requirement]:
    found = sa.select(Requirement).where(Requirement.person_id == site.people[who])
    return found.order_by(Requirement.id)


def starts_the_quiz(client: Client) -> str:
    return client.post(f"/quizzes/{SLUG}/attempts").location


def hands_in_nothing(client: Client) -> None:
    client.post(starts_the_quiz(client), {"do": "anyway"})


def finishes(site: Site, client: Client) -> None:
    with site.session() as session:
        shown = MODULES.find_live(session, SLUG, "en")
    assert shown
    for lesson in shown.text.lessons:
        client.post(f"/modules/{SLUG}/{lesson.id}/read")
    form = {
        name if part == "chosen" else f"{name}.{part}": values
        for name, parts in key_of(site, SLUG).items()
        for part, values in parts.items()
    }
    client.post(starts_the_quiz(client), {**form, "do": "check"})
    client.post(f"/modules/{SLUG}/attestation", {"accepted": "y"})


def writes(client: Client) -> None:
    """A draft with an error in it."""
    page = client.get(EDITOR).text
    live = re.search(r'name="live" value="(\d+)"', page)
    assert live
    text = (PROJECT / "content" / "modules" / SLUG / "en.md").read_text("utf-8")
    wrong = text.replace("The van is late.", "The van is late [@Z99].")
    client.post(EDITOR, {"source": wrong, "seen": 0, "live": live[1]})


def changes_registers(client: Client) -> None:
    """Drafts of facts and of a path: one fact is withdrawn, two modules come and go."""
    for url, old, new in (
        ("facts/facts/all", "  - id: A02\n", "  - id: A02\n    withdrawn: It was a slip.\n"),
        ("paths/police/all", "steps:\n", f"steps:\n  - module: {SLUG}\n"),
    ):
        page = client.get(f"/authoring/{url}").text
        live = re.search(r'name="live" value="(\d+)"', page)
        text = re.search(r'name="source"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
        assert live
        assert text
        changed = unescape(text[1]).replace(old, new, 1)
        client.post(f"/authoring/{url}", {"source": changed, "seen": 0, "live": live[1]})


def brings_an_archive(session: Session, author: Person) -> int:
    """An archive of another site that waits to be brought in: one text is new, one is the same."""
    live = live_texts(session)
    texts = (
        OutlinedText(TextId(Kind.MODULE, SLUG, "en"), "First days", "0" * 64, ("0" * 64,)),
        OutlinedText(REGISTER, "Facts", live[REGISTER].digest, (live[REGISTER].digest,)),
    )
    outline = Outline("https://learn.example.org", clock.now(), texts, 2, 0)
    kept = keep_upload(
        session,
        UploadKind.ARCHIVE,
        BytesIO(b"an archive"),
        "course.zip",
        acting(author),
        asked={},
        outline=outline,
    )
    return kept.id


def changes_a_text(session: Session) -> None:
    """Other words, new ones and fewer, in a module that somebody has learned."""
    live = MODULES.find_live(session, SLUG, "en")
    assert live
    first, *others = live.text.lessons
    parts = (*first.parts, "<p>Write down the <strong>school</strong>, too.</p>")
    lessons = (replace(first, parts=parts), *others)
    module = replace(live.text, lessons=lessons).to_json()
    files = {**files_of(session, [live.revision_id])[live.revision_id], "aside.md": "More."}
    new = NewRevision(Kind.MODULE, SLUG, "en", live.text.title, files, module)
    publish(session, new, SITE, change=Change.MINOR)


def says_of_itself(session: Session, site: Site) -> dict[str, object]:
    """What an organisation put into the module, beneath which the course has changed since.

    The administrator's draft has an error in it, and was begun before the last publication.
    """
    admin = person_of(session, site, "admin")
    fields = {"safeguarding_lead": "Kim Ng, 555 0101", "staff_support": "0800 555 0102"}
    text = text_of(admin.organisation_id, "en")
    publish_local(session, admin.organisation, fields)
    began = find_live(session, Kind.LOCAL, text.slug, "en")
    files = {"passage/jurisdiction.md": "Our **rule 7** decides [@Z9].", "field/help_page": "Help"}
    draft_of(session, text, files, began, acting(admin))
    own = {"first-letter": OwnPassage("Ours.", ("<p>Ours.</p>",))}
    own["jurisdiction"] = OwnPassage("The law.", ("<p>The law.</p>",))
    publish_local(session, admin.organisation, fields, own)
    live = find_live(session, Kind.LOCAL, text.slug, "en")
    draft = session.scalars(sa.select(Draft).where(Draft.kind == Kind.LOCAL)).one()
    saved = session.scalars(sa.select(SavedText).where(SavedText.draft_id == draft.id)).one()
    comment(
        session,
        draft,
        Remark("Which one?", "passage/jurisdiction.md", "rule 7", "rule 8"),
        acting(person_of(session, site, "publisher")),
    )
    session.flush()
    return {
        "local_draft": draft.id,
        "local_saved": saved.id,
        "local_version": short(live.digest) if live else "",
    }


def draft_of(
    session: Session, text: TextId, files: dict[str, str], began: Revision | None, actor: Actor
) -> None:
    save_draft(session, text, files, Seen(0, began.id if began else None), actor)
    keep_version(session, text, actor)


def translates(client: Client) -> None:
    """The beginning of a translation from right to left."""
    client.post(f"{TRANSLATED}/translations", {"language": "ar"})
    page = client.get(f"{TRANSLATED}/ar/translate").text
    kept = re.findall(r'name="(seen|live|part|original)" value="([^"]*)"', page)
    words = {"words-0": "\u0645\u062f\u0631\u0633\u0629 \u062a\u062f\u0639\u0645"}
    client.post(f"{TRANSLATED}/ar/translate", {**dict(kept), **words})


def corrects(session: Session, site: Site) -> dict[str, object]:
    """A question was wrong: tried out, carried out, and one pass is left to be decided."""
    attempt = session.scalars(
        sa.select(Attempt).where(Attempt.person_id == site.people["officer"])
    ).one()
    live = QUIZZES.get(session, attempt.revision_id).text
    asked = attempt.drawn[0]["id"]
    put_right = tuple(
        replace(each, html="<p>Put right?</p>") if each.id == asked else each
        for each in live.questions
    )
    quiz = replace(live, questions=put_right).to_json()
    new = NewRevision(Kind.QUIZ, SLUG, "en", "First days", {"quiz": "put right"}, quiz)
    publish(session, new, SITE, change=Change.MINOR)
    shown = QUIZZES.find_live(session, SLUG, "en")
    assert shown
    author = Actor(site.people["author"], attempt.organisation_id)
    tried, done = (try_out(session, shown, asked, author) for _ in range(2))
    carry_out(session, done, Way.FULL, "It could not be understood.", author)
    wait = try_out(session, shown, asked, author)
    wait.state, wait.way, wait.reason = RegradeState.DONE, Way.RESCORE, "It was wrong."
    row = {"attempt_id": attempt.id, "mark_before": "1", "mark_after": "0"}
    states = {"state_before": AttemptState.PASSED, "state_after": AttemptState.FAILED}
    moment = {"withheld": True, "regraded_at": clock.now()}
    session.add(Regraded(**row, **states, **moment, regrade_id=wait.id))
    crossing = {"regrade_id": tried.id, "way": Way.RESCORE, "attempt_id": attempt.id}
    session.add(Crossing(**crossing, passes=False))
    session.flush()
    return {"tried": tried.id, "done": done.id, "waiting": wait.id}


def counts_as_many(session: Session) -> None:
    """The sums of what was answered, as if ten times as many had, this month and the last."""
    for table in (QuestionSum, ChoiceSum, PaceSum):
        columns = [each for each in table.__table__.columns if not each.primary_key]
        session.execute(sa.update(table).values({each.key: 10 * each for each in columns}))
    rows = session.connection().execute(sa.select(QuestionSum.__table__))
    earlier = [{**row, "month": row["month"].replace(year=2025)} for row in rows.mappings()]
    session.execute(sa.insert(QuestionSum), earlier)


def names_of(session: Session, site: Site) -> dict[str, object]:
    shown = MODULES.find_live(session, SLUG, "en")
    done, none = (
        session.scalars(sa.select(Attempt.id).where(Attempt.person_id == site.people[who])).one()
        for who in ("officer", "colleague")
    )
    modules = sa.select(Draft.id).where(Draft.kind == Kind.MODULE, Draft.slug == SLUG)
    of_a_module = SavedText.draft_id.in_(modules)
    return {
        **site.people,
        "revision": shown.name if shown else "",
        "passed": done,
        "failed": none,
        "begun": session.scalars(sa.select(Attempt.id).where(Attempt.state == "open")).one(),
        "code": session.scalars(sa.select(Certificate.code)).first(),
        "assignment": session.scalars(sa.select(Assignment.id)).first(),
        "unit": session.scalars(sa.select(Unit.id).where(Unit.name == "HMP Ashfield")).one(),
        "saved": session.scalars(sa.select(SavedText.id).where(of_a_module)).one(),
        "draft": session.scalars(sa.select(SavedText.draft_id).where(of_a_module)).one(),
        "grant": session.scalars(
            sa.select(RoleGrant.id).where(RoleGrant.person_id == site.people["manager"])
        ).one(),
        "leave": session.scalars(sa.select(Leave.id)).one(),
        "requirement": session.scalars(required_of(site, "colleague")).all()[0].id,
        "token": make_password_link(session, site.people["constable"], SITE),
    }
