"""What is on record about one person, as values that JSON can hold."""

from collections.abc import Iterator

import sqlalchemy as sa

from coursesite.assignments.models import Extension, Leave, Period, Reminder, Requirement
from coursesite.certificates.models import Certificate
from coursesite.evidence.queries.asked import requirements_of
from coursesite.evidence.queries.learned import completion_facts, completions_of, rounds_of
from coursesite.evidence.queries.quizzes import attempts_of, quizzes_of
from coursesite.evidence.queries.reading import Facts, Reading, plain, target_of, value_of
from coursesite.notifications.models import Mail
from coursesite.people.models import Posting, Unit

LEFT_OUT = ("person_id", "organisation_id", "superseded_by_id", "replaced_by_id")


def record_of(read: Reading) -> Facts:
    """Everything; what is the learner's alone only in their own pack."""
    facts: Facts = {
        "person": _person(read),
        "requirements": list(requirements_of(read)),
        "rounds": list(rounds_of(read)),
        "completions": [completion_facts(each) for each in completions_of(read)],
        "certificates": [plain(each, LEFT_OUT) for each in _certificates(read)],
        "waivers_and_absences": [plain(each) for each in _leaves(read)],
        "extensions": list(_extensions(read)),
        "reminders": list(_reminders(read)),
        "quizzes": list(quizzes_of(read)),
    }
    if read.about.whole:
        facts["attempts"] = list(attempts_of(read))
    return facts


def _person(read: Reading) -> Facts:
    person = read.person
    postings = read.session.execute(
        sa.select(Unit.name, Posting.starts_on, Posting.ends_on)
        .join(Unit, Unit.id == Posting.unit_id)
        .where(Posting.person_id == person.id)
        .order_by(Posting.starts_on, Posting.id)
    )
    return {
        "id": person.id,
        "name": person.name,
        "staff_number": person.staff_number,
        "email": person.email,
        "organisation": person.organisation.name,
        "hired_on": value_of(person.hired_on),
        "left_on": value_of(person.left_on),
        "postings": [
            {"unit": unit, "first_day": value_of(first), "last_day": value_of(last)}
            for unit, first, last in postings
        ],
    }


def _certificates(read: Reading) -> list[Certificate]:
    found = sa.select(Certificate).where(Certificate.person_id == read.person.id)
    return read.rows(found.order_by(Certificate.id), "issued_at")


def _leaves(read: Reading) -> list[Leave]:
    found = sa.select(Leave).where(Leave.person_id == read.person.id).order_by(Leave.id)
    first, last = read.about.first_on, read.about.last_on
    return [
        each
        for each in read.session.scalars(found)
        if (last is None or each.starts_on <= last)
        and (first is None or each.ends_on is None or each.ends_on >= first)
    ]


def _extensions(read: Reading) -> Iterator[Facts]:
    found = (
        sa.select(Extension)
        .join(Period, Period.id == Extension.period_id)
        .join(Requirement, Requirement.id == Period.requirement_id)
        .where(Requirement.person_id == read.person.id)
        .order_by(Extension.id)
    )
    yield from (plain(each) for each in read.rows(found, "asked_at"))


def _reminders(read: Reading) -> Iterator[Facts]:
    """What was sent to the person themselves about their own training."""
    found = (
        sa.select(Requirement, Reminder.step, Reminder.created_at, Mail.subject, Mail.sent_at)
        .join(Period, Period.id == Reminder.period_id)
        .join(Requirement, Requirement.id == Period.requirement_id)
        .outerjoin(Mail, Mail.id == Reminder.mail_id)
        .where(
            Requirement.person_id == read.person.id,
            Reminder.recipient_id == read.person.id,
        )
        .order_by(Reminder.created_at, Reminder.step)
    )
    for requirement, step, made_at, subject, sent_at in read.session.execute(found):
        if read.in_period(made_at):
            yield {
                "target": target_of(requirement),
                "step": step,
                "made_at": value_of(made_at),
                "subject": subject,
                "sent_at": value_of(sent_at),
            }
