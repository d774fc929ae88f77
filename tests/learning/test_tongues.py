"""Every word of another language than the page's says so: who hears the page hears it right."""

import re
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Requirement
from coursesite.assignments.services import assign
from coursesite.audit.services import SITE
from coursesite.authoring.library import read_course
from coursesite.authoring.services import publish_course
from coursesite.people.models import Unit
from coursesite.people.rules import Role
from coursesite.revisions.rules import Change, short
from tests.assignments.makers import acting, make_plan
from tests.authoring.courses import COURSE, PATH, lay
from tests.authoring.test_desk import DAY, keepers
from tests.authoring.test_publishing import pia, publisher
from tests.authoring.test_translating import WORDS, live
from tests.browser import Browser, Client
from tests.learning.test_changes_in_languages import change, complete, in_spanish, read_in
from tests.makers import make_person
from tests.tongues import tongues_of

__all__ = ["keepers", "pia", "publisher"]

SPANISH = re.compile(
    "|".join(
        [
            *(re.escape(re.sub(r"[*]|\[@.*", "", each).strip()) for each in WORDS.values()),
            "quién",
            "Policía",
            "en la policía",
        ]
    )
)
OURS = re.compile(r"\b(the|of|your|you|lesson|revision|learn|this|what)\b", re.IGNORECASE)
ENGLISH = re.compile("Many children have a parent|What comes first")


def told_wrong(page: str) -> list[str]:
    """What a page in English says of its Spanish words, or of its own, that is not so."""
    wrong = []
    for language, words in tongues_of(page):
        if SPANISH.search(words) and language != "es":
            wrong.append(f"no Spanish: {words}")
        if language == "es" and (OURS.search(words) or ENGLISH.search(words)):
            wrong.append(f"no English: {words}")
    return wrong


def test_what_a_learner_reads_in_another_language_than_the_page_says_so(
    session: Session, pia: Client, keepers: Unit, browser: Browser
) -> None:
    in_spanish(pia)
    person = make_person(session, keepers)
    assign(session, make_plan(keepers, slug="at-the-door"), acting(person))
    session.commit()
    client = browser.sign_in(person)
    read_in(client, "es")
    complete(session, client)
    learned = short(live(session, "es").digest)
    change(session, pia)
    requirement = session.scalars(
        sa.select(Requirement.id).where(Requirement.person_id == person.id)
    ).one()
    attempt = client.post("/quizzes/at-the-door/attempts").location

    pages = (
        "/learn",
        "/modules/at-the-door",
        "/modules/at-the-door/first-two-minutes",
        "/modules/at-the-door/checklist",
        f"/modules/at-the-door/revisions/{learned}",
        "/changes/at-the-door",
        "/quizzes/at-the-door",
        attempt,
        f"/learn/requirements/{requirement}",
        f"/learn/more-time/{requirement}",
        "/record",
    )
    wrong = {}
    for address in pages:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert SPANISH.search(answer.text), address
        if told := told_wrong(answer.text):
            wrong[address] = told
    assert wrong == {}

    boss = browser.sign_in(make_person(session, keepers, roles=(Role.MANAGER,)))
    page = boss.get(f"/reports/people/{person.id}/requirements/{requirement}")
    assert page.status_code == 200
    assert "Passed the quiz of" in page.text


def test_a_path_that_is_written_in_another_language_alone_says_so_to_anybody(
    session: Session, browser: Browser, tmp_path: Path
) -> None:
    spanish = PATH.replace(
        "{en: Police}\nsummary: {en: For the police.}",
        "{es: Policía}\nsummary: {es: Para quien trabaja en la policía.}",
    )
    folder = lay(tmp_path, {**COURSE, "content/paths/police.yaml": spanish})
    publish_course(session, read_course(folder, DAY), folder, SITE, Change.MINOR)
    session.commit()

    for address in ("/", "/catalogue", "/catalogue/police"):
        page = browser.anonymous().get(address).text
        assert "Policía" in page
        assert told_wrong(page) == []
