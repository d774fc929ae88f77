"""The settings of a module as a page: filled in, kept while they are written, never lost."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.authoring.models import Draft, UnsavedForm
from coursesite.people.models import Unit
from coursesite.people.rules import Role
from coursesite.revisions.rules import Kind
from tests.authoring.courses import MODULE, QUIZ, SETTINGS
from tests.authoring.question_forms import Sent, fields_on
from tests.authoring.test_desk import EDIT, ada, author, form_of, keepers
from tests.authoring.test_publishing import publisher
from tests.authoring.test_registers import pia, publish
from tests.browser import Browser, Client, Queries
from tests.makers import make_person

__all__ = ["ada", "author", "keepers", "pia", "publisher"]

PAGE = f"{EDIT}/settings"
SCRIPT = {"Accept": "application/json", "Sec-Fetch-Mode": "cors"}


def sent(client: Client, **typed: str | list[str]) -> Sent:
    """The form as the page shows it, with other values typed in."""
    form = fields_on(client.get(PAGE).text)
    for name, text in typed.items():
        form[name.replace("__", "-")] = [text] if isinstance(text, str) else text
    return form


def files_of(session: Session, kind: Kind = Kind.MODULE) -> dict[str, str]:
    session.expire_all()
    return session.scalars(sa.select(Draft).where(Draft.kind == kind)).one().files


@pytest.mark.parametrize("page", [PAGE, "/authoring/paths/police/all/settings"])
def test_each_part_of_the_long_form_is_led_to(pia: Client, page: str) -> None:
    html = pia.get(page).text
    outline = html.split('id="on-this-page"')[1].split("</nav>")[0]
    parts = re.findall(r'href="#([^"]+)">([^<]+)', outline)
    assert parts == re.findall(r'<h2 id="([^"]+)" tabindex="-1">([^<]+)', html)
    assert ("part-completion", "What completes it") in parts


def test_what_is_filled_in_stands_in_the_text_and_is_published(
    session: Session, pia: Client
) -> None:
    assert f'href="{PAGE}"' in pia.get(EDIT).text
    page = pia.get(PAGE).text
    assert "1 question tests it" in page
    assert 'href="/authoring/paths/police/all' in page
    answer = pia.post(
        PAGE,
        sent(pia, title="At the door: arrests", audience=["police", "judges"], minutes="1")
        | {"completion-quiz-attempts": ["3"]},
    )

    assert answer.status_code == 302
    files = files_of(session)
    assert files["en.md"] == MODULE.replace("At the door\nsum", '"At the door: arrests"\nsum')
    assert files["module.yaml"] == SETTINGS.replace("minutes: 20", "minutes: 1").replace(
        "[police]", "[police, judges]"
    ).replace("draw: 3}", "draw: 3, attempts: 3}")
    assert form_of(pia)["settings"] == files["module.yaml"]
    assert publish(pia, EDIT, note="For judges, too.") == 302
    assert "At the door: arrests" in pia.get("/modules/at-the-door").text


def test_nothing_typed_changes_nothing(session: Session, ada: Client) -> None:
    assert ada.post(PAGE, sent(ada)).status_code == 302
    assert {name: files_of(session)[name] for name in ("en.md", "module.yaml")} == {
        "en.md": MODULE,
        "module.yaml": SETTINGS,
    }


def test_a_mistake_is_told_at_its_field(ada: Client) -> None:
    ada.post(PAGE, sent(ada, summary="", minutes="many") | {"objective-1-text": [""]})
    page = ada.get(PAGE).text
    for field in ("summary", "minutes", "objective-1-text"):
        assert f'id="{field}-error"' in page
        assert f'<a href="#{field}">' in page
    assert 'value="many"' in page

    late = ada.post(PAGE, sent(ada, audience=[], title="Half"))
    assert late.status_code == 422
    assert 'id="audience-error"' in late.text
    assert 'value="Half"' in late.text
    assert "Half" not in form_of(ada)["source"]


def test_an_attestation_that_is_asked_for_is_missed_at_its_field(ada: Client) -> None:
    ada.post(PAGE, sent(ada, **{"completion-attestation": "y"}))
    assert 'id="attestation-error"' in ada.get(PAGE).text
    ada.post(PAGE, sent(ada, attestation="I will ask."))
    assert "-error" not in ada.get(PAGE).text


def test_questions_follow_their_objectives(session: Session, ada: Client) -> None:
    form = sent(ada, **{"objective-2-place": "1"})
    assert ada.post(PAGE, form).status_code == 302
    assert (
        "[Ask before you go, Name who is at home, Say what happens]" in files_of(session)["en.md"]
    )
    bank = files_of(session, Kind.QUIZ)["at-the-door.en.yaml"]
    numbers = [line.split()[-1] for line in bank.split("\n") if "objective:" in line]
    assert numbers == ["2", "3", "1"]
    assert bank.replace("objective: 2", "objective: 1", 1).count("\n") == QUIZ.count("\n")

    refused = ada.post(PAGE, sent(ada, **{"objective-0-remove": "y"}))
    assert refused.status_code == 422
    assert "Questions test the objective that is to go (1)" in refused.text


def test_what_is_written_is_kept_and_two_windows_meet(session: Session, ada: Client) -> None:
    form, other = sent(ada, summary="Half a sen"), sent(ada, summary="In another window.")
    assert ada.post(PAGE, form, headers=SCRIPT).status_code == 200
    assert ada.post(PAGE, other, headers=SCRIPT).status_code == 409
    page = ada.get(PAGE).text
    assert "Not saved yet" in page
    assert "Half a sen</textarea>" in page
    assert session.scalars(sa.select(Draft)).all() == []

    late = ada.post(PAGE, other)
    assert late.status_code == 409
    assert '<p class="said">Half a sen</p>' in late.text
    assert ada.post(PAGE, fields_on(late.text)).status_code == 302
    assert "summary: In another window." in files_of(session)["en.md"]
    assert session.scalars(sa.select(UnsavedForm)).all() == []

    ada.post(PAGE, sent(ada, summary="Not this."), headers=SCRIPT)
    assert ada.post(PAGE, {"do": "discard"}).status_code == 302
    assert "Not this." not in ada.get(PAGE).text


def test_the_text_changed_in_another_window(session: Session, ada: Client) -> None:
    form = sent(ada, summary="From the form.")
    ada.post(EDIT, form_of(ada, source=MODULE.replace("What a child sees.", "From the text.")))
    late = ada.post(PAGE, form)
    assert late.status_code == 409
    assert "From the form.</textarea>" in late.text
    assert "From the text." in files_of(session)["en.md"]
    assert ada.post(PAGE, fields_on(late.text)).status_code == 302
    assert "summary: From the form." in files_of(session)["en.md"]


@pytest.mark.parametrize(
    "typed",
    [
        {"source": MODULE.replace("---\ntitle", "title")},
        {"settings": "- no\n- settings\n"},
        {"settings": ""},
        {"settings": SETTINGS + "minutes: 3\n"},
        {"settings": SETTINGS.replace("completion:\n", "completion: [\n")},
    ],
)
def test_what_is_written_oddly_is_mended_in_the_text(ada: Client, typed: dict[str, str]) -> None:
    ada.post(EDIT, form_of(ada, **typed))
    assert ada.get(PAGE).status_code in {200, 302}
    answer = ada.post(PAGE, {"digest": ["x"], "title": ["Another"]})
    assert answer.status_code in {302, 409}
    assert "Another" not in form_of(ada)["source"]


def test_odd_signs_and_long_texts(ada: Client) -> None:
    assert ada.post(PAGE, sent(ada, title="NUL \0 and \x01")).status_code == 422
    assert ada.post(PAGE, sent(ada, title="x" * 200_001), headers=SCRIPT).status_code == 422
    form = sent(ada, title="A <b>bold</b> {{ title }} 'title': \"#\" مرحبا")
    assert ada.post(PAGE, form).status_code == 302
    assert "A &lt;b&gt;bold&lt;/b&gt;" in ada.get(PAGE).text


def test_others_neither_see_nor_change_it(
    session: Session, ada: Client, browser: Browser, keepers: Unit
) -> None:
    ada.post(PAGE, sent(ada, summary="Ada's alone."), headers=SCRIPT)
    ben = browser.sign_in(make_person(session, keepers, roles=(Role.AUTHOR,)))
    assert "Ada&#39;s alone." not in ben.get(PAGE).text
    stranger = make_person(session, roles=(Role.AUTHOR,))
    for who in (stranger, make_person(session, keepers, roles=(Role.LEARNER,))):
        client = browser.sign_in(who)
        assert client.get(PAGE).status_code == 403
        assert client.post(PAGE, {"title": "Forged"}).status_code == 403
    assert ada.get("/authoring/modules/nothing/en/settings").status_code == 404
    assert ada.get("/authoring/facts/facts/all/settings").status_code == 404


def test_the_page_asks_few_questions(session: Session, ada: Client) -> None:
    ada.get(PAGE)
    with Queries(session.connection()) as queries:
        assert ada.get(PAGE).status_code == 200
    assert len(queries) <= 10, queries
