"""Signing in with an account at an OpenID Connect provider, where one is set (the extra `sso`).

The provider's answer is held against its keys, our state and nonce, and a code challenge (PKCE); only then does it say
who somebody is.
"""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app

from outreach.settings import Settings

EXTENSION = "elsewhere"
PATIENCE = 10  # seconds


class NotReached(Exception):
    """The provider does not answer, or not as one does."""


class NotTold(Exception):
    """The provider's answer does not say who somebody is, or cannot be shown to come from there."""


def install(app: Flask, settings: Settings) -> None:
    """Make the provider known, if any; the templates call it by the name of its host."""
    app.jinja_env.globals.update(elsewhere=urlsplit(settings.oidc_issuer).hostname)
    if not settings.oidc_issuer:
        return
    from authlib.integrations.flask_client import OAuth  # an extra, which only who signs in so needs

    app.extensions[EXTENSION] = OAuth(app).register(
        "provider",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid", "code_challenge_method": "S256", "timeout": PATIENCE},
    )


def onward(back: str) -> Response:
    """To the provider, which leads back to that address. Raises NotReached."""
    from requests import RequestException

    try:
        answer: Response = _provider().authorize_redirect(back)
    except (RequestException, ValueError, RuntimeError) as problem:
        raise NotReached from problem
    return answer


def account() -> str:
    """What names, for good, the account of whoever came back: its issuer and its number there. Raises NotTold."""
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError
    from requests import RequestException

    try:
        told = _provider().authorize_access_token().get("userinfo") or {}
    except (AuthlibBaseError, JoseError, RequestException, ValueError, KeyError) as problem:
        raise NotTold from problem
    if not told.get("iss") or not told.get("sub"):
        raise NotTold
    return f"{told['iss']}\n{told['sub']}"


def _provider() -> Any:
    """The client of the provider; 404 where none is set."""
    return current_app.extensions.get(EXTENSION) or abort(404)
