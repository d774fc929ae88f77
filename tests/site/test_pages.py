"""Pages for anyone, and what people take along."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import SITE
from coursesite.content.rules import Completion, Lesson, Module
from coursesite.db import Base
from coursesite.paths.rules import Path, Step, StepModule
from coursesite.progress.models import LessonReading, ModuleRound, Note
from coursesite.quizzes.models import Attempt
from coursesite.quizzes.rules import AttemptState
from coursesite.reports.services import save_view
from coursesite.revisions.rules import Change, Kind
from coursesite.revisions.services import NewRevision, publish
from coursesite.site.own_data import OF_PARENT, OF_PERSON, OF_TABLE
from tests.browser import Browser, Queries
from tests.makers import make_person

READY = Module(
    slug="door",
    language="en",
    title="At the <b>door</b>",
    summary="What to do when a child opens.",
    objectives=("say who you are to a child",),
    attestation="",
    further_reading=(),
    minutes=40,
    audience=("police",),
    completion=Completion(lessons=None, quiz=None, attestation=False),
    sensitive=(),
    review_by=None,
    local_fields=("duty_social_worker", "emergency_number"),
    lessons=(Lesson("first", "First", 40, ("<p>Read.</p>",)),),
)
POLICE = Path(
    slug="police",
    title={"en": "Police"},
    summary={"en": "For officers."},
    audience=("police",),
    steps=(
        Step((StepModule("door", {"en": "old title"}, 10),)),
        Step((StepModule("later", {"en": "After the arrest"}, 30),)),
    ),
)


@pytest.fixture
def course(session: Session) -> int:
    """One path with a module that can be opened and one in preparation; the module's revision."""
    _publish(session, Kind.PATH, "police", "*", POLICE.to_json())
    revision_id = _publish(session, Kind.MODULE, "door", "en", READY.to_json())
    session.commit()
    return revision_id


def _publish(
    session: Session, kind: Kind, slug: str, language: str, rendered: Mapping[str, Any]
) -> int:
    files = {"text": f"{slug} {clock.now()}"}
    new = NewRevision(kind, slug, language, slug, files, rendered)
    made = publish(session, new, SITE, change=Change.MINOR)
    assert made is not None
    return made.revision_id


def test_the_front_page_shows_the_paths(browser: Browser, course: int) -> None:
    page = browser.anonymous().get("/")
    assert page.status_code == 200
    assert '<a href="/catalogue/police">Police</a>' in page.text
    assert "2 modules" in page.text
    assert "Sign in to learn" in page.text


def test_the_front_page_stands_before_anything_is_published(browser: Browser) -> None:
    assert browser.anonymous().get("/").status_code == 200
    assert "No learning path is published yet" in browser.anonymous().get("/catalogue").text


def test_a_path_says_what_one_will_learn_and_what_is_in_preparation(
    session: Session, browser: Browser, course: int
) -> None:
    page = browser.anonymous().get("/catalogue/police").text
    assert "say who you are to a child" in page
    assert "At the &lt;b&gt;door&lt;/b&gt;" in page
    assert "After the arrest" in page
    assert "In preparation" in page
    assert "/modules/door" not in page
    learner = browser.sign_in(make_person(session))
    assert 'href="/modules/door"' in learner.get("/catalogue/police").text


def test_the_catalogue_says_how_much_is_ready(browser: Browser, course: int) -> None:
    page = browser.anonymous().get("/catalogue").text
    assert "2 modules, about 70 minutes, 1 of them ready" in page


def test_there_is_no_such_path(browser: Browser) -> None:
    assert browser.anonymous().get("/catalogue/nowhere").status_code == 404


@pytest.mark.parametrize("address", ["/", "/catalogue", "/catalogue/police"])
def test_looking_around_costs_few_queries(
    session: Session, browser: Browser, course: int, address: str
) -> None:
    visitor = browser.anonymous()
    visitor.get(address)
    with Queries(session.connection()) as queries:
        visitor.get(address)
    assert len(queries) <= 2


@pytest.mark.parametrize("address", ["/accessibility", "/privacy"])
def test_statements_stand(browser: Browser, address: str) -> None:
    page = browser.anonymous().get(address)
    assert page.status_code == 200
    assert page.text.count("<h1>") == 1


def test_cookies_are_those_that_the_statement_names(session: Session, browser: Browser) -> None:
    client = browser.sign_in(make_person(session))
    client.get("/settings")
    client.post("/settings/theme", {"theme": "dark"})
    assert {key[-1] for key in client.client._cookies or ()} == {"session", "theme"}  # noqa: SLF001 - no list is public


def test_people_take_their_own_data_along_and_nobody_elses(
    session: Session, browser: Browser, course: int
) -> None:
    me, other = make_person(session, staff_number="A-1"), make_person(session, staff_number="B-2")
    for person, text in ((me, "my own thought"), (other, "a stranger's thought")):
        now = clock.now()
        begun = ModuleRound(person_id=person.id, module_slug="door", started_at=now)
        session.add(begun)
        session.add(
            Note(person_id=person.id, module_slug="door", block_id="r", text=text, changed_at=now)
        )
        session.flush()
        session.add(
            LessonReading(round_id=begun.id, lesson_id="first", revision_id=course, read_at=now)
        )
    session.add(
        Attempt(
            person_id=me.id,
            organisation_id=me.organisation_id,
            quiz_slug="door",
            revision_id=course,
            number=1,
            state=AttemptState.OPEN,
            seed=1,
            drawn=[{"key": "the right answer"}],
            pass_mark=80,
            started_at=clock.now(),
        )
    )
    save_view(session, me.id, "my own view", "/reports?state=late")
    save_view(session, other.id, "a stranger's view", "/reports?state=late")
    session.commit()

    answer = browser.sign_in(me).get("/settings/my-data.json")
    assert answer.mimetype == "application/json"
    assert "attachment" in answer.headers["Content-Disposition"]
    data = answer.get_json()
    assert data["person"]["staff_number"] == "A-1"
    assert [note["text"] for note in data["private_notes"]] == ["my own thought"]
    assert [reading["lesson_id"] for reading in data["lessons_read"]] == ["first"]
    assert len(data["postings"]) == len(data["quiz_attempts"]) == 1
    assert [view["name"] for view in data["saved_views"]] == ["my own view"]
    for secret in ("stranger", "B-2", "the right answer", "digest", "hash"):
        assert secret not in answer.text


KEPT_BACK = {
    "passwords": "it would open the account",
    "password_links": "they would open the account",
    "tasks": "their files are taken along where they were asked for",
    "acts": "they are about others",
    "import_batches": "they are about others",
    "parked_sweeps": "they are about others",
    "uploads": "they are gone after two days, and hold what was sent",
    "erasure_holds": "an inquiry that they may not know of yet asked for it",
    "text_keepers": "who keeps a text, which its history names",
}


def test_nothing_that_is_kept_about_a_person_is_left_out_of_their_data() -> None:
    told = {owner.class_.__table__.name for owner in OF_PERSON.values()}
    told |= {parent.class_.__table__.name for parent, _owner in OF_PARENT.values()}
    told |= {"extensions", "postings", "role_grants", *(table for table, _ in OF_TABLE.values())}
    about = {
        table.name
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name in {"person_id", "recipient_id"} and column.foreign_keys
    }
    assert about - told == set(KEPT_BACK)
