"""Drafts of several people, four eyes, stale pages, history, and going back."""

import pytest
from sqlalchemy.orm import Session

from coursesite.people.models import Person
from coursesite.people.rules import Role
from tests.browser import Browser, Client
from tests.localising.makers import (
    HERE,
    LESSON,
    PASSAGE,
    between,
    fill_in,
    hidden_of,
    publish_draft,
    seen_on,
    somebody,
    write_passage,
)


@pytest.fixture
def ada(browser: Browser, admin: Person) -> Client:
    return browser.sign_in(admin)


@pytest.fixture
def ben(session: Session, browser: Browser, admin: Person) -> Client:
    return browser.sign_in(somebody(session, admin.organisation, Role.PUBLISHER))


def test_two_at_once_bring_their_drafts_together(ada: Client, ben: Client) -> None:
    fill_in(ada, duty_phone="112")
    write_passage(ada, "The governor decides.")
    write_passage(ben, "The director decides.")
    assert publish_draft(ben) == 302

    page = ada.get(f"{HERE}/publish").text
    assert "Something else was published since this draft was begun" in page
    assert 'name="note"' not in page
    assert "Bring the two together" in ada.get(HERE).text
    page = ada.get(f"{HERE}/join").text
    assert "1 passage that both have changed" in page
    mark = between(page, 'name="mark" value="', '"')
    assert ada.post(f"{HERE}/join", {"mark": mark}).status_code == 422
    choice = between(page, 'type="radio" id="', "-mine")
    assert ada.post(f"{HERE}/join", {"mark": mark, choice: "theirs"}).status_code == 302
    assert "The director decides." in ada.get(PASSAGE).text
    assert publish_draft(ada) == 302
    lesson = ada.get(LESSON).text
    assert "The director decides." in lesson
    assert ">112</span>" in lesson


def test_whoever_writes_is_told_what_a_colleague_published_meanwhile(
    ada: Client, ben: Client
) -> None:
    since = "Something else was published since you began this draft"
    by_script = {"Accept": "application/json", "Sec-Fetch-Mode": "cors"}
    write_passage(ben, "The director decides.")
    publish_draft(ben)
    write_passage(ada, "The governor decides.")
    assert since not in ada.get(PASSAGE).text
    fill_in(ben, duty_phone="112")
    publish_draft(ben)

    seen = seen_on(ada.get(PASSAGE).text)
    sent = {"seen": seen, "source": "The governor decides alone."}
    notice = ada.post(PASSAGE, sent, headers=by_script).get_json()["meanwhile"]

    assert since in notice
    compared = between(notice, '<a href="', '"').replace("&amp;", "&")
    assert "112" in ada.get(compared).text
    assert f"{HERE}/join" in notice
    assert since in ada.get(PASSAGE).text
    assert since in ada.get(f"{HERE}/fields").text


def test_a_page_of_publishing_that_is_too_old_publishes_nothing(ada: Client, ben: Client) -> None:
    write_passage(ada, "The governor decides.")
    old = hidden_of(ada.get(f"{HERE}/publish").text) | {"note": "Now.", "change": "minor"}
    write_passage(ada, "The governor decides alone.")
    answer = ada.post(f"{HERE}/publish", old)
    assert answer.status_code == 409
    assert "The draft was changed since you looked at it" in answer.text

    both = hidden_of(ada.get(f"{HERE}/publish").text) | {"note": "Now.", "change": "minor"}
    write_passage(ben, "The director decides.")
    assert publish_draft(ben) == 302
    answer = ada.post(f"{HERE}/publish", both)
    assert answer.status_code == 409
    assert "bring the two together first" in answer.text
    assert "The director decides." in ada.get(LESSON).text


def test_an_overtaken_draft_is_not_published_by_a_form_that_knows_better(
    ada: Client, ben: Client
) -> None:
    """The page offers nothing to press; what is sent to it anyway is refused."""
    write_passage(ada, "The governor decides.")
    old = hidden_of(ada.get(f"{HERE}/publish").text) | {"note": "Now.", "change": "minor"}
    write_passage(ben, "The director decides.")
    assert publish_draft(ben) == 302
    live = between(ada.get(f"{HERE}/join").text, 'name="mark" value="', '"')
    assert live

    for number in range(1, 60):
        answer = ada.post(f"{HERE}/publish", {**old, "live": str(number)})
        assert answer.status_code == 409

    assert "The director decides." in ada.get(LESSON).text


def test_of_two_publishers_at_once_one_publishes(ada: Client, ben: Client) -> None:
    write_passage(ada, "The governor decides.")
    sent = hidden_of(ada.get(f"{HERE}/publish").text) | {"note": "Now.", "change": "minor"}
    ben.get(f"{HERE}/publish?draft={sent['draft']}")
    assert ben.post(f"{HERE}/publish", sent).status_code == 302
    assert ada.post(f"{HERE}/publish", sent).status_code == 404
    assert ada.get(f"{HERE}/history").text.count('id="publication-') == 1


