"""What taking back a decision about many comes to: the same questions, asked of all at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite.assignments.models import Extension, Leave
from coursesite.assignments.services import refusals
from coursesite.people.models import Person
from coursesite.people.queries import posted_within
from coursesite.people.rules import Scope
from coursesite.progress.models import Completion
from coursesite.reports.models import Act, ActPerson
from coursesite.reports.rules import ActedOn, What
from coursesite.reports.services.acting import GONE

Whens = list[tuple[sa.ColumnElement[bool], str]]
Found = sa.Select[*tuple[object, ...]]


@dataclass(frozen=True)
class Foreseen:
    """For how many it can be taken back, and in a sentence why not, for how many others."""

    people: int
    stands: Mapping[str, int] = field(default_factory=dict)


def foresee_undo(session: Session, act: Act, scope: Scope, by_id: int) -> Foreseen:
    """As it is now; nothing is changed by asking."""
    model, whens = _OF[act.what]()
    found = (
        sa.select(sa.case(*_common(scope, by_id), *whens, else_="").label("why"))
        .select_from(ActPerson)
        .join(Person, Person.id == ActPerson.person_id)
        .join(model, model.id == ActPerson.made_id)
        .where(ActPerson.act_id == act.id, ActPerson.state == ActedOn.DONE)
        .subquery()
    )
    counted = sa.select(found.c.why, sa.func.count()).group_by(found.c.why)
    numbers: dict[str, int] = dict(iter(session.execute(counted)))
    return Foreseen(numbers.pop("", 0), dict(sorted(numbers.items(), key=lambda each: -each[1])))


def _common(scope: Scope, by_id: int) -> Whens:
    return [
        (sa.not_(posted_within(scope)), GONE),
        (ActPerson.person_id == by_id, refusals.NOT_ONESELF),
    ]


def _of_extensions() -> tuple[type[Extension], Whens]:
    later = aliased(Extension)
    holds = sa.and_(
        Extension.granted.is_(True),
        Extension.taken_back_at.is_(None),
        Extension.leave_id.is_(None),
        Extension.assignment_id.is_(None),
    )
    has_later = sa.exists().where(
        later.period_id == Extension.period_id,
        later.decided_at > Extension.decided_at,
        later.granted.is_(True),
        later.leave_id.is_(None),
        later.assignment_id.is_(None),
        later.taken_back_at.is_(None),
    )
    return Extension, [
        (sa.not_(holds), refusals.HOLDS_NO_MORE),
        (has_later.correlate(Extension), refusals.LATER_FIRST),
    ]


def _of_leaves() -> tuple[type[Leave], Whens]:
    return Leave, [(Leave.taken_back_at.is_not(None), refusals.TAKEN_BACK_ALREADY)]


def _of_completions() -> tuple[type[Completion], Whens]:
    return Completion, [(Completion.revoked_at.is_not(None), refusals.REVOKED_ALREADY)]


def _of_revocations() -> tuple[type[Completion], Whens]:
    return Completion, [(Completion.revoked_at.is_(None), refusals.COUNTS_ALREADY)]


_OF: Mapping[What, Callable[[], tuple[type[Extension | Leave | Completion], Whens]]] = {
    What.EXTENSION: _of_extensions,
    What.WAIVER: _of_leaves,
    What.ABSENCE: _of_leaves,
    What.COMPLETION: _of_completions,
    What.PRIOR: _of_completions,
    What.REVOCATION: _of_revocations,
}
