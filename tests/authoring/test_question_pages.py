"""Authors edit questions as forms; the text of the draft stays the source."""

import pytest
from sqlalchemy.orm import Session

from coursesite.authored.writing import item
from coursesite.quizzes.questions.building import text_id
from tests.authoring.courses import QUIZ
from tests.authoring.question_forms import fields_on
from tests.authoring.test_desk import QUESTIONS, ada, author, keepers
from tests.authoring.test_question_forms import lines_changed
from tests.browser import Browser, Client, Queries
from tests.makers import make_person
from tests.quizzes.examples import ALL, TUESDAY_VISIT

__all__ = ["ada", "author", "keepers"]

LIST = f"{QUESTIONS}/questions"
ONE = f"{LIST}/question-1"


def text_of(client: Client) -> str:
    """The draft as it stands in the box."""
    return fields_on(client.get(QUESTIONS).text)["source"][0].replace("\r\n", "\n")


def save(client: Client, address: str, **changes: str) -> str:
    """Open the form, change some of its fields, send all of them; the page that follows."""
    form = fields_on(client.get(address).text)
    form |= {name.replace("__", "-"): [value] for name, value in changes.items()}
    return client.post(address, form, follow_redirects=True).text


@pytest.fixture
def every_type(ada: Client) -> Client:
    """A draft that has a question of every type, with comments in it."""
    lines = (f"  # about {each['id']}\n  {_written(each)}\n" for each in (*ALL, TUESDAY_VISIT))
    text = f"{QUIZ}{''.join(lines)}# The end.\n"
    ada.post(QUESTIONS, {"source": text, "seen": "0", "live": ""})
    assert text_of(ada) == text
    return ada


def _written(example: dict[str, object]) -> str:
    common = {} if example["type"] == "case" else {"explanation": "Because."}
    return item({"objective": 1, **common, **example}, 2)  # type: ignore[dict-item]  # examples are plain data


def test_a_form_that_is_saved_as_it_is_changes_nothing(every_type: Client) -> None:
    before = text_of(every_type)
    ids = [str(each["id"]) for each in (*ALL, TUESDAY_VISIT)] + ["who-tells-her", "question-2"]
    for name in ids:
        assert "The draft is saved" in save(every_type, f"{LIST}/{name}"), name
        assert text_of(every_type) == before


def test_one_field_is_changed_and_its_line_alone(ada: Client) -> None:
    page = save(ada, ONE, text="Who is at home?\nAsk.", hold="y")

    assert lines_changed(QUIZ, text_of(ada)) == [
        "-    text: What comes first, 1?", "+    text: |-", "+      Who is at home?", "+      Ask.",
        "+    hold: true",
    ]  # fmt: skip
    assert "Ask.</textarea>" in page
    assert "What is published is as it was" in page


def test_what_the_checker_says_stands_at_its_field(ada: Client) -> None:
    page = save(ada, ONE, explanation="", sources="A01, Z99", row__0__text="", correct="1")

    for field, sentence in (
        ("explanation", "say why the right answer is right"),
        ("row-0-text", "an option needs a text"),
        ("sources", "&#39;Z99&#39; is not a fact that may be cited"),
    ):
        assert f'<a href="#{field}">{sentence}' in page
        assert f'id="{field}-error"' in page
        assert f'aria-describedby="{field}-error"' in page or f'{field}-hint {field}-error"' in page
    assert "2 errors" in ada.get(LIST).text or "3 errors" in ada.get(LIST).text


def test_questions_are_moved_copied_and_removed(ada: Client) -> None:
    assert ada.post(LIST, {"do": "down:question-1"}).location == f"{LIST}#question-question-1"
    assert text_of(ada).index("question-2") < text_of(ada).index("question-1")
    copy = ada.post(LIST, {"do": "copy:question-1"}).location
    assert copy == f"{LIST}/question-1-copy"
    assert "This is the copy." in ada.get(copy).text
    asked = ada.get(f"{ONE}/remove").text
    assert "until you publish this draft, learners are asked it as before" in asked
    assert "It was never published." in ada.get(f"{copy}/remove").text
    assert "- id: question-1\n" in text_of(ada)
    ada.post(f"{ONE}/remove")
    assert "- id: question-1\n" not in text_of(ada)
    assert ada.get(ONE).status_code == 404


def test_a_new_question_is_begun_and_tried(ada: Client) -> None:
    for name, sentence in (
        ("", "Give the question an id"),
        ("Not so", "Use small letters"),
        ("question-2", "Another question has this id already"),
    ):
        refused = ada.post(LIST, {"type": "single", "id": name})
        assert refused.status_code == 422
        assert sentence in refused.text
    assert ada.post(LIST, {"type": "forged", "id": "a"}).status_code == 422
    address = ada.post(LIST, {"type": "single", "id": "new-one"}).location
    assert "It cannot be asked yet" in ada.get(f"{address}/try").text
    page = save(
        ada, address, text="Who waits?", correct="1", row__0__text="Nobody", row__1__text="A girl",
        row__0__feedback="Look again.", explanation="She does.", do="try",
    )  # fmt: skip
    assert "As learners see it" in page
    assert "She does." not in page
    tried = ada.post(f"{address}/try", {"new-one": fields_value(page, "Nobody")}).text
    assert "This earns 0 of 1." in tried
    assert "Look again." in tried
    assert "She does." in tried