def test_four_eyes_where_the_organisation_asks_for_it(
    session: Session, ada: Client, ben: Client, admin: Person
) -> None:
    admin.organisation.four_eyes = True
    session.commit()
    write_passage(ada, "The governor decides.")
    assert publish_draft(ada) == 409
    draft = between(ada.get(HERE).text, f"{HERE}/drafts/", '"')
    address = f"{HERE}/drafts/{draft}"
    seen = seen_on(ben.get(address).text)
    assert ben.post(address, {"seen": seen}).status_code == 422
    assert ben.post(address, {"seen": seen, "verdict": "change"}).status_code == 422
    assert ben.post(address, {"seen": "9", "verdict": "approve"}).status_code == 409
    assert ada.post(address, {"seen": seen, "verdict": "approve"}).status_code == 403
    assert ben.post(address, {"seen": seen, "verdict": "approve"}).status_code == 302
    assert "Approved" in ada.get(address).text

    write_passage(ada, "The governor decides, and nobody else.")
    assert publish_draft(ada) == 409
    assert ben.post(address, {"seen": "2", "verdict": "approve"}).status_code == 302
    assert publish_draft(ada) == 302


def test_the_history_says_who_why_and_what_and_leads_back(ada: Client, admin: Person) -> None:
    write_passage(ada, "The governor decides.")
    publish_draft(ada, "The order of 2026.")
    write_passage(ada, "The director decides.")
    publish_draft(ada, "The order of 2027.")

    page = ada.get(f"{HERE}/history").text
    for words in ("The order of 2026.", "The order of 2027.", admin.name):
        assert words in page
    after, before = (
        between(part, "history/", '"') for part in page.split('<tr id="publication-')[1:3]
    )
    differences = ada.get(f"{HERE}/compare?before={before}&after={after}").text
    assert "governor" in between(differences, "Removed: </span>", "</del>")
    assert "director" in between(differences, "Added: </span>", "</ins>")
    assert "The governor decides." in ada.get(f"{HERE}/history/{before}").text
    assert ada.get(f"{HERE}/history/000000000000").status_code == 404
    assert ada.post(f"{HERE}/history/{before}").status_code == 302
    assert publish_draft(ada, "Back to the order of 2026.") == 302
    assert "The governor decides." in ada.get(LESSON).text
    assert ada.get(f"{HERE}/history").text.count('id="publication-') == 3


def test_two_windows_on_one_passage_lose_nothing(ada: Client) -> None:
    opened = seen_on(ada.get(PASSAGE).text)
    assert ada.post(PASSAGE, {"seen": opened, "source": "First window."}).status_code == 302
    late = ada.post(PASSAGE, {"seen": opened, "source": "Second window."})
    assert late.status_code == 409
    assert "in another window" in late.text
    assert "Second window." in late.text
    assert "First window." in ada.get(PASSAGE).text
    again = ada.post(PASSAGE, {"seen": seen_on(late.text), "source": "Second window."})
    assert again.status_code == 302
    assert (
        "First window." in ada.get(f"{HERE}/history").text
        or "saved/" in ada.get(f"{HERE}/history").text
    )


def test_a_script_saves_while_somebody_writes(ada: Client) -> None:
    json = {"Accept": "application/json", "Sec-Fetch-Mode": "cors"}
    seen = seen_on(ada.get(PASSAGE).text)
    kept = ada.post(PASSAGE, {"seen": seen, "source": "Half a sen"}, headers=json)
    again = {"seen": kept.get_json()["seen"], "source": "Half a sentence."}
    assert ada.post(PASSAGE, again, headers=json).status_code == 200
    assert "Half a sentence." in ada.get(PASSAGE).text
    late = ada.post(PASSAGE, {"seen": seen, "source": "Late."}, headers=json)
    assert late.status_code == 409
    assert "another window" in late.get_json()["message"]

    seen = seen_on(ada.get(f"{HERE}/fields").text)
    sent = {"seen": seen, "field-duty_phone": "11"}
    kept = ada.post(f"{HERE}/fields", sent, headers=json)
    sent = {"seen": kept.get_json()["seen"], "field-duty_phone": "112"}
    assert ada.post(f"{HERE}/fields", sent, headers=json).status_code == 200
    assert ">\n112</textarea>" in ada.get(f"{HERE}/fields").text


def test_a_draft_given_up_is_kept_and_can_be_taken_up_again(ada: Client) -> None:
    write_passage(ada, "The governor decides.")
    assert ada.post(f"{HERE}/give-up").status_code == 302
    assert "The governor decides." not in ada.get(PASSAGE).text
    saved = between(ada.get(f"{HERE}/history").text, f"{HERE}/saved/", '"')
    assert "The governor decides." in ada.get(f"{HERE}/saved/{saved}").text
    assert ada.post(f"{HERE}/saved/{saved}").status_code == 302
    assert "The governor decides." in ada.get(PASSAGE).text


def test_an_empty_passage_is_taken_out_again(ada: Client) -> None:
    write_passage(ada, "The governor decides.")
    publish_draft(ada)
    write_passage(ada, " \n")
    publish_draft(ada, "The law says it now.")
    assert "General guidance" in ada.get(LESSON).text
