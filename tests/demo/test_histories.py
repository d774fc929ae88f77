"""What the demonstration's people have learned is what learning would have left behind."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment, KeptDay, Parked, Period, Requirement
from coursesite.assignments.queries.as_of import Known, Past, rows_of
from coursesite.assignments.queries.standings import standing_of
from coursesite.assignments.rules import Facts, Progress, RequirementState, Standing, standing
from coursesite.assignments.services import match_person, recount
from coursesite.assignments.services.history import repair_versions
from coursesite.certificates.models import Certificate
from coursesite.people.models import Organisation, Person
from coursesite.progress.models import Completion, ModuleRound
from coursesite.progress.rules import TargetKind
from coursesite.quizzes.models import Answer, Attempt
from coursesite.quizzes.queries import QUIZZES
from coursesite.quizzes.rules import AttemptState
from coursesite.reminding.models import AssignmentLadder, ReminderRun
from coursesite.reminding.queries.foreseeing import foresee
from coursesite.reminding.services import begin_runs, collect


def test_everything_adds_up(session: Session) -> None:
    assert recount(session) == []
    everything_is_certified(session)
    every_completion_rests_on_a_round(session)
    nothing_happens_in_the_future(session)
    periods_and_requirements_agree(session)
    attempts_are_marked_as_they_were_answered(session)


def everything_is_certified(session: Session) -> None:
    certified = sa.select(Certificate.completion_id).order_by(Certificate.completion_id)
    completed = sa.select(Completion.id).order_by(Completion.id)
    assert session.scalars(certified).all() == session.scalars(completed).all()


def every_completion_rests_on_a_round(session: Session) -> None:
    rounds = set(
        session.execute(
            sa.select(ModuleRound.person_id, ModuleRound.number, ModuleRound.completed_at).where(
                ModuleRound.completed_at.is_not(None)
            )
        )
    )
    modules = sa.select(Completion).where(Completion.target_kind == TargetKind.MODULE)
    found = {(each.person_id, each.number, each.completed_at) for each in session.scalars(modules)}
    assert found == rounds


def nothing_happens_in_the_future(session: Session) -> None:
    now = clock.now()
    assert not session.scalars(sa.select(Completion).where(Completion.completed_at > now)).all()
    assert not session.scalars(sa.select(Attempt).where(Attempt.submitted_at > now)).all()


def periods_and_requirements_agree(session: Session) -> None:
    """An open period for each that is not completed, and its due date on both."""
    open_period = sa.and_(Period.requirement_id == Requirement.id, Period.completed_at.is_(None))
    rows = session.execute(
        sa.select(Requirement.progress, Requirement.due_on, Period.due_on).outerjoin(
            Period, open_period
        )
    )
    for progress, due_on, period_due_on in rows:
        assert due_on == period_due_on
        assert (progress is Progress.COMPLETED) == (due_on is None)


def attempts_are_marked_as_they_were_answered(session: Session) -> None:
    answers: dict[int, dict[str, Answer]] = {}
    for answer in session.scalars(sa.select(Answer)):
        answers.setdefault(answer.attempt_id, {})[answer.question_id] = answer
    attempts = session.scalars(sa.select(Attempt)).all()
    assert {attempt.state for attempt in attempts} == {AttemptState.PASSED, AttemptState.FAILED}
    for attempt in attempts:
        quiz = QUIZZES.get(session, attempt.revision_id).text
        points = Fraction(0)
        for drawn in attempt.drawn:
            question = quiz.find_question(drawn["id"])
            given = answers[attempt.id].get(drawn["id"])
            points += (question and question.mark(given.response if given else {}).points) or 0
        assert points == attempt.points
        reached = 100 * points / len(attempt.drawn) >= attempt.pass_mark
        assert reached == (attempt.state is AttemptState.PASSED)


def test_the_officer_has_something_to_do_and_the_manager_something_to_see(
    session: Session,
) -> None:
    officer = of(session, "officer@demo.example")
    (required,) = session.scalars(sa.select(Requirement).where(Requirement.person_id == officer.id))
    assert required.target_kind is TargetKind.PATH
    assert required.progress is Progress.NOT_STARTED
    assert required.due_on
    assert required.due_on > clock.now().date()

    seen = standings(session, of(session, "manager@demo.example").organisation_id)
    assert {Standing.COMPLETED, Standing.OVERDUE, Standing.DUE_SOON, Standing.EXPIRED} < set(seen)
    assert seen[Standing.COMPLETED] > 100


def of(session: Session, email: str) -> Person:
    return session.scalars(sa.select(Person).where(Person.email == email)).one()


def standings(session: Session, organisation_id: int) -> Counter[Standing]:
    today = clock.today(session.get_one(Organisation, organisation_id).time_zone)
    found = sa.select(Requirement).where(Requirement.organisation_id == organisation_id)
    return Counter(
        standing(
            Facts(each.progress, each.excuse, each.due_on, each.valid_until, each.grace_until),
            today,
        )
        for each in session.scalars(found)
    )


def test_looking_at_people_again_changes_nothing(session: Session) -> None:
    """The assignments reach exactly whom the histories say they reach."""
    before = sa.select(Requirement.id, Requirement.state, Requirement.due_on)
    held = session.execute(before.order_by(Requirement.id)).all()
    parked = session.scalar(sa.select(sa.func.count()).select_from(Parked))
    some = session.scalars(sa.select(Person.id).where(Person.id % 9 == 0)).all()

    for person_id in some:
        match_person(session, person_id)

    assert session.execute(before.order_by(Requirement.id)).all() == held
    assert session.scalar(sa.select(sa.func.count()).select_from(Parked)) == parked


def test_past_days_are_on_record_and_nothing_differs_from_what_is_so_now(session: Session) -> None:
    assert repair_versions(session) == 0
    organisation = session.scalars(sa.select(Organisation).order_by(Organisation.id)).first()
    assert organisation
    yesterday = clock.today(organisation.time_zone) - timedelta(days=1)
    days = session.scalars(
        sa.select(KeptDay.day).where(KeptDay.organisation_id == organisation.id)
    ).all()
    assert max(days) == yesterday
    assert len(days) > 12
    then = rows_of(Past(yesterday, Known.THEN, organisation.time_zone))
    now = rows_of(Past(yesterday, Known.NOW, organisation.time_zone))
    stood = [standings_on(session, rows, yesterday, organisation.id) for rows in (then, now)]
    assert stood[0] == stood[1]
    assert sum(stood[0].values()) > 100


def standings_on(session: Session, rows: Any, day: date, organisation_id: int) -> dict[str, int]:
    how = standing_of(rows, day)
    found = sa.select(how, sa.func.count()).where(
        rows.organisation_id == organisation_id, rows.state == RequirementState.ACTIVE
    )
    return dict(iter(session.execute(found.group_by(how))))


def test_every_assignment_reminds_of_what_comes_and_of_nothing_that_has_passed(
    session: Session,
) -> None:
    for organisation in session.scalars(sa.select(Organisation)).all():
        today = clock.today(organisation.time_zone)
        for assignment in session.scalars(
            sa.select(Assignment).where(Assignment.organisation_id == organisation.id)
        ):
            known = session.get_one(AssignmentLadder, assignment.id)
            assert known.enabled
            foreseen = foresee(session, assignment.id, known.ladder, today)
            assert not any(foreseen.at_once.values())
    begin_runs(session, mailing=True)
    for run in session.scalars(sa.select(ReminderRun)).all():
        while collect(session, run):
            pass
        assert run.reminders == 0
