"""Decide: pure functions from documents and facts to a decision with every reason."""
