"""A question was wrong; what becomes of those who were asked it."""

from dataclasses import replace
from fractions import Fraction

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from coursesite.audit.models import Event
from coursesite.errors import Conflict, Invalid
from coursesite.jobs.models import Job
from coursesite.quizzes.models import Answer, Attempt, Crossing, Regraded
from coursesite.quizzes.queries import QUIZZES, answers_of
from coursesite.quizzes.questions.base import Option
from coursesite.quizzes.questions.choice import MultipleChoice
from coursesite.quizzes.rules import AttemptState, RegradeState, Way
from coursesite.quizzes.services import (
    CannotRegrade,
    NothingToRegrade,
    carry_out,
    changed_questions,
    correction_of,
    decide_pass,
    go_on,
    recount,
    remarking,
    submit_attempt,
    try_out,
)
from tests.makers import make_person
from tests.quizzes.regrades import (
    SLUG,
    a_question,
    a_quiz,
    an_actor,
    answer,
    begin,
    corrected,
    numbers,
    options,
    publish_quiz,
    reordered,
    take,
    tried,
    work,
)

WRONG_KEY = a_quiz(q1=a_question("q1", right="b"))
RIGHT = {"q2": "a", "q3": "a", "q4": "a"}


def standing(session: Session, attempt: Attempt) -> tuple[AttemptState, int | None]:
    session.refresh(attempt)
    return attempt.state, attempt.score


@pytest.fixture
def three(session: Session) -> tuple[Attempt, Attempt, Attempt]:
    """Ada chose what was right all along, Ben what the key said, Cleo neither."""
    publish_quiz(session, WRONG_KEY)
    ada = take(session, q1="a", q2="a", q3="a", q4="c")
    ben = take(session, q1="b", q2="a", q3="a", q4="c")
    cleo = take(session, q1="c", **RIGHT)
    publish_quiz(session, a_quiz())
    return ada, ben, cleo


Three = tuple[Attempt, Attempt, Attempt]
PASSED, FAILED = AttemptState.PASSED, AttemptState.FAILED


def test_trying_out_changes_nothing_and_says_what_each_way_would(
    session: Session, three: Three
) -> None:
    regrade = tried(session)
    assert numbers(regrade, Way.RESCORE) == {
        "attempts": 3, "gain": 1, "lose": 1, "pass": 1, "fail": 1
    }  # fmt: skip
    assert regrade.found[Way.RESCORE]["moves"] == {"0>1": 1, "1>0": 1, "0>0": 1}
    assert numbers(regrade, Way.BETTER) == {"attempts": 3, "gain": 1, "pass": 1}
    assert numbers(regrade, Way.FULL) == {"attempts": 3, "gain": 2, "pass": 1}
    assert numbers(regrade, Way.DROP) == {"attempts": 3, "gain": 2, "lose": 1, "fail": 1}
    assert [standing(session, each) for each in three] == [(FAILED, 50), (PASSED, 75), (PASSED, 75)]
    assert session.scalar(sa.select(sa.func.count()).select_from(Regraded)) == 0
    crossing = sa.select(Crossing).where(Crossing.way == Way.RESCORE).order_by(Crossing.attempt_id)
    found = [(each.attempt_id, each.passes) for each in session.scalars(crossing)]
    assert found == [(three[0].id, True), (three[1].id, False)]


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        (Way.RESCORE, [(PASSED, 75), (PASSED, 75), (PASSED, 75)]),
        (Way.BETTER, [(PASSED, 75), (PASSED, 75), (PASSED, 75)]),
        (Way.FULL, [(PASSED, 75), (PASSED, 75), (PASSED, 100)]),
        (Way.DROP, [(FAILED, 66), (PASSED, 75), (PASSED, 100)]),
    ],
)
def test_each_way_of_carrying_it_out(
    session: Session, three: Three, way: Way, expected: object
) -> None:
    corrected(session, way)
    assert [standing(session, each) for each in three] == expected
    assert recount(session, SLUG) == []


