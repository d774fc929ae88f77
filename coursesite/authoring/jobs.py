"""What authoring does in the background: publishing at a time, telling whose turn it is."""

from collections import defaultdict
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor
from coursesite.authoring import services
from coursesite.authoring.library.archives import (
    bring_markdown,
    open_packed,
    read_archive,
    take_pictures_in,
)
from coursesite.authoring.queries import (
    FactDue,
    Review,
    course_keepers,
    facts_due,
    keeper_of_facts,
    reviews,
)
from coursesite.authoring.rules import TextId, is_told_of
from coursesite.authoring.rules.reviews import AHEAD
from coursesite.authoring.services import carry_out_plan
from coursesite.authoring.services.days import day_of_course
from coursesite.content.library.intake import Taken
from coursesite.content.rules.media import Limits
from coursesite.errors import Forbidden, Invalid, said
from coursesite.jobs.rules import MadeFile, Result, Step, Told, Work
from coursesite.notifications.letters import letterhead, write
from coursesite.notifications.rules import MailKind
from coursesite.notifications.services import send
from coursesite.people.models import Person
from coursesite.people.rules import Role
from coursesite.revisions.models import Publication


def publish_planned(session: Session, payload: dict[str, Any]) -> None:
    """The time of a plan has come; if it cannot be, its author and its publisher are told; where
    neither writes the course any more, those who publish it.
    """
    plan = carry_out_plan(session, payload["plan_id"])
    if plan is None or plan.refusal is None:
        return
    head = letterhead(current_app.extensions["settings"])
    place = "/".join(TextId(plan.kind, plan.slug, plan.language).place)
    url = f"{head.address}/authoring/{place}"
    told = {plan.planned_by, plan.draft.author}.intersection(course_keepers(session))
    for person in told or course_keepers(session, Role.PUBLISHER):
        language = person.language or person.organisation.language
        values: dict[str, object] = {
            "name": person.name,
            "plan": plan,
            "at": plan.publish_at.astimezone(ZoneInfo(person.organisation.time_zone)),
            "refusal": plan.refusal,
            "url": url,
        }
        letter = write(head, "not_published", MailKind.NOTICE, language, values)
        send(session, person.id, letter, key=f"not-published:{plan.id}:{person.id}")


def follow_original(session: Session, payload: dict[str, Any]) -> None:
    """A translation is brought into step with what was published of its original."""
    services.catch_up(session, payload, day_of_course(session, payload["organisation_id"]))


def tell_whose_turn_it_is(session: Session) -> int:
    """A letter to each, with all that is due within 45 days; how many were written.

    What is nobody's turn is told to the publishers. The key of a letter names the month, so the
    job may run every day and the same letter is written once.
    """
    today = clock.now().date()
    due = [each for each in reviews(session) if is_told_of(each.due, today)]
    facts = facts_due(session, today + AHEAD)
    head = letterhead(current_app.extensions["settings"])
    written = 0
    for person, texts, own_facts in _by_reader(session, due, facts):
        language = person.language or person.organisation.language
        values: dict[str, object] = {
            "name": person.name,
            "texts": texts,
            "facts": own_facts,
            "today": today,
        }
        letter = write(head, "reviews", MailKind.REMINDER, language, values)
        key = f"reviews:{person.id}:{today:%Y-%m}"
        written += send(session, person.id, letter, key=key) is not None
    return written


def _by_reader(
    session: Session, due: list[Review], facts: list[FactDue]
) -> list[tuple[Person, list[Review], list[FactDue]]]:
    """The facts of the register are one person's turn, or the publishers'."""
    if not due and not facts:
        return []
    writers = {each.id: each for each in course_keepers(session)}
    publishers = course_keepers(session, Role.PUBLISHER)
    texts: dict[int, list[Review]] = defaultdict(list)
    for each in due:
        turn = [each.keeper] if each.keeper and each.keeper.id in writers else publishers
        for person in turn:
            texts[person.id].append(each)
    keeper = keeper_of_facts(session) if facts else None
    checkers = [keeper] if keeper and keeper.id in writers else publishers
    told = {each.id: facts for each in checkers if facts}
    readers = sorted(texts.keys() | told.keys())
    return [(writers[each], texts.get(each, []), told.get(each, [])) for each in readers]


STEP = 50


