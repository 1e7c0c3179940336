"""The description of the API, OpenAPI 3.1, made from the very forms that check what comes in."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from outreach.intake_forms import ContactForm, CustomerForm
from web.api_shapes import MOST_ITEMS, ExplanationPage, Problem, ReceiptPage, ReplyPage

SHAPES: tuple[type[BaseModel], ...] = (ContactForm, CustomerForm, ExplanationPage, Problem, ReceiptPage, ReplyPage)
_REFUSALS = {
    "401": "The token is missing, wrong, or was taken out of use.",
    "503": "The database cannot be reached; nothing was half done.",
}


def document() -> dict[str, Any]:
    """The whole description, as it is served."""
    _, schemas = models_json_schema(
        [(shape, "validation") for shape in SHAPES], ref_template="#/components/schemas/{model}"
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Outreach",
            "version": "1",
            "description": "Contact events in; explanations and replies out.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": {
            "/customers": {"post": _bulk(CustomerForm, "Take in customers", "Who somebody is and how to reach them.")},
            "/contacts": {"post": _bulk(ContactForm, "Take in contact events", "What happened, each kept once.")},
            "/customers/{external_id}/explanation": {"get": _explanation()},
            "/replies": {"get": _replies()},
        },
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _bulk(form: type[BaseModel], summary: str, description: str) -> dict[str, Any]:
    items = {"type": "array", "minItems": 1, "maxItems": MOST_ITEMS, "items": _ref(form)}
    return {
        "operationId": summary.lower().replace(" ", "_"),
        "summary": summary,
        "description": f"{description} At most {MOST_ITEMS} at a time; one receipt each, in the same order.",
        "requestBody": {"required": True, "content": {"application/json": {"schema": items}}},
        "responses": {
            "200": _answer(ReceiptPage, "All of them are in."),
            "207": _answer(ReceiptPage, "Some were refused; their receipts say why."),
            "422": {
                "description": "The body has the wrong shape, or every item was refused.",
                "content": {"application/json": {"schema": {"anyOf": [_ref(Problem), _ref(ReceiptPage)]}}},
            },
            "400": _answer(Problem, "The body is not JSON; `error` says where."),
            "413": _answer(Problem, "The body is too large; nothing was kept."),
            "415": _answer(Problem, "The header Content-Type: application/json is missing."),
            **_refusals(),
        },
    }


def _explanation() -> dict[str, Any]:
    return {
        "operationId": "explain_customer",
        "summary": "Why a customer is, or is not, asked",
        "parameters": [
            _parameter("external_id", "path", {"type": "string"}, "The id your own system has for the customer."),
            _parameter(
                "contact",
                "query",
                {"type": "string"},
                "The id of one contact; else the one acted on first.",
            ),
            _parameter(
                "at", "query", {"type": "string", "format": "date-time"}, "The moment to judge; now when left out."
            ),
            _parameter("lang", "query", {"type": "string", "enum": ["en", "nl"]}, "The language of the sentences."),
        ],
        "responses": {
            "200": _answer(ExplanationPage, "One explanation a live policy, the soonest first."),
            "404": _answer(Problem, "There is no such customer, or no such contact."),
            "409": _answer(Problem, "No guard is published, so nothing can be judged."),
            "422": _answer(Problem, "A parameter cannot be read; `field` names it."),
            **_refusals(),
        },
    }


def _replies() -> dict[str, Any]:
    whole = {"type": "integer", "minimum": 1}
    return {
        "operationId": "list_replies",
        "summary": "What customers wrote, newest first",
        "parameters": [
            _parameter("before", "query", whole, "Replies with a lower id; take `next_before` of the last page."),
            _parameter("limit", "query", {**whole, "maximum": 200, "default": 50}, "How many at most."),
        ],
        "responses": {
            "200": _answer(ReplyPage, "One page of replies."),
            "422": _answer(Problem, "A parameter cannot be read; `field` names it."),
            **_refusals(),
        },
    }


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _answer(model: type[BaseModel], description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": _ref(model)}}}


def _refusals() -> dict[str, Any]:
    return {status: _answer(Problem, says) for status, says in _REFUSALS.items()}


def _parameter(name: str, where: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    required = {"required": True} if where == "path" else {}
    return {"name": name, "in": where, "schema": schema, "description": description, **required}
