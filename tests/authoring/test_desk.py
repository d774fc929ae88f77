"""Authors write drafts: whatever they save is kept, and every problem has its line."""

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.audit.services import SITE
from coursesite.authoring.library import read_course
from coursesite.authoring.models import Draft, SavedText
from coursesite.authoring.services import publish_course
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role
from coursesite.revisions.rules import Change
from tests.authoring.courses import MODULE, QUIZ, SETTINGS, SHEET, small_course
from tests.browser import Browser, Client, Queries
from tests.makers import make_organisation, make_person, make_unit

DAY = date(2026, 11, 22)
EDIT = "/authoring/modules/at-the-door/en"
DEAD_END = """
//// scenario | Six
    {id: six, start: door}

/// scene | door
It is six.
///
////
"""
QUESTIONS = "/authoring/quizzes/at-the-door/en"


def publish_small_course(session: Session, folder: Path) -> None:
    small_course(folder)
    publish_course(session, read_course(folder, DAY), folder, SITE, Change.MINOR)
    session.commit()


@pytest.fixture
def keepers(session: Session) -> Unit:
    """A unit of the organisation that keeps the course."""
    return make_unit(session, make_organisation(session, keeps_course=True))


@pytest.fixture
def author(session: Session, keepers: Unit) -> Person:
    return make_person(session, keepers, roles=(Role.AUTHOR,), given_name="Ada")


@pytest.fixture
def ada(session: Session, author: Person, browser: Browser, tmp_path: Path) -> Client:
    """Ada is an author, and the small course is published."""
    publish_small_course(session, tmp_path)
    return browser.sign_in(author)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def plain(page: str) -> str:
    """What a page says, without the marks of single words and what only screen readers say."""
    return re.sub(r'<span class="govuk-visually-hidden">[^<]*</span>|</?b>', "", page)


def form_of(client: Client, url: str = EDIT, **values: str) -> dict[str, str]:
    """The editor's form as the page shows it, with other values typed in."""
    page = client.get(url).text
    boxes = {
        name: unescape(text)
        for name, text in re.findall(
            r'<textarea[^>]*name="(\w+)"[^>]*>\n(.*?)</textarea>', page, re.S
        )
    }
    return {**boxes, "seen": hidden(page, "seen"), "live": hidden(page, "live"), **values}


def problems_in(page: str) -> list[tuple[str, str]]:
    """Each problem's line and words."""
    found = re.findall(
        r'<li class="problem-\w+">.*?(?:data-line="(\d+)"|Line \d+).*?</b> (.*?)</span></li>',
        page,
        re.S,
    )
    return [(line, unescape(words)) for line, words in found]


def draft_of(session: Session) -> Draft:
    session.expire_all()
    return session.scalars(sa.select(Draft)).one()


def test_an_author_saves_a_draft_and_learners_see_none_of_it(
    session: Session, ada: Client, author: Person
) -> None:
    form = form_of(ada)
    assert form["source"] == MODULE
    assert form["settings"] == SETTINGS

    answer = ada.post(EDIT, {**form, "source": MODULE.replace("**who**", "*who*")})

    assert answer.status_code == 302
    assert "*who*" in form_of(ada)["source"]
    assert draft_of(session).author_id == author.id
    page = ada.get("/modules/at-the-door/first-two-minutes").text
    assert "<strong>who</strong>" in page
    assert "Yours, saved" in ada.get(EDIT).text


def test_line_ends_from_a_browser_become_those_of_a_file(session: Session, ada: Client) -> None:
    ada.post(EDIT, form_of(ada, source="\ufeff# One\r\n\r\nTwo\r\n"))

    assert draft_of(session).files["en.md"] == "# One\n\nTwo\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (
            MODULE.replace("summary:", "sumary:"),
            "3",
            "unknown key 'sumary': did you mean 'summary'",
        ),
        (MODULE.replace("///\n\n/// check", "\n\n/// check"), "11", "///"),
        (MODULE + "\n# Again {#first-two-minutes}\n", "20", "is here twice"),
        (MODULE + DEAD_END, "23", "door"),
        (MODULE.replace("[@A01]", "[@Z99]"), "9", "Z99"),
        ("", "1", "title"),
        ("x" * 5_000_000, "1", "too long"),
        (MODULE.replace("Many", "Ma\0ny"), "9", "NUL"),
    ],
    ids=["key", "block", "double", "dead end", "fact", "empty", "5 MB", "NUL"],
)
def test_whatever_is_in_the_box_is_kept_and_told_with_its_line(
    session: Session, ada: Client, text: str, line: str, words: str
) -> None:
    answer = ada.post(EDIT, form_of(ada, source=text))

    assert answer.status_code == 302
    assert draft_of(session).files["en.md"] == text.replace("\0", "␀")
    page = ada.get(EDIT).text
    told = problems_in(page)
    assert [each for each in told if each[0] == line and words in each[1]], told
    assert ada.get("/modules/at-the-door").status_code == 200
    assert session.scalars(sa.select(SavedText)).one().files == draft_of(session).files


