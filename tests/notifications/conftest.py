"""A site that has a mail server, and a way to let the outbox be carried there."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coursesite.config import MailSettings
from coursesite.notifications import jobs
from tests.notifications.server import PostOffice, post_office

Carry = Callable[..., None]


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture
def mailing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[MailSettings | None], None]:
    """Gives the site these settings of mail."""

    def give(settings: MailSettings | None) -> None:
        known = app.extensions["settings"]
        changed = replace(known, mail=settings, address="https://learn.example.org")
        monkeypatch.setitem(app.extensions, "settings", changed)

    return give


@pytest.fixture
def carry(
    app: Flask,
    session: Session,
    office: PostOffice,
    mailing: Callable[[MailSettings | None], None],
) -> Carry:
    """Carries what waits to the office."""
    mailing(office.settings())

    def carry(**options: Any) -> None:
        with app.app_context():
            jobs.send_mails(session, {}, **options)
        session.expire_all()

    return carry
