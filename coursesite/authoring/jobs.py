"""What authoring does in the background: publishing at a time, telling whose turn it is."""

from collections import defaultdict
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.authoring import services
from coursesite.authoring.queries import Review, course_keepers, reviews
from coursesite.authoring.rules import TextId, is_told_of
from coursesite.authoring.services import carry_out_plan
from coursesite.errors import said
from coursesite.jobs.rules import MadeFile, Result, Step, Told, Work
from coursesite.notifications.letters import letterhead, write
from coursesite.notifications.rules import MailKind
from coursesite.notifications.services import send
from coursesite.people.models import Person
from coursesite.people.rules import Role


def publish_planned(session: Session, payload: dict[str, Any]) -> None:
    """The time of a plan has come; if it cannot be, its author and its publisher are told."""
    plan = carry_out_plan(session, payload["plan_id"])
    if plan is None or plan.refusal is None:
        return
    head = letterhead(current_app.extensions["settings"])
    place = "/".join(TextId(plan.kind, plan.slug, plan.language).place)
    url = f"{head.address}/authoring/{place}"
    for person in {plan.planned_by, plan.draft.author}:
        language = person.language or person.organisation.language
        values: dict[str, object] = {
            "name": person.given_name,
            "plan": plan,
            "at": plan.publish_at.astimezone(ZoneInfo(person.organisation.time_zone)),
            "refusal": plan.refusal,
            "url": url,
        }
        letter = write(head, "not_published", MailKind.NOTICE, language, values)
        send(session, person.id, letter, key=f"not-published:{plan.id}:{person.id}")


def tell_whose_turn_it_is(session: Session) -> int:
    """A letter to each, with all that is due within 45 days; how many were written.

    What is nobody's turn is told to the publishers. The key of a letter names the month, so the
    job may run every day and the same letter is written once.
    """
    today = clock.now().date()
    due = [each for each in reviews(session) if is_told_of(each.due, today)]
    head = letterhead(current_app.extensions["settings"])
    written = 0
    for person, texts in _by_reader(session, due):
        language = person.language or person.organisation.language
        values: dict[str, object] = {"name": person.given_name, "texts": texts, "today": today}
        letter = write(head, "reviews", MailKind.REMINDER, language, values)
        key = f"reviews:{person.id}:{today:%Y-%m}"
        written += send(session, person.id, letter, key=key) is not None
    return written


def _by_reader(session: Session, due: list[Review]) -> list[tuple[Person, list[Review]]]:
    writers = {each.id: each for each in course_keepers(session)} if due else {}
    publishers = course_keepers(session, Role.PUBLISHER) if due else []
    texts: dict[int, list[Review]] = defaultdict(list)
    for each in due:
        turn = [each.keeper] if each.keeper and each.keeper.id in writers else publishers
        for person in turn:
            texts[person.id].append(each)
    return [(writers[person_id], found) for person_id, found in sorted(texts.items())]


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