def test_raw_html_and_scripts_are_shown_as_text(ada: Client) -> None:
    text = MODULE.replace("Many", '<script>alert(1)</script><img src=x onerror="alert(2)"> Many')

    page = ada.post(f"{EDIT}/preview", form_of(ada, source=text)).text

    shown = page[page.index('id="preview"') :]
    assert "<script>alert" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;" in shown


def test_a_preview_shows_every_lesson_and_saves_nothing(session: Session, ada: Client) -> None:
    check = (
        "/// check\n    {id: who}\nWho?\n\n- [ ] He.\n\n    No.\n\n- [x] She.\n\n    Yes.\n///\n"
    )
    text = MODULE + f"\n# Second {{#second}}\n\n{check}\nCall {{{{duty_phone}}}}.\n{SHEET}"
    settings = SETTINGS + "local_fields: [duty_phone]\n"

    page = ada.post(f"{EDIT}/preview", form_of(ada, source=text, settings=settings)).text

    shown = page[page.index('id="preview"') :]
    assert "<strong>who</strong>" in shown
    assert "Second</h2>" in shown
    assert "The right answer." in shown
    assert "Together</h2>" in shown
    assert '<span class="field">duty_phone</span>' in shown
    assert unescape(page).count(text) == 1
    assert session.scalars(sa.select(Draft)).all() == []


def test_a_broken_text_is_previewed_as_its_problems(ada: Client) -> None:
    page = ada.post(f"{EDIT}/preview", form_of(ada, source="nothing")).text

    assert "The preview is here once no error is left." in page
    assert 'href="#source" data-line="1"' in page


def test_while_something_is_wrong_the_lessons_that_are_right_are_shown(ada: Client) -> None:
    wrong = "\n# Second {#second}\n\nSee [there](nowhere).\n"
    text = MODULE.replace("What a child sees.", '""').replace("title: At", "title: Before") + wrong

    page = ada.post(f"{EDIT}/preview", form_of(ada, source=text)).text

    assert "<h1>Before the door</h1>" in page
    shown = page[page.index('id="preview"') :]
    assert "<strong>who</strong>" in shown
    assert "Second</h2>" in shown
    assert "This lesson is shown here once its errors are mended." in shown
    assert "See " not in shown


def test_settings_are_checked_in_their_own_box(ada: Client) -> None:
    page = ada.post(f"{EDIT}/preview", form_of(ada, settings=SETTINGS + "minuts: 3\n")).text

    assert 'href="#settings" data-line="6"' in page
    assert ("6", "module.yaml: unknown key 'minuts': did you mean 'minutes'?") in problems_in(page)


def test_the_quiz_must_still_fit_the_module(ada: Client) -> None:
    text = MODULE.replace(", Ask before you go", ", Ask before you go, Stay")

    page = ada.post(f"{EDIT}/preview", form_of(ada, source=text)).text

    assert "at-the-door.en.yaml: " in page
    assert "objective 4" in page


def test_a_script_saves_while_its_author_writes(session: Session, ada: Client) -> None:
    script = {"headers": {"Sec-Fetch-Mode": "cors"}}
    form = form_of(ada)

    first = ada.post(EDIT, {**form, "source": "one"}, **script)
    seen = str((first.json or {})["seen"])
    second = ada.post(EDIT, {**form, "source": "two", "seen": seen}, **script)

    said = {"meanwhile": ""}
    assert (first.json, second.json) == ({"seen": "1", **said}, {"seen": "2", **said})
    assert draft_of(session).files["en.md"] == "two"
    assert session.scalars(sa.select(SavedText)).all() == []


def bob_of(session: Session, keepers: Unit, browser: Browser) -> Client:
    return browser.sign_in(make_person(session, keepers, roles=(Role.PUBLISHER,), given_name="Bob"))


