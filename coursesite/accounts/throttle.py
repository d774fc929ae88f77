"""How often something may be tried, counted in the database: once for all processes."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import request
from limits.storage import Storage
from sqlalchemy.exc import SQLAlchemyError

from coursesite import clock
from coursesite.accounts.access import current_person
from coursesite.accounts.models import ThrottleCount
from coursesite.db import insert_into, short_write
from coursesite.extensions import db, limiter


class TableStorage(Storage):
    """What Flask-Limiter counts, on the table throttle_counts."""

    STORAGE_SCHEME = ["table"]  # noqa: RUF012 - as its base class declares it

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count in one statement, so that no two processes count the same try."""
        with short_write(db.session):
            return int(db.session.scalar(_counting(key, expiry, amount)))

    def get(self, key: str) -> int:
        found = sa.select(ThrottleCount.count).where(
            ThrottleCount.key == key, ThrottleCount.expires_at > clock.now()
        )
        return db.session.scalar(found) or 0

    def get_expiry(self, key: str) -> float:
        found = sa.select(ThrottleCount.expires_at).where(ThrottleCount.key == key)
        return (db.session.scalar(found) or clock.now()).timestamp()

    def check(self) -> bool:
        return db.session.scalar(sa.select(1)) == 1

    def reset(self) -> int | None:
        with short_write(db.session):
            db.session.execute(sa.delete(ThrottleCount))
        return None

    def clear(self, key: str) -> None:
        with short_write(db.session):
            db.session.execute(sa.delete(ThrottleCount).where(ThrottleCount.key == key))


def _counting(key: str, expiry: int, amount: int) -> Any:
    now = clock.now()
    ends = now + timedelta(seconds=expiry)
    over = ThrottleCount.expires_at <= now
    return (
        insert_into(db.session, ThrottleCount)
        .values(key=key, count=amount, expires_at=ends)
        .on_conflict_do_update(
            index_elements=[ThrottleCount.key],
            set_={
                "count": sa.case((over, amount), else_=ThrottleCount.count + amount),
                "expires_at": sa.case((over, ends), else_=ThrottleCount.expires_at),
            },
        )
        .returning(ThrottleCount.count)
    )


def throttled(
    rate: str, *, key: Callable[[], str], methods: tuple[str, ...] = ("POST",)
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Refuse with 429 what comes more often than `rate`, as in "10 per 5 minutes", for one key.

    Stands below the route and the mark of who may open the page.
    """
    return limiter.limit(rate, key_func=key, methods=list(methods))


def forgive() -> None:
    """Do not count this request after all: what was tried, succeeded."""
    for limit in limiter.current_limits:
        limiter.storage.incr(limit.key, limit.limit.get_expiry(), -1)


def by_address() -> str:
    """Counted for each network address."""
    return f"address {request.remote_addr}"


def by_account() -> str:
    """Counted for each e-mail address that is typed, kept as a digest."""
    email = request.form.get("email", "").strip().lower()
    return "account " + hashlib.sha256(email.encode()).hexdigest()


def by_person() -> str:
    """Counted for each signed-in person."""
    return f"person {current_person().id}"
