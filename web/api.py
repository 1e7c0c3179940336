"""The JSON API: customers and contacts in, explanations and replies out; every call with a token."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NoReturn

from flask import Blueprint, Response, abort, jsonify, make_response, request
from pydantic import BaseModel

from outreach import intake, tokens
from outreach.explain import UnknownContact, UnknownCustomer
from outreach.policy_book import NoGuard
from outreach.receipts import Receipts, Result
from outreach.reports.explanations import explanations
from outreach.reports.replies import replies
from outreach.runtime import Runtime
from web import doors, here, openapi, speech
from web.api_shapes import MOST_ITEMS, ExplanationPage, PolicyExplanation, Problem, ReceiptPage, ReplyPage, written

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

MOST_REPLIES, REPLIES = 200, 50
FIRST, LAST = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (1970, 2101))
"""Moments one may ask about, in epoch seconds; before LAST."""


@blueprint.before_request
def _only_with_a_token() -> Response | None:
    if request.endpoint == "api.description" or tokens.verify(here.runtime(), doors.bearer()) is not None:
        return None
    refusal = _json(Problem(error="Send a valid token: Authorization: Bearer outreach_..."), 401)
    refusal.headers["WWW-Authenticate"] = "Bearer"
    return refusal


@blueprint.get("/openapi.json")
def description() -> Response:
    return jsonify(openapi.document())


@blueprint.post("/customers")
def customers() -> Response:
    return _take_in(intake.receive_customers)


@blueprint.post("/contacts")
def contacts() -> Response:
    return _take_in(intake.receive_contacts)


@blueprint.get("/customers/<path:external_id>/explanation")
def explanation(external_id: str) -> Response:
    at = _moment("at")
    try:
        found = explanations(here.runtime(), external_id, request.args.get("contact"), at)
    except UnknownCustomer:
        return _json(Problem(error="There is no customer with this id.", field="external_id"), 404)
    except UnknownContact:
        return _json(Problem(error="This customer has no contact with this id.", field="contact"), 404)
    except NoGuard:
        return _json(Problem(error="No guard is published yet, so nobody is asked."), 409)
    told = [PolicyExplanation.of(one, speech.language()) for one in found]
    moment = here.now() if at is None else at
    return _json(ExplanationPage(customer=external_id, at=written(moment), policies=told))


@blueprint.get("/replies")
def newest_replies() -> Response:
    before, limit = _whole("before", 2**62), _whole("limit", MOST_REPLIES)
    return _json(ReplyPage.of(replies(here.runtime(), "all", before, limit or REPLIES)))


def _take_in(receive: Callable[[Runtime, list[object]], Receipts]) -> Response:
    """200 when all items are in, 207 when some were refused, 422 when none went in."""
    items = _items()
    receipts = receive(here.runtime(), items)
    refused = receipts.counts[Result.REFUSED]
    status = 200 if not refused else 422 if refused == len(items) else 207
    return _json(ReceiptPage.of(receipts), status)


def _items() -> list[object]:
    body = _body()
    if not isinstance(body, list):
        _refuse("body", "must be an array of items")
    if not 0 < len(body) <= MOST_ITEMS:
        _refuse("body", f"must hold between 1 and {MOST_ITEMS} items; it holds {len(body)}")
    for number, item in enumerate(body):
        if not isinstance(item, dict):
            _refuse(f"body.{number}", "must be an object with the fields of one item")
    return body


def _body() -> Any:
    if not request.is_json:
        abort(415, "Send the body as JSON, with the header Content-Type: application/json.")
    try:
        return json.loads(request.get_data(), parse_constant=_no_number)
    except json.JSONDecodeError as error:
        abort(400, f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.")
    except UnicodeDecodeError as error:
        abort(400, f"The body is not JSON: it is not {error.encoding} text at byte {error.start + 1}.")
    except RecursionError:
        abort(400, "The JSON is nested too deeply.")
    except ValueError as error:
        abort(400, f"The body cannot be read: {error}.")


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number in JSON")


def _whole(name: str, most: int) -> int | None:
    text = request.args.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20 and 1 <= int(text) <= most):
        _refuse(name, f"must be a whole number between 1 and {most}")
    return int(text)


def _moment(name: str) -> int | None:
    text = request.args.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        _refuse(name, "is not a date and time like 2025-03-01T09:30:00Z")
    if moment.tzinfo is None:
        _refuse(name, "names no time zone; end it with Z or +01:00")
    if not FIRST <= moment.timestamp() < LAST:
        _refuse(name, "must lie between 1970 and 2100")
    return int(moment.timestamp())


def _refuse(field: str, reason: str) -> NoReturn:
    abort(_json(Problem(error=f"{field} {reason}", field=field), 422))


def _json(body: BaseModel, status: int = 200) -> Response:
    return make_response(jsonify(body.model_dump(mode="json")), status)
