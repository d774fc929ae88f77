"""What is the person's own, or about them alone: deleted, or without its words and names."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.db import Base
from coursesite.erasing.queries import owned
from coursesite.erasing.rules import (
    ABOUT_THEM,
    GONE,
    PROOF,
    ROWS_GO,
    Called,
    Own,
    in_values,
    pseudonym,
)
from coursesite.erasing.services.searching import put
from coursesite.history.models import ImportLine
from coursesite.history.rules import Column
from coursesite.jobs.models import Task
from coursesite.notifications.models import Mail
from coursesite.notifications.rules import MailState

WHOLE_LINE = (Column.STAFF_NUMBER, Column.EMAIL)


def remove_own(session: Session, called: Called) -> None:
    """All of one person's: what opens something, what they wrote for themselves, what was about
    them. What proves their training stays, without their names.
    """
    for name, owner in ROWS_GO.items():
        table = Base.metadata.tables[name]
        session.execute(sa.delete(table).where(table.c[owner] == called.person_id))
    for own in ABOUT_THEM:
        _change(session, own, called.person_id, lambda _text: GONE)
    for own in PROOF:
        _change(session, own, called.person_id, without_names(own, called))
    _empty_mails(session, called.person_id)
    _empty_lines(session, called)
    _forget_tasks(session, called)


def without_names(own: Own, called: Called) -> Callable[[str], str]:
    """An answer may be a word that is a name as well: there, only the whole name is theirs."""
    found = called.anywhere if own.table == "answers" else called.about_them
    return lambda text: found.sub(pseudonym(called.person_id), text)


def _change(session: Session, own: Own, person_id: int, replace: Callable[[str], str]) -> None:
    table = Base.metadata.tables[own.table]
    columns: Sequence[sa.Column[Any]] = [table.c[name] for name in own.columns]
    found = sa.select(*table.primary_key, *columns).where(owned(own, person_id))
    for row in session.execute(found).mappings().all():
        wholly = {name: in_values(row[name], replace) for name in own.columns}
        put(session, table, row, {name: to for name, to in wholly.items() if to != row[name]})


def _empty_mails(session: Session, person_id: int) -> None:
    """That a mail was made, and when it was sent, stays; what waits is sent no more."""
    own = sa.update(Mail).where(Mail.person_id == person_id)
    empty = {"subject": GONE, "body": "", "html": None, "answer": None}
    session.execute(own.values(**empty))
    waiting = Mail.state.in_((MailState.WAITING, MailState.SENDING))
    session.execute(own.where(waiting).values(state=MailState.WITHDRAWN, leased_until=None))


def _empty_lines(session: Session, called: Called) -> None:
    """Of a line that was imported, the training and its day stay."""
    lines = session.scalars(sa.select(ImportLine).where(ImportLine.person_id == called.person_id))

    def without(text: str) -> str:
        return called.about_them.sub(pseudonym(called.person_id), text)

    for line in lines:
        cells = {name: "" if name in WHOLE_LINE else text for name, text in line.cells.items()}
        line.cells = in_values(cells, without)
        line.sentence = in_values(line.sentence, without)
        line.values = in_values(line.values, without)
    session.flush()


def _forget_tasks(session: Session, called: Called) -> None:
    """From where they asked for long work."""
    own = sa.update(Task).where(Task.person_id == called.person_id)
    session.execute(own.values(origin=None))
