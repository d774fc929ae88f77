"""What is written into a form is kept while it is written, and nothing is lost."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.accounts.models import SignInSession
from coursesite.authoring.models import Draft, UnsavedForm
from coursesite.people.models import Person, RoleGrant, Unit
from coursesite.people.rules import Role
from tests.authoring.question_forms import Sent, fields_on
from tests.authoring.test_desk import EDIT, ada, author, keepers
from tests.authoring.test_publishing import publisher
from tests.authoring.test_question_pages import LIST, ONE, text_of
from tests.authoring.test_registers import REGISTER, WORDS, pia
from tests.browser import Browser, Client
from tests.makers import make_person

__all__ = ["ada", "author", "keepers", "pia", "publisher"]

FACTS = f"{REGISTER}/entries"
FACT = f"{FACTS}/A01"
GLOSSARIES = f"{WORDS}/entries"
WORD = f"{GLOSSARIES}/prison"
QUESTIONS = "/authoring/quizzes/at-the-door/en"
POLICE = "/authoring/paths/police/all"

SCRIPT = {"Accept": "application/json", "Sec-Fetch-Mode": "cors"}


def type_into(client: Client, form: Sent, **changes: str) -> tuple[Sent, int]:
    """What a script sends while somebody writes: the form as it is then, and the answer."""
    form = form | {name.replace("__", "-"): [value] for name, value in changes.items()}
    answer = client.post(ONE, form, headers=SCRIPT)
    if answer.status_code == 200:
        form["seen"] = [answer.get_json()["seen"]]
    return form, answer.status_code


def open_form(client: Client) -> Sent:
    return fields_on(client.get(ONE).text)


def test_what_was_written_stands_there_again(ada: Client, session: Session) -> None:
    before = text_of(ada)
    form, status = type_into(ada, open_form(ada), text="Who is at ho")
    assert status == 200
    form, status = type_into(ada, form, text="Who is at home?", row__3__text="A new answer.")
    assert status == 200
    assert text_of(ada) == before

    page = ada.get(ONE).text
    assert "Not saved yet" in page
    assert "Who is at home?</textarea>" in page
    assert "A new answer.</textarea>" in page
    assert "Not saved yet" in ada.get(LIST).text
    assert ada.post(ONE, fields_on(page)).status_code == 302
    assert "Who is at home?" in text_of(ada)
    assert text_of(ada).count("A new answer.") == 1
    assert "Not saved yet" not in ada.get(ONE).text
    assert session.scalars(sa.select(UnsavedForm)).all() == []


def test_it_can_be_given_up(ada: Client) -> None:
    type_into(ada, open_form(ada), text="Not this.")
    assert ada.post(ONE, {"do": "discard"}).status_code == 302
    page = ada.get(ONE).text
    assert "Not this." not in page
    assert "Not saved yet" not in page


def test_it_survives_the_end_of_a_session(
    ada: Client, author: Person, session: Session, browser: Browser
) -> None:
    form, _status = type_into(ada, open_form(ada), text="Written before the time was over.")
    session.execute(sa.delete(SignInSession).where(SignInSession.person_id == author.id))
    session.commit()
    assert type_into(ada, form, text="Too late.")[1] == 401
    again = browser.sign_in(author)
    assert "Written before the time was over.</textarea>" in again.get(ONE).text


def test_two_windows_see_each_others_words(ada: Client) -> None:
    first, second = open_form(ada), open_form(ada)
    first, _status = type_into(ada, first, text="First window.")
    second, status = type_into(ada, second, text="Second window.")
    assert status == 409

    late = ada.post(ONE, second)
    assert late.status_code == 409
    assert "Second window.</textarea>" in late.text
    assert '<p class="said">First window.</p>' in late.text
    assert "First window." not in text_of(ada)
    assert ada.post(ONE, fields_on(late.text)).status_code == 302
    assert "Second window." in text_of(ada)
    assert type_into(ada, first, text="First window again.")[1] == 409


def test_a_question_that_changed_meanwhile_is_not_overwritten_unseen(ada: Client) -> None:
    type_into(ada, open_form(ada), text="Kept.")
    text = text_of(ada).replace("What comes first, 1?", "What comes first of all?")
    ada.post("/authoring/quizzes/at-the-door/en", {"source": text, "seen": "0", "live": ""})
    late = ada.post(ONE, fields_on(ada.get(ONE).text))
    assert late.status_code == 409
    assert "Kept.</textarea>" in late.text
    assert ada.post(ONE, fields_on(late.text)).status_code == 302
    assert "Kept." in text_of(ada)


def test_nobody_else_sees_or_ends_it(
    ada: Client, session: Session, browser: Browser, keepers: Unit
) -> None:
    type_into(ada, open_form(ada), text="Ada's alone.")
    ben = browser.sign_in(make_person(session, keepers, roles=(Role.AUTHOR,)))
    assert "Ada&#39;s alone." not in ben.get(ONE).text
    ben.post(ONE, {"do": "discard"})
    assert "Ada&#39;s alone." in ada.get(ONE).text
    stranger = browser.sign_in(make_person(session, roles=(Role.AUTHOR,)))
    assert stranger.post(ONE, {"text": "x"}, headers=SCRIPT).status_code == 403


def test_whoever_lost_the_role_keeps_nothing_more(
    ada: Client, author: Person, session: Session
) -> None:
    form, _status = type_into(ada, open_form(ada), text="Before.")
    session.execute(sa.delete(RoleGrant).where(RoleGrant.person_id == author.id))
    session.commit()
    assert type_into(ada, form, text="After.")[1] == 403
    assert session.scalars(sa.select(UnsavedForm)).one().form["text"] == ["Before."]


@pytest.mark.parametrize(
    ("url", "box", "all_of_them"), [(FACT, "caution", FACTS), (WORD, "definition", GLOSSARIES)]
)
def test_facts_and_words_are_kept_as_questions_are(
    pia: Client, session: Session, url: str, box: str, all_of_them: str
) -> None:
    form = fields_on(pia.get(url).text) | {box: ["Half a sen"]}
    first = pia.post(url, form, headers=SCRIPT)
    form |= {"seen": [first.get_json()["seen"]], box: ["Half a sentence."]}
    assert pia.post(url, form, headers=SCRIPT).status_code == 200
    assert session.scalars(sa.select(Draft)).all() == []

    page = pia.get(url).text
    assert "Not saved yet" in pia.get(all_of_them).text
    assert "Half a sentence.</textarea>" in page
    other = fields_on(page) | {box: ["In another window."]}
    assert pia.post(url, other, headers=SCRIPT).status_code == 200
    late = pia.post(url, form | {box: ["Half a sentence, and the rest."]})
    assert late.status_code == 409
    assert '<p class="said">In another window.</p>' in late.text
    assert pia.post(url, fields_on(late.text)).status_code == 302
    (text,) = session.scalars(sa.select(Draft)).one().files.values()
    assert "Half a sentence, and the rest." in text
    assert session.scalars(sa.select(UnsavedForm)).all() == []

    form = fields_on(pia.get(url).text) | {box: ["Not this."]}
    assert pia.post(url, form, headers=SCRIPT).status_code == 200
    assert pia.post(url, {"do": "discard"}).status_code == 302
    assert "Not this." not in pia.get(url).text


@pytest.mark.parametrize(
    ("text", "form", "box", "name"),
    [
        (QUESTIONS, ONE, "text", "Question: question-1"),
        (REGISTER, FACT, "caution", "A01"),
        (WORDS, WORD, "definition", "prison"),
        (EDIT, f"{EDIT}/settings", "title", "Title, objectives and settings as a form"),
        (POLICE, f"{POLICE}/settings", "title-en", "The learning path as a form"),
    ],
)
def test_the_text_and_its_publishing_say_what_stands_in_forms_alone(
    pia: Client, text: str, form: str, box: str, name: str
) -> None:
    told = f'is not in the draft:</p><ul><li><a href="{form}">{name}</a></li></ul>'
    pages = (text, f"{text}/publish")
    assert all(told not in pia.get(page).text for page in pages)
    sent = fields_on(pia.get(form).text) | {box: ["Half a sen"]}
    assert pia.post(form, sent, headers=SCRIPT).status_code == 200
    assert all(told in pia.get(page).text for page in pages)

    assert pia.post(form, {"do": "discard"}).status_code == 302
    assert all(told not in pia.get(page).text for page in pages)


def test_what_a_colleague_has_in_a_form_is_not_told(
    pia: Client, session: Session, browser: Browser, keepers: Unit
) -> None:
    sent = fields_on(pia.get(FACT).text) | {"caution": ["Half a sen"]}
    assert pia.post(FACT, sent, headers=SCRIPT).status_code == 200
    draft = fields_on(pia.get(REGISTER).text)
    assert pia.post(REGISTER, draft | {"source": [draft["source"][0] + "\n"]}).status_code == 302
    number = session.scalars(sa.select(Draft.id)).one()
    address = f"{REGISTER}/publish?draft={number}"
    assert f'href="{FACT}"' in pia.get(address).text
    ben = browser.sign_in(make_person(session, keepers, roles=(Role.PUBLISHER, Role.AUTHOR)))
    assert f'href="{FACT}"' not in ben.get(address).text
    assert f'href="{FACT}"' not in ben.get(REGISTER).text


def test_a_question_that_goes_takes_its_form_along(ada: Client, session: Session) -> None:
    type_into(ada, open_form(ada), text="Of what is gone.")
    assert ada.post(f"{ONE}/remove").status_code == 302
    assert session.scalars(sa.select(UnsavedForm)).all() == []


def test_too_much_and_odd_signs(ada: Client) -> None:
    form = open_form(ada)
    assert type_into(ada, form, text="x" * 200_001)[1] == 422
    form, status = type_into(ada, form, text="NUL \0 and \x01")
    assert status == 200
    page = ada.get(ONE)
    assert page.status_code == 200
    assert "\x01" not in page.text
