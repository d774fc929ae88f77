"""Carrying the outbox to the mail server, a slice at a time, so that other work gets its turn."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from flask import current_app
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.config import Settings
from coursesite.notifications import services
from coursesite.notifications.models import Mail
from coursesite.notifications.queries import find_server
from coursesite.notifications.rules import Answer, MailState, Result, Topic
from coursesite.notifications.services import Ready
from coursesite.notifications.smtp import Line, ServerTrouble

SLICE = 100
SLICE_TIME = timedelta(seconds=10)

Wanted = Callable[[Session, int], bool]

log = structlog.get_logger()


def always(_session: Session, _mail_id: int) -> bool:
    """For mails that stay wanted whatever happens."""
    return True


def send_mails(session: Session, _payload: dict[str, Any], wanted: Wanted = always) -> None:
    """Hand over what waits, at most 100 mails or ten seconds; look again when more is due.

    `wanted` says whether there is still a reason for a mail. No transaction is open while the
    server is spoken to.
    """
    settings: Settings = current_app.extensions["settings"]
    if settings.mail is None:
        return
    server = find_server(session)
    if server is None or server.retry_at is None or server.retry_at <= clock.now():
        _Slice(session, settings, wanted).send()
    _look_again(session)


def tell_news(session: Session, payload: dict[str, Any], desks: services.Desks) -> None:
    """Make a mail of what waits for somebody in a topic."""
    topic = Topic(payload["topic"])
    services.make_mail(session, payload["person_id"], topic, desks[topic])


def look_into_outbox(session: Session) -> None:
    """Whatever was missed, at the latest an hour later."""
    if current_app.extensions["settings"].mail is not None:
        _look_again(session)


class _Slice:
    """Some mails over one connection."""

    def __init__(self, session: Session, settings: Settings, wanted: Wanted) -> None:
        assert settings.mail  # noqa: S101 - asked before
        self.session, self.wanted = session, wanted
        self.mail, self.site_name = settings.mail, settings.name
        self.until = clock.now() + SLICE_TIME

    def send(self) -> None:
        ready = self._take()
        if ready is None:
            return
        try:
            with Line(self.mail, self.site_name) as line:
                sent = 0
                while ready is not None:
                    self._settle(ready, line.carry(ready))
                    sent += 1
                    ready = self._take() if sent < SLICE and clock.now() < self.until else None
            services.note_server_worked(self.session)
        except ServerTrouble as trouble:
            self._give_back(ready, str(trouble))
        self.session.commit()

    def _take(self) -> Ready | None:
        """The next one that is still wanted, leased, with nothing left open in the database."""
        while (ready := services.take(self.session, self.mail.sender)) is not None:
            if self.wanted(self.session, ready.id):
                break
            services.withdraw(self.session, ready.id, "There is no reason for it any more.")
            log.info("mail withdrawn", mail=ready.id)
        self.session.commit()
        return ready

    def _settle(self, ready: Ready, answer: Answer) -> None:
        services.settle(self.session, ready, answer)
        self.session.commit()
        log.info("mail", mail=ready.id, kind=ready.kind, result=answer.result, tries=ready.tries)

    def _give_back(self, ready: Ready | None, words: str) -> None:
        """The mail waits for its next try, and the server for its."""
        if ready is not None:
            self._settle(ready, Answer(Result.LATER, words))
        retry_at = services.note_server_failed(self.session, words)
        log.error("mail server failed", retry_at=retry_at.isoformat())


def _look_again(session: Session) -> None:
    """Let a worker come back when the next mail is due, or the server's next turn has come."""
    due = _next_due(session)
    if due is not None:
        server = find_server(session)
        retry_at = server.retry_at if server else None
        services.wake(session, max(due, retry_at or due, clock.now()))


def _next_due(session: Session) -> datetime | None:
    waiting = sa.select(sa.func.min(Mail.available_at)).where(Mail.state == MailState.WAITING)
    leased = sa.select(sa.func.min(Mail.leased_until)).where(Mail.state == MailState.SENDING)
    found = [session.scalar(each) for each in (waiting, leased)]
    return min((each for each in found if each is not None), default=None)
