"""Words can be taken out of an event for good, and an organisation says after how many years.

What remains of an event are its numbers, its moments, its kind, and its digest; of a decision on a
pass, all but its reason.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    for name in ("word", "origin_digest", "leaf"):
        op.add_column("events", sa.Column(name, sa.String(length=64), nullable=True))
    op.create_index(
        "ix_events_words_removed",
        "events",
        ["id"],
        sqlite_where=sa.text("leaf IS NOT NULL"),
        postgresql_where=sa.text("leaf IS NOT NULL"),
    )
    op.create_table(
        "erasure_terms",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_erasure_terms_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_erasure_terms")),
    )
    for statement in KEEP[op.get_bind().dialect.name]:
        op.execute(statement)


SAME = (
    "id",
    "kind",
    "organisation_id",
    "actor_id",
    "on_behalf_of_id",
    "subject_type",
    "subject_id",
    "happened_at",
    "recorded_at",
)
WORDS = ("before", "after", "reason", "leaf")


def _same(names: tuple[str, ...], sign: str) -> str:
    return " AND ".join(f'NEW."{name}" {sign} OLD."{name}"' for name in names)


def _may_be(sign: str) -> str:
    """Only words go, and of an event whose digest is kept; its address always goes."""
    kept = f"NEW.leaf IS NOT NULL AND (OLD.leaf IS NULL OR {_same(('leaf',), sign)})"
    return (
        f"{_same(SAME, sign)} AND NEW.origin IS NULL AND NEW.nonce IS NULL"
        f" AND (({kept}) OR ({_same(WORDS, sign)}))"
    )


DECISION = ("regrade_id", "attempt_id", "keeps", "decided_by_id", "decided_at")

KEEP = {
    "sqlite": [
        "DROP TRIGGER events_not_updated",
        "CREATE TRIGGER events_not_updated BEFORE UPDATE ON events"
        f" WHEN NOT ({_may_be('IS')})"
        " BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
        "DROP TRIGGER pass_decisions_not_updated",
        "CREATE TRIGGER pass_decisions_not_updated BEFORE UPDATE ON pass_decisions"
        f" WHEN NOT (NEW.reason = '(erased)' AND {_same(DECISION, 'IS')})"
        " BEGIN SELECT RAISE(ABORT, 'pass_decisions are append-only'); END",
    ],
    "postgresql": [
        "DROP TRIGGER events_kept ON events",
        "CREATE OR REPLACE FUNCTION events_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF TG_OP = 'UPDATE' THEN IF {_may_be('IS NOT DISTINCT FROM')} THEN RETURN NEW; END IF;"
        " END IF; RAISE EXCEPTION 'events are append-only'; END $$",
        "CREATE TRIGGER events_kept BEFORE UPDATE OR DELETE ON events"
        " FOR EACH ROW EXECUTE FUNCTION events_kept()",
        "CREATE TRIGGER events_not_emptied BEFORE TRUNCATE ON events"
        " FOR EACH STATEMENT EXECUTE FUNCTION events_kept()",
        "DROP TRIGGER pass_decisions_kept ON pass_decisions",
        "CREATE OR REPLACE FUNCTION pass_decisions_kept() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN IF TG_OP = 'UPDATE' THEN IF NEW.reason = '(erased)' AND"
        f" {_same(DECISION, 'IS NOT DISTINCT FROM')} THEN RETURN NEW; END IF;"
        " END IF; RAISE EXCEPTION 'pass_decisions are append-only'; END $$",
        "CREATE TRIGGER pass_decisions_kept BEFORE UPDATE OR DELETE ON pass_decisions"
        " FOR EACH ROW EXECUTE FUNCTION pass_decisions_kept()",
        "CREATE TRIGGER pass_decisions_not_emptied BEFORE TRUNCATE ON pass_decisions"
        " FOR EACH STATEMENT EXECUTE FUNCTION pass_decisions_kept()",
    ],
}
