"""What organisations say of themselves becomes a text with revisions, which records name."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0020"
down_revision = "0019"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    _organisations()
    _versions()
    _looks()
    _carry_over()
    op.drop_table("local_passages")
    op.drop_table("local_fields")


def _organisations() -> None:
    _refer("organisations", "parent_id", "organisations")
    op.create_index(op.f("ix_organisations_parent_id"), "organisations", ["parent_id"])
    op.add_column(
        "organisations",
        sa.Column("ancestors", sa.String(length=100), server_default="", nullable=False),
    )


def _refer(table: str, column: str, to: str) -> None:
    """A column that may name a row: added in place, as these tables can be large."""
    key = f"fk_{table}_{column}_{to}"
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {key} REFERENCES {to} (id)"
    )


def _versions() -> None:
    op.create_table(
        "local_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("module_slug", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("files", JSON, nullable=False),
        sa.Column("made_of", JSON, nullable=False),
        sa.Column("kept_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_local_versions_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_versions")),
        sa.UniqueConstraint(
            "organisation_id",
            "module_slug",
            "language",
            "digest",
            name=op.f("uq_local_versions_organisation_id_module_slug_language_digest"),
        ),
    )
    _refer("attempts", "local_version_id", "local_versions")
    _refer("completions", "local_version_id", "local_versions")


def _looks() -> None:
    op.create_table(
        "local_looks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("passage", sa.String(length=100), nullable=False),
        sa.Column("words", JSON, nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("looked_by_id", sa.Integer()),
        sa.Column("looked_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_local_looks_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["looked_by_id"], ["people.id"], name=op.f("fk_local_looks_looked_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_looks")),
    )
    op.create_index(
        "ix_local_looks_passage",
        "local_looks",
        ["organisation_id", "language", "passage", "id"],
    )


def _carry_over() -> None:
    """What was filled in stays in force: one first revision for each organisation and language."""
    found: dict[tuple[int, str, str], tuple[dict[str, str], dict[str, Any]]] = {}
    for row in op.get_bind().execute(_FIELDS).mappings():
        if row["value"].strip():
            files, rendered = _version(found, row, row["own_language"])
            files[f"field/{row['name']}"] = row["value"]
            rendered["fields"][row["name"]] = row["value"]
    for row in op.get_bind().execute(_PASSAGES).mappings():
        files, rendered = _version(found, row, row["language"])
        files[f"passage/{row['passage']}.md"] = row["source"]
        rendered["passages"][row["passage"]] = {
            "source": row["source"],
            "parts": [row["html"]],
            "cited": [],
        }
    for (organisation_id, name, language), version in found.items():
        _publish(organisation_id, name, language, version)


def _version(
    found: dict[tuple[int, str, str], tuple[dict[str, str], dict[str, Any]]],
    row: Any,
    language: str,
) -> tuple[dict[str, str], dict[str, Any]]:
    empty = {
        "organisation": row["organisation"],
        "language": language,
        "fields": {},
        "passages": {},
    }
    return found.setdefault((row["id"], row["organisation"], language), ({}, empty))


def _publish(
    organisation_id: int,
    name: str,
    language: str,
    version: tuple[dict[str, str], dict[str, Any]],
) -> None:
    files, rendered = version
    now = datetime.now(UTC)
    canonical = json.dumps(files, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    text = {"kind": "local", "slug": f"organisation-{organisation_id}", "language": language}
    made = op.get_bind().execute(
        sa.insert(_REVISIONS)
        .values(
            **text,
            digest=hashlib.sha256(canonical.encode()).hexdigest(),
            title=name,
            files=files,
            rendered=rendered,
            created_at=now,
        )
        .returning(_REVISIONS.c.id)
    )
    revision_id = made.scalar_one()
    op.get_bind().execute(sa.insert(_LIVE).values(**text, revision_id=revision_id))
    op.get_bind().execute(
        sa.insert(_PUBLICATIONS).values(
            **text, revision_id=revision_id, change="first", note="", published_at=now
        )
    )


_FIELDS = sa.text(
    "SELECT o.id AS id, o.name AS organisation, o.language AS own_language, f.name AS name,"
    " f.value AS value FROM local_fields f JOIN organisations o ON o.id = f.organisation_id"
)
_PASSAGES = sa.text(
    "SELECT o.id AS id, o.name AS organisation, p.language AS language, p.passage AS passage,"
    " p.source AS source, p.html AS html"
    " FROM local_passages p JOIN organisations o ON o.id = p.organisation_id"
)


def _named() -> list[Any]:
    return [sa.column(name, sa.String()) for name in ("kind", "slug", "language")]


_REVISIONS = sa.table(
    "revisions",
    sa.column("id", sa.Integer()),
    *_named(),
    sa.column("digest", sa.String()),
    sa.column("title", sa.String()),
    sa.column("files", JSON),
    sa.column("rendered", JSON),
    sa.column("created_at", Moment),
)
_LIVE = sa.table("live_revisions", *_named(), sa.column("revision_id", sa.Integer()))
_PUBLICATIONS = sa.table(
    "publications",
    *_named(),
    sa.column("revision_id", sa.Integer()),
    sa.column("change", sa.String()),
    sa.column("note", sa.Text()),
    sa.column("published_at", Moment),
)
