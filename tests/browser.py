"""A person at a browser, for tests of pages: signs in, opens, fills forms in with their token."""

import re
import secrets
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from coursesite import clock
from coursesite.accounts.models import SignInSession
from coursesite.accounts.queries import token_digest
from coursesite.people.models import Person


class Client:
    """One person's open browser. POST takes a token from the last page, as a browser would."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = ""

    def get(self, url: str, **options: Any) -> TestResponse:
        return self._seen(self.client.get(url, **options))

    def post(self, url: str, data: Any = None, **options: Any) -> TestResponse:
        if not self.token:
            self.get("/settings", follow_redirects=True)
        headers = {"X-CSRFToken": self.token, **options.pop("headers", {})}
        return self._seen(self.client.post(url, data=data, headers=headers, **options))

    def _seen(self, response: TestResponse) -> TestResponse:
        if response.mimetype == "text/html":
            found = re.search(
                r'name="csrf[-_]token"[^>]*?(?:content|value)="([^"]+)"', response.text
            )
            self.token = found[1] if found else self.token
        return response


class Browser:
    def __init__(self, app: Flask, session: Session) -> None:
        self.app = app
        self.session = session

    def anonymous(self) -> Client:
        return Client(self.app.test_client())

    def sign_in(self, person: Person) -> Client:
        """A browser in which this person has signed in already."""
        token = secrets.token_urlsafe(32)
        now = clock.now()
        self.session.add(
            SignInSession(
                token_digest=token_digest(token),
                person_id=person.id,
                created_at=now,
                last_seen_at=now,
                expires_at=now + timedelta(hours=12),
            )
        )
        self.session.commit()
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return Client(client)


class Queries:
    """Counts the statements sent to the database while it is open."""

    def __init__(self, engine: sa.Engine | sa.Connection) -> None:
        self.engine = engine
        self.statements: list[str] = []

    def __enter__(self) -> "Queries":
        sa.event.listen(self.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_error: object) -> None:
        sa.event.remove(self.engine, "before_cursor_execute", self._note)

    def __len__(self) -> int:
        return len(self.statements)

    def _note(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "PRAGMA")):
            self.statements.append(statement)
