"""The register and the glossaries page by page: found, filled in, begun and taken out."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.authoring.models import Draft
from coursesite.people.models import Unit
from coursesite.people.rules import Role
from tests.authoring.courses import FACTS
from tests.authoring.test_desk import hidden, keepers
from tests.authoring.test_publishing import publisher
from tests.authoring.test_registers import GLOSSARY, REGISTER, SECOND, WORDS, pia, publish, save
from tests.browser import Browser, Client, Queries
from tests.makers import make_person

__all__ = ["keepers", "pia", "publisher"]

LIST = f"{REGISTER}/entries"
A01 = f"{LIST}/A01"
B02 = f"{LIST}/B02"


def draft(session: Session) -> str:
    session.expire_all()
    return next(iter(session.scalars(sa.select(Draft)).one().files.values()))


def send(client: Client, url: str, **typed: str) -> int:
    digest = hidden(client.get(url).text, "digest")
    values = {name.replace("__", "-"): text for name, text in typed.items()}
    return client.post(url, {"digest": digest, **values}).status_code


def test_a_fact_is_found_and_corrected_on_its_page(session: Session, pia: Client) -> None:
    assert f'href="{A01}"' in pia.get(f"{LIST}?q=messages").text
    assert f'href="{B02}"' not in pia.get(f"{LIST}?q=messages").text
    assert "1 of 2 facts" in pia.get(f"{LIST}?verification=secondary").text
    page = pia.get(A01).text
    assert "At the door</a> (en): first-two-minutes" in page
    assert "question-1" in page

    assert send(pia, A01, statement="Fewer children.", row__0__title="Our messages") == 302

    assert (
        draft(session)
        == FACTS.replace("Many children have a parent in prison.", "Fewer children.") + SECOND
    )
    assert publish(pia, REGISTER, note="A new count.") == 302
    assert "Fewer children." in pia.get("/modules/at-the-door/first-two-minutes").text


def test_a_mistake_is_told_at_its_field_and_kept(session: Session, pia: Client) -> None:
    assert send(pia, A01, row__0__year="soon", row__0__title="Our messages") == 302

    page = pia.get(A01).text

    assert 'id="row-0-year-error"' in page
    assert 'value="soon"' in page
    assert "to look at" in pia.get(LIST).text
    assert publish(pia, REGISTER) == 422


def test_two_windows_do_not_overwrite_each_other(session: Session, pia: Client) -> None:
    digest = hidden(pia.get(A01).text, "digest")
    assert send(pia, A01, statement="The first.") == 302

    late = pia.post(A01, {"digest": digest, "statement": "The <second>."})

    assert late.status_code == 409
    assert "The &lt;second&gt;." in late.text
    assert "The first." in draft(session)


def test_a_fact_that_is_cited_is_not_taken_out(session: Session, pia: Client) -> None:
    page = pia.get(f"{A01}/remove").text

    assert "It cannot go" in page
    assert "At the door" in page
    assert '<form method="post">' not in page
    assert pia.post(f"{A01}/remove").status_code == 422
    assert pia.post(f"{B02}/remove").status_code == 302
    assert draft(session) == FACTS


def test_a_fact_and_a_word_are_begun(session: Session, pia: Client) -> None:
    assert pia.post(LIST, {"name": "A01"}).status_code == 422
    assert pia.post(LIST, {"name": "x"}).status_code == 422
    begun = pia.post(LIST, {"name": "C03"})
    assert begun.location == f"{LIST}/C03"
    assert "Not right yet" in pia.get(begun.location).text
    assert draft(session).startswith(FACTS + SECOND)


def test_words_have_pages_too(session: Session, pia: Client) -> None:
    page = pia.get(f"{WORDS}/entries").text
    assert "2 of 2 words" in page
    assert send(pia, f"{WORDS}/entries/home", definition="Where a child sleeps.", linked="y") == 302
    assert draft(session) == GLOSSARY.replace("lives", "sleeps")
    assert "do not link to it any more" in pia.get(f"{WORDS}/entries/home/remove").text
    begun = pia.post(f"{WORDS}/entries", {"name": "open prison"})
    assert begun.location == f"{WORDS}/entries/open-prison"


def test_a_text_that_cannot_be_read_is_mended_in_the_text(pia: Client) -> None:
    save(pia, REGISTER, "facts: [")

    page = pia.get(LIST)

    assert page.status_code == 200
    assert "Mend it in the text" in page.text
    assert pia.get(A01).status_code == 422
    assert pia.post(LIST, {"name": "C03"}).status_code == 422


@pytest.mark.parametrize(
    "url", [f"{LIST}/Z99", f"{LIST}/Z99/remove", "/authoring/facts/facts/en/entries"]
)
def test_there_is_nothing_elsewhere(pia: Client, url: str) -> None:
    assert pia.get(url).status_code == 404
    assert pia.post(url).status_code == 404


def test_others_do_not_see_it(
    session: Session, pia: Client, keepers: Unit, browser: Browser
) -> None:
    learner = browser.sign_in(make_person(session, keepers))
    elsewhere = browser.sign_in(make_person(session, roles=(Role.AUTHOR,)))
    for client in (learner, elsewhere):
        assert client.get(LIST).status_code == 403
        assert client.post(A01, {"statement": "Forged."}).status_code == 403


@pytest.mark.parametrize("url", [LIST, A01, f"{B02}/remove", f"{WORDS}/entries"])
def test_pages_ask_few_questions(session: Session, pia: Client, url: str) -> None:
    pia.get(url)
    with Queries(session.connection()) as queries:
        assert pia.get(url).status_code == 200
    assert len(queries) <= 10
