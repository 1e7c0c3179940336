"""Customers and what happened between us and them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "accounts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("external_id", name=op.f("uq_accounts_external_id")),
    )
    op.create_table(
        "customers",
        sa.Column("id", BIG, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.Column("account_id", BIG, nullable=True),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("since_at", BIG, nullable=False),
        sa.Column("updated_at", BIG, nullable=False),
        sa.Column("no_surveys_at", BIG, nullable=True),
        sa.Column("paused_until", BIG, nullable=True),
        sa.Column("erased_at", BIG, nullable=True),
        sa.Column("merged_into", BIG, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_customers_account_id")),
        sa.ForeignKeyConstraint(["merged_into"], ["customers.id"], name=op.f("fk_customers_merged_into")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("external_id", name=op.f("uq_customers_external_id")),
    )
    op.create_index(op.f("ix_customers_account_id"), "customers", ["account_id"], unique=False)
    _index_parts("customers", "name")
    op.create_index("ix_customers_name_begins", "customers", ["name"], postgresql_ops={"name": "text_pattern_ops"})
    _index_parts("customers", "external_id")
    op.create_index(op.f("ix_customers_language_id"), "customers", ["language", "id"], unique=False)
    op.create_index(op.f("ix_customers_merged_into"), "customers", ["merged_into"], unique=False)
    op.create_table(
        "contact_points",
        sa.Column("id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("address_hmac", sa.Text(), nullable=False),
        sa.Column("usable", sa.Boolean(), nullable=False),
        sa.Column("unusable_why", sa.Text(), nullable=True),
        sa.Column("soft_bounces", BIG, server_default="0", nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.CheckConstraint("channel IN ('email', 'sms')", name=op.f("ck_contact_points_channel")),
        sa.CheckConstraint(
            "consent IN ('given', 'refused', 'withdrawn', 'unknown')", name=op.f("ck_contact_points_consent")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_contact_points_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_points")),
        sa.UniqueConstraint("channel", "address_hmac", name=op.f("uq_contact_points_channel_address_hmac")),
        sa.UniqueConstraint("customer_id", "channel", name=op.f("uq_contact_points_customer_id_channel")),
    )
    _index_parts("contact_points", "address")
    op.create_table(
        "consent_events",
        sa.Column("id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint("channel IN ('email', 'sms')", name=op.f("ck_consent_events_channel")),
        sa.CheckConstraint("what IN ('given', 'refused', 'withdrawn', 'unknown')", name=op.f("ck_consent_events_what")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_consent_events_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_events")),
    )
    op.create_index(
        op.f("ix_consent_events_customer_id_channel_id"),
        "consent_events",
        ["customer_id", "channel", "id"],
        unique=False,
    )
    op.create_table(
        "suppressions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("address_hmac", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.CheckConstraint("channel IN ('email', 'sms')", name=op.f("ck_suppressions_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppressions")),
        sa.UniqueConstraint(
            "address_hmac", "channel", "scope", name=op.f("uq_suppressions_address_hmac_channel_scope")
        ),
    )
    op.create_table(
        "contact_events",
        sa.Column("id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("touchpoint", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("occurred_at", BIG, nullable=False),
        sa.Column("received_at", BIG, nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.CheckConstraint("value >= 0 AND value <= 100", name=op.f("ck_contact_events_value")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_contact_events_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_events")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_contact_events_source_external_id")),
    )
    op.create_index(
        op.f("ix_contact_events_customer_id_occurred_at"),
        "contact_events",
        ["customer_id", "occurred_at"],
        unique=False,
    )


def _index_parts(table: str, column: str) -> None:
    how = {column: "gin_trgm_ops"}
    op.create_index(f"ix_{table}_{column}_parts", table, [column], postgresql_using="gin", postgresql_ops=how)
    if op.get_bind().dialect.name == "postgresql":  # else what is in one of 25 addresses may be taken for rare
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 1000")
