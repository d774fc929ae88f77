"""A name may stand for several files of media, each kept in parts and known by its digest."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"

PART = 512 * 1024


def upgrade() -> None:
    op.create_table(
        "media_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module_slug", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("mimetype", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("alternatives", _json(), nullable=False),
        sa.Column("decorative", sa.Boolean(), nullable=False),
        sa.Column("kept_by_id", sa.Integer()),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_files")),
        sa.UniqueConstraint(
            "module_slug", "name", "digest", name=op.f("uq_media_files_module_slug_name_digest")
        ),
        sa.ForeignKeyConstraint(
            ["kept_by_id"], ["people.id"], name=op.f("fk_media_files_kept_by_id_people")
        ),
    )
    op.create_table(
        "media_parts",
        sa.Column("media_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("media_id", "number", name=op.f("pk_media_parts")),
        sa.ForeignKeyConstraint(
            ["media_id"],
            ["media_files.id"],
            name=op.f("fk_media_parts_media_id_media_files"),
            ondelete="CASCADE",
        ),
    )
    _bring_over()
    op.drop_table("media")


def _json() -> sa.types.TypeEngine[object]:
    return sa.JSON().with_variant(JSONB(), "postgresql")


def _bring_over() -> None:
    """What was kept was published: each under the only name that it could have."""
    connection = op.get_bind()
    before = sa.table(
        "media",
        *(sa.column(name) for name in ("module_slug", "name", "digest", "mimetype", "content")),
        sa.column("kept_at", sa.DateTime(timezone=True)),
    )
    after = sa.table(
        "media_files",
        *(sa.column(name) for name in ("id", "module_slug", "name", "digest", "mimetype", "size")),
        sa.column("alternatives", _json()),
        sa.column("decorative", sa.Boolean()),
        sa.column("kept_at", sa.DateTime(timezone=True)),
        sa.column("published_at", sa.DateTime(timezone=True)),
    )
    parts = sa.table("media_parts", *map(sa.column, ("media_id", "number", "data")))
    keys = connection.execute(
        sa.select(before.c.module_slug, before.c.name).order_by(before.c.kept_at, before.c.name)
    ).all()
    for number, key in enumerate(keys, start=1):
        is_it = sa.and_(before.c.module_slug == key.module_slug, before.c.name == key.name)
        row = connection.execute(sa.select(before).where(is_it)).one()
        same = ("module_slug", "name", "digest", "mimetype")
        values = {name: getattr(row, name) for name in same}
        connection.execute(
            after.insert().values(
                id=number,
                size=len(row.content),
                alternatives={},
                decorative=False,
                kept_at=row.kept_at,
                published_at=row.kept_at,
                **values,
            )
        )
        for at in range(0, len(row.content), PART):
            data = bytes(row.content[at : at + PART])
            connection.execute(parts.insert().values(media_id=number, number=at // PART, data=data))
    if connection.dialect.name == "postgresql" and keys:
        next_id = "SELECT setval('media_files_id_seq', (SELECT max(id) FROM media_files))"
        connection.execute(sa.text(next_id))
