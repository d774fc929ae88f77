"""One digest a person a day, of all that was written down for them and not sent yet."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Reminder
from coursesite.notifications.models import Mail
from coursesite.notifications.queries import hours_of
from coursesite.notifications.rules import Hours, Letter, next_open
from coursesite.notifications.services import Addressee, Sheet, send_all
from coursesite.people.models import Organisation
from coursesite.reminding.models import ReminderRun
from coursesite.reminding.queries.gathered import (
    Gathered,
    gathered_for,
    recipients,
    still_told,
)
from coursesite.reminding.rules import is_sent_on

MANY = 200

Compose = Callable[[Gathered], Letter]

_QUIETLY = {"synchronize_session": False}


def compose_digests(session: Session, run: ReminderRun, compose: Compose) -> bool:
    """Digests for the next 200 people; False when there are no more.

    What is no longer so is forgotten, and may be told again should it become so again.
    """
    ids = recipients(session, run.organisation_id, run.recipient_id, MANY)
    if not ids:
        run.finished_at = clock.now()
        return False
    _forget_what_is_over(session, run, ids)
    organisation = session.get_one(Organisation, run.organisation_id)
    hours = hours_of(session, run.organisation_id)
    due = [each for each in gathered_for(session, ids) if _is_its_day(each, run, hours)]
    sheets = {
        each.person_id: Sheet(
            Addressee(each.person_id, organisation.id, organisation.demonstration),
            compose(each),
            f"digest:{each.person_id}:{run.run_on.isoformat()}",
        )
        for each in due
    }
    made = send_all(session, list(sheets.values()), at=_moment(organisation, hours))
    made_for = [person_id for person_id, sheet in sheets.items() if sheet.key in made]
    _put_into(session, made_for, list(made.values()))
    run.recipient_id, run.mails = ids[-1], run.mails + len(made)
    return True


def _is_its_day(gathered: Gathered, run: ReminderRun, hours: Hours) -> bool:
    return is_sent_on(gathered.digest, run.run_on, gathered.first_due_on, hours)


def _moment(organisation: Organisation, hours: Hours) -> datetime:
    """Now, or when it is not quiet any more."""
    return next_open(clock.now(), organisation.time_zone, hours)


def _forget_what_is_over(session: Session, run: ReminderRun, ids: list[int]) -> None:
    over = sa.delete(Reminder).where(
        Reminder.recipient_id.in_(ids), Reminder.mail_id.is_(None), ~still_told(run.run_on)
    )
    session.execute(over, execution_options=_QUIETLY)


def _put_into(session: Session, person_ids: list[int], mail_ids: list[int]) -> None:
    """What waited for each of these people is in the mail that was made for them."""
    own = sa.select(Mail.id).where(Mail.person_id == Reminder.recipient_id, Mail.id.in_(mail_ids))
    waiting = (Reminder.recipient_id.in_(person_ids), Reminder.mail_id.is_(None))
    session.execute(
        sa.update(Reminder).where(*waiting).values(mail_id=own.scalar_subquery()),
        execution_options=_QUIETLY,
    )
