"""Where providers call us. A call is shown to come from them, stored and committed; only then it is answered.

What it says is worked on afterwards. A database that is away is a 503, so that the provider tries again.
"""

from flask import Blueprint, Response, abort, make_response, request

from channels.message import BadSignature
from outreach import hooks
from web import here

blueprint = Blueprint("webhooks", __name__, url_prefix="/hooks")

FORM, LIST, MAIL = "application/x-www-form-urlencoded", "application/json", "multipart/form-data"
LARGEST = {FORM: 64 * 1024, LIST: 2 * 1024 * 1024, MAIL: 30 * 1024 * 1024}
"""Bytes of a call, by what it is."""
MOST_PARTS = 1_000
SIGNED_WITH = (
    "X-Twilio-Signature",
    "X-Twilio-Email-Event-Webhook-Signature",
    "X-Twilio-Email-Event-Webhook-Timestamp",
    "Content-Type",
)
NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""How Twilio is told to send no answer; ours goes out by itself, once it is understood."""


@blueprint.post(f"/twilio/status/<int(max={2**63 - 1}):outreach_id>")
def twilio_status(outreach_id: int) -> Response:
    _receive("twilio", "status", FORM, outreach_id=str(outreach_id))
    return make_response("", 204)


@blueprint.post("/twilio/inbound")
def twilio_inbound() -> Response:
    _receive("twilio", "inbound", FORM)
    return Response(NOTHING_TO_SAY, mimetype="text/xml")


@blueprint.post("/sendgrid/events")
def sendgrid_events() -> Response:
    _receive("sendgrid", "event", LIST)
    return make_response("", 204)


@blueprint.post("/sendgrid/inbound")
def sendgrid_inbound() -> Response:
    _receive("sendgrid", "inbound", MAIL)
    return make_response("", 204)


@blueprint.post("/sendgrid/inbound/<secret>")
def sendgrid_inbound_by_secret(secret: str) -> Response:
    _receive("sendgrid", "inbound", MAIL, secret=hooks.secret_hash(secret))
    return make_response("", 204)


def _receive(provider: str, kind: str, content_type: str, **more: str) -> None:
    if not hooks.expects(here.runtime().settings, provider, kind):
        abort(404)
    if request.mimetype != content_type or request.content_encoding:
        abort(415)
    query = request.query_string.decode("latin-1")
    path = "/hooks/sendgrid/inbound" if "secret" in more else request.path
    headers = {name.lower(): request.headers[name] for name in SIGNED_WITH if name in request.headers}
    call = hooks.Call(
        provider, kind, f"{path}?{query}" if query else path, {**headers, **more}, _body(content_type), here.now()
    )
    try:
        hooks.receive(here.runtime(), call)
    except BadSignature:
        abort(403, "This call does not show that it comes from where it should, so nothing was done.")


def _body(content_type: str) -> bytes:
    """The raw body. Nothing parses it before it is verified; too large, or in too many parts, it is refused."""
    most = LARGEST[content_type]
    request.max_content_length = most + 1  # a body of unknown length ends there, without a word
    body = request.get_data(cache=False)
    boundary = request.mimetype_params.get("boundary", "")
    if len(body) > most or (content_type == MAIL and body.count(f"--{boundary}".encode()) > MOST_PARTS):
        abort(413)
    return body
