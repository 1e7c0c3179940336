"""Who may come in, and what every answer carries. Closed by default: a new page is for this computer only."""

from collections.abc import Iterable
from functools import cache
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, redirect, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import SecurityError

from outreach.lifecycle import Role
from web import here, roles

LOOPBACK_HOSTS = ("127.0.0.1", "localhost")
FROM_ANYWHERE = {"api", "gift", "survey", "unsubscribe", "preferences", "compliments", "probes", "webhooks"}
"""Blueprints that answer callers from elsewhere: with a token, with a link a customer was sent, with a provider's
signature, or telling nothing."""
FORMS_FROM_ANYWHERE = {"api", "unsubscribe", "webhooks"}
"""Whose forms other sites may send: programs, and mail programs that offer a way to stop beside the mail."""
PROXY_NAMES = {"forwarded", "via", "x-real-ip"}
PROXY_PREFIXES = ("x-forwarded-", "cf-")
SIGNING_IN = "signing_in"
REACHABLE = "REACHABLE_FROM_OUTSIDE"
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
WITH_A_FRAME = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
IN_A_FRAME = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "sandbox allow-popups allow-popups-to-escape-sandbox",
    )
)
"""For a mail that is shown: its own looks, links that open elsewhere, and nothing that runs or is fetched."""
PREVIEW = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self' 'unsafe-inline'",
        "img-src data:",
        "frame-src 'self'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "sandbox allow-popups",
    )
)
"""For a text that is being written, as it would be read: our own looks around it, and those of the mail in it."""
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def install(app: Flask, public_base_url: str) -> None:
    """Put the doors on every route of the application."""
    public = urlsplit(public_base_url)
    app.config["TRUSTED_HOSTS"] = [*LOOPBACK_HOSTS, public.hostname]
    app.config[REACHABLE] = public.hostname not in LOOPBACK_HOSTS and not _is_loopback(public.hostname)
    app.before_request(_refuse_strangers)
    app.before_request(_refuse_forms_from_elsewhere)
    app.before_request(_refuse_what_is_too_large)
    secure = public.scheme == "https"

    @app.after_request
    def _headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response


def from_this_computer() -> bool:
    """Whether the request was surely made here: to a local name, not through a proxy, and where none can be expected.

    A proxy on this computer need not say that it is one. So once customers reach this installation at an address of
    its own, no request counts as made here.
    """
    if isinstance(request.routing_exception, SecurityError) or current_app.config[REACHABLE]:
        return False
    if any(map(_is_of_a_proxy, request.headers.keys())):
        return False
    return _is_loopback(request.remote_addr) and _hostname(request.host) in LOOPBACK_HOSTS


def bearer() -> str | None:
    """The token an API caller sent, if any."""
    sent = request.authorization
    return sent.token if sent is not None and sent.type == "bearer" else None


def _refuse_strangers() -> None:
    if isinstance(request.routing_exception, SecurityError):
        raise request.routing_exception
    if request.blueprint in FROM_ANYWHERE or request.endpoint == "static":
        return
    is_local, is_reachable = from_this_computer(), current_app.config[REACHABLE]
    if not (is_local or is_reachable):
        abort(403, gettext("These pages answer only on the computer they run on, without a proxy."))
    if request.blueprint == SIGNING_IN and (is_local or here.is_anybody_known()):
        return
    me = here.signed_in()
    if me is not None:
        _refuse_beyond(me.role)
    elif here.is_sign_in_wanted():
        _to_sign_in()
    elif not is_local:
        abort(
            403,
            gettext(
                "Nobody signs in here yet, and customers can reach this installation: its pages are closed. "
                "Add an admin first: outreach user add NAME --role admin"
            ),
        )


def _refuse_beyond(role: Role) -> None:
    """Whoever is signed in may do what their role may; what asks for no role is for nobody."""
    needed = roles.needed(request.endpoint, request.method in CHANGING)
    if request.endpoint is not None and (needed is None or not role.may(needed)):
        abort(403, gettext("Your role does not allow this. Ask an admin for it, or somebody who may."))


def _to_sign_in() -> None:
    if request.method in CHANGING:
        abort(403, gettext("You are not signed in any more, so nothing was done. Sign in, then do it again."))
    onward = request.full_path.rstrip("?") if request.path != "/" else None
    abort(redirect(url_for("signing_in.show", next=onward), 303))


def _refuse_forms_from_elsewhere() -> None:
    """A second line behind the token in each form: the browser itself says which site a form came from."""
    if request.method not in CHANGING or request.blueprint in FORMS_FROM_ANYWHERE:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none") or _foreign_origin():
        abort(403, gettext("This form was sent from another site, so nothing was done."))


def _refuse_what_is_too_large() -> None:
    """A body that does not say how long it is would be cut off at the limit, and its beginning taken for the whole."""
    if request.blueprint == "webhooks":
        return  # their limits are their own
    if request.content_length is None and len(request.get_data()) >= current_app.config["MAX_CONTENT_LENGTH"]:
        abort(413)


def _foreign_origin() -> bool:
    origin = request.headers.get("Origin", "null")  # browsers send null where they keep the referrer to themselves
    return origin != "null" and urlsplit(origin).netloc != request.host


@cache
def _is_loopback(address: str | None) -> bool:
    try:
        found = ip_address(address or "")
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        return found.ipv4_mapped.is_loopback
    return found.is_loopback


def _is_of_a_proxy(header: str) -> bool:
    name = header.lower()
    return name in PROXY_NAMES or name.startswith(PROXY_PREFIXES)


def _hostname(host: str) -> str:
    name, _, port = host.rpartition(":")
    return name if name and port.isdigit() else host


def repeated(names: Iterable[str]) -> list[str]:
    """Fields a form sent more than once; none of ours may."""
    return [name for name in names if len(request.form.getlist(name)) > 1]