def export_archive(session: Session, told: Told) -> Work:
    """Write the whole course to a file for whoever asked."""
    with NamedTemporaryFile(prefix="coursesite-", suffix=".zip", delete=False) as file:
        path = Path(file.name)
    written = 0
    try:
        for written in services.export_archive(session, path, told.payload["site"]):
            if written % STEP == 0:
                yield Step(written)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    made = MadeFile(path, "course.zip", "application/zip")
    return Result(said("The course is written: %(files)d files."), {"files": written}, made)


def import_archive(session: Session, told: Told) -> Work:
    """Bring the archive in that somebody sent and looked into: first what nobody sees, then what it
    would publish, some modules in each step, then drafts.
    """
    upload = services.get_upload(session, told.payload["upload_id"], told.person_id or 0)
    _refuse_without(session, told, Role.PUBLISHER)
    actor = Actor(told.person_id, told.organisation_id, told.origin)
    with services.spooled(session, upload) as path:
        yield Step(0)
        content = read_archive(open_packed(path))
        total = len(content.media) + len(content.revisions) + 1
        before = (told.cursor or {}).get("published", [])
        done = services.Imported(published=[TextId.parse(text) for text in before])
        publish_new = bool(told.payload["publish_new"])
        for kept in services.import_archive(
            session, content, actor, done, publish_new=publish_new, limits=_limits()
        ):
            _refuse_without(session, told, Role.PUBLISHER)
            published = [str(text) for text in done.published]
            yield Step(kept, total, {"published": published})
    upload = services.get_upload(session, told.payload["upload_id"], told.person_id or 0)
    services.note_done(session, upload, services.told_of(done))
    values = {"published": len(done.published), "drafted": len(done.drafted)}
    return Result(
        said("The archive is brought in: %(published)d published, %(drafted)d as your drafts."),
        values,
    )


def bring_folder(session: Session, told: Told) -> Work:
    """Make a draft of a large folder of Markdown that somebody sent."""
    upload = services.get_upload(session, told.payload["upload_id"], told.person_id or 0)
    _refuse_without(session, told, Role.AUTHOR, Role.PUBLISHER)
    asked = upload.asked
    with services.spooled(session, upload) as path:
        yield Step(0)
        packed = open_packed(path)
        files = {name: packed.read(name) for name in packed.entries}
    ready: dict[str, Taken | Invalid] = {}
    for name, taken in take_pictures_in(files, _limits()):
        ready[name] = taken
        yield Step(len(ready), len(files))
    brought = bring_markdown(files, asked["title"], _limits(), ready)
    upload = services.get_upload(session, told.payload["upload_id"], told.person_id or 0)
    actor = Actor(told.person_id, told.organisation_id, told.origin)
    text = services.begin_from_markdown(session, asked["slug"], brought, actor)
    services.note_done(session, upload, services.report_of(brought, text))
    return Result(said("The draft is made. Nobody sees it before it is published."))


def cite_anew(session: Session, told: Told) -> Work:
    """Bring corrected facts into the modules that cite them, one in each step."""
    publication = session.get_one(Publication, told.payload["publication_id"])
    actor = Actor(told.person_id, told.organisation_id, told.origin)
    day = day_of_course(session, told.organisation_id)
    what = services.correcting(session, publication, actor, day)
    became: dict[str, str] = dict((told.cursor or {}).get("became", {}))
    for text, outcome in services.bring_all(session, what, list(became)) if what else ():
        became[str(text)] = outcome
        yield Step(len(became), cursor={"became": became})
    left = [text for text, outcome in became.items() if outcome == services.Outcome.LEFT]
    values = {"done": len(became) - len(left), "left": len(left)}
    if left:
        return Result(
            said(
                "%(done)d texts show the corrected facts. %(left)d stay as they were: the page of "
                "the facts says which, and why."
            ),
            values,
        )
    return Result(said("%(done)d texts show the corrected facts."), values)


def _refuse_without(session: Session, told: Told, *roles: Role) -> None:
    """Whoever asked may have lost the role since."""
    if told.person_id not in {each.id for each in course_keepers(session, *roles)}:
        raise Forbidden("You do not write or publish the course any more.")


def _limits() -> Limits:
    return Limits(**current_app.extensions["settings"].media)


def forget_old_uploads(session: Session) -> None:
    services.forget_old_uploads(session)
