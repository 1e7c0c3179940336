"""A person with a browser."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page


class Visitor:
    """A person with a browser; whatever the browser complains about is kept."""

    def __init__(self, page: "Page", site: str) -> None:
        self.page, self.site = page, site
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: "ConsoleMessage") -> None:
        if message.type in ("error", "warning") and "status of 404" not in message.text:
            self.complaints.append(message.text)

    def go(self, path: str) -> None:
        self.page.goto(self.site + path)

    def unfold(self) -> None:
        """Open every fold of the page, so that what is in them is looked at too."""
        self.page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
