"""What comes back, follow-up and the records of the house."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", BIG, nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("raw_body", sa.LargeBinary(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("received_at", BIG, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", BIG, nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('new', 'done', 'parked')", name=op.f("ck_inbox_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("provider", "kind", "dedupe_key", name=op.f("uq_inbox_provider_kind_dedupe_key")),
    )
    op.create_index(
        "ix_inbox_new",
        "inbox",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state = 'new'"),
        sqlite_where=sa.text("state = 'new'"),
    )
    op.create_index(
        "ix_inbox_parked",
        "inbox",
        ["provider", "kind"],
        unique=False,
        postgresql_where=sa.text("state = 'parked'"),
        sqlite_where=sa.text("state = 'parked'"),
    )
    op.create_index(
        op.f("ix_inbox_provider_kind_received_at"), "inbox", ["provider", "kind", "received_at"], unique=False
    )
    op.create_index(
        "ix_inbox_held",
        "inbox",
        ["received_at"],
        unique=False,
        postgresql_where=sa.text("length(raw_body) > 0"),
        sqlite_where=sa.text("length(raw_body) > 0"),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", BIG, nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("raw_body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
    )
    op.create_index(op.f("ix_quarantine_received_at"), "quarantine", ["received_at"], unique=False)
    op.create_table(
        "figures",
        sa.Column("id", BIG, nullable=False),
        sa.Column("counted_at", BIG, nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figures")),
    )
    op.create_table(
        "polls",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("until_at", BIG, nullable=False),
        sa.Column("not_before", BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_polls")),
    )
    op.create_table(
        "replies",
        sa.Column("id", BIG, nullable=False),
        sa.Column("inbox_id", BIG, nullable=False),
        sa.Column("continues_id", BIG, nullable=True),
        sa.Column("customer_id", BIG, nullable=True),
        sa.Column("outreach_id", BIG, nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address_hmac", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("score", BIG, nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("sure", sa.Boolean(), nullable=False),
        sa.Column("looked_at", BIG, nullable=True),
        sa.Column("looked_by", sa.Text(), nullable=True),
        sa.Column("talk_at", BIG, nullable=True),
        sa.Column("paused_until", BIG, nullable=True),
        sa.Column("received_at", BIG, nullable=False),
        sa.CheckConstraint("channel IN ('email', 'sms', 'page')", name=op.f("ck_replies_channel")),
        sa.CheckConstraint("score >= 0 AND score <= 10", name=op.f("ck_replies_score")),
        sa.ForeignKeyConstraint(["continues_id"], ["replies.id"], name=op.f("fk_replies_continues_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_replies_customer_id")),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_replies_inbox_id")),
        sa.ForeignKeyConstraint(["outreach_id"], ["outreaches.id"], name=op.f("fk_replies_outreach_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sa.UniqueConstraint("inbox_id", name=op.f("uq_replies_inbox_id")),
    )
    op.create_index(op.f("ix_replies_continues_id"), "replies", ["continues_id"], unique=False)
    op.create_index(op.f("ix_replies_customer_id_received_at"), "replies", ["customer_id", "received_at"], unique=False)
    op.create_index(op.f("ix_replies_outreach_id"), "replies", ["outreach_id"], unique=False)
    op.create_index(op.f("ix_replies_received_at"), "replies", ["received_at"], unique=False)
    waiting = (
        "looked_at IS NULL AND intent <> 'automatic' AND "
        "(customer_id IS NULL OR NOT sure OR intent IN ('unclear', 'help'))"
    )
    for name, condition in (("waiting", waiting), ("unassigned", "customer_id IS NULL")):
        only = sa.text(condition)
        op.create_index(f"ix_replies_{name}", "replies", ["id"], postgresql_where=only, sqlite_where=only)
    op.create_index(
        "ix_replies_talk",
        "replies",
        ["talk_at"],
        unique=False,
        postgresql_where=sa.text("talk_at IS NOT NULL"),
        sqlite_where=sa.text("talk_at IS NOT NULL"),
    )
    op.create_table(
        "cases",
        sa.Column("id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("opened_at", BIG, nullable=False),
        sa.Column("closed_at", BIG, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_cases_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    op.create_index(op.f("ix_cases_customer_id"), "cases", ["customer_id"], unique=False)
    op.create_table(
        "audit",
        sa.Column("seq", BIG, nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("what", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_hash")),
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("revoked_at", BIG, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
    )
    op.create_table(
        "heartbeats",
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_heartbeats")),
    )
