"""Adding the questions of a foreign file to an author's draft."""

from sqlalchemy.orm import Session

from coursesite.audit.services import Actor, record
from coursesite.authoring.rules import FIRST_QUESTION, TextId
from coursesite.authoring.services import (
    Seen,
    Work,
    author_of,
    keep_version,
    open_work,
    save_draft,
)
from coursesite.errors import Invalid
from coursesite.interop.library import Format, Plan, planned, read_questions


def bank_on_desk(work: Work) -> str:
    """The questions as their author has them now; the frame of a first one is none."""
    text = work.files.get(work.text.main_file, "")
    return "" if text == FIRST_QUESTION else text


def plan_import(work: Work, foreign: str, form: Format | None, objective: int) -> Plan:
    """What an import would add to the draft, what it would change, and what it leaves out."""
    return planned(bank_on_desk(work), read_questions(foreign, form, objective=objective))


def add_to_draft(session: Session, text: TextId, plan: Plan, seen: Seen, actor: Actor) -> None:
    """Save the draft with the new questions; StaleDraft if it was changed since it was seen."""
    if not plan.new:
        raise Invalid("There is nothing to add.")
    work = open_work(session, text, author_of(actor))
    save_draft(session, text, {**work.files, text.main_file: plan.file}, seen, actor)
    keep_version(session, text, actor)
    added = [question.id for question in plan.new]
    subject = (text.kind, text.slug)
    record(session, "questions-imported", actor, subject, after={"questions": added})
