"""What Alembic runs: all missing revisions, in the transaction that `outreach.database.migrate` has opened."""

from alembic import context

from outreach.tables import Table

context.configure(connection=context.config.attributes["connection"], target_metadata=Table.metadata)
context.run_migrations()
