"""What pages and API read: each report opens its own reading session and hands out frozen dataclasses."""