def test_both_marks_stay_and_are_never_changed(session: Session, three: Three) -> None:
    ada = three[0]
    submitted_at = ada.submitted_at
    regrade = corrected(session, Way.RESCORE)
    kept = session.get_one(Regraded, (regrade.id, ada.id))
    assert (kept.mark_before, kept.mark_after) == ("0", "1")
    assert (kept.score_before, kept.score_after) == (50, 75)
    session.refresh(ada)
    assert ada.submitted_at == submitted_at
    event = session.scalars(sa.select(Event).where(Event.kind == "attempt-regraded")).one()
    assert event.subject_id == str(ada.id)
    assert event.organisation_id == ada.organisation_id
    assert event.before == {"mark": "0", "score": 50, "state": "failed"}
    assert event.reason == "The key was wrong."
    with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
        session.execute(sa.update(Regraded).values(mark_before="1"))


def test_a_pass_is_taken_away_by_a_person_only(session: Session, three: Three) -> None:
    ben, officer = three[1], an_actor(session)
    regrade = corrected(session, Way.RESCORE)
    assert standing(session, ben) == (PASSED, 75)
    assert session.get_one(Regraded, (regrade.id, ben.id)).withheld
    with pytest.raises(Invalid, match="Say why"):
        decide_pass(session, regrade, ben.id, officer, keeps=False, reason=" ")
    decide_pass(session, regrade, ben.id, officer, keeps=False, reason="He must know this.")
    assert standing(session, ben) == (FAILED, 50)
    assert recount(session, SLUG) == []
    with pytest.raises(Conflict, match="decided already"):
        decide_pass(session, regrade, ben.id, officer, keeps=True, reason="After all")


def test_a_pass_that_is_kept_keeps_its_mark(session: Session, three: Three) -> None:
    ben = three[1]
    regrade = corrected(session, Way.RESCORE)
    decide_pass(session, regrade, ben.id, an_actor(session), keeps=True, reason="Our mistake.")
    assert standing(session, ben) == (PASSED, 75)
    event = session.scalars(sa.select(Event).where(Event.kind == "pass-kept")).one()
    assert event.reason == "Our mistake."


def test_nobody_decides_about_their_own_pass(session: Session) -> None:
    publish_quiz(session, WRONG_KEY)
    boss = make_person(session)
    attempt = take(session, boss, q1="b", q2="a", q3="a")
    publish_quiz(session, a_quiz())
    regrade = corrected(session, Way.RESCORE)
    own = replace(an_actor(session), person_id=boss.id)
    with pytest.raises(Invalid, match="your own"):
        decide_pass(session, regrade, attempt.id, own, keeps=True, reason="I say so")


def test_a_later_correction_leaves_nothing_to_decide_about_an_earlier_one(
    session: Session, three: Three
) -> None:
    ben = three[1]
    first = corrected(session, Way.RESCORE)
    corrected(session, Way.FULL)
    assert standing(session, ben) == (PASSED, 75)
    with pytest.raises(Conflict):
        decide_pass(session, first, ben.id, an_actor(session), keeps=False, reason="Late")


ONE = {"q1": "a", "q2": "a", "q3": "a"}


@pytest.mark.parametrize(
    ("now", "mark"),
    [
        (reordered(a_question("q1"), [2, 0, 1]), "1"),
        (a_question("q1", names="ac"), "1"),
        (a_question("q1", names="abcd"), "1"),
        (replace(a_question("q1"), html="<p>Said better?</p>"), "1"),
        (replace(a_question("q1"), options=(Option("a", "Said better", correct=True),
                                            *options("", "bc"))), "1"),
    ],
    ids=["reordered", "one removed", "one added", "question's text", "option's text"],
)  # fmt: skip
def test_answers_are_known_by_their_options(session: Session, now: object, mark: str) -> None:
    publish_quiz(session, WRONG_KEY)
    attempt = take(session, **ONE)
    publish_quiz(session, a_quiz(q1=now))  # type: ignore[arg-type]
    corrected(session, Way.RESCORE)
    assert standing(session, attempt) == (PASSED, 75)
    assert str(answers_of(session, attempt.id)["q1"].points) == mark


