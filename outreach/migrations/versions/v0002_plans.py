"""Texts, policies, intents and decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "contents",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("use_rate", sa.Double(), nullable=False),
        sa.Column("given", BIG, nullable=False),
        sa.Column("used", BIG, nullable=False),
        sa.CheckConstraint("channel IN ('email', 'sms')", name=op.f("ck_contents_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contents")),
        sa.UniqueConstraint("name", "language", "channel", name=op.f("uq_contents_name_language_channel")),
    )
    op.create_table(
        "surveys",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reminder", sa.Text(), nullable=False),
        sa.Column("follow_low", sa.Text(), nullable=False),
        sa.Column("follow_mid", sa.Text(), nullable=False),
        sa.Column("follow_high", sa.Text(), nullable=False),
        sa.Column("follow_ups", BIG, nullable=False),
        sa.Column("thanks", sa.Text(), nullable=False),
        sa.CheckConstraint("channel IN ('email', 'sms')", name=op.f("ck_surveys_channel")),
        sa.CheckConstraint("follow_ups >= 0 AND follow_ups <= 3", name=op.f("ck_surveys_follow_ups")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
        sa.UniqueConstraint("name", "language", "channel", name=op.f("uq_surveys_name_language_channel")),
    )
    op.create_table(
        "policy_versions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("published_at", BIG, nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('guard', 'policy')", name=op.f("ck_policy_versions_kind")),
        sa.CheckConstraint("state IN ('live', 'retired')", name=op.f("ck_policy_versions_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_versions")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_policy_versions_name_version")),
    )
    op.create_index(
        "uq_policy_versions_live",
        "policy_versions",
        ["name"],
        unique=True,
        postgresql_where=sa.text("state = 'live'"),
        sqlite_where=sa.text("state = 'live'"),
    )
    op.create_table(
        "policy_drafts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("revision", BIG, nullable=False),
        sa.Column("saved_at", BIG, nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", BIG, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_policy_drafts")),
    )
    op.create_table(
        "replay_runs",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", BIG, nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("asked_at", BIG, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("moved_at", BIG, nullable=False),
        sa.CheckConstraint("state IN ('planned', 'running', 'done', 'failed')", name=op.f("ck_replay_runs_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replay_runs")),
        sa.UniqueConstraint("key", name=op.f("uq_replay_runs_key")),
    )
    op.create_table(
        "intents",
        sa.Column("id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("contact_event_id", BIG, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("opened_at", BIG, nullable=False),
        sa.Column("look_at", BIG, nullable=True),
        sa.Column("looked_at", BIG, nullable=True),
        sa.Column("rests_over_at", BIG, nullable=True),
        sa.Column("rests_open_at", BIG, nullable=True),
        sa.Column("expires_at", BIG, nullable=True),
        sa.Column("asked_at", BIG, nullable=True),
        sa.Column("steps", BIG, nullable=False),
        sa.CheckConstraint("state IN ('open', 'done', 'cancelled', 'expired')", name=op.f("ck_intents_state")),
        sa.ForeignKeyConstraint(["contact_event_id"], ["contact_events.id"], name=op.f("fk_intents_contact_event_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_intents_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intents")),
        sa.UniqueConstraint("customer_id", "policy", "cause", name=op.f("uq_intents_customer_id_policy_cause")),
    )
    op.create_index(
        "ix_intents_contact_event_id",
        "intents",
        ["contact_event_id"],
        unique=False,
        postgresql_where=sa.text("contact_event_id IS NOT NULL"),
        sqlite_where=sa.text("contact_event_id IS NOT NULL"),
    )
    op.create_index(
        "ix_intents_due",
        "intents",
        ["look_at"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_intents_expiring",
        "intents",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_intents_open",
        "intents",
        ["customer_id"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "decisions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("intent_id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("policy_version_id", BIG, nullable=False),
        sa.Column("guard_version_id", BIG, nullable=False),
        sa.Column("decided_at", BIG, nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("moment", BIG, nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("held_by", sa.Text(), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.CheckConstraint("stage IN ('look', 'handover')", name=op.f("ck_decisions_stage")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_decisions_customer_id")),
        sa.ForeignKeyConstraint(
            ["guard_version_id"], ["policy_versions.id"], name=op.f("fk_decisions_guard_version_id")
        ),
        sa.ForeignKeyConstraint(["intent_id"], ["intents.id"], name=op.f("fk_decisions_intent_id")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"], ["policy_versions.id"], name=op.f("fk_decisions_policy_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(
        op.f("ix_decisions_customer_id_decided_at"), "decisions", ["customer_id", "decided_at"], unique=False
    )
    op.create_index(op.f("ix_decisions_decided_at"), "decisions", ["decided_at"], unique=False)
    op.create_index(op.f("ix_decisions_intent_id"), "decisions", ["intent_id"], unique=False)
