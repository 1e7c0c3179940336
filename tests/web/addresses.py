"""An address for every route of the application, filled in with what the lived company has."""

from flask import Flask
from werkzeug.routing import Rule

from outreach import sandbox
from tests.web.seed import Company

VALUES = {
    "external_id": "C-1001",
    "filename": "outreach.css",
    "name": "guard",
    "outreach_id": 1,
    "secret": "a-secret",
    "version": 1,
}


def gift_token(company: Company, number: int = 0) -> str:
    """The token in a link that some customer was sent."""
    return gift_tokens(company)[number]


def gift_tokens(company: Company) -> list[str]:
    with company.runtime.reading() as session:
        lines = [line for one in sandbox.conversations(session) for line in sandbox.thread(session, one.customer)]
    return [line.link.rpartition("/")[2] for line in lines if line.link]


def asked_customer(company: Company) -> str:
    """Somebody with a question in the sandbox."""
    with company.runtime.reading() as session:
        return next(
            one.customer
            for one in sandbox.conversations(session)
            if any(line.kind == "ask" for line in sandbox.thread(session, one.customer))
        )


def every_address(app: Flask, company: Company, method: str) -> list[tuple[Rule, str]]:
    """Each route that takes the method, with an address that exists."""
    values = {**VALUES, "token": gift_token(company)}
    routes = app.url_map.bind("127.0.0.1")
    return [
        (rule, routes.build(rule.endpoint, {name: values[name] for name in rule.arguments}, method=method))
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ())
    ]
