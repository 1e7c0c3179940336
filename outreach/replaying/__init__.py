"""Replaying a history: from files or the database into the columns that `policies.replay` walks, and what came of it."""
