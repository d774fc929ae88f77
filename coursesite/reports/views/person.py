"""One person's whole record, for those who look after them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import render_template
from flask.typing import ResponseReturnValue

from coursesite import clock
from coursesite.accounts.access import current_person, requires
from coursesite.accounts.queries import SignedIn
from coursesite.assignments.models import Assignment, Leave, Period, Requirement
from coursesite.assignments.queries.resting import extensions_of, leaves_of
from coursesite.assignments.rules import Facts, RequirementState, Standing, explain, standing
from coursesite.certificates.queries import certificates_of, state_of
from coursesite.certificates.rules import grouped
from coursesite.extensions import db
from coursesite.people.rules import Permission
from coursesite.progress.models import Completion
from coursesite.progress.queries import completions_of
from coursesite.progress.rules import Means
from coursesite.reports import queries
from coursesite.reports.forms import CODES, changes_for
from coursesite.reports.queries import Target
from coursesite.reports.views.blueprint import bp
from coursesite.reports.views.choice import parse_id
from coursesite.reports.views.words import WORDS


@dataclass(frozen=True)
class Entry:
    """One requirement: how it stands, why, and its periods, the latest first."""

    id: int
    target: Target
    state: RequirementState
    standing: Standing
    sentence: str
    reason: str
    periods: Sequence[Period]


@bp.get("/reports/people/<person_id>")
@requires(Permission.SEE_REPORTS)
def person(person_id: str) -> ResponseReturnValue:
    """What is required and how it stands, what was completed on which text, what was issued."""
    reader = current_person()
    scope = reader.scope(Permission.SEE_REPORTS)
    subject = queries.get_person(db.session, parse_id(person_id) or 0, scope)
    titles = queries.titles(db.session, reader.language)
    completions = completions_of(db.session, subject.id)
    leaves = leaves_of(db.session, subject.id)
    holding = [each.Leave for each in leaves if _holds(each.Leave, reader.today)]
    entries = list(_entries(reader, subject.id, completions, holding))
    return render_template(
        "reports/person.html",
        subject=subject,
        entries=[each for each in entries if each.state is RequirementState.ACTIVE],
        rested=[each for each in entries if each.state is not RequirementState.ACTIVE],
        completions=completions,
        certificates=[
            (each, grouped(each.code), state_of(each, reader.today))
            for each in certificates_of(db.session, subject.id)
        ],
        attempts=queries.attempts_of(db.session, subject.id),
        title_of=lambda kind, slug: titles.get((kind, slug), slug),
        leaves=leaves,
        extensions=extensions_of(db.session, subject.id),
        codes=CODES,
        changes=changes_for(reader.may(Permission.ASSIGN)) if subject.id != reader.id else {},
        today=reader.today,
        words=WORDS,
    )


def _holds(leave: Leave, today: date) -> bool:
    return leave.taken_back_at is None and leave.rest.holds(today)


def _entries(
    reader: SignedIn,
    person_id: int,
    completions: Sequence[Completion],
    leaves: Sequence[Leave],
) -> Iterator[Entry]:
    completed = {
        (each.target_kind, each.target_slug): clock.day_of(each.completed_at, reader.time_zone)
        for each in reversed(completions)
        if each.revoked_at is None or each.means in {Means.LEARNED, Means.CHANGES}
    }
    rows: dict[Requirement, list[tuple[Period, Assignment | None]]] = {}
    for requirement, period, assignment in queries.periods_of(db.session, person_id):
        rows.setdefault(requirement, [])
        if period is not None:
            rows[requirement].append((period, assignment))
    for requirement, periods in rows.items():
        yield _entry(requirement, periods, completed, leaves, reader.today)


def _entry(
    requirement: Requirement,
    periods: Sequence[tuple[Period, Assignment | None]],
    completed: Mapping[Target, date],
    leaves: Sequence[Leave],
    today: date,
) -> Entry:
    target = (requirement.target_kind, requirement.target_slug)
    period, assignment = periods[0] if periods else (None, None)
    facts = Facts(
        progress=requirement.progress,
        excuse=requirement.excuse,
        due_on=requirement.due_on,
        valid_until=requirement.valid_until,
        grace_until=requirement.grace_until,
        assigned_on=period.assigned_on if period else None,
        due_rule=assignment.due_rule if assignment else None,
        due_days=assignment.due_days if assignment else None,
        first_due_on=period.first_due_on if period else None,
        completed_on=completed.get(target),
        excused_until=_excused_until(requirement, leaves),
    )
    return Entry(
        requirement.id,
        target,
        requirement.state,
        standing(facts, today),
        explain(facts, today),
        assignment.reason if assignment else "",
        [each for each, _assignment in periods],
    )


def _excused_until(requirement: Requirement, leaves: Sequence[Leave]) -> date | None:
    """The last day of the excuse; None without an end."""
    ends = [
        leave.ends_on
        for leave in leaves
        if leave.excuse is requirement.excuse and leave.requirement_id in (None, requirement.id)
    ]
    return max((each for each in ends if each), default=None) if None not in ends else None
