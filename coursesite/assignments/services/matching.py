"""People come, move, leave and return: what they must do follows."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from coursesite.assignments.models import Assignment, Requirement, RequirementSource
from coursesite.assignments.queries.candidates import Whom
from coursesite.assignments.queries.targets import targets
from coursesite.assignments.rules import (
    Effect,
    Member,
    RequirementState,
    matches,
    state_of,
)
from coursesite.assignments.services.correcting import late, note_late, posted_since
from coursesite.assignments.services.counting import counting
from coursesite.assignments.services.reaching import carry_out, reach_all, today_of
from coursesite.assignments.services.waiting import let_go, waits
from coursesite.audit.services import SITE, record
from coursesite.errors import NotFound
from coursesite.people.models import Person, RoleGrant


def match_person(session: Session, person_id: int) -> None:
    """Bring what a person must do into line with where and what they are now."""
    person = session.get(Person, person_id, populate_existing=True)
    if person is None:
        raise NotFound("There is no such person.")
    today = today_of(session, person.organisation_id)
    member = _member(session, person, today)
    live = _live_assignments(session, person.organisation_id)
    asking = (each for each in live if each.paused_at is None)
    leading = [each for each in asking if matches(each.plan.conditions, member)]
    done = _bring_into_line(session, person, live, leading, today)
    done += _assign_new(session, person, leading, today)
    in_vain = {each.id for each in live if each.paused_at is None and each not in leading}
    let_go(session, person_id, in_vain)
    if done:
        after = {str(what): number for what, number in done.items()}
        record(session, "person-matched", SITE, ("person", person_id), after=after)


def _member(session: Session, person: Person, today: date) -> Member:
    held = sa.select(RoleGrant.role).where(
        RoleGrant.person_id == person.id,
        RoleGrant.starts_on <= today,
        sa.or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= today),
    )
    here = person.erased_at is None and (person.left_on is None or person.left_on >= today)
    return Member(
        id=person.id,
        unit_path=person.unit.path if person.unit else None,
        audience=person.audience,
        roles=frozenset(session.scalars(held)),
        hired_on=person.hired_on,
        here=here,
    )


def _live_assignments(session: Session, organisation_id: int) -> Sequence[Assignment]:
    return session.scalars(
        sa.select(Assignment)
        .where(Assignment.organisation_id == organisation_id, Assignment.ended_at.is_(None))
        .options(selectinload(Assignment.criteria))
        .order_by(Assignment.id)
    ).all()


def _bring_into_line(
    session: Session,
    person: Person,
    live: Sequence[Assignment],
    leading: Sequence[Assignment],
    today: date,
) -> Counter[str]:
    """Suspend what nothing asks for any more, restore what is asked for again, follow a move."""
    found = (
        sa.select(Requirement).where(Requirement.person_id == person.id).order_by(Requirement.id)
    )
    requirements = session.scalars(found.with_for_update()).all()
    led_to, may_return = _follow_sources(session, person, live, leading, today)
    done: Counter[str] = Counter()
    with counting(session, *requirements):
        for each in requirements:
            state = state_of(led_to=each.id in led_to, may_return=each.id in may_return)
            if each.state is RequirementState.ENDED:
                state = each.state
            done[state] += state is not each.state
            done["moved"] += each.unit_id != person.unit_id
            each.state, each.unit_id = state, person.unit_id
    if done["moved"]:
        since = posted_since(session, person, today)
        note_late(session, [late(each, since) for each in requirements], today)
    return +done


def _follow_sources(
    session: Session,
    person: Person,
    live: Sequence[Assignment],
    leading: Sequence[Assignment],
    today: date,
) -> tuple[set[int], set[int]]:
    """The requirements that some assignment leads to now, and those that it may lead to again."""
    live_ids, leading_ids = {each.id for each in live}, {each.id for each in leading}
    found = (
        sa.select(RequirementSource)
        .join(Requirement, Requirement.id == RequirementSource.requirement_id)
        .where(Requirement.person_id == person.id, RequirementSource.assignment_id.in_(live_ids))
    )
    sources = session.scalars(found).all()
    for source in sources:
        if source.assignment_id in leading_ids:
            source.ended_on = None
        elif source.ended_on is None:
            source.ended_on = today
    led_to = {each.requirement_id for each in sources if each.ended_on is None}
    return led_to, {each.requirement_id for each in sources}


def _assign_new(
    session: Session, person: Person, leading: Sequence[Assignment], today: date
) -> Counter[str]:
    done: Counter[str] = Counter()
    published = {(each.kind, each.slug): each for each in targets(session)} if leading else {}
    for assignment in leading:
        plan = assignment.plan
        target = published.get((plan.kind, plan.slug))
        if target is None:
            continue
        whom = Whom(assignment.id, (person.id,))
        found = reach_all(session, plan, target, today, whom)
        pairs = [pair for pair in found if pair[1].effect is not Effect.LEFT_OUT]
        waiting = [pair for pair in pairs if not waits(pair[0]) or pair[1].problem is None]
        carry_out(session, assignment.id, plan, waiting)
        done.update(reached.effect for _, reached in waiting)
    return done
