"""What must hold of requirements and their periods."""

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import (
    Assignment,
    Parked,
    Period,
    Requirement,
    RequirementSource,
)
from coursesite.assignments.queries.candidates import matching
from coursesite.assignments.queries.targets import targets
from coursesite.assignments.queries.unfinished import stopped_half_way, unfinished
from coursesite.assignments.rules import Decision, Progress, RequirementState
from coursesite.assignments.services import recount
from coursesite.assignments.services.expiring import expiry_differences
from coursesite.assignments.services.history import versions_that_differ
from coursesite.assignments.services.proving import standing_differences
from coursesite.assignments.services.recalling import without_facts
from coursesite.certificates.models import Certificate
from coursesite.doctor.queries.reading import rows
from coursesite.people.models import Organisation, Person, Unit
from coursesite.progress.models import Completion

STANDS = Requirement.state != RequirementState.ENDED


def certified_without_period(session: Session) -> Iterator[str]:
    done = sa.exists().where(
        Period.requirement_id == Requirement.id,
        Period.completed_at.is_not(None),
        Period.cancelled_at.is_(None),
    )
    certified = sa.or_(
        Requirement.progress == Progress.COMPLETED, Requirement.valid_until.is_not(None)
    )
    found = sa.select(Requirement.id, Requirement.person_id).where(STANDS, certified, ~done)
    for row in rows(session, found):
        yield f"Requirement {row.id} of person {row.person_id} is certified by no period."


def to_do_without_period(session: Session) -> Iterator[str]:
    still_open = sa.exists().where(Period.requirement_id == Requirement.id, _open())
    to_do = Requirement.progress != Progress.COMPLETED
    found = sa.select(Requirement.id, Requirement.person_id).where(STANDS, to_do, ~still_open)
    for row in rows(session, found):
        yield f"Requirement {row.id} of person {row.person_id} is to do, and no period is open."


def two_open_periods(session: Session) -> Iterator[str]:
    number = sa.func.count().label("number")
    found = sa.select(Period.requirement_id, number).where(_open())
    for row in rows(session, found.group_by(Period.requirement_id).having(number > 1)):
        yield f"Requirement {row.requirement_id} has {row.number} open periods."


def completed_without_completion(session: Session) -> Iterator[str]:
    found = sa.select(Period.id, Period.requirement_id).where(
        Period.completed_at.is_not(None),
        Period.cancelled_at.is_(None),
        Period.completion_id.is_(None),
    )
    for row in rows(session, found):
        yield f"Period {row.id} of requirement {row.requirement_id} names no completion."


def certificate_without_completion(session: Session) -> Iterator[str]:
    found = (
        sa.select(Certificate.id, Completion.id.label("completion_id"))
        .join(Completion, Completion.id == Certificate.completion_id)
        .where(
            Certificate.revoked_at.is_(None),
            sa.or_(
                Completion.revoked_at.is_not(None),
                Completion.person_id != Certificate.person_id,
                Completion.target_slug != Certificate.target_slug,
            ),
        )
    )
    for row in rows(session, found):
        yield (
            f"Certificate {row.id} holds, but completion {row.completion_id} under it "
            "is revoked or another's."
        )


def counts_not_the_sum(session: Session) -> Iterator[str]:
    for each in recount(session):
        place = ", ".join(map(str, each.key))
        yield f"Counted {each.counted}, and there are {each.rows}: {place}."


def standings_not_the_sum(session: Session) -> Iterator[str]:
    for what in standing_differences(session):
        yield f"The standings of {what} are not the sum of its counts."


def lacking_facts(session: Session) -> Iterator[str]:
    for id in without_facts(session):
        yield f"Requirement {id} does not say when it was asked, or by which terms it is valid."


def expiries_not_the_sum(session: Session) -> Iterator[str]:
    for what in expiry_differences(session):
        yield f"How many of {what} end is not the sum of its counts."


def versions_not_the_rows(session: Session) -> Iterator[str]:
    for id, _organisation_id in versions_that_differ(session):
        yield f"The latest version of requirement {id} is not how it stands."


def led_to_wrongly(session: Session) -> Iterator[str]:
    """People whom an assignment should lead to, and does not; or the other way round.

    What a job is still carrying out has not reached everybody, and nothing is wrong with that.
    """
    published = {(each.kind, each.slug) for each in targets(session)}
    reaching = unfinished(session)
    standing = sa.select(Assignment, Organisation.time_zone).join(
        Organisation, Organisation.id == Assignment.organisation_id
    )
    live = standing.where(Assignment.ended_at.is_(None)).order_by(Assignment.id)
    for assignment, time_zone in session.execute(live.where(Assignment.id.not_in(reaching))).all():
        today = clock.today(time_zone)
        if (assignment.target_kind, assignment.target_slug) in published:
            for row in rows(session, _not_led(assignment, today)):
                yield f"Assignment {assignment.id} reaches person {row.id} and asks nothing."
        for row in rows(session, _led_in_vain(assignment, today)):
            yield f"Assignment {assignment.id} asks person {row.id}, whom it does not reach."


def carried_out_in_part(session: Session) -> Iterator[str]:
    for id in stopped_half_way(session):
        yield (
            f"What was done to assignment {id} stopped before it reached everybody: its page "
            "offers to carry it out to the end."
        )


def people_led_wrongly(session: Session) -> Iterator[int]:
    """The same as people's ids, each as often as something is wrong."""
    for sentence in led_to_wrongly(session):
        _before, _word, after = sentence.partition("person ")
        yield int(after.split()[0].rstrip(","))


def _matching(assignment: Assignment, today: date) -> sa.ColumnElement[bool]:
    if assignment.paused_at:
        return sa.false()
    return sa.func.coalesce(matching(assignment.plan.conditions, today), sa.false())


def _not_led(assignment: Assignment, today: date) -> sa.Select[*tuple[int, ...]]:
    waits = sa.or_(Parked.decided_at.is_(None), Parked.decision == Decision.LEAVE_OUT)
    parked = sa.exists().where(
        Parked.assignment_id == assignment.id, Parked.person_id == Person.id, waits
    )
    return (
        sa.select(Person.id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(
            Person.organisation_id == assignment.organisation_id,
            _matching(assignment, today),
            ~_is_led(assignment),
            ~parked,
        )
    )


def _led_in_vain(assignment: Assignment, today: date) -> sa.Select[*tuple[int, ...]]:
    return (
        sa.select(Person.id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(
            Person.organisation_id == assignment.organisation_id,
            ~_matching(assignment, today),
            _is_led(assignment),
        )
    )


def _is_led(assignment: Assignment) -> sa.ColumnElement[bool]:
    return (
        sa.exists()
        .where(
            RequirementSource.assignment_id == assignment.id,
            RequirementSource.ended_on.is_(None),
            Requirement.id == RequirementSource.requirement_id,
            Requirement.person_id == Person.id,
        )
        .correlate(Person)
    )


def _open() -> sa.ColumnElement[bool]:
    return sa.and_(Period.completed_at.is_(None), Period.cancelled_at.is_(None))
