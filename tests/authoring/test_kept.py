"""Whatever takes the place of a draft keeps what stood there, also what a script saved last."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.audit.models import Event
from coursesite.authoring.models import Comment, Draft, SavedText
from coursesite.people.models import Unit
from coursesite.people.rules import Role
from coursesite.revisions.queries import publications_of
from coursesite.revisions.rules import Kind, short
from tests.authoring.courses import MODULE
from tests.authoring.test_desk import EDIT, ada, author, draft_of, form_of, hidden, keepers
from tests.authoring.test_publishing import publish_elsewhere
from tests.browser import Browser, Client
from tests.makers import make_person

__all__ = ["ada", "author", "keepers"]

TYPED = MODULE.replace("Many children", "Most children")


@pytest.fixture
def typed(session: Session, ada: Client) -> None:
    """Ada writes, and a script saves it now and then: nothing of that is in the history yet."""
    ada.post(EDIT, form_of(ada, source=TYPED), headers={"Sec-Fetch-Mode": "cors"})
    assert kept(session) == []


@pytest.fixture
def bob(session: Session, keepers: Unit, browser: Browser) -> Client:
    return browser.sign_in(make_person(session, keepers, roles=(Role.AUTHOR,), given_name="Bob"))


def kept(session: Session) -> list[str]:
    return [each.files["en.md"] for each in session.scalars(sa.select(SavedText))]


@pytest.mark.usefixtures("typed")
def test_giving_a_draft_up(session: Session, ada: Client) -> None:
    form = form_of(ada)

    ada.post(f"{EDIT}/give-up", {"seen": form["seen"], "live": form["live"]})

    session.expire_all()
    assert draft_of(session).closed_at is not None
    assert kept(session) == [TYPED]


@pytest.mark.usefixtures("typed")
def test_going_back_to_an_old_revision(session: Session, ada: Client) -> None:
    ((_, first),) = publications_of(session, Kind.MODULE, "at-the-door", "en")

    ada.post(f"{EDIT}/history/{short(first.digest)}")

    assert draft_of(session).files["en.md"] == MODULE
    assert kept(session) == [TYPED]


@pytest.mark.usefixtures("typed")
def test_bringing_it_together_with_what_is_published(session: Session, ada: Client) -> None:
    publish_elsewhere(session, MODULE + "\nMore.\n")
    page = ada.get(f"{EDIT}/join/live").text

    ada.post(f"{EDIT}/join/live", {"mark": hidden(page, "mark")})

    assert draft_of(session).files["en.md"] == TYPED + "\nMore.\n"
    assert kept(session) == [TYPED]


@pytest.mark.usefixtures("typed")
def test_taking_over_what_somebody_suggests(session: Session, ada: Client, bob: Client) -> None:
    url = f"{EDIT}/drafts/{draft_of(session).id}"
    remark = {"file": "en.md", "passage": "Most children", "body": "How many?"}
    bob.post(f"{url}/comments", {**remark, "suggestion": "Half of all children"})
    said = session.scalars(sa.select(Comment)).one()

    ada.post(f"{url}/comments/{said.id}", {"do": "accept"})

    session.expire_all()
    assert "Half of all children" in draft_of(session).files["en.md"]
    assert kept(session) == [TYPED]
    assert said.resolved_at is not None
    assert "1 resolved comment" in bob.get(url).text


@pytest.mark.usefixtures("typed")
def test_who_asked_and_who_said_what_is_on_record(
    session: Session, ada: Client, bob: Client
) -> None:
    url = f"{EDIT}/drafts/{draft_of(session).id}"

    ada.post(f"{EDIT}/ask", {"note": "Is it half of them?"})
    for verdict, note in (("change", "It is a third."), ("approve", "")):
        seen = hidden(bob.get(url).text, "seen")
        bob.post(f"{url}/opinion", {"seen": seen, "verdict": verdict, "note": note})

    draft = draft_of(session)
    found = session.scalars(sa.select(Event).order_by(Event.id)).all()
    assert [
        (each.kind, each.actor_id == draft.author_id, each.reason)
        for each in found
        if each.kind.startswith("draft-") and each.kind != "draft-begun"
    ] == [
        ("draft-opinion-asked", True, "Is it half of them?"),
        ("draft-sent-back", False, "It is a third."),
        ("draft-approved", False, None),
    ]


@pytest.mark.parametrize("drafted", [True, False], ids=["drafted", "published"])
def test_no_new_module_takes_the_name_of_another(
    session: Session, ada: Client, bob: Client, drafted: bool
) -> None:
    new = {"title": "Mine", "slug": "core-9" if drafted else "at-the-door"}
    if drafted:
        assert bob.post("/authoring/modules/new", new).status_code == 302
    before = [(each.id, each.version, each.files) for each in session.scalars(sa.select(Draft))]

    answer = ada.post("/authoring/modules/new", new)

    assert answer.status_code == 422
    assert f"There is a module of the name {new['slug']} already" in answer.text
    session.expire_all()
    after = [(each.id, each.version, each.files) for each in session.scalars(sa.select(Draft))]
    assert after == before
