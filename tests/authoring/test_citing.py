"""A corrected fact reaches what cites it: told first, the same text, and earlier ones stay."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.services import assign, completed
from coursesite.audit.services import SITE
from coursesite.authoring.library import read_course
from coursesite.authoring.services import citing, publish_course
from coursesite.content.queries import MODULES
from coursesite.content.rules import CITED
from coursesite.content.rules.local import LocalText, OwnPassage, slug_of
from coursesite.content.shelf import LOCALS
from coursesite.jobs.models import Task
from coursesite.jobs.rules import TaskState
from coursesite.people.models import Person
from coursesite.progress.models import Completion
from coursesite.progress.rules import TargetKind
from coursesite.revisions.models import LiveRevision, Publication, Revision
from coursesite.revisions.queries import find_live, publications_of
from coursesite.revisions.rules import Change, Kind, digest_of
from coursesite.revisions.services import NewRevision
from coursesite.revisions.services import publish as publish_text
from coursesite.schedule import LONG
from tests.assignments.makers import acting, complete, make_plan
from tests.authoring.courses import FACTS, MODULE, lay, small_course
from tests.authoring.test_desk import DAY, keepers, problems_in
from tests.authoring.test_publishing import publisher
from tests.authoring.test_registers import REGISTER, SECOND, pia, publish, push, save
from tests.authoring.test_translating import SPANISH, WORDS, begin, translate
from tests.authoring.test_translating import publish as publish_module
from tests.browser import Browser, Client
from tests.jobs.makers import work_all
from tests.makers import make_person

__all__ = ["keepers", "pia", "publisher"]

LESSON = "/modules/at-the-door/first-two-minutes"
CORRECTED = FACTS.replace("Many children", "Fewer children") + SECOND
REDATED = FACTS + "    verified_on: 2026-11-28\n    review_by: 2029-11-28\n" + SECOND


def live(session: Session, language: str = "en") -> Revision:
    session.expire_all()
    found = find_live(session, Kind.MODULE, "at-the-door", language)
    assert found
    return found


def newest(session: Session, language: str = "en") -> Publication:
    return publications_of(session, Kind.MODULE, "at-the-door", language)[0][0]


def correct(client: Client, text: str = CORRECTED, **values: str) -> None:
    save(client, REGISTER, text)
    assert publish(client, REGISTER, **{"note": "A new count.", **values}) == 302


def learned(session: Session, person: Person, revision: Revision) -> Completion:
    done = complete(session, person, slug="at-the-door")
    done.revision_id = revision.id
    session.commit()
    return done


def test_a_corrected_fact_reaches_the_lesson_and_what_was_learned_stays(
    session: Session, pia: Client, publisher: Person
) -> None:
    before = live(session)
    done = learned(session, publisher, before)

    correct(pia, change="editorial")

    after = live(session)
    assert after.id != before.id
    assert after.files["en.md"] == before.files["en.md"]
    assert "Fewer children have" in after.files[CITED]
    assert after.digest == digest_of(after.files)
    assert "Fewer children have" in pia.get(LESSON).text
    publication = newest(session)
    assert publication.note == "Fact A01 corrected: A new count."
    assert publication.change is Change.EDITORIAL
    assert publication.published_by_id == publisher.id
    session.refresh(done)
    assert done.revision_id == before.id
    assert "Many children have" in before.files[CITED]
    cited = MODULES.get(session, before.id).text.lessons[0].cited
    assert [each.statement for each in cited] == ["Many children have a parent in prison."]
    second = publications_of(session, Kind.MODULE, "second", "en")
    assert len(second) == 1, "it cites nothing that was corrected"


def test_the_publisher_is_told_first_whom_it_reaches(
    session: Session, pia: Client, publisher: Person
) -> None:
    learned(session, publisher, live(session))

    save(pia, REGISTER, CORRECTED)
    page = pia.get(f"{REGISTER}/publish").text

    assert "1 text shows a corrected fact" in page
    table = page.partition('id="modules-follow"')[2].partition("</table>")[0]
    assert "At the door" in table
    assert f'<a href="{LESSON}">The first two minutes</a>' in table
    assert 'data-label="Have completed the module">1<' in table
    assert 'value="major"' in page
    assert live(session).files["en.md"] == MODULE
    assert "Fewer" not in pia.get(LESSON).text


def test_whom_a_correction_would_ask_is_told_by_its_kind(
    session: Session, pia: Client, publisher: Person
) -> None:
    """Who learned it in a language that does not get the correction is not asked."""
    live_now = live(session)
    spanish = make_person(session, publisher.unit)
    assert publisher.unit
    plan = make_plan(publisher.unit, kind=TargetKind.MODULE, slug="at-the-door")
    assign(session, plan, acting(publisher))
    for person, language in ((publisher, "en"), (spanish, "es")):
        done = complete(session, person, days_ago=5, slug="at-the-door")
        done.revision_id, done.language = live_now.id, language
        session.flush()
        completed(session, done)
    session.commit()

    save(pia, REGISTER, CORRECTED)
    page = pia.get(f"{REGISTER}/publish").text

    found = re.search(r'<th scope="row">Major, within 30 days</th><td[^>]*>(\d+)</td>', page)
    assert found
    assert found[1] == "1"
    assert "certified in one of these modules" in page


@pytest.mark.parametrize("text", [REDATED, FACTS + SECOND.replace("counts", "has counted")])
def test_what_no_lesson_shows_makes_no_revision(session: Session, pia: Client, text: str) -> None:
    """A new day of checking is nothing to read, and nobody cites the other fact."""
    before = live(session)

    save(pia, REGISTER, text)

    assert "No published module reads differently" in pia.get(f"{REGISTER}/publish").text
    assert publish(pia, REGISTER) == 302
    assert live(session).id == before.id


def test_going_back_in_the_register_goes_back_in_the_lesson(session: Session, pia: Client) -> None:
    before = live(session)
    correct(pia)

    correct(pia, FACTS + SECOND, note="It was right.")

    assert live(session).id == before.id
    assert newest(session).note == "Fact A01 corrected: It was right."


def test_history_shows_which_words_of_a_source_changed(session: Session, pia: Client) -> None:
    before = live(session)
    correct(pia)
    after = live(session)

    url = "/authoring/modules/at-the-door/en/compare"
    page = pia.get(f"{url}?before={before.digest[:12]}&after={after.digest[:12]}").text

    assert "source A01" in page
    assert CITED in page
    assert "<ins>" in page


def test_a_module_that_cites_what_cannot_be_cited_stays(session: Session, pia: Client) -> None:
    before = live(session)
    unsure = CORRECTED.replace("verification: verified", "verification: unverified")

    save(pia, REGISTER, unsure)
    page = pia.get(f"{REGISTER}/publish").text

    assert "It cites A01, which has not been verified." in page
    assert publish(pia, REGISTER, note="To be checked.") == 302
    assert live(session).id == before.id
    entries = pia.get(f"{REGISTER}/entries").text
    assert "Modules that show an older text of a fact" in entries
    assert entries.count("It cites A01, which has not been verified.") == 1


def test_a_module_that_was_left_behind_is_found_and_catches_up(
    session: Session, pia: Client
) -> None:
    correct(pia, CORRECTED.replace("verification: verified", "verification: unverified"))
    correct(pia, change="minor", note="Verified.")
    assert "Modules that show an older text" not in pia.get(f"{REGISTER}/entries").text
    assert "Fewer children" in live(session).files[CITED]


def test_a_translation_has_the_corrected_fact_and_stays_in_step(
    session: Session, pia: Client
) -> None:
    begin(pia)
    translate(pia, WORDS)
    publish_module(pia, SPANISH)
    before = live(session, "es")

    correct(pia, change="major", note="A new law.")

    after, original = live(session, "es"), live(session)
    assert after.files["es.md"] == before.files["es.md"]
    assert "Fewer children" in after.files[CITED]
    assert original.digest in after.files["es.from.yaml"]
    assert newest(session, "es").renew_days == newest(session).renew_days == 30
    told = MODULES.get(session, after.id).text.translation
    assert told
    assert told.revision == original.digest[:12]


def test_many_texts_have_it_by_a_job_and_nothing_overtakes_it(
    session: Session, pia: Client, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(citing, "AT_ONCE", 0)
    before = live(session)

    correct(pia, change="major")

    assert live(session).id == before.id
    save(pia, REGISTER, FACTS + SECOND)
    assert publish(pia, REGISTER) == 409
    with browser.app.app_context():
        work_all(LONG)
    task = session.scalars(sa.select(Task)).one()
    session.refresh(task)
    assert task.state is TaskState.DONE
    assert task.values == {"done": 1, "left": 0}
    assert live(session).id != before.id
    assert newest(session).change is Change.MAJOR
    assert publish(pia, REGISTER) == 302


def test_files_bring_a_corrected_fact_into_modules_that_did_not_change(
    session: Session, pia: Client, tmp_path: Path
) -> None:
    before = live(session)

    push(session, lay(tmp_path, {"content/facts.yaml": CORRECTED}))

    assert "Fewer" in live(session).files[CITED]
    assert live(session).files["en.md"] == before.files["en.md"]
    again = publish_course(session, read_course(tmp_path, DAY), tmp_path, SITE, Change.MINOR)
    assert again == []


def test_a_fact_that_is_newer_on_the_site_is_what_a_pushed_module_shows(
    session: Session, pia: Client, tmp_path: Path
) -> None:
    correct(pia)

    push(session, lay(tmp_path, {"content/modules/at-the-door/en.md": MODULE + "\nMore.\n"}))

    after = live(session)
    assert "More." in after.files["en.md"]
    assert "Fewer" in after.files[CITED]


def test_what_was_published_before_facts_were_listed_is_not_published_again(
    session: Session, tmp_path: Path
) -> None:
    small_course(tmp_path)
    push(session, tmp_path)
    made = live(session)
    made.files = {name: text for name, text in made.files.items() if name != CITED}
    made.digest = digest_of(made.files)
    session.commit()

    again = publish_course(session, read_course(tmp_path, DAY), tmp_path, SITE, Change.MINOR)

    assert again == []
    assert live(session).id == made.id
    push(session, lay(tmp_path, {"content/facts.yaml": CORRECTED}))
    assert "Fewer" in live(session).files[CITED]


def test_what_organisations_say_cites_the_course_as_it_is(
    session: Session, pia: Client, browser: Browser
) -> None:
    """Nobody is told which organisation it is; the fact can be corrected, and not be removed."""
    elsewhere = make_person(session)
    fact = MODULES.get(session, live(session).id).text.lessons[0].cited[0]
    own = LocalText(
        "Secret Service", "en", {}, {"who": OwnPassage("Many [@A01].", ("<p>Many.</p>",), (fact,))}
    )
    text = (Kind.LOCAL, slug_of(elsewhere.organisation_id), "en")
    files = {"passage/who.md": "Many [@A01].", CITED: "before"}
    new = NewRevision(*text, "Secret Service", files, own.to_json())
    publish_text(session, new, SITE, change=Change.MINOR)
    session.commit()

    page = save(pia, REGISTER, "facts:\n" + SECOND)
    assert "the own texts of 1 organisation" in problems_in(page)[0][1]
    assert "Secret" not in page
    correct(pia)

    shown = session.scalars(sa.select(LiveRevision).where(LiveRevision.kind == Kind.LOCAL)).one()
    cited = LOCALS.get(session, shown.revision_id).text.passages["who"].cited
    assert cited[0].statement.startswith("Fewer")
    publication = publications_of(session, *text)[0][0]
    assert publication.published_by_id is None
    assert publication.note == "Fact A01 corrected: A new count."
