"""Replaying a history: from files or the database into what `policies.replay` walks, and what came of it."""
