"""Playing a scenario: what is kept of it, for whom, and what is only counted."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.learning.rules import is_way_through, taken_in
from coursesite.people.models import Person
from coursesite.progress.models import BlockRecord, ChoiceCount
from coursesite.progress.queries import choice_counts
from tests.browser import Browser
from tests.learning.makers import SCENARIO, TALK, publish_course
from tests.makers import make_person

LESSON = "/modules/the-door/at-the-door"


@pytest.fixture
def learner(session: Session) -> Person:
    publish_course(session)
    return make_person(session)


GOOD = {"scene": "door", "choice": "c1", "to": "talk", "quality": "good"}
POOR = {"scene": "door", "choice": "c2", "to": "shout", "quality": "poor"}
LAST = {"scene": "talk", "choice": "c3", "to": "debrief", "quality": "good"}


def playing(route: list[dict[str, str]]) -> dict[str, object]:
    return {"scenario": "morning", "route": route}


def test_a_scenario_is_recorded_with_its_route(
    session: Session, browser: Browser, learner: Person
) -> None:
    client = browser.sign_in(learner)
    client.get(LESSON)
    sent = playing([GOOD])
    assert client.post(LESSON + "/scenarios", json=sent).json == {"saved": True}
    assert session.query(BlockRecord).one().state["route"] == [GOOD]
    refused: tuple[object, ...] = (
        {},
        [],
        {**sent, "route": [{**GOOD, "to": "shout"}]},
        {**sent, "route": "x"},
    )
    for wrong in refused:
        assert client.post(LESSON + "/scenarios", json=wrong).status_code == 422
    other = {**sent, "scenario": "other"}
    assert client.post(LESSON + "/scenarios", json=other).status_code == 404
    assert client.post(LESSON + "/scenarios", b"{").status_code == 422


@pytest.mark.parametrize(
    ("route", "fits"),
    [
        ([GOOD], True),
        ([GOOD, GOOD], True),
        ([], False),
        ([GOOD] * 201, False),
        ([{**GOOD, "choice": "c2"}], False),
        ([{**GOOD, "choice": 0}], False),
        ([{**GOOD, "choice": ["c1"]}], False),
        ([{**GOOD, "scene": ["door"]}], False),
        ([{**GOOD, "quality": "poor"}], False),
        ([{**GOOD, "more": 1}], False),
        (["door"], False),
    ],
)
def test_a_route_fits_its_scenario(route: list[object], fits: bool) -> None:
    assert SCENARIO.scenes[0].choices[0] == TALK
    assert is_way_through(SCENARIO, route) is fits


def test_a_learner_comes_back_to_the_route_of_last_time_and_nobody_else_sees_it(
    session: Session, browser: Browser, learner: Person
) -> None:
    client, colleague = browser.sign_in(learner), browser.sign_in(make_person(session))
    assert "data-last" not in client.get(LESSON).text.replace(" data-last=", "")
    client.post(LESSON + "/scenarios", json=playing([POOR, GOOD, LAST]))

    page = client.get(LESSON).text
    taken = page[page.index('<div class="taken" data-last>') :]
    assert taken.index("Shout.") < taken.index("Talk to her.") < taken.index("Say goodbye.")
    assert "Only you can see which route you took." in taken
    assert "Talk to her." not in colleague.get(LESSON).text
    client.post(LESSON + "/scenarios", json=playing([GOOD, LAST]))
    page = client.get(LESSON).text
    assert "Shout." not in page[page.index('<div class="taken" data-last>') :]


def test_a_choice_that_is_gone_is_left_out_of_the_last_route() -> None:
    state = {"route": [POOR, {**GOOD, "choice": "gone"}, LAST]}

    assert [each.id for each in taken_in(SCENARIO, state)] == ["c2", "c3"]
    assert taken_in(SCENARIO, None) == ()


def test_choices_are_counted_once_for_each_person_and_the_first_of_each_scene(
    session: Session, browser: Browser, learner: Person
) -> None:
    people = [learner, *(make_person(session) for _ in range(5))]
    for person in people:
        client = browser.sign_in(person)
        for route in ([GOOD, LAST], [POOR, GOOD, LAST]):
            client.post(LESSON + "/scenarios", json=playing(route))
    (revision_id,) = session.scalars(sa.select(ChoiceCount.revision_id).distinct())

    counted = {(each.scene_id, each.choice_id): each.people for each in session.query(ChoiceCount)}
    assert counted == {("door", "c1"): 6, ("talk", "c3"): 6}
    shown = choice_counts(session, [revision_id])
    assert shown == {("morning", "door", "c1"): 5, ("morning", "talk", "c3"): 5}


def test_four_people_are_not_counted_for_others(
    session: Session, browser: Browser, learner: Person
) -> None:
    for person in [learner, *(make_person(session) for _ in range(3))]:
        browser.sign_in(person).post(LESSON + "/scenarios", json=playing([GOOD]))

    assert session.query(ChoiceCount).one().people == 4
    assert choice_counts(session, [session.query(ChoiceCount).one().revision_id]) == {}
