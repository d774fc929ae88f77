"""The demonstration's lessons read as where somebody filled in what the course asks for."""

import re
from datetime import date

import pytest
import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Session

from coursesite.config import PROJECT
from coursesite.content.library.local import KnownPlaces, read_local
from coursesite.content.queries import MODULES
from coursesite.content.rules.local import field_file, passage_file
from coursesite.demo.library import own_words
from coursesite.demo.rules import ORGANISATIONS
from coursesite.people.models import Person
from coursesite.progress.models import Completion
from coursesite.quizzes.models import Attempt
from coursesite.quizzes.services import recount
from coursesite.revisions.models import LocalVersion
from tests.browser import Browser

MODULES_FOLDER = PROJECT / "content" / "modules"
PASSAGE = re.compile(r"^/// local.*\n +\{id: ([\w-]+)", re.MULTILINE)
TELEPHONE = re.compile(r"\d{3}-\d+")
INVENTED = re.compile(r"555-01\d\d")


def asked_by_the_course() -> KnownPlaces:
    fields: set[str] = set()
    passages: set[str] = set()
    for folder in MODULES_FOLDER.iterdir():
        fields.update(yaml.safe_load((folder / "module.yaml").read_text()).get("local_fields", ()))
        passages.update(PASSAGE.findall((folder / "en.md").read_text()))
    return KnownPlaces({}, date(2026, 11, 28), fields, passages)


@pytest.mark.parametrize("slug", [plan.slug for plan in ORGANISATIONS])
def test_every_place_is_filled_and_everything_says_that_it_is_invented(slug: str) -> None:
    words, asked = own_words(slug), asked_by_the_course()
    files = {field_file(name): text for name, text in words.fields.items()}
    files |= {passage_file(name): text for name, text in words.passages.items()}

    assert not read_local(files, slug, "en", asked).problems
    assert words.fields.keys() == asked.fields
    assert len(words.passages) == 2
    for text in files.values():
        assert "demonstration" in text.casefold()
        assert all(map(INVENTED.fullmatch, TELEPHONE.findall(text)))


def test_the_officer_reads_it_in_lessons_and_on_the_job_aid(
    session: Session, browser: Browser
) -> None:
    officer = session.scalars(sa.select(Person).where(Person.email == "officer@demo.example")).one()
    client = browser.sign_in(officer)
    (module,) = MODULES.all_live(session, "en")
    lessons = [client.get(f"/modules/{module.slug}/{each.id}").text for each in module.text.lessons]

    assert any("From your organisation" in page for page in lessons)
    assert any("the demonstration&#39;s care team, 555-0123" in page for page in lessons)
    assert not any("not yet filled in" in page for page in lessons)
    aid = client.get(f"/modules/{module.slug}/checklist").text
    assert "the house rule on sharing information (demonstration)" in aid
    assert "of Northmoor Prison Service" in aid


def test_what_was_learned_rests_on_both_texts(session: Session) -> None:
    versions = session.scalars(sa.select(LocalVersion)).all()
    assert len(versions) == len(ORGANISATIONS)
    done = sa.select(Completion.local_version_id).where(Completion.revision_id.is_not(None))
    modules = done.where(Completion.target_kind == "module").distinct()
    assert set(session.scalars(modules)) <= {each.id for each in versions}
    assert None not in set(session.scalars(sa.select(Attempt.local_version_id).distinct()))


def test_what_is_kept_of_all_attempts_is_what_they_add_up_to(session: Session) -> None:
    for slug in session.scalars(sa.select(Attempt.quiz_slug).distinct()):
        assert recount(session, slug) == []
