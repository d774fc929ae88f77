"""Which organisation stands below which is seen before it is changed, and by whom it concerns."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.audit.models import Event
from coursesite.audit.services import SITE
from coursesite.content.rules import OwnPassage
from coursesite.people.models import Organisation
from coursesite.people.rules import Role
from coursesite.people.services import put_below
from tests.browser import Browser, Client, Queries
from tests.learning.makers import publish_local
from tests.localising.makers import LESSON, an_organisation, publish_course, somebody
from tests.makers import make_person, make_unit

LIST = "/local/organisations"


def passage(words: str) -> OwnPassage:
    return OwnPassage(words, (f"<p>{words}</p>",))


@pytest.fixture
def country(session: Session) -> Organisation:
    publish_course(session)
    country = an_organisation(session, name="The country", slug="country")
    publish_local(session, country, {"duty_phone": "112"}, {"who-decides": passage("Ministry.")})
    session.commit()
    return country


@pytest.fixture
def state(session: Session, country: Organisation) -> Organisation:
    state = an_organisation(session, name="The state", slug="state")
    publish_local(session, state, {"duty_phone": "999"})
    put_below(session, state, country, SITE)
    session.commit()
    return state


@pytest.fixture
def force(session: Session, country: Organisation) -> Organisation:
    """It says nothing of itself; three people learn there."""
    force = an_organisation(session, name="The force", slug="force")
    unit = make_unit(session, force)
    for _ in range(3):
        make_person(session, unit)
    put_below(session, force, country, SITE)
    session.commit()
    return force


@pytest.fixture
def chief(session: Session, browser: Browser, country: Organisation) -> Client:
    """Administers the country."""
    return browser.sign_in(somebody(session, country, Role.ADMINISTRATOR))


@pytest.mark.usefixtures("state")
def test_what_changes_is_seen_first_and_then_done_for_a_reason(
    session: Session, browser: Browser, chief: Client, force: Organisation
) -> None:
    page = chief.get(LIST).text
    assert "The force" in page
    assert "The state" in page
    address = f"{LIST}/force"
    check = chief.get(f"{address}?below=state").text
    assert "3 people of it read the course" in check
    assert "Duty phone" in check
    assert check.index("The country</td>") < check.index("The state</td>")
    assert "Who decides" not in check
    learner = browser.sign_in(make_person(session, make_unit(session, force)))
    assert ">112</span>" in learner.get(LESSON).text

    sent = {"below": "state", "seen": force.ancestors, "reason": " "}
    assert "Say why" in chief.post(address, sent).text
    assert chief.post(address, {**sent, "seen": "", "reason": "x"}).status_code == 409
    assert chief.post(address, {**sent, "reason": "The reform."}).status_code == 302
    assert ">999</span>" in learner.get(LESSON).text
    event = session.scalars(
        sa.select(Event).where(Event.kind == "organisation-moved").order_by(Event.id.desc())
    ).first()
    assert event
    assert event.reason == "The reform."

    session.refresh(force)
    check = chief.get(f"{address}?below=").text
    assert "s own, or none" in check
    assert "Who decides" in check
    back = {"below": "", "seen": force.ancestors, "reason": "Independent."}
    assert chief.post(address, back).status_code == 302
    assert chief.get(address).status_code == 404


@pytest.mark.usefixtures("force")
def test_a_circle_and_a_stranger_are_refused(
    session: Session, browser: Browser, chief: Client, state: Organisation, force: Organisation
) -> None:
    put_below(session, force, state, SITE)
    an_organisation(session, slug="elsewhere", name="Elsewhere")
    session.commit()
    refused = chief.get(f"{LIST}/state?below=force")
    assert refused.status_code == 422
    assert "none below itself" in refused.text
    sent = {"below": "force", "seen": state.ancestors, "reason": "x"}
    assert chief.post(f"{LIST}/state", sent).status_code == 422
    for other in ("country", "elsewhere", "nobody"):
        assert chief.get(f"{LIST}/{other}").status_code == 404
    assert chief.get(f"{LIST}/state?below=elsewhere").status_code == 404
    assert chief.post(f"{LIST}/state", {**sent, "below": "elsewhere"}).status_code == 404

    below = browser.sign_in(somebody(session, force, Role.ADMINISTRATOR))
    assert below.get(f"{LIST}/state").status_code == 404
    assert "The state" not in below.get(LIST).text
    assert browser.sign_in(somebody(session, force, Role.AUTHOR)).get(LIST).status_code == 403
    unit = make_unit(session, force)
    part = make_person(session, unit, roles=(Role.ADMINISTRATOR,), roles_at=unit)
    assert browser.sign_in(part).get(LIST).status_code == 403


def test_who_keeps_the_course_names_any(
    session: Session, browser: Browser, country: Organisation, force: Organisation
) -> None:
    keeper = an_organisation(session, keeps_course=True)
    elsewhere = an_organisation(session, slug="elsewhere", name="Elsewhere")
    client = browser.sign_in(somebody(session, keeper, Role.ADMINISTRATOR))
    assert "The force" not in client.get(LIST).text
    assert client.get(f"{LIST}?name=elsewhere").location == f"{LIST}/elsewhere"
    sent = {"below": "country", "seen": "", "reason": "They joined."}
    assert client.post(f"{LIST}/elsewhere", sent).status_code == 302
    session.refresh(elsewhere)
    assert elsewhere.parent_id == country.id
    assert force.parent_id == country.id
    client.get(f"{LIST}/elsewhere?below=force")
    with Queries(session.connection()) as queries:
        client.get(f"{LIST}/elsewhere?below=force")
    assert len(queries) <= 10
