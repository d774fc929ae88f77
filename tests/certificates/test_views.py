import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from pypdf import PdfReader
from sqlalchemy.orm import Session

from coursesite.audit.services import Actor
from coursesite.certificates.models import Certificate
from coursesite.certificates.rules import Learned, grouped, new_code
from coursesite.certificates.services import Issue, issue, revoke
from coursesite.people.models import Person
from coursesite.people.rules import Role
from coursesite.progress.models import Completion
from coursesite.progress.rules import Means, TargetKind
from tests.browser import Browser
from tests.makers import make_person, make_unit

SEEING = Learned("core-1-seeing-the-child", "Seeing the child", "en", "ab" * 32, "2026-11-02")
FACTS = Issue("Seeing the child", "Children in View", 75, (SEEING,), date(2099, 11, 2))


def actor(person: Person) -> Actor:
    return Actor(person.id, person.organisation_id)


def completed(session: Session, person: Person, number: int = 1) -> Completion:
    moment = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)
    completion = Completion(
        person_id=person.id,
        organisation_id=person.organisation_id,
        target_kind=TargetKind.MODULE,
        target_slug="core-1-seeing-the-child",
        number=number,
        language="en",
        means=Means.LEARNED,
        evidence={},
        completed_at=moment,
        recorded_at=moment,
    )
    session.add(completion)
    session.flush()
    return completion


@pytest.fixture
def learner(session: Session) -> Person:
    return make_person(session, given_name="Amira", family_name="Haddad <b>")


@pytest.fixture
def certificate(session: Session, learner: Person) -> Certificate:
    return issue(session, completed(session, learner), FACTS, actor(learner))


def test_a_certificate_is_issued_once(
    session: Session, learner: Person, certificate: Certificate
) -> None:
    completion = session.get_one(Completion, certificate.completion_id)
    assert issue(session, completion, FACTS, actor(learner)).code == certificate.code
    assert session.scalar(sa.select(sa.func.count()).select_from(Certificate)) == 1


def test_what_a_certificate_says_is_frozen(
    session: Session, browser: Browser, learner: Person, certificate: Certificate
) -> None:
    learner.family_name = "Changed"
    session.flush()
    page = browser.sign_in(learner).get(f"/certificates/{certificate.code}")
    assert "Amira Haddad &lt;b&gt;" in page.text
    assert "revision abababababab" in page.text


def test_a_certificate_says_what_is_no_part_of_it(
    session: Session, browser: Browser, learner: Person
) -> None:
    facts = replace(FACTS, in_preparation=6)
    made = issue(session, completed(session, learner), facts, actor(learner))
    words = "6 modules of the path, in preparation on that day"
    assert words in browser.sign_in(learner).get(f"/certificates/{made.code}").text
    assert words in browser.anonymous().get(f"/verify/{made.code}").text


def test_a_renewal_supersedes_the_earlier_certificate(
    session: Session, browser: Browser, learner: Person, certificate: Certificate
) -> None:
    issue(session, completed(session, learner, 2), FACTS, actor(learner))
    page = browser.anonymous().get(f"/verify/{certificate.code}")
    assert "Replaced by a later certificate" in page.text


