"""What authors are told on their first page."""

from pathlib import Path

from sqlalchemy.orm import Session

from coursesite.audit.services import SITE
from coursesite.people.rules import Role
from coursesite.quizzes.models import Answer, Attempt
from coursesite.quizzes.queries import QUIZZES, asked_in
from coursesite.quizzes.rules import QuizTerms
from coursesite.quizzes.services import Place, save_answer, start_attempt, submit_attempt
from tests.authoring.test_desk import publish_small_course
from tests.browser import Browser
from tests.makers import make_organisation, make_person, make_unit


def hand_in_what_cannot_be_marked(session: Session) -> Attempt:
    """An answer is kept whose option the question does not have."""
    quiz = QUIZZES.find_live(session, "at-the-door", "en")
    assert quiz
    learner = make_person(session, given_name="Ludmila")
    place = Place(learner.id, learner.organisation_id, 1, objectives=3)
    attempt = start_attempt(session, quiz, QuizTerms(pass_mark=80, draw=3), place, SITE)
    save_answer(session, asked_in(attempt), "question-1", {"question-1": ["o0"]})
    answer = session.get_one(Answer, (attempt.id, "question-1"))
    answer.response = {"chosen": ["o9"]}
    return submit_attempt(session, attempt, SITE)


def test_an_author_is_told_what_could_not_be_marked(
    session: Session, browser: Browser, tmp_path: Path
) -> None:
    publish_small_course(session, tmp_path)
    keepers = make_unit(session, make_organisation(session, keeps_course=True))
    author = browser.sign_in(make_person(session, keepers, roles=(Role.AUTHOR,)))
    assert "could not be marked" not in author.get("/authoring").text
    for _ in range(2):
        hand_in_what_cannot_be_marked(session)

    page = author.get("/authoring").text

    assert "Questions that could not be marked" in page
    assert "question question-1</a>: the question has no option o9. 2 answers" in page
    assert 'href="/authoring/quizzes/at-the-door/en"' in page
    assert "Ludmila" not in page
