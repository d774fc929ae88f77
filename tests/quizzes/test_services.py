from typing import Any

import pytest
from sqlalchemy.orm import Session

from coursesite.audit.services import SITE
from coursesite.errors import Invalid, NotFound
from coursesite.people.models import Person
from coursesite.quizzes.models import Attempt
from coursesite.quizzes.queries import QUIZZES, answers_of, asked_in, get_attempt
from coursesite.quizzes.rules import Allowance, AttemptState, Quiz, QuizTerms
from coursesite.quizzes.services import (
    AttemptClosed,
    CannotStart,
    Place,
    Sent,
    save_answer,
    save_answers,
    start_attempt,
    submit_attempt,
    unanswered,
)
from coursesite.revisions.rules import Change, Kind
from coursesite.revisions.services import NewRevision, publish
from tests.makers import make_person
from tests.quizzes.banks import bank

TERMS = QuizTerms(pass_mark=80, draw=4)


def publish_quiz(session: Session, quiz: Quiz, files: str = "first") -> None:
    new = NewRevision(Kind.QUIZ, quiz.slug, "en", "A quiz", {"quiz": files}, quiz.to_json())
    publish(session, new, SITE, change=Change.MINOR)


def begin(session: Session, person: Person, terms: QuizTerms = TERMS, **allowed: Any) -> Attempt:
    quiz = QUIZZES.find_live(session, "a-quiz", "en")
    assert quiz
    place = Place(person.id, person.organisation_id, 1, 2, Allowance(**allowed))
    return start_attempt(session, quiz, terms, place, SITE)


def answer_right(session: Session, attempt: Attempt, how_many: int) -> None:
    quiz = QUIZZES.get(session, attempt.revision_id).text
    for drawn in attempt.drawn[:how_many]:
        question = quiz.find_question(drawn["id"])
        assert question
        form = {
            f"{question.id}.{part}" if part != "chosen" else question.id: values
            for part, values in question.key().items()
        }
        assert save_answer(session, asked_in(attempt), question.id, form).problem is None


@pytest.fixture
def learner(session: Session) -> Person:
    publish_quiz(session, bank("a-quiz", 8))
    return make_person(session)


def test_opening_again_resumes_the_same_attempt(session: Session, learner: Person) -> None:
    assert begin(session, learner).id == begin(session, learner).id


@pytest.mark.parametrize(
    ("right", "state", "score"),
    [(4, AttemptState.PASSED, 100), (3, AttemptState.FAILED, 75), (0, AttemptState.FAILED, 0)],
)
def test_an_attempt_is_marked_when_it_is_handed_in(
    session: Session, learner: Person, right: int, state: AttemptState, score: int
) -> None:
    attempt = begin(session, learner)
    answer_right(session, attempt, right)
    submit_attempt(session, attempt, SITE)
    assert (attempt.state, attempt.score) == (state, score)


def test_an_attempt_is_handed_in_once(session: Session, learner: Person) -> None:
    attempt = begin(session, learner)
    submit_attempt(session, attempt, SITE)
    with pytest.raises(AttemptClosed):
        submit_attempt(session, attempt, SITE)
    with pytest.raises(AttemptClosed):
        save_answers(session, attempt, {})


def test_an_attempt_stays_on_the_revision_it_began_on(session: Session, learner: Person) -> None:
    attempt = begin(session, learner)
    first = attempt.revision_id
    publish_quiz(session, bank("a-quiz", 5, key=1), "second")
    answer_right(session, attempt, 4)
    submit_attempt(session, attempt, SITE)
    assert (attempt.revision_id, attempt.state) == (first, AttemptState.PASSED)
    assert begin(session, learner).revision_id != first


def test_the_later_of_two_tabs_wins_with_a_warning(session: Session, learner: Person) -> None:
    attempt = begin(session, learner)
    question = attempt.drawn[0]
    first, second = (option[0] for option in question["options"][:2])
    one = save_answer(
        session, asked_in(attempt), question["id"], {question["id"]: [first]}, Sent(seen=0)
    )
    other = save_answer(
        session, asked_in(attempt), question["id"], {question["id"]: [second]}, Sent(seen=0)
    )
    assert (one.elsewhere, other.elsewhere) == (False, True)
    session.expire_all()
    assert answers_of(session, attempt.id)[question["id"]].response == {"chosen": [second]}


def test_a_question_of_another_attempt_is_refused(session: Session, learner: Person) -> None:
    with pytest.raises(Invalid):
        save_answer(session, asked_in(begin(session, learner)), "no-such-question", {})


def test_a_forged_option_is_told_and_the_rest_is_kept(session: Session, learner: Person) -> None:
    attempt = begin(session, learner)
    first, second = attempt.drawn[0], attempt.drawn[1]
    form = {first["id"]: ["forged"], second["id"]: [second["options"][0][0]]}
    problems = save_answers(session, attempt, form).problems
    assert first["id"] in problems
    assert second["id"] not in unanswered(session, attempt)


def test_a_question_that_was_emptied_on_the_page_is_emptied(
    session: Session, learner: Person
) -> None:
    attempt = begin(session, learner)
    emptied, absent, elsewhere, _ = (each["id"] for each in attempt.drawn)
    for each in attempt.drawn:
        save_answer(session, asked_in(attempt), each["id"], {each["id"]: [each["options"][0][0]]})
    save_answer(session, asked_in(attempt), elsewhere, {elsewhere: ["o1"]})

    problems = save_answers(session, attempt, {}, seen={emptied: 1, elsewhere: 1}).problems

    assert unanswered(session, attempt) == [emptied]
    assert emptied in problems
    answers = answers_of(session, attempt.id)
    assert answers[elsewhere].response == {"chosen": ["o1"]}
    assert answers[absent].version == 1


def test_attempts_run_out(session: Session, learner: Person) -> None:
    once = QuizTerms(pass_mark=80, draw=4, attempts=1)
    submit_attempt(session, begin(session, learner, once), SITE)
    with pytest.raises(CannotStart, match="every attempt"):
        begin(session, learner, once)


def test_a_failure_can_ask_to_wait(session: Session, learner: Person) -> None:
    patient = QuizTerms(pass_mark=80, draw=4, wait_minutes=30)
    submit_attempt(session, begin(session, learner, patient), SITE)
    with pytest.raises(CannotStart, match="in 30 minutes"):
        begin(session, learner, patient)


def test_a_second_attempt_asks_what_was_not_seen(session: Session, learner: Person) -> None:
    first = begin(session, learner)
    submit_attempt(session, first, SITE)
    second = begin(session, learner)
    assert not {each["id"] for each in first.drawn} & {each["id"] for each in second.drawn}


def test_somebody_elses_attempt_does_not_exist(session: Session, learner: Person) -> None:
    attempt = begin(session, learner)
    with pytest.raises(NotFound):
        get_attempt(session, attempt.id, person_id=make_person(session).id)
