"""A course with places for organisations, and what an organisation puts there."""

from dataclasses import replace

from sqlalchemy.orm import Session

from coursesite.audit.services import SITE
from coursesite.content.queries import FACTS_SLUG
from coursesite.content.rules import Module, Ref, RefKind, facts_to_json
from coursesite.people.models import Organisation, Person
from coursesite.people.rules import Role
from coursesite.revisions.rules import EVERY_LANGUAGE, Change, Kind
from coursesite.revisions.services import NewRevision, publish
from tests.browser import Client
from tests.learning.makers import FACT, FIRST, SECOND, a_module, publish_module
from tests.makers import make_organisation, make_person, make_unit

HERE = "/local/en"
LESSON = "/modules/the-door/at-the-door"
PASSAGE = f"{HERE}/passages/who-decides"
GENERAL = "In general the head of the team."


def publish_course(session: Session, words: str = GENERAL, slug: str = "the-door") -> Module:
    """A module with a field and a passage in its first lesson, and a register of one fact."""
    passage = Ref(RefKind.LOCAL, "who-decides", "Who decides", (f"<p>{words}</p>",))
    parts = tuple(
        passage if isinstance(part, Ref) and part.kind is RefKind.LOCAL else part
        for part in FIRST.parts
    )
    module = a_module(slug, lessons=(replace(FIRST, parts=parts), SECOND))
    publish_module(session, module)
    facts = facts_to_json({FACT.id: FACT})
    new = NewRevision(Kind.FACTS, FACTS_SLUG, EVERY_LANGUAGE, "Facts", {"facts": "1"}, facts)
    publish(session, new, SITE, change=Change.MINOR)
    session.commit()
    return module


def an_organisation(session: Session, **values: object) -> Organisation:
    return make_organisation(session, **values)


def somebody(session: Session, organisation: Organisation, *roles: Role) -> Person:
    return make_person(session, make_unit(session, organisation), roles=roles)


def seen_on(page: str) -> str:
    """What the form of a page was made of."""
    return between(page, 'name="seen" value="', '"')


def between(text: str, before: str, after: str) -> str:
    return text.partition(before)[2].partition(after)[0]


def write_passage(client: Client, source: str, address: str = PASSAGE) -> int:
    """Write a passage as its page would send it; the answer's status."""
    seen = seen_on(client.get(address).text)
    return client.post(address, {"seen": seen, "source": source}).status_code


def fill_in(client: Client, **values: str) -> int:
    """Fill in fields as their page would send them; the answer's status."""
    seen = seen_on(client.get(f"{HERE}/fields").text)
    sent = {f"field-{name}": value for name, value in values.items()}
    return client.post(f"{HERE}/fields", {"seen": seen, **sent}).status_code


def publish_draft(
    client: Client, note: str = "The law changed.", here: str = HERE, change: str = "minor"
) -> int:
    """Publish what the page of publishing shows; the answer's status."""
    page = client.get(f"{here}/publish").text
    if 'name="note"' not in page:
        return 0
    kind = {"change": change} if 'name="change"' in page else {}
    return client.post(f"{here}/publish", hidden_of(page) | {"note": note} | kind).status_code


def hidden_of(page: str) -> dict[str, str]:
    """The hidden fields of the form of publishing."""
    names = ("seen", "live", "draft")
    return {name: between(page, f'name="{name}" value="', '"') for name in names}
