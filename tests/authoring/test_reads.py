"""Differences as learners read them, word by word, and in the source."""

from sqlalchemy.orm import Session

from coursesite.revisions.queries import publications_of
from coursesite.revisions.rules import Kind, short
from tests.authoring.test_desk import EDIT, QUESTIONS, keepers, plain
from tests.authoring.test_publishing import BETTER, PUBLISH, checked, pia, publisher, write
from tests.browser import Client

__all__ = ["keepers", "pia", "publisher"]


def test_a_publisher_sees_the_words_that_change_as_text_and_in_the_source(pia: Client) -> None:
    write(pia)

    page = pia.get(PUBLISH).text

    assert "<del>Many</del><ins>Most</ins> children are at home" in plain(page)
    assert "<b>Many</b> children are at home [@A01]." in page
    assert '<span class="govuk-visually-hidden">removed: </span>Many' in page
    assert '<span class="govuk-visually-hidden">added: </span>Most' in page


def test_two_revisions_are_compared_in_both_ways(session: Session, pia: Client) -> None:
    write(pia)
    pia.post(PUBLISH, checked(pia))
    new, old = publications_of(session, Kind.MODULE, "at-the-door", "en")
    names = (short(old[1].digest), short(new[1].digest))

    page = pia.get(f"{EDIT}/compare?before={names[0]}&after={names[1]}").text
    back = pia.get(f"{EDIT}/compare?before={names[1]}&after={names[0]}").text

    assert "<del>Many</del><ins>Most</ins> children" in plain(page)
    assert "<del>Most</del><ins>Many</ins> children" in plain(back)


def test_what_is_only_set_otherwise_reads_the_same(pia: Client) -> None:
    write(pia, BETTER.replace("Most children", "Many **children**"))

    page = pia.get(PUBLISH).text

    assert "To a reader nothing is different." in page
    assert "**" in page


def test_a_draft_with_errors_is_compared_in_its_source_alone(pia: Client) -> None:
    write(pia, BETTER.replace("[@A01]", "[@Z99]"))

    page = pia.get(PUBLISH).text

    assert "As it reads" not in page
    assert "<b>Many</b>" in page


def test_questions_are_compared_in_their_source(pia: Client) -> None:
    page = pia.get(f"{QUESTIONS}/publish").text

    assert "There is no draft" in page
