"""One person's whole record, for those who look after them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from coursesite.accounts.access import current_person, requires
from coursesite.accounts.queries import SignedIn
from coursesite.assignments.models import Period
from coursesite.assignments.queries.requirements import all_requirements_of
from coursesite.assignments.queries.resting import leaves_of
from coursesite.assignments.rules import RequirementState, Standing
from coursesite.assignments.sentences import say
from coursesite.certificates.queries import certificates_of, state_of
from coursesite.certificates.rules import grouped
from coursesite.extensions import db
from coursesite.people.rules import Permission
from coursesite.reports import queries
from coursesite.reports.forms import CODES, TITLES, changes_for
from coursesite.reports.queries import Target
from coursesite.reports.rules import What
from coursesite.reports.views.as_of import chosen_past
from coursesite.reports.views.blueprint import bp
from coursesite.reports.views.choice import parse_id
from coursesite.reports.views.past_person import past_page
from coursesite.reports.views.words import WORDS

UNDONE = (What.EXTENSION, What.WAIVER)
DONE = (What.REVOCATION,)
DOING = {
    Standing.COMPLETED: DONE,
    Standing.IN_GRACE: (*UNDONE, *DONE),
    **dict.fromkeys((Standing.REVOKED, Standing.EXPIRED, Standing.OVERDUE), UNDONE),
    **dict.fromkeys((Standing.DUE_SOON, Standing.IN_PROGRESS, Standing.NOT_STARTED), UNDONE),
}
"""What one does about a requirement that stands so; about an excused one, nothing."""


@dataclass(frozen=True)
class Entry:
    """One requirement: how it stands, why, what can be done about it, and its periods.

    `refresher` is what renews it this time in place of the whole, if anything does.
    """

    id: int
    target: Target
    state: RequirementState
    standing: Standing
    sentence: str
    reason: str
    refresher: Target | None
    asked_until: date | None
    doing: Mapping[What, str]
    periods: Sequence[Period]


@bp.get("/reports/people/<person_id>")
@requires(Permission.SEE_REPORTS)
def person(person_id: str) -> ResponseReturnValue:
    """What is required and how it stands, what was completed on which text, what was issued."""
    reader = current_person()
    scope, may_assign = reader.scope(Permission.SEE_REPORTS), reader.may(Permission.ASSIGN)
    subject = queries.get_person(db.session, parse_id(person_id) or 0, scope)
    past = chosen_past(reader, request.args)
    if past is not None:
        return past_page(subject, past)
    titles = queries.titles(db.session, reader.language)
    completions = queries.completions_of(db.session, subject.id)
    leaves = leaves_of(db.session, subject.id)
    rounds = queries.periods_of(db.session, subject.id)
    entries = list(_entries(reader, subject.id, rounds))
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
        extensions=sorted(
            (each for each in rounds if each.Extension), key=lambda each: -each.Extension.id
        ),
        codes=CODES,
        changes=changes_for(may_assign) if subject.id != reader.id else {},
        may_assign=may_assign,
        today=reader.today,
        words=WORDS,
    )


def _entries(reader: SignedIn, person_id: int, rounds: Sequence[queries.Row]) -> Iterator[Entry]:
    """What is due first comes first."""
    periods: dict[int, dict[int, Period]] = {}
    for row in rounds:
        periods.setdefault(row.Period.requirement_id, {})[row.Period.id] = row.Period
    for each in all_requirements_of(db.session, person_id, reader.today):
        asked = each.state is RequirementState.ACTIVE and person_id != reader.id
        doing = DOING.get(each.standing, ()) if asked else ()
        yield Entry(
            each.requirement_id,
            (each.kind, each.slug),
            each.state,
            each.standing,
            say(each.explained(reader.today)),
            each.reason,
            each.refresher,
            each.asked_until,
            {what: TITLES[what] for what in doing},
            list(periods.get(each.requirement_id, {}).values()),
        )
