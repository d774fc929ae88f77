"""Two texts that began as one come together: by themselves where they can, by choice elsewhere."""

from collections.abc import Mapping

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from coursesite.authoring.models import Draft, SavedText
from coursesite.authoring.rules import Side, merging
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role
from tests.authoring.courses import MODULE
from tests.authoring.test_desk import (
    EDIT,
    ada,
    author,
    bob_of,
    draft_of,
    form_of,
    hidden,
    keepers,
    plain,
)
from tests.authoring.test_publishing import publish_elsewhere
from tests.browser import Browser, Client
from tests.makers import make_person

__all__ = ["ada", "author", "keepers"]

BASE = "One.\n\nTwo.\n\nThree.\n"
NO_CHOICE: Mapping[str, Side] = {}


@pytest.mark.parametrize(
    ("mine", "theirs", "together"),
    [
        (BASE, BASE, BASE),
        (BASE.replace("One", "1"), BASE, BASE.replace("One", "1")),
        (BASE, BASE.replace("Three", "3"), BASE.replace("Three", "3")),
        (BASE.replace("One", "1"), BASE.replace("Three", "3"), "1.\n\nTwo.\n\n3.\n"),
        (BASE.replace("One", "1"), BASE.replace("One", "1"), BASE.replace("One", "1")),
        (BASE.replace("Two.\n\n", ""), BASE, "One.\n\nThree.\n"),
        (BASE, BASE.replace("Two.\n\n", ""), "One.\n\nThree.\n"),
    ],
)
def test_what_only_one_changed_is_taken(mine: str, theirs: str, together: str) -> None:
    merged = merging({"a": BASE}, {"a": mine}, {"a": theirs})

    assert merged.choices == {}
    assert merged.texts(NO_CHOICE) == {"a": together}


@pytest.mark.parametrize(
    ("side", "together"),
    [
        (Side.MINE, "One.\n\n2.\n\nThree.\n"),
        (Side.THEIRS, "One.\n\nII.\n\nThree.\n"),
        (Side.BOTH, "One.\n\n2.\n\nII.\n\nThree.\n"),
    ],
)
def test_what_both_changed_is_chosen(side: Side, together: str) -> None:
    mine, theirs = (BASE.replace("Two", other) for other in ("2", "II"))
    merged = merging({"a": BASE}, {"a": mine}, {"a": theirs})

    (name,) = merged.choices
    assert merged.texts({name: side}) == {"a": together}


PARAGRAPHS = st.lists(st.sampled_from(["A.\n\n", "B.\n\n", "C.\n", "\n", "D"]), max_size=6)


@settings(max_examples=150)
@given(PARAGRAPHS, PARAGRAPHS, PARAGRAPHS)
def test_choosing_one_side_everywhere_loses_none_of_its_changes(
    base: list[str], mine: list[str], theirs: list[str]
) -> None:
    began, one, other = ({"a": "".join(each)} for each in (base, mine, theirs))

    assert merging(began, one, began).texts(NO_CHOICE) == one
    assert merging(began, began, other).texts(NO_CHOICE) == other
    merged = merging(began, one, other)
    whole = " ".join(f"{each.mine} {each.theirs}" for each in merged.choices.values())
    both = merged.texts(dict.fromkeys(merged.choices, Side.BOTH))["a"]
    assert [word for word in whole.split() if word not in both] == []


def test_a_draft_takes_over_what_was_published_meanwhile(session: Session, ada: Client) -> None:
    ada.post(EDIT, form_of(ada, source=MODULE + "\nHer sentence.\n"))
    publish_elsewhere(session, MODULE.replace("Many", "Most"))

    page = ada.get(f"{EDIT}/join/live").text
    assert "Most children" in plain(page)
    answer = ada.post(f"{EDIT}/join/live", {"mark": hidden(page, "mark")})

    assert answer.status_code == 302
    assert draft_of(session).files["en.md"] == (
        MODULE.replace("Many", "Most") + "\nHer sentence.\n"
    )
    assert "Something else was published" not in ada.get(EDIT).text
    kept = session.scalars(sa.select(SavedText)).all()
    assert [each.files["en.md"] for each in kept] == [MODULE + "\nHer sentence.\n"]


def test_what_both_changed_must_be_chosen(session: Session, ada: Client) -> None:
    ada.post(EDIT, form_of(ada, source=MODULE.replace("Many", "Few")))
    publish_elsewhere(session, MODULE.replace("Many", "Most"))
    page = ada.get(f"{EDIT}/join/live").text
    mark = hidden(page, "mark")

    missing = ada.post(f"{EDIT}/join/live", {"mark": mark})
    assert missing.status_code == 422
    assert 'href="#choice-0-' in missing.text
    assert "Few children" in missing.text

    name = f"choice-{missing.text.split('#choice-')[1].split('-mine')[0]}"
    assert ada.post(f"{EDIT}/join/live", {"mark": mark, name: "theirs"}).status_code == 302
    assert draft_of(session).files["en.md"] == MODULE.replace("Many", "Most")


def test_choices_made_on_another_text_are_not_carried_out(session: Session, ada: Client) -> None:
    ada.post(EDIT, form_of(ada, source=MODULE + "\nOne.\n"))
    publish_elsewhere(session, MODULE.replace("Many", "Most"))
    mark = hidden(ada.get(f"{EDIT}/join/live").text, "mark")
    ada.post(EDIT, form_of(ada, source=MODULE + "\nTwo.\n"))

    assert ada.post(f"{EDIT}/join/live", {"mark": mark}).status_code == 409
    assert draft_of(session).files["en.md"] == MODULE + "\nTwo.\n"


def test_the_draft_of_another_is_taken_over(
    session: Session, ada: Client, keepers: Unit, browser: Browser
) -> None:
    bob = bob_of(session, keepers, browser)
    ada.post(EDIT, form_of(ada, source=MODULE + "\nHers.\n"))
    hers = draft_of(session)

    url = f"{EDIT}/join/draft-{hers.id}"
    answer = bob.post(url, {"mark": hidden(bob.get(url).text, "mark")})

    assert answer.status_code == 302
    drafts = session.scalars(sa.select(Draft).order_by(Draft.id)).all()
    assert [each.files["en.md"] for each in drafts] == [MODULE + "\nHers.\n"] * 2
    assert drafts[1].author_id != drafts[0].author_id


@pytest.mark.parametrize("name", ["live", "draft-999", "saved-999", "draft-x", "x", "draft-1-2"])
def test_what_is_nowhere_is_not_joined(ada: Client, name: str) -> None:
    assert ada.get(f"{EDIT}/join/{name}").status_code == 404
    assert ada.post(f"{EDIT}/join/{name}", {"mark": "x"}).status_code == 404


def test_a_stranger_sees_no_draft(
    session: Session, ada: Client, author: Person, browser: Browser
) -> None:
    ada.post(EDIT, form_of(ada, source=MODULE + "\nHers.\n"))
    stranger = browser.sign_in(make_person(session, roles=(Role.AUTHOR, Role.PUBLISHER)))

    for page in (f"drafts/{draft_of(session).id}", f"join/draft-{draft_of(session).id}"):
        assert stranger.get(f"{EDIT}/{page}").status_code == 403
