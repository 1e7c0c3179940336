"""What the database itself refuses: rewriting history, two touches within a day, sending again without a refusal."""

from alembic import op

revision = "0005"
down_revision = "0004"

APPEND_ONLY = ("consent_events", "audit")
PUBLISHED = ("name", "version", "kind", "document", "published_at", "published_by")

SQLITE_REPLAN = """
CREATE TRIGGER outreaches_replan BEFORE INSERT ON outreaches
WHEN NEW.replan > 0 AND NOT EXISTS (
    SELECT 1 FROM outreaches AS earlier
    WHERE earlier.intent_id = NEW.intent_id AND earlier.step = NEW.step
      AND earlier.replan = NEW.replan - 1 AND earlier.state = 'refused')
BEGIN SELECT RAISE(ABORT, 'outreaches: a replan needs a refused predecessor'); END
"""
SQLITE_FLOOR = """
CREATE TRIGGER ledger_floor_{name} BEFORE {event} ON ledger
WHEN NEW.voided_at IS NULL AND NEW.joined_at IS NULL AND EXISTS (
    SELECT 1 FROM ledger AS other
    WHERE other.customer_id = NEW.customer_id AND other.voided_at IS NULL AND other.joined_at IS NULL
      AND other.id IS NOT NEW.id
      AND other.asked_at > NEW.asked_at - 86400 AND other.asked_at < NEW.asked_at + 86400)
BEGIN SELECT RAISE(ABORT, 'ledger: two touches within 24 hours'); END
"""
POSTGRESQL_FLOOR = """
ALTER TABLE ledger ADD CONSTRAINT ledger_floor EXCLUDE USING gist (
    customer_id WITH =, int8range(asked_at, asked_at + 86400) WITH &&)
    WHERE (voided_at IS NULL AND joined_at IS NULL)
"""
POSTGRESQL_REFUSAL = """
CREATE FUNCTION outreach_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: %', TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
POSTGRESQL_REPLAN = """
CREATE FUNCTION outreach_replan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM outreaches AS earlier
        WHERE earlier.intent_id = NEW.intent_id AND earlier.step = NEW.step
          AND earlier.replan = NEW.replan - 1 AND earlier.state = 'refused') THEN
        RAISE EXCEPTION 'outreaches: a replan needs a refused predecessor'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _on_sqlite()
    else:
        _on_postgresql()


def _on_sqlite() -> None:
    op.execute(SQLITE_REPLAN)
    for name, event in (("insert", "INSERT"), ("update", "UPDATE OF customer_id, asked_at, voided_at, joined_at")):
        op.execute(SQLITE_FLOOR.format(name=name, event=event))
    for table in APPEND_ONLY:
        for event in ("UPDATE", "DELETE"):
            _refuse_on_sqlite(table, event, event, "append-only")
    _refuse_on_sqlite("policy_versions", "change", f"UPDATE OF {', '.join(PUBLISHED)}", "a published version stays")
    _refuse_on_sqlite("policy_versions", "delete", "DELETE", "a published version stays")


def _refuse_on_sqlite(table: str, name: str, event: str, reason: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_{name.lower()} BEFORE {event} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: {reason}'); END"
    )


def _on_postgresql() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute(POSTGRESQL_FLOOR)
    op.execute(POSTGRESQL_REPLAN)
    op.execute(
        "CREATE TRIGGER outreaches_replan BEFORE INSERT ON outreaches "
        "FOR EACH ROW WHEN (NEW.replan > 0) EXECUTE FUNCTION outreach_replan()"
    )
    op.execute(POSTGRESQL_REFUSAL)
    for table in APPEND_ONLY:
        _refuse_on_postgresql(table, "change", "UPDATE OR DELETE OR TRUNCATE", "append-only")
    _refuse_on_postgresql("policy_versions", "change", f"UPDATE OF {', '.join(PUBLISHED)}", "a published version stays")
    _refuse_on_postgresql("policy_versions", "delete", "DELETE OR TRUNCATE", "a published version stays")


def _refuse_on_postgresql(table: str, name: str, event: str, reason: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION outreach_refuse('{reason}')"
    )
