"""Decisions about many people at once, and what became of each of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.errors import NotFound
from coursesite.people.models import Person
from coursesite.people.queries import posted_within
from coursesite.people.rules import Scope
from coursesite.reports.models import Act, ActPerson
from coursesite.reports.rules import ActedOn

PAGE = 50

Row = sa.Row[ActPerson, Person]


def get_act(session: Session, act_id: int, scope: Scope) -> Act:
    """One about units all of which are in the scope; others do not exist."""
    act = session.get(Act, act_id)
    if act is None or not scope.includes(scope_of(act)):
        raise NotFound("There is no such decision about people whom you look after.")
    return act


def scope_of(act: Act) -> Scope:
    """About whose people it was decided."""
    return Scope.kept(act.organisation_id, act.paths)


def acts_within(
    session: Session, scope: Scope, before: int | None = None
) -> tuple[list[tuple[Act, str]], int | None]:
    """A page of them, the latest first, each with who decided; and before which to go on."""
    found = (
        sa.select(Act, Person)
        .join(Person, Person.id == Act.person_id)
        .where(Act.organisation_id == scope.organisation_id)
        .order_by(Act.id.desc())
        .limit(PAGE)
    )
    if before is not None:
        found = found.where(Act.id < before)
    rows = session.execute(found).all()
    own = [(act, person.name) for act, person in rows if scope.includes(scope_of(act))]
    return own, rows[-1][0].id if len(rows) == PAGE else None


def acted_on(session: Session, act_ids: Sequence[int]) -> dict[int, dict[ActedOn, int]]:
    """How many people stand how, by decision."""
    found = (
        sa.select(ActPerson.act_id, ActPerson.state, sa.func.count())
        .where(ActPerson.act_id.in_(act_ids))
        .group_by(ActPerson.act_id, ActPerson.state)
    )
    numbers: dict[int, dict[ActedOn, int]] = {id: {} for id in act_ids}
    for act_id, state, number in session.execute(found):
        numbers[act_id][state] = number
    return numbers


def acted_page(
    session: Session, act_id: int, state: ActedOn, scope: Scope, after: int
) -> Sequence[Row]:
    """Some of the people who stand so, and one more, as far as they are looked after still."""
    found = (
        sa.select(ActPerson, Person)
        .join(Person, Person.id == ActPerson.person_id)
        .where(
            ActPerson.act_id == act_id,
            ActPerson.state == state,
            ActPerson.person_id > after,
            posted_within(scope),
        )
        .order_by(ActPerson.person_id)
        .limit(PAGE + 1)
    )
    return session.execute(found).all()


def next_people(session: Session, act_id: int, state: ActedOn, number: int) -> Sequence[ActPerson]:
    """The next of those who stand so."""
    found = (
        sa.select(ActPerson)
        .where(ActPerson.act_id == act_id, ActPerson.state == state)
        .order_by(ActPerson.person_id)
        .limit(number)
    )
    return session.scalars(found).all()
