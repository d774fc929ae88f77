"""What was learned is on record with both revisions, and is shown again exactly as it was."""

import csv
import io
import re

import pytest
import sqlalchemy as sa
from pypdf import PdfReader
from sqlalchemy.orm import Session

from coursesite.audit.models import Event
from coursesite.certificates.models import Certificate
from coursesite.content.rules import OwnPassage, Ref, RefKind, Sheet
from coursesite.people.models import Person
from coursesite.people.rules import Role
from coursesite.progress.models import Completion
from coursesite.progress.rules import TargetKind
from coursesite.quizzes.models import Attempt
from coursesite.revisions.models import LocalVersion
from coursesite.revisions.rules import digest_of
from tests.browser import Browser, Client, Queries
from tests.evidence.test_making import files_of, pack_at, record_of
from tests.learning import makers
from tests.learning.makers import publish_local
from tests.learning.stories import finish
from tests.learning.test_paper import text_of
from tests.localising.makers import LESSON, an_organisation, somebody
from tests.makers import make_person

FILES = {"field/duty_phone": "112", "passage/who-decides.md": "The governor decides."}
CHECKLIST = "/modules/the-door/checklist"


@pytest.fixture
def learner(session: Session) -> Person:
    makers.publish_course(session)
    learner = somebody(session, an_organisation(session, name="The prisons"))
    says(session, learner, "The governor decides.")
    return learner


def says(session: Session, learner: Person, words: str) -> None:
    passage = OwnPassage(words, (f"<p>{words}</p>",))
    publish_local(session, learner.organisation, {"duty_phone": "112"}, {"who-decides": passage})
    session.commit()


@pytest.fixture
def client(session: Session, browser: Browser, learner: Person) -> Client:
    client = browser.sign_in(learner)
    finish(session, client)
    return client


def test_completion_attempt_event_and_certificate_name_the_local_version(
    session: Session, client: Client, learner: Person
) -> None:
    version = session.scalars(sa.select(LocalVersion)).one()
    assert version.digest == digest_of(FILES)
    assert version.files == FILES
    done = session.scalars(
        sa.select(Completion).where(Completion.target_kind == TargetKind.MODULE)
    ).one()
    attempt = session.scalars(sa.select(Attempt)).one()
    assert (done.local_version_id, attempt.local_version_id) == (version.id, version.id)
    event = session.scalars(sa.select(Event).where(Event.kind == "module-completed")).one()
    assert event.after
    assert event.after["local_version"] == version.digest
    for certificate in session.scalars(sa.select(Certificate)):
        assert certificate.payload["modules"][0]["local_version"] == version.digest
        page = client.get(f"/certificates/{certificate.code}").text
        assert f"local version {version.digest[:12]}" in page


def test_what_was_learned_is_shown_again_as_it_was(
    session: Session, browser: Browser, client: Client, learner: Person
) -> None:
    name = digest_of(FILES)[:12]
    says(session, learner, "The director decides.")
    assert "The director decides." in client.get(LESSON).text
    page = client.get("/record").text
    address = page.split(f"?local={name}", maxsplit=1)[0].rpartition('"')[2] + f"?local={name}"

    shown = client.get(address).text
    assert "The governor decides." in shown
    assert "The director decides." not in shown
    assert ">112</span>" in shown
    assert f"(local version {name})" in shown
    for stranger in (make_person(session), somebody(session, learner.organisation)):
        assert browser.sign_in(stranger).get(address).status_code == 404
    assert client.get(address.replace(name, "0" * 12)).status_code == 404
    rows = list(csv.reader(io.StringIO(client.get("/record.csv").text.removeprefix("\ufeff"))))
    column = rows[0].index("local version")
    assert name in [row[column] for row in rows]


def test_a_manager_reads_on_which_local_version_it_was_learned(
    session: Session, browser: Browser, client: Client, learner: Person
) -> None:
    name = digest_of(FILES)[:12]
    manager = make_person(session, learner.unit, roles=(Role.MANAGER,))

    page = browser.sign_in(manager).get(f"/reports/people/{learner.id}").text

    (address,) = re.findall(rf'href="([^"]*\?local={name})"', page)
    shown = browser.sign_in(manager).get(address).text
    assert "The governor decides." in shown
    assert f"(local version {name})" in shown


def test_the_same_text_is_kept_once_and_another_beside_it(
    session: Session, browser: Browser, client: Client, learner: Person
) -> None:
    finish(session, browser.sign_in(somebody(session, learner.organisation)))
    assert len(session.scalars(sa.select(LocalVersion)).all()) == 1
    says(session, learner, "The director decides.")
    finish(session, browser.sign_in(somebody(session, learner.organisation)))
    assert len(session.scalars(sa.select(LocalVersion)).all()) == 2


def test_without_anything_of_its_own_there_is_no_local_version(
    session: Session, browser: Browser, learner: Person
) -> None:
    other = browser.sign_in(make_person(session))
    finish(session, other)
    assert session.scalars(sa.select(LocalVersion)).all() == []
    assert "local version" not in other.get("/record").text
    assert "local version" not in other.get(CHECKLIST).text


def test_the_job_aid_is_its_own_and_stamped_with_both(
    session: Session, browser: Browser, learner: Person
) -> None:
    phone, passage = Ref(RefKind.FIELD, "duty_phone"), Ref(RefKind.LOCAL, "who-decides")
    items = ('<ul><li class="box">Call ', phone, ".</li></ul>", passage)
    module = makers.a_module(checklist=Sheet("aid", "afterwards", "Before you knock", items))
    makers.publish_module(session, module)
    session.commit()
    name = digest_of(FILES)[:12]
    client = browser.sign_in(learner)
    paper = text_of(client.get(f"{CHECKLIST}.pdf", buffered=True).data)
    for shown in (client.get(CHECKLIST).text, paper):
        assert f"local version {name} of The prisons" in " ".join(shown.split())
        assert "112" in shown
        assert "The governor decides." in shown
    stranger = browser.sign_in(make_person(session))
    assert "governor" not in text_of(stranger.get(f"{CHECKLIST}.pdf", buffered=True).data)


def test_a_pack_of_evidence_holds_it(browser: Browser, client: Client, learner: Person) -> None:
    digest = digest_of(FILES)
    content = pack_at(browser, client, "/evidence/own")
    record, files = record_of(content, learner), files_of(content)
    assert record["completions"][0]["local_version"] == digest
    assert record["attempts"][0]["local_version"] == digest
    at = f"revisions/local/the-door/en/{digest}"
    assert files[f"{at}/field-duty_phone"] == b"112"
    assert files[f"{at}/passage-who-decides.md"] == b"The governor decides."
    report = PdfReader(io.BytesIO(files["report.pdf"]))
    words = "".join(page.extract_text() for page in report.pages)
    assert digest[:12] in "".join(words.split())


def test_a_learners_pages_ask_no_more_than_before(session: Session, client: Client) -> None:
    for address, most in ((LESSON, 2), ("/modules/the-door", 6), (CHECKLIST, 3), ("/record", 6)):
        client.get(address)
        with Queries(session.connection()) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= most, (address, queries.statements)
