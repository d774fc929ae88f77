"""A database of an older version keeps everything when it is brought to this one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command as alembic
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy.orm import Session

from coursesite.app import create_app
from coursesite.content.shelf import forget, local_texts
from coursesite.db import Base, set_up
from coursesite.errors import Invalid
from coursesite.revisions.models import Revision
from coursesite.revisions.rules import digest_of
from coursesite.serving import alembic_config, upgrade
from tests.conftest import settings_for


@pytest.fixture
def old(tmp_path: Path) -> Iterator[sa.Engine]:
    """A database as the first version made it, with a draft and what was kept of it."""
    create_app(settings_for("sqlite://", tmp_path))
    engine = set_up(sa.create_engine(f"sqlite:///{tmp_path / 'old.sqlite3'}"))
    with engine.connect() as connection:
        alembic.upgrade(alembic_config(connection), "0001")
        connection.commit()
        for row in OLD_ROWS:
            connection.exec_driver_sql(row.replace("NOW", "'2026-11-22 10:00:00'"))
        connection.commit()
    yield engine
    engine.dispose()


OLD_ROWS = [
    "INSERT INTO organisations (id, slug, name, time_zone, language, keeps_course, demonstration,"
    " created_at) VALUES (1, 'one', 'One', 'UTC', 'en', 1, 0, NOW)",
    "INSERT INTO people (id, organisation_id, email, given_name, family_name, created_at)"
    " VALUES (7, 1, 'ada@example.org', 'Ada', 'Author', NOW)",
    "INSERT INTO drafts (id, kind, slug, language, version, files, saved_by_id, saved_at)"
    " VALUES (3, 'module', 'core-1', 'en', 4, '{}', 7, NOW)",
    "INSERT INTO saved_texts (id, draft_id, version, files, saved_by_id, saved_at)"
    " VALUES (5, 3, 4, '{}', 7, NOW)",
    "INSERT INTO media (module_slug, name, digest, mimetype, content, kept_at)"
    " VALUES ('core-1', 'door.svg', 'abc', 'image/svg+xml', zeroblob(600000), NOW)",
    "INSERT INTO local_fields (organisation_id, name, value, changed_at)"
    " VALUES (1, 'duty_phone', '112', NOW), (1, 'gap', ' ', NOW)",
    "INSERT INTO local_passages (organisation_id, passage, language, source, html, changed_at)"
    " VALUES (1, 'who', 'es', 'Manda *él*.', '<p>Manda <em>él</em>.</p>', NOW)",
]


def test_what_was_there_is_there_afterwards(old: sa.Engine) -> None:
    upgrade(old)

    with old.connect() as connection:
        drafts = connection.exec_driver_sql("SELECT id, version, author_id FROM drafts").all()
        kept = connection.exec_driver_sql("SELECT id, draft_id FROM saved_texts").all()
        on = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
        media = connection.exec_driver_sql(
            "SELECT module_slug, name, size, published_at IS NOT NULL FROM media_files"
        ).all()
        parts = connection.exec_driver_sql("SELECT number, length(data) FROM media_parts").all()
    assert media == [("core-1", "door.svg", 600000, 1)]
    assert parts == [(0, 524288), (1, 75712)]
    assert (drafts, kept, on) == ([(3, 4, 7)], [(5, 3)], 1)


def test_what_an_organisation_filled_in_stays_in_force(old: sa.Engine) -> None:
    upgrade(old)

    with Session(old) as session:
        here, there = (local_texts(session, (1,), language) for language in ("en", "es"))
        files = session.scalars(sa.select(Revision.files).order_by(Revision.id)).all()
        digests = session.scalars(sa.select(Revision.digest).order_by(Revision.id)).all()
    assert {name: each.value for name, each in here.fields.items()} == {"duty_phone": "112"}
    passage = there.passages["who"].passage
    assert passage
    assert (passage.source, passage.parts) == ("Manda *él*.", ("<p>Manda <em>él</em>.</p>",))
    assert digests == [digest_of(each) for each in files]
    forget()


def test_a_row_that_would_point_nowhere_stops_it(old: sa.Engine) -> None:
    with old.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("DELETE FROM drafts")
        raw.execute("PRAGMA foreign_keys=ON")

    with pytest.raises(Invalid, match="saved_texts would point nowhere"):
        upgrade(old)
    with old.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").all() == [
            ("0001",)
        ]


def test_the_tables_are_those_of_the_models(app: Flask, session: Session) -> None:
    context = MigrationContext.configure(session.connection(), opts={"compare_type": False})

    assert compare_metadata(context, Base.metadata) == []
