"""What authors may send and the site does not take: told on their page, with its line."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from coursesite.audit.services import SITE
from coursesite.authoring.models import Draft
from coursesite.content.queries import FACTS_SLUG
from coursesite.content.rules import facts_to_json
from coursesite.db import writing
from coursesite.extensions import db
from coursesite.people.models import Person, RoleGrant, Unit
from coursesite.people.rules import Role
from coursesite.revisions.models import Publication
from coursesite.revisions.rules import EVERY_LANGUAGE, Change, Kind
from coursesite.revisions.services import NewRevision, publish
from tests.authoring.courses import MODULE as SMALL
from tests.authoring.courses import QUIZ
from tests.authoring.test_desk import (
    EDIT,
    QUESTIONS,
    ada,
    author,
    form_of,
    hidden,
    keepers,
    problems_in,
    publish_small_course,
)
from tests.browser import Browser, Client
from tests.conftest import NewDatabase, migrated_site
from tests.content.documents import FACTS, MODULE, TEXT
from tests.content.test_problems import CHANGES, TERMS
from tests.makers import make_organisation, make_person, make_unit

__all__ = ["ada", "author", "keepers"]


@pytest.fixture
def editor(session: Session, ada: Client) -> Client:
    """Ada writes the module that holds every kind of block."""
    facts = facts_to_json(FACTS)
    new = NewRevision(Kind.FACTS, FACTS_SLUG, EVERY_LANGUAGE, "Facts", {"facts": "2"}, facts)
    publish(session, new, SITE, change=Change.MINOR)
    session.commit()
    return ada


@pytest.mark.only_on("sqlite")  # what is told depends on no database
def test_whatever_the_format_refuses_is_told_on_the_page(editor: Client) -> None:
    """A NUL is another matter, which no form can send: a sign stands in its place."""
    form = form_of(editor)
    examples = [(TEXT.replace(old, new), MODULE, said) for old, new, said in CHANGES if said]
    examples += [(TEXT, MODULE.replace(old, new), said) for old, new, said in TERMS]
    for text, settings, said in examples:
        page = editor.post(f"{EDIT}/preview", form | {"source": text, "settings": settings})
        assert page.status_code == 200
        told = list(told_on(page.text))
        assert any(each.startswith(said) for each in told) or "\0" in text, (said, told)


def told_on(page: str) -> Iterator[str]:
    """The problems of a page as the checker writes them."""
    for line, words in problems_in(page):
        file, _colon, rest = words.partition(": ")
        yield f"module.yaml:{line}: {rest}" if file == "module.yaml" else f"{line}: {words}"


@pytest.mark.parametrize("example", [CHANGES[4], CHANGES[14], CHANGES[40]])
def test_what_is_told_so_is_not_published(
    editor: Client,
    session: Session,
    browser: Browser,
    keepers: Unit,
    example: tuple[str, str, str | None],
) -> None:
    old, new, _said = example
    editor.post(EDIT, form_of(editor, source=TEXT.replace(old, new), settings=MODULE))
    pia = browser.sign_in(make_person(session, keepers, roles=(Role.PUBLISHER,)))
    assert "Errors stand in the way" in pia.get(f"{EDIT}/publish").text
    draft = session.scalars(sa.select(Draft)).one()
    sent = {"seen": str(draft.version), "live": str(draft.base_revision_id), "draft": str(draft.id)}
    answer = pia.post(f"{EDIT}/publish", {**sent, "change": "minor", "note": "So."})
    assert answer.status_code == 422
    published = sa.select(Publication).where(Publication.kind == Kind.MODULE)
    assert len(session.scalars(published).all()) == 1


LOOK_ALIKE = [
    "\u0430t-the-door",  # a Cyrillic a
    "\uff41t-the-door",  # a wide a
    "at\u2010the\u2010door",  # hyphens of typography
    "at\u2011the\u2011door",
    "at\u2013the\u2013door",
    "caf\u00e9",
    "cafe\u0301",  # an accent of its own
    "stra\u00dfe",
    "\ufb01rst-days",  # fi in one sign
    "f\u0131rst",  # an i without its dot
    "at-the-door\u200b",  # nothing that anybody sees
    "at-the\u00ad-door",
    "\u202eat-the-door",  # turned around
    "\u0661\u0662",  # digits of Arabic
    "at-the-door\u0000",
    "AT-THE-DOOR",
]


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("name", LOOK_ALIKE, ids=ascii)
def test_a_name_that_only_looks_like_one_is_none(ada: Client, name: str) -> None:
    new = ada.post("/authoring/modules/new", {"title": "A title", "slug": name})
    assert new.status_code in {400, 422}
    begun = ada.post(f"{QUESTIONS}/questions", {"type": "single", "id": name})
    assert begun.status_code == 422
    lesson = SMALL.replace("{#first-two-minutes}", f"{{#{name}}}")
    block = SMALL.replace("{id: card}", f"{{id: {name}}}")
    for text, line in ((lesson, "7"), (block, "16")):
        page = ada.post(f"{EDIT}/preview", form_of(ada, source=text)).text
        assert line in [where for where, _words in problems_in(page)], text
    bank = QUIZ.replace("id: question-1", f"id: {name}")
    page = ada.post(f"{QUESTIONS}/preview", form_of(ada, QUESTIONS, source=bank)).text
    assert "2" in [where for where, _words in problems_in(page)]


def test_a_fact_that_only_looks_like_one_is_none(ada: Client) -> None:
    text = SMALL.replace("[@A01]", "[@\u041001]")
    told = problems_in(ada.post(f"{EDIT}/preview", form_of(ada, source=text)).text)
    assert told == [("9", "'[@\u041001]' is no citation: write it as in [@A01; @B07]")]


def test_signs_that_nobody_sees_are_warned_of(ada: Client) -> None:
    text = SMALL.replace("Many children", "Many \u202enerdlihc").replace("**who**", "**w\u200bho**")
    told = problems_in(ada.post(f"{EDIT}/preview", form_of(ada, source=text)).text)
    assert [(line, words[:25]) for line, words in told if "invisible" in words] == [
        ("9", "the invisible sign U+202E"),
        ("12", "the invisible sign U+200B"),
    ]
    arabic = SMALL.replace("Many children", f"\u2067{ARABIC}\u2069\u200f")
    assert "invisible" not in ada.post(f"{EDIT}/preview", form_of(ada, source=arabic)).text


def test_they_are_warned_of_in_questions_at_their_line_and_field(ada: Client) -> None:
    question = "What c\u200bomes first, 2?"
    bank = QUIZ.replace("What comes first, 2?", question)
    form = form_of(ada, QUESTIONS, source=bank)

    told = problems_in(ada.post(f"{QUESTIONS}/preview", form).text)

    line = str(1 + bank.split("\n").index(f"    text: {question}"))
    unseen = [(where, words[:25]) for where, words in told if "invisible" in words]
    assert unseen == [(line, "the invisible sign U+200B")]
    ada.post(QUESTIONS, form)
    assert "invisible sign U+200B" in ada.get(f"{QUESTIONS}/questions/question-2").text
    assert "invisible sign" not in ada.get(f"{QUESTIONS}/questions/question-1").text


def test_addresses_with_such_names_lead_nowhere(ada: Client) -> None:
    for name in LOOK_ALIKE:
        if "\u0000" not in name:
            assert ada.get(f"/authoring/modules/{name}/en").status_code == 404, ascii(name)
            assert ada.get(f"/authoring/modules/at-the-door/{name}").status_code == 404, ascii(name)


ARABIC = "\u0627\u0644\u0623\u0637\u0641\u0627\u0644 \u0623\u0648\u0644\u0627"
HOSTILE = f'<script>alert(1)</script>\u202e{ARABIC} "><img src=x onerror=alert(2)>'


def test_text_from_right_to_left_and_scripts_in_comments_are_shown_as_they_are(
    ada: Client, session: Session, browser: Browser, keepers: Unit
) -> None:
    text = SMALL.replace("At the door\n", f"{ARABIC}\n", 1).replace("Many children", ARABIC)
    ada.post(EDIT, form_of(ada, source=text))
    assert ARABIC in ada.get(EDIT).text
    draft = session.scalars(sa.select(Draft)).one()
    url = f"{EDIT}/drafts/{draft.id}"
    bob = browser.sign_in(make_person(session, keepers, roles=(Role.AUTHOR,)))
    remark = {"file": "en.md", "passage": ARABIC, "body": HOSTILE, "suggestion": HOSTILE}
    assert bob.post(f"{url}/comments", remark).status_code == 302

    page = ada.get(url).text
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2
    assert "\u202e" not in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert '<p class="said" dir="auto">&lt;script' in page


def test_a_draft_of_somebody_who_lost_the_role_stays_and_is_published_by_others(
    ada: Client, author: Person, session: Session, browser: Browser, keepers: Unit
) -> None:
    ada.post(EDIT, form_of(ada, source=SMALL.replace("Many", "Very many")))
    form = form_of(ada, source=SMALL.replace("Many", "Too late: many"))
    session.execute(sa.delete(RoleGrant).where(RoleGrant.person_id == author.id))
    session.commit()
    draft = session.scalars(sa.select(Draft)).one()
    for address in (EDIT, f"{EDIT}/preview", f"{EDIT}/give-up", f"{EDIT}/ask"):
        assert ada.post(address, form).status_code == 403, address
    assert ada.get(f"{EDIT}/drafts/{draft.id}").status_code == 403
    given_back = ada.post(EDIT, form).text
    assert "What you wrote</label>" in given_back
    assert "Too late: many children" in given_back

    pia = browser.sign_in(make_person(session, keepers, roles=(Role.PUBLISHER,)))
    page = pia.get(f"{EDIT}/publish?draft={draft.id}").text
    sent = {name: hidden(page, name) for name in ("seen", "live", "draft")}
    answer = pia.post(f"{EDIT}/publish", {**sent, "change": "minor", "note": "So."})
    assert answer.status_code == 302
    lesson = browser.sign_in(make_person(session)).get("/modules/at-the-door/first-two-minutes")
    assert "Very many children" in lesson.text


@pytest.fixture(scope="module")
def site(
    engine_name: str, new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """A site whose commits are real, so that two requests meet in the database."""
    with (
        new_database(engine_name) as url,
        migrated_site(url, tmp_path_factory.mktemp("var")) as made,
    ):
        yield made


def test_of_two_publishers_at_the_same_moment_one_publishes(site: Flask, tmp_path: Path) -> None:
    with site.app_context():
        sessions: sessionmaker[Session] = db.sessionmaker
    with writing(), sessions() as session:
        publish_small_course(session, tmp_path)
        unit = make_unit(session, make_organisation(session, keeps_course=True))
        people = [make_person(session, unit, roles=(Role.PUBLISHER,)) for _ in range(2)]
        clients = [Browser(site, session).sign_in(person) for person in people]
        clients[0].post(EDIT, form_of(clients[0], source=SMALL.replace("Many", "Very many")))
        session.commit()
    page = clients[0].get(f"{EDIT}/publish").text
    sent = {name: hidden(page, name) for name in ("seen", "live", "draft")}
    together = Barrier(2)

    def press(client: Client) -> tuple[int, str]:
        client.get(f"{EDIT}/publish?draft={sent['draft']}")
        together.wait()
        form = {**sent, "change": "minor", "note": "Both at once."}
        answer = client.post(f"{EDIT}/publish", form)
        return answer.status_code, answer.location or ""

    with ThreadPoolExecutor(2) as pool:
        answers = set(pool.map(press, clients))
    published = {each for each in answers if "/history#publication-" in each[1]}
    assert len(published) == 1
    assert answers - published <= {(302, f"{EDIT}/history"), (409, "")}
    with sessions() as session:
        notes = session.scalars(sa.select(Publication.note).where(Publication.note != "")).all()
    assert notes == ["Both at once."]
