"""What each page asks of whoever opens it, and of whoever changes something with it. What is not listed is refused."""

from collections.abc import Mapping

from outreach.lifecycle import Role

V, M, P, A = Role.VIEWER, Role.MARKETER, Role.APPROVER, Role.ADMIN

PAGES: Mapping[str, tuple[Role, Role]] = {
    "overview": (V, M),
    "beginning": (V, M),
    "customers": (V, A),
    "care": (A, A),
    "replies": (V, M),
    "sandbox": (V, M),
    "rehearsing": (V, M),
    "policies": (V, A),
    "writing": (V, M),
    "trying": (V, M),
    "editing": (V, M),
    "settings": (P, A),
    "people": (A, A),
    "myself": (V, V),
}
"""By blueprint: to look, and to change."""

APART: Mapping[str, Role] = {
    "editing.publish": P,
    "customers.look_for": V,
    "replies.look_for": V,
    "care.pause": M,
    "beginning.skip": V,
    "settings.api_tokens": A,
    "settings.audit_log": A,
}
"""Endpoints that ask for more than their blueprint does, or for less: looking for somebody changes nothing."""


def needed(endpoint: str | None, changes: bool) -> Role | None:
    """The role an endpoint asks for; None: nobody may."""
    looks = PAGES.get((endpoint or "").partition(".")[0])
    return None if looks is None else APART.get(endpoint or "", looks[changes])
