"""What the demonstration's organisations say of themselves, published as anybody publishes it."""

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor
from coursesite.authoring.services import Decision, Seen, open_work
from coursesite.demo.library import own_words
from coursesite.demo.services.course import LANGUAGE
from coursesite.demo.services.histories import find_holder
from coursesite.localising.queries import places
from coursesite.localising.rules import with_fields, with_passage
from coursesite.localising.services import Bench, publish_local, save, text_of
from coursesite.people.models import Organisation
from coursesite.people.rules import Role
from coursesite.revisions.rules import Change

NOTE = "Demonstration: invented details, to show where a real organisation's own would stand."


def publish_own_words(session: Session, organisation: Organisation) -> None:
    """Fill in what the live course asks for, so that its lessons read as in a real organisation."""
    asked, words = places(session, LANGUAGE), own_words(organisation.slug)
    files = with_fields(
        {}, {name: text for name, text in words.fields.items() if name in asked.fields}
    )
    for name, source in words.passages.items():
        if name in asked.passages:
            files = with_passage(files, name, source)
    if not files:
        return
    person = find_holder(session, organisation, Role.ADMINISTRATOR)
    actor = Actor(person.id, organisation.id)
    text = text_of(organisation.id, LANGUAGE)

    def bench() -> Bench:
        return Bench(organisation, open_work(session, text, person.id), asked)

    save(session, bench(), files, actor, for_good=False)
    drafted = bench()
    publish_local(
        session,
        drafted,
        seen=Seen(drafted.work.version, drafted.work.live_id),
        decision=Decision(Change.MINOR, NOTE),
        day=clock.today(organisation.time_zone),
        actor=actor,
    )