def test_two_authors_write_beside_each_other(
    session: Session, ada: Client, keepers: Unit, browser: Browser
) -> None:
    bob = bob_of(session, keepers, browser)
    hers = MODULE.replace("Many", "More <b>")

    ada.post(EDIT, form_of(ada, source=hers))
    answer = bob.post(EDIT, form_of(bob, source=MODULE.replace("Many", "Most")))

    assert answer.status_code == 302
    assert form_of(ada)["source"] == hers
    assert "Most" in form_of(bob)["source"]
    draft = session.scalars(sa.select(Draft).order_by(Draft.id)).first()
    assert draft
    page = bob.get(EDIT).text
    assert "has a draft of this text, too" in page
    assert f"{EDIT}/drafts/{draft.id}" in page
    page = bob.get(f"{EDIT}/drafts/{draft.id}").text
    assert "<ins>" in page
    assert "More &lt;b&gt; children" in page
    assert "Draft of Ada" in page


def test_two_windows_of_one_author_lose_nothing(session: Session, ada: Client) -> None:
    first = form_of(ada, source=MODULE.replace("Many", "More <b>"))
    second = form_of(ada, source=MODULE.replace("Many", "Most"))

    ada.post(EDIT, first)
    conflict = ada.post(EDIT, second)

    assert conflict.status_code == 409
    assert "<del>" in conflict.text
    assert "More &lt;b&gt; children" in plain(conflict.text)
    assert "Most children" in conflict.text
    assert draft_of(session).files["en.md"] == first["source"]
    late = session.scalars(sa.select(SavedText).where(SavedText.version.is_(None))).one()
    assert late.files["en.md"] == second["source"]
    assert f"{EDIT}/join/saved-{late.id}" in conflict.text
    again = ada.post(EDIT, second)
    assert f"{EDIT}/join/saved-{late.id}" in again.text
    assert f"{EDIT}/join/saved-{late.id}" in ada.get(f"{EDIT}/saved/{late.id}").text

    ada.post(EDIT, {**second, "seen": hidden(conflict.text, "seen")})

    assert draft_of(session).files["en.md"] == second["source"]
    kept = [each.files["en.md"] for each in session.scalars(sa.select(SavedText))]
    assert first["source"] in kept
    page = ada.get(f"{EDIT}/history").text
    assert "Came after another window had saved" in page
    assert f"{EDIT}/saved/{late.id}" in page
    assert "Most children" in ada.get(f"{EDIT}/saved/{late.id}").text


def test_a_script_is_told_of_a_conflict(session: Session, ada: Client) -> None:
    late = form_of(ada, source="late")
    ada.post(EDIT, form_of(ada, source="early"))

    answer = ada.post(EDIT, late, headers={"Sec-Fetch-Mode": "cors"})

    assert answer.status_code == 409
    assert "This one is kept" in answer.text


def test_the_same_text_twice_is_no_conflict(ada: Client) -> None:
    form = form_of(ada, source="the same")

    assert [ada.post(EDIT, form).status_code for _ in range(2)] == [302, 302]


def test_a_draft_can_be_given_up_and_taken_up_again(session: Session, ada: Client) -> None:
    ada.post(EDIT, form_of(ada, source="a thought"))
    page = ada.get(EDIT).text
    seen = {"seen": hidden(page, "seen"), "live": hidden(page, "live")}

    assert ada.post(f"{EDIT}/give-up", seen).status_code == 302
    assert form_of(ada)["source"] == MODULE
    saved = session.scalars(sa.select(SavedText)).one()
    ada.post(f"{EDIT}/saved/{saved.id}")
    assert form_of(ada)["source"] == "a thought"


UNWRITTEN = [
    f"'{words}' stood in the frame that was inserted: write your own words in its place"
    for words in ("Begin here.", "One thing to remember.", "One thing to do")
]


def test_a_new_module_lacks_only_what_its_author_must_write(session: Session, ada: Client) -> None:
    answer = ada.post(
        "/authoring/modules/new", {"title": 'On "time": a start', "slug": "core-9-on-time"}
    )

    page = ada.get(answer.location).text
    assert [words for _line, words in problems_in(page)] == [
        "'summary' should not be empty",
        *(f"entry {number} of 'objectives' should not be empty" for number in (1, 2, 3)),
        *UNWRITTEN,
    ]
    filled = (
        unescape(form_of(ada, answer.location)["source"])
        .replace('summary: ""', "summary: What it is about.")
        .replace('""', "One")
    )
    assert "<h1>On &#34;time&#34;: a start</h1>" in page
    page = ada.post(f"{answer.location}/preview", form_of(ada, answer.location, source=filled)).text
    assert [words for _line, words in problems_in(page)] == [
        *UNWRITTEN,
        "module.yaml: by its words and tasks this module takes about 0 minutes",
    ]
    assert "On &#34;time&#34;: a start" in page
    listed = ada.get("/authoring").text
    assert f'<a href="{answer.location}">On &#34;time&#34;: a start</a>' in listed
    assert ada.get("/modules/core-9-on-time").status_code == 404