def test_an_option_that_is_gone_and_was_wrong_stays_wrong(session: Session) -> None:
    publish_quiz(session, WRONG_KEY)
    attempt = take(session, q1="c", **RIGHT)
    publish_quiz(session, a_quiz(q1=a_question("q1", names="ab")))
    regrade = corrected(session, Way.RESCORE)
    assert numbers(regrade, "done") == {"attempts": 1}
    assert standing(session, attempt) == (PASSED, 75)


def test_an_option_that_is_gone_and_was_right_keeps_its_mark(session: Session) -> None:
    publish_quiz(session, WRONG_KEY)
    attempt = take(session, q1="b", q2="a", q3="a")
    publish_quiz(session, a_quiz(q1=a_question("q1", names="ac")))
    regrade = corrected(session, Way.RESCORE)
    assert numbers(regrade, "done") == {"attempts": 1, "unclear": 1}
    assert standing(session, attempt) == (PASSED, 75)


def test_another_type_of_question_cannot_mark_earlier_answers(session: Session) -> None:
    publish_quiz(session, WRONG_KEY)
    attempt = take(session, q1="a", q2="a", q3="a")
    several = MultipleChoice(id="q1", objective=1, html="<p>q1?</p>", options=options("a"))
    publish_quiz(session, a_quiz(q1=several))
    regrade = tried(session)
    assert set(regrade.found) == {Way.FULL, Way.DROP}
    with pytest.raises(CannotRegrade, match="of another type now"):
        carry_out(session, regrade, Way.RESCORE, "It was wrong.", an_actor(session))
    carry_out(session, regrade, Way.FULL, "It was wrong.", an_actor(session))
    assert standing(session, attempt) == (PASSED, 75)


def test_a_question_that_was_taken_out_can_be_dropped(session: Session) -> None:
    publish_quiz(session, WRONG_KEY)
    attempt = take(session, q1="a", **RIGHT)
    unanswered = take(session, **RIGHT)
    publish_quiz(session, a_quiz(q1=None))
    regrade = corrected(session, Way.DROP)
    assert Way.RESCORE not in regrade.found
    assert standing(session, attempt) == standing(session, unanswered) == (PASSED, 100)
    assert recount(session, SLUG) == []


def test_what_was_not_answered_gets_full_marks_too(session: Session) -> None:
    publish_quiz(session, WRONG_KEY)
    attempt = take(session, q2="a", q3="a")
    publish_quiz(session, a_quiz())
    corrected(session, Way.FULL)
    assert standing(session, attempt) == (PASSED, 75)
    assert answers_of(session, attempt.id)["q1"].points == Fraction(1)


def test_a_question_may_be_corrected_twice(session: Session, three: Three) -> None:
    ada, _ben, cleo = three
    corrected(session, Way.DROP)
    corrected(session, Way.RESCORE)
    assert standing(session, ada) == (PASSED, 75)
    assert standing(session, cleo) == (PASSED, 75)
    assert recount(session, SLUG) == []


def test_only_the_questions_that_changed_are_offered(session: Session, three: Three) -> None:
    live = QUIZZES.find_live(session, SLUG, "en")
    assert live
    assert [(each.question_id, each.asked) for each in changed_questions(session, live)] == [
        ("q1", 3)
    ]
    with pytest.raises(NothingToRegrade):
        try_out(session, live, "q2", an_actor(session))


def test_attempts_on_the_corrected_text_are_left_alone(session: Session, three: Three) -> None:
    late = take(session, q1="c", q2="a", q3="a")
    corrected(session, Way.FULL)
    assert standing(session, late) == (FAILED, 50)


def test_who_hands_in_later_on_an_earlier_text_is_marked_alike(session: Session) -> None:
    publish_quiz(session, WRONG_KEY)
    take(session, q1="a")
    open_one = begin(session, make_person(session))
    answer(session, open_one, ONE)
    publish_quiz(session, a_quiz())
    regrade = corrected(session, Way.RESCORE)
    submit_attempt(session, open_one, an_actor(session))
    assert standing(session, open_one) == (PASSED, 75)
    assert session.get(Regraded, (regrade.id, open_one.id))
    assert recount(session, SLUG) == []


