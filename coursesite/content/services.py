"""What organisations fill in."""

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.content.models import LocalField
from coursesite.content.queries import declared_fields
from coursesite.errors import Invalid, NotFound

LONGEST_VALUE = 1000


def fill_in(session: Session, organisation_id: int, name: str, value: str, actor: Actor) -> None:
    """Say what `{{name}}` stands for in an organisation, as plain text; an empty one is a gap."""
    if name not in declared_fields(session):
        raise NotFound("No module asks for this.")
    value = value.strip()
    if len(value) > LONGEST_VALUE:
        raise Invalid(f"Use at most {LONGEST_VALUE} characters.")
    kept = session.get(LocalField, (organisation_id, name))
    before = kept.value if kept else ""
    if value == before:
        return
    if kept is None:
        kept = LocalField(organisation_id=organisation_id, name=name)
        session.add(kept)
    kept.value, kept.changed_by_id, kept.changed_at = value, actor.person_id, clock.now()
    subject = ("local-field", name)
    record(
        session, "local-field-filled", actor, subject, before={name: before}, after={name: value}
    )
    session.flush()
