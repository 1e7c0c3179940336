"""Messages on their way and the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
UNTOLD = (
    "channel = 'sms' AND state = 'accepted' AND "
    "(delivery IS NULL OR delivery NOT IN ('delivered', 'undelivered', 'failed'))"
)
BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "outreaches",
        sa.Column("id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("intent_id", BIG, nullable=True),
        sa.Column("decision_id", BIG, nullable=True),
        sa.Column("reply_id", BIG, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("policy_version_id", BIG, nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("content_id", BIG, nullable=True),
        sa.Column("survey_id", BIG, nullable=True),
        sa.Column("step", BIG, nullable=False),
        sa.Column("replan", BIG, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("delivery", sa.Text(), nullable=True),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("planned_at", BIG, nullable=False),
        sa.Column("due_at", BIG, nullable=False),
        sa.Column("not_after", BIG, nullable=True),
        sa.Column("accepted_at", BIG, nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("channel IN ('email', 'sms')", name=op.f("ck_outreaches_channel")),
        sa.CheckConstraint(
            "kind IN ('content', 'ask', 'reminder', 'follow_up', 'thanks')", name=op.f("ck_outreaches_kind")
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'handing_over', 'accepted', 'refused', 'unknown', 'abandoned', 'cancelled')",
            name=op.f("ck_outreaches_state"),
        ),
        sa.CheckConstraint("replan >= 0", name=op.f("ck_outreaches_replan")),
        sa.CheckConstraint(
            "(kind IN ('follow_up', 'thanks')) = (intent_id IS NULL)"
            " AND (kind IN ('follow_up', 'thanks')) = (reply_id IS NOT NULL)",
            name=op.f("ck_outreaches_wished_or_talk"),
        ),
        sa.ForeignKeyConstraint(["content_id"], ["contents.id"], name=op.f("fk_outreaches_content_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_outreaches_customer_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_outreaches_decision_id")),
        sa.ForeignKeyConstraint(["intent_id"], ["intents.id"], name=op.f("fk_outreaches_intent_id")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"], ["policy_versions.id"], name=op.f("fk_outreaches_policy_version_id")
        ),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_outreaches_survey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outreaches")),
        sa.UniqueConstraint("intent_id", "step", "replan", name=op.f("uq_outreaches_intent_id_step_replan")),
        sa.UniqueConstraint("reply_id", "kind", name=op.f("uq_outreaches_reply_id_kind")),
    )
    op.create_index(
        op.f("ix_outreaches_customer_id_planned_at"), "outreaches", ["customer_id", "planned_at"], unique=False
    )
    op.create_index(
        "ix_outreaches_due",
        "outreaches",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'planned'"),
        sqlite_where=sa.text("state = 'planned'"),
    )
    op.create_index(
        "ix_outreaches_unknown",
        "outreaches",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'unknown'"),
        sqlite_where=sa.text("state = 'unknown'"),
    )
    op.create_index(
        "ix_outreaches_untold",
        "outreaches",
        ["accepted_at"],
        unique=False,
        postgresql_where=sa.text(UNTOLD),
        sqlite_where=sa.text(UNTOLD),
    )
    op.create_index(
        "uq_outreaches_in_flight",
        "outreaches",
        ["customer_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('planned', 'handing_over')"),
        sqlite_where=sa.text("state IN ('planned', 'handing_over')"),
    )
    op.create_table(
        "attempts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("outreach_id", BIG, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("address_hmac", sa.Text(), nullable=False),
        sa.Column("fence", sa.Text(), nullable=False),
        sa.Column("lease_until", BIG, nullable=False),
        sa.Column("started_at", BIG, nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["outreach_id"], ["outreaches.id"], name=op.f("fk_attempts_outreach_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint("outreach_id", name=op.f("uq_attempts_outreach_id")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_attempts_provider_id")),
    )
    op.create_index(op.f("ix_attempts_address_hmac"), "attempts", ["address_hmac"], unique=False)
    op.create_index(
        "ix_attempts_running",
        "attempts",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("outcome IS NULL"),
        sqlite_where=sa.text("outcome IS NULL"),
    )
    op.create_table(
        "ledger",
        sa.Column("id", BIG, nullable=False),
        sa.Column("outreach_id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("content_name", sa.Text(), nullable=True),
        sa.Column("asked_at", BIG, nullable=False),
        sa.Column("voided_at", BIG, nullable=True),
        sa.Column("joined_at", BIG, nullable=True),
        sa.Column("draw", sa.Double(), nullable=False),
        sa.Column("used_at", BIG, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("outcome_at", BIG, nullable=True),
        sa.CheckConstraint("channel IN ('email', 'sms')", name=op.f("ck_ledger_channel")),
        sa.CheckConstraint("kind IN ('content', 'ask', 'reminder')", name=op.f("ck_ledger_kind")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_ledger_account_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_ledger_customer_id")),
        sa.ForeignKeyConstraint(["outreach_id"], ["outreaches.id"], name=op.f("fk_ledger_outreach_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("outreach_id", name=op.f("uq_ledger_outreach_id")),
    )
    op.create_index(op.f("ix_ledger_account_id_asked_at"), "ledger", ["account_id", "asked_at"], unique=False)
    op.create_index(op.f("ix_ledger_asked_at"), "ledger", ["asked_at"], unique=False)
    op.create_index(op.f("ix_ledger_customer_id_asked_at"), "ledger", ["customer_id", "asked_at"], unique=False)
    op.create_table(
        "channel_states",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("not_before", BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("free_at", sa.Double(), nullable=False),
        sa.CheckConstraint("channel IN ('email', 'sms')", name=op.f("ck_channel_states_channel")),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_states")),
    )
    op.create_table(
        "sandbox_messages",
        sa.Column("id", BIG, nullable=False),
        sa.Column("outreach_id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("times", BIG, nullable=False),
        sa.CheckConstraint("channel IN ('email', 'sms')", name=op.f("ck_sandbox_messages_channel")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_sandbox_messages_customer_id")),
        sa.ForeignKeyConstraint(["outreach_id"], ["outreaches.id"], name=op.f("fk_sandbox_messages_outreach_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox_messages")),
        sa.UniqueConstraint("outreach_id", name=op.f("uq_sandbox_messages_outreach_id")),
    )
    op.create_index(op.f("ix_sandbox_messages_customer_id_at"), "sandbox_messages", ["customer_id", "at"], unique=False)