def test_a_form_says_what_is_wrong_in_the_words_of_a_form(ada: Client) -> None:
    address = ada.post(LIST, {"type": "single", "id": "new-one"}).location
    page = save(ada, address, text="Who waits?", row__0__text="Nobody", explanation="So.")
    assert "give at least two options; none of the options is correct</p>" in page
    assert "correct: true" not in page


def test_a_case_is_written_question_by_question(ada: Client) -> None:
    case = ada.post(LIST, {"type": "case", "id": "tuesday"}).location
    assert "Not right yet" not in ada.get(case).text
    assert "Only begun" in ada.get(LIST).text
    for name in ("who-waits", "who-tells"):
        begun = ada.post(LIST, {"type": "true_false", "id": name, "about": "tuesday"}).location
        save(ada, begun, text=f"{name}?", answer="true", explanation="So.", sources="A01")
        assert ("a case has at least two questions" in ada.get(case).text) == (name == "who-waits")
    save(ada, case, text="Nadia, eight, comes on Tuesdays.")
    assert ada.post(LIST, {"do": "up:who-tells"}).location == f"{case}#question-who-tells"
    page = ada.get(f"{case}/try").text
    assert page.index("who-tells?") < page.index("who-waits?")
    assert "A case: 2 questions are about it" in page
    nested = ada.post(LIST, {"type": "case", "id": "no", "about": "tuesday"}, follow_redirects=True)
    assert "A case stands in no other case" in nested.text
    nowhere = {"type": "single", "id": "no", "about": "question-1"}
    assert "A case stands in no" in ada.post(LIST, nowhere, follow_redirects=True).text
    assert ada.post(f"{LIST}/who-tells/remove").location == case
    assert lines_changed(QUIZ, text_of(ada))[:3] == [
        "+  - id: tuesday",
        "+    type: case",
        "+    objective: 1",
    ]


def fields_value(page: str, words: str) -> str:
    """The value of the choice with these words."""
    before = page[: page.index(words)]
    return before.rpartition('value="')[2].partition('"')[0]


def test_a_change_in_another_window_is_not_overwritten_unseen(ada: Client) -> None:
    old = fields_on(ada.get(ONE).text)
    save(ada, f"{LIST}/question-2", text="Changed, and not in the way.")
    assert ada.post(ONE, old | {"text": ["First window."]}).status_code == 302
    late = ada.post(ONE, old | {"text": ["Second window."]})
    assert late.status_code == 409
    assert "This question was changed since you opened it" in late.text
    assert "Second window.</textarea>" in late.text
    assert "First window." in text_of(ada)
    assert ada.post(ONE, fields_on(late.text)).status_code == 302
    assert "Second window." in text_of(ada)


def test_what_cannot_be_kept_is_given_back_with_a_sentence(ada: Client) -> None:
    form = fields_on(ada.get(ONE).text)
    refused = ada.post(ONE, form | {"text": ["Odd \x01 sign"]})
    assert refused.status_code == 422
    assert "the invisible character U+0001 cannot be used" in refused.text
    assert "Odd  sign</textarea>" in refused.text
    assert ada.post(ONE, form | {"text": ["NUL \0"]}).status_code == 302


def test_a_text_that_cannot_be_read_is_mended_as_text(ada: Client) -> None:
    ada.post(QUESTIONS, {"source": "questions: [", "seen": "0"})
    page = ada.get(LIST).text
    assert "Line 1: this is not valid YAML" in page
    assert "Mend it in the text" in page
    assert ada.get(ONE).status_code == 422


def test_an_option_that_is_reworded_stays_itself(ada: Client) -> None:
    save(ada, ONE, row__0__text="Ask which adults are at home.")
    assert lines_changed(QUIZ, text_of(ada)) == [
        "-      - {text: Ask which grown-ups are at home., correct: true}",
        "+      - {text: Ask which adults are at home., correct: true, id: "
        + text_id("Ask which grown-ups are at home.") + "}",
    ]  # fmt: skip


def test_the_pages_ask_the_database_little(ada: Client, session: Session) -> None:
    save(ada, ONE, text="Begun.")
    for address in (LIST, ONE, f"{ONE}/try", f"{ONE}/remove"):
        ada.get(address)
        with Queries(session.get_bind()) as queries:
            ada.get(address)
        assert len(queries) <= 10, address


def test_only_authors_of_the_course_see_them(
    session: Session, browser: Browser, ada: Client
) -> None:
    stranger = browser.sign_in(make_person(session))
    for address in (LIST, ONE, f"{ONE}/try", f"{ONE}/remove"):
        assert stranger.get(address).status_code == 403
        assert stranger.post(address, {"do": "copy:question-1"}).status_code == 403
    assert text_of(ada) == QUIZ
