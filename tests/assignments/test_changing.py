"""An assignment that stands is changed, rests and asks again: what moves is shown before."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment, Leave, Parked, RequirementSource
from coursesite.assignments.rules import (
    Anchors,
    Ask,
    Condition,
    Criterion,
    Due,
    DueRule,
    Effect,
    Excuse,
    Followed,
    Plan,
    Problem,
    Progress,
    Reach,
    Reached,
    Reason,
    ReasonCode,
    RequirementState,
    Rest,
    Terms,
    Turn,
    follow,
)
from coursesite.assignments.services import (
    assign,
    change_assignment,
    completed,
    end_assignment,
    give_extension,
    mark_absent,
    match_person,
    pause_assignment,
    recount,
    resume_assignment,
    review_change,
    take_back_leave,
)
from coursesite.audit.models import Event
from coursesite.audit.services import Actor
from coursesite.errors import Conflict, Invalid
from coursesite.people.models import Organisation, Unit
from tests.assignments.makers import (
    acting,
    complete,
    in_days,
    make_plan,
    periods_of,
    publish_module,
    requirement_of,
)
from tests.assignments.proofs import deviations_of
from tests.makers import make_organisation, make_person, make_unit

ACTIVE, SUSPENDED, _ENDED = RequirementState
DAY = date(2026, 3, 2)
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
ASK = Ask(Due(DueRule.AFTER_ASSIGNMENT, days=60), Terms(), minutes=40)
HERE = Anchors(assigned_on=DAY)
DATES, PAUSED = Turn(dates_change=True), Turn(days_paused=9)
MOVED_BY_ONE, MOVED_BY_TWO = (Reached(Effect.MOVED, MAY + timedelta(days=n)) for n in (1, 2))


def led(**values: object) -> Followed:
    given = {"led": True, "matches": True, "anchors": HERE, "own": True, **values}
    return Followed(**given)  # type: ignore[arg-type]  # the fields by name


@pytest.mark.parametrize(
    ("person", "turn", "expected"),
    [
        (led(stored=date(2026, 4, 1)), DATES, Reached(Effect.MOVED, MAY)),
        (led(stored=MAY), DATES, Reached(Effect.JOINED, MAY)),
        (led(stored=date(2026, 4, 1)), Turn(), Reached(Effect.JOINED, date(2026, 4, 1))),
        (led(stored=None), DATES, Reached(Effect.JOINED)),
        (led(stored=date(2026, 4, 1), own=False), DATES, Reached(Effect.JOINED, date(2026, 4, 1))),
        (led(stored=date(2026, 9, 1), own=False), DATES, Reached(Effect.MOVED, MAY)),
        (
            led(stored=date(2026, 9, 1), others=(date(2026, 4, 2),)),
            DATES,
            Reached(Effect.MOVED, date(2026, 4, 2)),
        ),
        (led(matches=False, stored=MAY), DATES, Reached(Effect.SUSPENDED, MAY)),
        (
            led(matches=False, stored=MAY, led_by_others=True, others=(JUNE,)),
            DATES,
            Reached(Effect.MOVED, date(2026, 6, 1)),
        ),
        (led(matches=False, stored=MAY, led_by_others=True), DATES, Reached(Effect.JOINED, MAY)),
        (led(led=False, stored=MAY), DATES, Reached(Effect.RESTORED, MAY)),
        (
            led(led=False, stored=MAY),
            PAUSED,
            Reached(Effect.RESTORED, date(2026, 5, 10)),
        ),
        (
            led(led=False, stored=MAY, away=4),
            PAUSED,
            Reached(Effect.RESTORED, date(2026, 5, 6)),
        ),
        (
            led(led=False, stored=MAY, away=12),
            PAUSED,
            Reached(Effect.RESTORED, MAY),
        ),
        (led(led=False, stored=MAY, own=False), PAUSED, Reached(Effect.RESTORED, MAY)),
        (led(led=False, stored=MAY, led_by_others=True), PAUSED, Reached(Effect.RESTORED, MAY)),
        (
            led(matches=False, stored=MAY, own=False, led_by_others=True, others=(JUNE,)),
            DATES,
            Reached(Effect.JOINED, MAY),
        ),
        (led(led=False, matches=False), DATES, None),
        (led(stored=date(2026, 4, 3), away=2), DATES, Reached(Effect.MOVED, date(2026, 5, 3))),
        (led(stored=date(2026, 5, 3), away=2), DATES, Reached(Effect.JOINED, date(2026, 5, 3))),
        (led(stored=date(2026, 9, 1), own=False, away=2), DATES, MOVED_BY_TWO),
        (led(stored=MAY, away=2, others=(date(2026, 5, 2),)), DATES, MOVED_BY_ONE),
    ],
)
def test_what_a_change_does_for_different_people(
    person: Followed, turn: Turn, expected: Reached | None
) -> None:
    assert follow(ASK, person, DAY, turn) == expected


def test_a_date_that_nobody_could_meet_takes_no_other_away() -> None:
    ask = Ask(Due(DueRule.FIXED, on=date(2026, 3, 1)), Terms(), minutes=40)
    kept = Reached(Effect.KEPT, MAY, Problem.PASSED)
    assert follow(ask, led(stored=MAY), DAY, DATES) == kept
    assert follow(ask, led(stored=MAY, own=False), DAY, DATES) == Reached(Effect.JOINED, MAY)
    given = date(2026, 3, 1)
    assert follow(ask, led(stored=given), DAY, DATES) == Reached(Effect.JOINED, given)
    after_leave = Reached(Effect.MOVED, date(2026, 3, 31))
    assert follow(ask, led(stored=MAY, away=30), DAY, DATES) == after_leave


@pytest.fixture
def prison(session: Session) -> Unit:
    publish_module(session)
    return make_unit(session, make_organisation(session), "HMP Northfield")


@pytest.fixture
def wing(session: Session, prison: Unit) -> Unit:
    return make_unit(session, session.get_one(Organisation, prison.organisation_id), "", prison)


@pytest.fixture
def officer(session: Session) -> Actor:
    return acting(make_person(session))


def changed_to(session: Session, made: Assignment, plan: Plan, officer: Actor) -> Reach:
    """Both what was foreseen and what came; they are the same."""
    foreseen = review_change(session, made, plan)
    done = change_assignment(session, made, plan, officer, reason="The inspector asked.")
    assert done == foreseen
    assert recount(session) == []
    return done


def test_a_changed_date_moves_only_for_those_not_yet_complete_and_both_are_kept(
    session: Session, prison: Unit, officer: Actor
) -> None:
    late, done, extended = (make_person(session, prison) for _ in range(3))
    made = assign(session, make_plan(prison), officer)
    completed(session, complete(session, done))
    before = requirement_of(session, done).valid_until
    reason = Reason(ReasonCode.DUTIES, "Night shifts.")
    give_extension(session, [requirement_of(session, extended)], in_days(90), reason, officer)

    plan = make_plan(prison, due=Due(DueRule.AFTER_ASSIGNMENT, days=30))
    assert changed_to(session, made, plan, officer) == Reach(moved=1, unchanged=2, parked={})

    [period] = periods_of(session, late)
    assert requirement_of(session, late).due_on == period.due_on == in_days(30)
    assert period.first_due_on == in_days(60)
    assert requirement_of(session, extended).due_on == in_days(90)
    assert requirement_of(session, done).valid_until == before
    assert requirement_of(session, done).progress is Progress.COMPLETED
    event = session.scalars(sa.select(Event).where(Event.kind == "assignment-changed")).one()
    assert event.before
    assert event.after
    assert (event.before["due"][2], event.after["due"][2]) == (60, 30)
    assert event.after["reach"]["moved"] == 1
    assert (event.reason, event.actor_id) == ("The inspector asked.", officer.person_id)


def test_the_days_of_an_absence_are_added_to_the_date_of_a_changed_rule(
    session: Session, prison: Unit, officer: Actor
) -> None:
    """They were away for ten days; of one that was a mistake, and one was given a date since."""
    with time_machine.travel(clock.now() - timedelta(days=20), tick=False):
        away, mistaken, extended, there = (make_person(session, prison) for _ in range(4))
        made = assign(session, make_plan(prison), officer)
    why, rest = Reason(ReasonCode.LEAVE, "Ill."), Rest(Excuse.ABSENT, in_days(-12), in_days(-3))
    leaves = mark_absent(session, [away, mistaken, extended], rest, why, officer).made
    take_back_leave(session, session.get_one(Leave, leaves[mistaken.id]), officer, reason="Not he")
    give_extension(session, [requirement_of(session, extended)], in_days(90), why, officer)
    assert requirement_of(session, away).due_on == in_days(50)

    plan = make_plan(prison, due=Due(DueRule.AFTER_ASSIGNMENT, days=30))
    assert changed_to(session, made, plan, officer) == Reach(moved=3, unchanged=1, parked={})

    people = (away, mistaken, there, extended)
    dates = [requirement_of(session, each).due_on for each in people]
    assert dates == [in_days(20), in_days(10), in_days(10), in_days(90)]
    take_back_leave(session, session.get_one(Leave, leaves[away.id]), officer, reason="Not she")
    assert requirement_of(session, away).due_on == in_days(10)
    assert [deviations_of(session, each.id) for each in people] == [[]] * 4


def test_the_date_of_another_assignment_has_the_days_of_an_absence_too(
    session: Session, prison: Unit, officer: Actor
) -> None:
    """Two ask within 60 days; one of them within 90 from now on."""
    with time_machine.travel(clock.now() - timedelta(days=20), tick=False):
        away = make_person(session, prison)
        made, _other = (assign(session, make_plan(prison), officer) for _ in range(2))
    rest = Rest(Excuse.ABSENT, in_days(-12), in_days(-3))
    mark_absent(session, [away], rest, Reason(ReasonCode.LEAVE, "Ill."), officer)
    later = make_plan(prison, due=Due(DueRule.AFTER_ASSIGNMENT, days=90))
    assert changed_to(session, made, later, officer) == Reach(unchanged=1, parked={})
    assert requirement_of(session, away).due_on == in_days(50)


def test_an_absence_within_a_pause_moves_the_date_once(
    session: Session, prison: Unit, officer: Actor
) -> None:
    """Paused for nine days; one is away for four of them and three before, one all the time."""
    with time_machine.travel(clock.now() - timedelta(days=20), tick=False):
        away, long_away, there = (make_person(session, prison) for _ in range(3))
        made = assign(session, make_plan(prison), officer)
    with time_machine.travel(clock.now() - timedelta(days=9), tick=False):
        pause_assignment(session, made, officer, reason="The course is rewritten.")
    why = Reason(ReasonCode.LEAVE, "Ill.")
    for person, first, last in ((away, -12, -6), (long_away, -15, -1)):
        rest = Rest(Excuse.ABSENT, in_days(first), in_days(last))
        mark_absent(session, [person], rest, why, officer)

    resume_assignment(session, made, officer, reason="It is ready.")

    people = (there, away, long_away)
    dates = [requirement_of(session, each).due_on for each in people]
    assert dates == [in_days(49), in_days(52), in_days(55)]
    assert [deviations_of(session, each.id) for each in people] == [[]] * 3


def test_a_changed_date_counts_from_when_each_was_assigned(
    session: Session, prison: Unit, officer: Actor
) -> None:
    with time_machine.travel(clock.now() - timedelta(days=20), tick=False):
        person = make_person(session, prison)
        made = assign(session, make_plan(prison), officer)
    plan = make_plan(prison, due=Due(DueRule.AFTER_ASSIGNMENT, days=30))
    changed_to(session, made, plan, officer)
    assert requirement_of(session, person).due_on == in_days(10)


def test_who_could_not_meet_the_new_date_keeps_the_old_one(
    session: Session, prison: Unit, officer: Actor
) -> None:
    person = make_person(session, prison)
    made = assign(session, make_plan(prison), officer)
    plan = make_plan(prison, due=Due(DueRule.FIXED, on=in_days(-3)))
    assert changed_to(session, made, plan, officer) == Reach(kept=1, parked={})
    assert requirement_of(session, person).due_on == in_days(60)


def test_who_stops_matching_is_suspended_and_who_matches_again_goes_on(
    session: Session, prison: Unit, wing: Unit, officer: Actor
) -> None:
    inside, outside = make_person(session, wing), make_person(session, prison)
    made = assign(session, make_plan(prison), officer)
    first = requirement_of(session, outside).id

    assert changed_to(session, made, make_plan(wing), officer) == Reach(
        unchanged=1, suspended=1, parked={}
    )
    assert requirement_of(session, outside).state is SUSPENDED
    assert requirement_of(session, inside).state is ACTIVE

    newcomer = make_person(session, prison)
    assert changed_to(session, made, make_plan(prison), officer) == Reach(
        new=1, unchanged=1, restored=1, parked={}
    )
    back = requirement_of(session, outside)
    assert (back.id, back.state, back.due_on) == (first, ACTIVE, in_days(60))
    assert requirement_of(session, newcomer).due_on == in_days(60)
    assert len(periods_of(session, outside)) == 1


def test_what_another_assignment_asks_for_goes_on_with_its_date(
    session: Session, prison: Unit, wing: Unit, officer: Actor
) -> None:
    person = make_person(session, prison)
    assign(session, make_plan(prison, due=Due(DueRule.FIXED, on=in_days(100))), officer)
    made = assign(session, make_plan(prison), officer)
    assert requirement_of(session, person).due_on == in_days(60)

    assert changed_to(session, made, make_plan(wing), officer) == Reach(moved=1, parked={})

    requirement = requirement_of(session, person)
    assert (requirement.state, requirement.due_on) == (ACTIVE, in_days(100))


def test_the_parked_follow_a_change(
    session: Session, prison: Unit, wing: Unit, officer: Actor
) -> None:
    stays, goes = make_person(session, wing), make_person(session, prison)
    yesterday = make_plan(prison, due=Due(DueRule.FIXED, on=in_days(-1)))
    made = assign(session, yesterday, officer)
    earlier = Due(DueRule.FIXED, on=in_days(-5))
    reach = changed_to(session, made, make_plan(wing, due=earlier), officer)
    assert reach == Reach(parked={Problem.PASSED: 1})
    parked = {each.person_id: each for each in session.scalars(sa.select(Parked))}
    assert (parked[stays.id].decision, parked[stays.id].due_on) == (None, in_days(-5))
    assert parked[goes.id].decision == "resolved"

    assert changed_to(session, made, make_plan(wing), officer) == Reach(new=1, parked={})
    assert requirement_of(session, stays).due_on == in_days(60)
    session.refresh(parked[stays.id])
    assert parked[stays.id].decision == "resolved"


def test_new_terms_count_from_the_next_completion(
    session: Session, prison: Unit, officer: Actor
) -> None:
    person = make_person(session, prison)
    made = assign(session, make_plan(prison), officer)
    done = complete(session, person)
    completed(session, done)
    before = requirement_of(session, person).valid_until
    changed_to(session, made, make_plan(prison, terms=Terms(months=6)), officer)
    assert requirement_of(session, person).valid_until == before
    assert made.terms == Terms(months=6)


def test_what_cannot_be_changed(session: Session, prison: Unit, officer: Actor) -> None:
    publish_module(session, "another")
    made = assign(session, make_plan(prison), officer)
    sooner = make_plan(prison, due=Due(DueRule.AFTER_ASSIGNMENT, days=30))
    with pytest.raises(Invalid, match="What must be done cannot change"):
        review_change(session, made, make_plan(prison, slug="another"))
    with pytest.raises(Invalid, match="Nothing is different"):
        change_assignment(session, made, make_plan(prison), officer, reason="x")
    with pytest.raises(Invalid, match="Say why"):
        change_assignment(session, made, sooner, officer, reason=" ")
    pause_assignment(session, made, officer, reason="Strike.")
    with pytest.raises(Conflict, match="paused"):
        change_assignment(session, made, sooner, officer, reason="x")
    end_assignment(session, made, officer, reason="Over.")
    with pytest.raises(Conflict, match="ended"):
        change_assignment(session, made, sooner, officer, reason="x")


def test_a_paused_assignment_asks_nobody_and_reaches_nobody_new(
    session: Session, prison: Unit, officer: Actor
) -> None:
    person = make_person(session, prison)
    made = assign(session, make_plan(prison), officer)

    pause_assignment(session, made, officer, reason="The course is being rewritten.")
    newcomer = make_person(session, prison)
    for each in (person, newcomer):
        match_person(session, each.id)

    assert requirement_of(session, person).state is SUSPENDED
    assert periods_of(session, newcomer) == []
    assert recount(session) == []
    with pytest.raises(Conflict):
        pause_assignment(session, made, officer, reason="Again.")


def test_the_days_of_a_pause_do_not_count_and_nothing_is_lost(
    session: Session, prison: Unit, officer: Actor
) -> None:
    person, gone, done = (make_person(session, prison) for _ in range(3))
    made = assign(session, make_plan(prison), officer)
    source = session.scalars(sa.select(RequirementSource)).first()
    assert source
    pause_assignment(session, made, officer, reason="Strike.")
    later = clock.now() + timedelta(days=20)
    gone.left_on = in_days(-1)
    with time_machine.travel(later, tick=False):
        completed(session, complete(session, done))
        newcomer = make_person(session, prison)
        reach = resume_assignment(session, made, officer, reason="Over.")

    assert reach == Reach(new=1, restored=2, parked={})
    requirement = requirement_of(session, person)
    [period] = periods_of(session, person)
    assert (requirement.state, requirement.due_on) == (ACTIVE, in_days(80))
    assert (period.due_on, period.first_due_on) == (in_days(80), in_days(60))
    assert requirement_of(session, gone).state is SUSPENDED
    assert requirement_of(session, done).progress is Progress.COMPLETED
    assert requirement_of(session, done).valid_until is not None
    assert requirement_of(session, newcomer).due_on == in_days(80)
    assert recount(session) == []
    kinds = session.scalars(sa.select(Event.kind).where(Event.subject_type == "assignment"))
    assert list(kinds) == ["assignment-made", "assignment-paused", "assignment-resumed"]


def test_a_fixed_date_stays_fixed_through_a_pause(
    session: Session, prison: Unit, officer: Actor
) -> None:
    person = make_person(session, prison)
    fixed = make_plan(prison, due=Due(DueRule.FIXED, on=in_days(50)))
    made = assign(session, fixed, officer)
    pause_assignment(session, made, officer, reason="Strike.")
    with time_machine.travel(clock.now() + timedelta(days=20), tick=False):
        resume_assignment(session, made, officer, reason="Over.")
    assert requirement_of(session, person).due_on == in_days(50)
    with pytest.raises(Conflict, match="not paused"):
        resume_assignment(session, made, officer, reason="Again.")


def test_a_pause_leaves_what_others_ask_for(session: Session, prison: Unit, officer: Actor) -> None:
    person = make_person(session, prison)
    by_name = make_plan(
        prison,
        conditions=(Condition(Criterion.PERSON, str(person.id)),),
        due=Due(DueRule.FIXED, on=in_days(100)),
    )
    assign(session, by_name, officer)
    made = assign(session, make_plan(prison), officer)
    pause_assignment(session, made, officer, reason="Strike.")
    requirement = requirement_of(session, person)
    assert (requirement.state, requirement.due_on) == (ACTIVE, in_days(100))


def test_the_sample_names_some_of_each_kind(
    session: Session, prison: Unit, wing: Unit, officer: Actor
) -> None:
    people = [make_person(session, wing) for _ in range(7)]
    gone = make_person(session, prison)
    made = assign(session, make_plan(prison), officer)
    reach = review_change(session, made, make_plan(wing))
    assert reach.sample[Effect.JOINED] == tuple(each.id for each in people[:5])
    assert reach.sample[Effect.SUSPENDED] == (gone.id,)