def test_what_was_tried_on_another_text_is_tried_again(session: Session, three: Three) -> None:
    regrade = tried(session)
    publish_quiz(session, a_quiz(q2=a_question("q2", right="c")))
    with pytest.raises(Conflict, match="try it again"):
        carry_out(session, regrade, Way.RESCORE, "The key was wrong.", an_actor(session))


def test_it_is_carried_out_once(session: Session, three: Three) -> None:
    regrade = corrected(session, Way.RESCORE)
    with pytest.raises(Conflict, match="how it stands"):
        carry_out(session, regrade, Way.FULL, "Once more", an_actor(session))


@pytest.fixture
def many(session: Session, monkeypatch: pytest.MonkeyPatch) -> list[Attempt]:
    """Seven attempts, of which only two are looked at at a time."""
    monkeypatch.setattr(remarking, "SOME", 2)
    monkeypatch.setattr("coursesite.quizzes.services.regrading.SOME", 2)
    publish_quiz(session, WRONG_KEY)
    attempts = [take(session, q1="a", q2="a", q3="a") for _ in range(7)]
    publish_quiz(session, a_quiz())
    return attempts


def test_many_attempts_are_the_work_of_jobs(session: Session, many: list[Attempt]) -> None:
    regrade = corrected(session, Way.RESCORE)
    assert numbers(regrade, "done") == {"attempts": 7, "gain": 7, "pass": 7}
    assert regrade.looked_at == regrade.total == 7
    later = sa.select(sa.func.count()).where(Job.kind == "passed-later")
    assert session.scalar(later) == 7


def test_work_that_was_done_is_not_done_again(session: Session, many: list[Attempt]) -> None:
    regrade = tried(session)
    carry_out(session, regrade, Way.FULL, "The key was wrong.", an_actor(session))
    go_on(session, regrade.id, 0)
    go_on(session, regrade.id, 0)
    session.refresh(regrade)
    assert regrade.looked_at == 2
    done = work(session, regrade, RegradeState.DONE)
    assert numbers(done, "done")["attempts"] == 7
    assert session.scalar(sa.select(sa.func.count()).select_from(Regraded)) == 7


def test_a_crash_undoes_one_piece_of_work_and_it_is_done_afterwards(
    session: Session, many: list[Attempt], monkeypatch: pytest.MonkeyPatch
) -> None:
    regrade = tried(session)
    carry_out(session, regrade, Way.RESCORE, "The key was wrong.", an_actor(session))
    go_on(session, regrade.id, 0)
    session.commit()
    cursor = regrade.cursor
    with monkeypatch.context() as patch:
        patch.setattr(remarking, "count", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            go_on(session, regrade.id, cursor)
        session.rollback()
    session.refresh(regrade)
    assert (regrade.cursor, regrade.looked_at) == (cursor, 2)
    done = work(session, regrade, RegradeState.DONE)
    assert numbers(done, "done") == {"attempts": 7, "gain": 7, "pass": 7}
    assert recount(session, SLUG) == []


def test_one_question_of_a_quiz_is_marked_again_at_a_time(
    session: Session, many: list[Attempt]
) -> None:
    publish_quiz(session, a_quiz(q2=a_question("q2", right="c")))
    first, second = tried(session), tried(session, "q2")
    carry_out(session, first, Way.FULL, "The key was wrong.", an_actor(session))
    with pytest.raises(Conflict, match="wait"):
        carry_out(session, second, Way.FULL, "So was this.", an_actor(session))


def test_the_ways_are_known_before_anything_is_tried(session: Session, three: Three) -> None:
    assert correction_of(session, tried(session)).ways == list(Way)
    assert session.scalars(sa.select(Answer.way).where(Answer.way.is_not(None))).all() == []