@pytest.mark.parametrize("slug", ["at-the-door", "Big", "../up", "a--b", "", "x" * 61, "a\n"])
def test_a_name_that_cannot_be_is_told_at_its_field(ada: Client, slug: str) -> None:
    answer = ada.post("/authoring/modules/new", {"title": "A title", "slug": slug})

    assert answer.status_code == 422
    assert 'id="slug-error"' in answer.text


def test_questions_are_written_with_their_problems_and_keys(session: Session, ada: Client) -> None:
    assert form_of(ada, QUESTIONS)["source"] == QUIZ
    broken = QUIZ.replace(", correct: true", "", 1)

    page = ada.post(f"{QUESTIONS}/preview", form_of(ada, QUESTIONS, source=broken)).text
    whole = ada.get(QUESTIONS).text

    assert [line for line, words in problems_in(page) if "correct" in words] == ["6"]
    assert whole.count("The right answer.") == 3
    assert "She is no informant." in whole


def test_a_module_without_questions_gets_its_first(session: Session, ada: Client) -> None:
    made = ada.post("/authoring/modules/new", {"title": "New", "slug": "core-9"})
    text = form_of(ada, made.location)["source"].replace('summary: ""', "summary: S.")
    ada.post(made.location, form_of(ada, made.location, source=text.replace("[]", "[A, B, C]")))

    form = form_of(ada, "/authoring/quizzes/core-9/en")

    assert form["source"].startswith("questions:")
    assert ada.post("/authoring/quizzes/core-9/en", form).status_code == 302


@pytest.mark.parametrize("live", ["999999", "9" * 40, "-1", "x", ""])
def test_a_revision_that_a_form_invents_is_not_believed(
    session: Session, ada: Client, live: str
) -> None:
    for text in ("one", "two"):
        answer = ada.post(EDIT, form_of(ada, source=text, live=live))
        assert answer.status_code == 302
        seen = {"seen": hidden(ada.get(EDIT).text, "seen"), "live": live}
        assert ada.post(f"{EDIT}/give-up", seen).status_code == 302

    assert draft_of(session).base_revision_id is None


def test_what_was_written_survives_the_end_of_a_session(ada: Client, browser: Browser) -> None:
    nobody = browser.anonymous()

    answer = nobody.post(EDIT, form_of(ada, source="a long afternoon's work"))

    assert answer.status_code == 401
    assert "What you had written is kept" in answer.text


def test_the_list_asks_as_much_for_many_modules_as_for_one(session: Session, ada: Client) -> None:
    def asked() -> int:
        ada.get("/authoring")
        with Queries(session.connection()) as queries:
            ada.get("/authoring")
        return len(queries)

    ada.post("/authoring/modules/new", {"title": "Module", "slug": "module"})
    one = asked()
    for number in range(5):
        values = {"title": f"Module {number}", "slug": f"module-{number}"}
        assert ada.post("/authoring/modules/new", values).status_code == 302

    assert asked() == one <= 7


@pytest.mark.parametrize("path", ["/authoring/modules/none/en", "/authoring/quizzes/none/en"])
def test_what_is_nowhere_is_not_found(ada: Client, path: str) -> None:
    assert ada.get(path).status_code == 404
    assert ada.post(path, {"source": "x"}).status_code == 404


def test_the_list_tells_what_is_live_who_writes_and_what_is_due(
    session: Session, ada: Client, tmp_path: Path
) -> None:
    course = small_course(tmp_path)
    settings = course / "content/modules/at-the-door/module.yaml"
    settings.write_text(SETTINGS + "review_by: 2026-01-31\n", "utf-8")
    publish_course(session, read_course(course, DAY), course, SITE, Change.MINOR)
    ada.post(EDIT, form_of(ada, source="a draft"))

    page = ada.get("/authoring").text

    assert "At the door" in page
    assert "Published" in page
    assert "Ada" in page
    assert "Read it again" in page
    assert re.search(r"due by [^<]*2026", page)


@pytest.mark.parametrize(
    "path",
    ["/authoring", "/authoring/modules/new", EDIT, QUESTIONS, f"{EDIT}/history", f"{EDIT}/publish"],
)
def test_others_are_refused(session: Session, ada: Client, browser: Browser, path: str) -> None:
    elsewhere = browser.sign_in(make_person(session, roles=(Role.AUTHOR, Role.PUBLISHER)))
    learner = browser.sign_in(make_person(session))

    assert elsewhere.get(path).status_code == 403
    assert learner.get(path).status_code == 403
    assert browser.anonymous().get(path).status_code == 302
