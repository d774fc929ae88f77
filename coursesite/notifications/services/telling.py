"""News: written down for each person in the transaction of the fact, and made into mails later."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from coursesite import clock
from coursesite.db import insert_into
from coursesite.jobs.services import enqueue
from coursesite.notifications.models import MailChoice, MailHours, News
from coursesite.notifications.queries import not_chosen, often_in, read_hours
from coursesite.notifications.rules import Letter, Often, Topic, ready_at
from coursesite.notifications.services.sending import send
from coursesite.people.models import Person

TELL_NEWS = "tell-news"


@dataclass(frozen=True)
class Fact:
    """What happened: a kind of news, the row that it is about, and who did it."""

    topic: Topic
    kind: str
    about_id: int
    writer_id: int | None


@dataclass(frozen=True)
class Desk:
    """What a feature knows of its topic: who may still know of it, and the words.

    `compose` gives None when nothing is left to be told.
    """

    may_know: Callable[[Session, Person], bool]
    compose: Callable[[Session, Person, Sequence[News]], Letter | None]


Desks = Mapping[Topic, Desk]


def tell(session: Session, fact: Fact, person_ids: Collection[int]) -> None:
    """Let these people know of it, as often as they want; nobody is told what they did."""
    ids = sorted(set(person_ids) - {fact.writer_id})
    found = (
        sa.select(Person, MailChoice, MailHours)
        .outerjoin(MailChoice, MailChoice.person_id == Person.id)
        .outerjoin(MailHours, MailHours.organisation_id == Person.organisation_id)
        .where(Person.id.in_(ids), Person.left_on.is_(None), Person.erased_at.is_(None))
        .options(joinedload(Person.organisation))
        .order_by(Person.id)
    )
    now = clock.now()
    for person, choice, hours in session.execute(found).all() if ids else ():
        often = often_in(choice or not_chosen(), fact.topic)
        if often is not Often.NEVER:
            zone = person.organisation.time_zone
            _write_down(session, fact, person, ready_at(now, often, zone, read_hours(hours)))


def _write_down(session: Session, fact: Fact, person: Person, at: datetime) -> None:
    """Once, however often it happens before it is told.

    A job for each: it takes along what waits by then, so those after it find nothing left.
    """
    row = {
        "person_id": person.id,
        "topic": fact.topic,
        "kind": fact.kind,
        "about_id": fact.about_id,
        "writer_id": fact.writer_id,
        "made_at": clock.now(),
        "ready_at": at,
        "mail_id": None,
    }
    session.flush()
    adding = insert_into(session, News).values(row).on_conflict_do_nothing()
    if session.execute(adding.returning(News.id)).first():
        payload = {"person_id": person.id, "topic": fact.topic.value}
        enqueue(session, TELL_NEWS, payload).available_at = at
        session.flush()


def make_mail(session: Session, person_id: int, topic: Topic, desk: Desk) -> int | None:
    """One mail of all that waits for a person in a topic; None when nothing is to be told.

    What need not be told any more is forgotten. The key is that of the first piece of news, which
    no other mail can hold: two workers make one mail.
    """
    person = session.get_one(Person, person_id)
    waiting = (
        sa.select(News)
        .where(News.person_id == person_id, News.topic == topic, News.mail_id.is_(None))
        .order_by(News.id)
        .with_for_update()
    )
    rows = session.scalars(waiting, execution_options={"populate_existing": True}).all()
    if not rows or min(each.ready_at for each in rows) > clock.now():
        return None
    letter = desk.compose(session, person, rows) if _reaches(session, person, desk) else None
    mail_id = None
    if letter is not None:
        mail_id = send(session, person_id, letter, key=f"news:{rows[0].id}")
    for row in rows:
        if mail_id is None:
            session.delete(row)
        else:
            row.mail_id = mail_id
    session.flush()
    return mail_id


def _reaches(session: Session, person: Person, desk: Desk) -> bool:
    gone = person.left_on is not None or person.erased_at is not None
    return not gone and desk.may_know(session, person)


def is_still_news(session: Session, mail_id: int, desks: Desks) -> bool:
    """Whether whoever a mail of news goes to may still know of it; other mails are no news."""
    found = sa.select(News).where(News.mail_id == mail_id).limit(1)
    row = session.scalars(found).first()
    if row is None:
        return True
    return _reaches(session, session.get_one(Person, row.person_id), desks[row.topic])
