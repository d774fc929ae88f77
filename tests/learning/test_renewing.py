"""When a renewal opens nothing of before is reset, and when it begins it all stays to be seen."""

from datetime import timedelta

import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.rules import Progress, Terms
from coursesite.assignments.services import assign, open_renewals
from coursesite.quizzes.models import Attempt
from tests.assignments.makers import acting, make_plan, requirement_of
from tests.browser import Browser
from tests.learning.makers import publish_course
from tests.learning.stories import finish
from tests.makers import make_person

YEARLY = Terms(months=12, window_days=60)


def answers_on(page: str) -> str:
    """What was asked and answered, as the page of an attempt shows it."""
    _head, answers = page.split("<h2>Your answers</h2>")
    assert answers.count("You chose this") == 4
    return answers.split("</main>")[0]


def test_what_was_answered_stays_visible_when_the_renewal_opens_and_begins(
    session: Session, browser: Browser
) -> None:
    publish_course(session)
    learner = make_person(session)
    assert learner.unit
    plan = make_plan(learner.unit, slug="the-door", terms=YEARLY)
    assign(session, plan, acting(make_person(session)))
    session.commit()
    client = browser.sign_in(learner)
    finish(session, client)
    address = f"/quizzes/the-door/attempts/{session.scalars(sa.select(Attempt.id)).one()}"
    until = requirement_of(session, learner, "the-door").valid_until
    assert until
    answered = answers_on(client.get(address).text)

    with time_machine.travel(clock.now() + timedelta(days=320)):
        client = browser.sign_in(learner)
        assert open_renewals(session) == 1
        session.commit()
        held = requirement_of(session, learner, "the-door")
        assert (held.progress, held.valid_until) == (Progress.NOT_STARTED, until)
        page = client.get("/modules/the-door").text
        assert "2 of 2 lessons read" in page
        assert "Begin the renewal" in page
        assert answers_on(client.get(address).text) == answered

        client.post("/modules/the-door/rounds")

        assert "0 of 2 lessons read" in client.get("/modules/the-door").text
        assert answers_on(client.get(address).text) == answered
        assert requirement_of(session, learner, "the-door").valid_until == until
