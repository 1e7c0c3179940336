"""The web application: pages for this computer, an API with tokens, and the pages customers are sent to."""

import gzip
import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, current_app, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import PathConverter

from outreach.runtime import Runtime
from web import (
    api,
    apologies,
    beginning,
    care,
    compliments,
    customers,
    doors,
    editing,
    elsewhere,
    gift,
    here,
    myself,
    overview,
    people,
    policies,
    preferences,
    probes,
    public,
    rehearsing,
    replies,
    sandbox,
    settings,
    signing_in,
    speech,
    survey,
    trying,
    unsubscribe,
    webhooks,
    words,
    writing,
)

LARGEST_REQUEST = 8 * 1024 * 1024
"""Bytes; the API has its own, smaller limit in items."""
LARGEST_FIELDS = 512 * 1024
"""Bytes of what is typed in a form. It is also what may be read of a file at once, so more than the 64 kB that are."""
OF_OURS = (
    overview,
    beginning,
    customers,
    care,
    replies,
    sandbox,
    rehearsing,
    policies,
    editing,
    trying,
    writing,
    settings,
    people,
    myself,
    signing_in,
    probes,
    api,
    webhooks,
)
TEXTS = (".css", ".js", ".svg")
FOR_CUSTOMERS = (gift, survey, unsubscribe, preferences, compliments)
STATIC_SECONDS = 31_536_000  # the address of a file changes with its content


def create_app(runtime: Runtime) -> Flask:
    """The application for one runtime. Nothing connects to the database until a request needs it."""
    app = Flask(__name__)
    _configure(app, runtime)
    app.url_map.merge_slashes = False
    app.url_map.converters["path"] = _Path
    app.extensions[here.EXTENSION] = runtime
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    doors.install(app, runtime.settings.public_base_url)
    csrf = CSRFProtect(app)
    speech.install(app)
    words.install(app)
    apologies.install(app)
    public.install(app)
    app.after_request(_pack)
    elsewhere.install(app, runtime.settings)
    app.jinja_env.globals.update(asset=_asset, signed_in=here.signed_in, may=here.may)
    for part in (*OF_OURS, *FOR_CUSTOMERS):
        app.register_blueprint(part.blueprint)
    csrf.exempt(api.blueprint)  # a bearer token is not sent by a browser on its own
    csrf.exempt(webhooks.blueprint)  # each call is signed
    for part in FOR_CUSTOMERS:
        csrf.exempt(part.blueprint)  # the address itself is the secret, and mail apps keep no cookies
    return app


def _configure(app: Flask, runtime: Runtime) -> None:
    is_secure = runtime.settings.public_base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=runtime.settings.key("web session"),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FIELDS,
        MAX_FORM_PARTS=50,
        SESSION_COOKIE_NAME="__Host-outreach" if is_secure else "outreach",
        SESSION_COOKIE_SECURE=is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SEND_FILE_MAX_AGE_DEFAULT=STATIC_SECONDS,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # asks for a referrer, which our pages tell nobody; see doors
    )
    if runtime.settings.trusted_proxies:  # only the address: who is held back, and never who is at this computer
        addresses = {"x_for": runtime.settings.trusted_proxies, "x_proto": 0, "x_host": 0, "x_prefix": 0}
        app.wsgi_app = ProxyFix(app.wsgi_app, **addresses)  # type: ignore[method-assign]


def _pack(response: Response) -> Response:
    """Style, scripts and icons travel packed; pages do not, for they hold secrets beside what others may choose."""
    name = (request.view_args or {}).get("filename", "")
    if request.endpoint == "static" and response.status_code == 200 and name.endswith(TEXTS):
        response.headers["Vary"] = "Accept-Encoding"
        if request.accept_encodings.quality("gzip") > 0 and "Range" not in request.headers:
            response.close()  # the file, which is not sent
            response.direct_passthrough = False
            response.set_data(_packed(name))
            response.headers["Content-Encoding"] = "gzip"
    return response


@cache
def _packed(name: str) -> bytes:
    return gzip.compress((Path(__file__).parent / "static" / name).read_bytes(), mtime=0)


class _Path(PathConverter):
    """An external id as it is: it may begin with a slash, and hold several in a row."""

    regex, part_isolating = ".+?", False


def _asset(name: str) -> str:
    """The address of a static file; it changes when the file does. Made without a route: refusals need it too."""
    return f"{current_app.static_url_path}/{name}?v={_fingerprint(name)}"


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256((Path(__file__).parent / "static" / name).read_bytes()).hexdigest()[:12]