def test_the_pdf_is_tagged_and_says_the_same(
    browser: Browser, learner: Person, certificate: Certificate
) -> None:
    answer = browser.sign_in(learner).get(f"/certificates/{certificate.code}.pdf")
    again = browser.sign_in(learner).get(f"/certificates/{certificate.code}.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data == again.data
    reader = PdfReader(io.BytesIO(answer.data))
    text = reader.pages[0].extract_text()
    assert "Amira Haddad <b>" in text
    assert grouped(certificate.code) in text
    assert "revision abababababab" in text
    root = reader.root_object
    assert root["/MarkInfo"].get_object()["/Marked"]  # type: ignore[index]  # a dictionary in every PDF
    assert str(root["/Lang"]) == "en"


def test_anyone_can_check_a_code_and_sees_no_full_name(
    browser: Browser, certificate: Certificate
) -> None:
    page = browser.anonymous().get(f"/verify/{certificate.code}")
    assert "Valid until 2 November 2099" in page.text
    assert "A. Haddad &lt;b&gt;" in page.text
    assert "Amira" not in page.text
    assert "noindex" in page.headers["X-Robots-Tag"]
    known = browser.anonymous().get(f"/verify/{certificate.code}.json").get_json()
    assert known["state"] == "valid"
    assert "name" not in known


def test_a_revoked_certificate_says_why(
    session: Session, browser: Browser, learner: Person, certificate: Certificate
) -> None:
    revoke(session, certificate, "Issued to the wrong person", actor(learner))
    manager = make_person(session, learner.unit, roles=(Role.MANAGER,))
    session.flush()
    page = browser.anonymous().get(f"/verify/{certificate.code}")
    assert "Revoked on" in page.text
    assert "Issued to the wrong person" in page.text
    own = browser.sign_in(learner).get(f"/certificates/{certificate.code}").text
    assert "Reason: Issued to the wrong person" in own
    theirs = browser.sign_in(manager).get(f"/certificates/{certificate.code}").text
    assert "Reason: Issued to the wrong person" in theirs
    assert f'href="/reports/people/{learner.id}"' in theirs


def test_a_typing_mistake_gets_a_sentence_and_keeps_what_was_typed(
    browser: Browser, certificate: Certificate
) -> None:
    wrong = certificate.code[:-1] + ("2" if certificate.code[-1] != "2" else "3")
    page = browser.anonymous().get(f"/verify/{wrong}", follow_redirects=True)
    assert page.status_code == 422
    assert "typing mistake" in page.text
    assert wrong in page.text


def test_a_code_that_nobody_has_is_not_found(browser: Browser) -> None:
    page = browser.anonymous().get(f"/verify/{new_code()}")
    assert page.status_code == 404
    assert "No certificate has this code" in page.text


def test_who_may_open_the_certificate_itself(
    session: Session, browser: Browser, learner: Person, certificate: Certificate
) -> None:
    unit = session.get_one(Person, learner.id).unit
    assert unit
    organisation = learner.organisation
    elsewhere = make_unit(session, organisation)
    who = {
        "learner": learner,
        "manager": make_person(session, unit, roles=(Role.MANAGER,), roles_at=unit),
        "colleague": make_person(session, unit),
        "other manager": make_person(session, elsewhere, roles=(Role.MANAGER,), roles_at=elsewhere),
        "stranger": make_person(session, roles=(Role.ADMINISTRATOR,)),
    }
    seen = {
        name: [
            browser.sign_in(person).get(f"/certificates/{certificate.code}{kind}").status_code
            for kind in ("", ".pdf", ".json")
        ]
        for name, person in who.items()
    }
    assert seen == {
        "learner": [200] * 3,
        "manager": [200] * 3,
        "colleague": [404] * 3,
        "other manager": [404] * 3,
        "stranger": [404] * 3,
    }


def test_an_administrator_revokes_a_certificate_with_a_reason(
    session: Session, browser: Browser, learner: Person, certificate: Certificate
) -> None:
    unit = learner.unit
    administrator = make_person(session, unit, roles=(Role.ADMINISTRATOR,))
    address = f"/certificates/{certificate.code}/revocation"
    client = browser.sign_in(administrator)
    assert client.post(address, {"reason": "  "}).status_code == 422
    page = client.post(address, {"reason": "Issued <b>twice</b>"}, follow_redirects=True)
    assert "Its check says so from now on" in page.text
    check = browser.anonymous().get(f"/verify/{certificate.code}").text
    assert "Revoked on" in check
    assert "Issued &lt;b&gt;twice&lt;/b&gt;" in check
    assert client.post(address, {"reason": "Again"}).status_code == 409


def test_nobody_else_revokes_it(
    session: Session, browser: Browser, learner: Person, certificate: Certificate
) -> None:
    address = f"/certificates/{certificate.code}/revocation"
    manager = make_person(session, learner.unit, roles=(Role.MANAGER,))
    stranger = make_person(session, roles=(Role.ADMINISTRATOR,))
    for person, status in ((learner, 403), (manager, 403), (stranger, 404)):
        answer = browser.sign_in(person).post(address, {"reason": "Spite"})
        assert answer.status_code == status
    assert certificate.revoked_at is None
