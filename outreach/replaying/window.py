"""Which contacts are replayed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Window:
    """Contacts from one moment to just before another (epoch seconds) are replayed; None: all of them."""

    since: int | None = None
    until: int | None = None

    def holds(self, at: int) -> bool:
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)
