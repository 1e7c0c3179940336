"""An address for every route of the application, filled in with what the lived company has."""

from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule

from outreach import sandbox
from outreach.links import Links, Purpose
from outreach.sandbox import Line
from tests.web.seed import Company

VALUES = {
    "external_id": "C-1001",
    "filename": "outreach.css",
    "name": "guard",
    "outreach_id": 1,
    "reply_id": 1,
    "run_id": 1,
    "secret": "a-secret",
    "shelf": "content",
    "text_id": 1,
    "channel": "email",
    "token_id": 1,
    "user_id": 1,
    "what": "customers",
    "version": 1,
}


def gift_token(company: Company, number: int = 0) -> str:
    """The token in a link that some customer was sent."""
    return gift_tokens(company)[number]


def gift_tokens(company: Company) -> list[str]:
    return [line.link.rpartition("/")[2] for _, line in sent(company) if line.kind == "content"]


def sent(company: Company) -> list[tuple[str, Line]]:
    """Every message in the sandbox, with the customer it went to."""
    with company.runtime.reading() as session:
        people = [one.customer for one in sandbox.conversations(session)]
        lines = [(who, line) for who in people for line in sandbox.thread(session, who)]
    return [(who, line) for who, line in lines if line.kind != "reply"]


@dataclass(frozen=True)
class Asked:
    """Somebody who was asked, and the tokens in that message: for answering, stopping and choosing."""

    customer: str
    line: Line
    survey: str
    stop: str
    choose: str


def asked(company: Company) -> Asked:
    """The first customer who was asked by e-mail and has said nothing since; some say stop."""
    with company.runtime.reading() as session:
        threads = [(one.customer, sandbox.thread(session, one.customer)) for one in sandbox.conversations(session)]
    heard = [(who, [line for line in thread if line.kind in ("ask", "reply")]) for who, thread in threads]
    who, line = next(
        (who, thread[-1])
        for who, thread in heard
        if thread and (thread[-1].kind, thread[-1].channel) == ("ask", "email")
    )
    return Asked(who, line, *(tokens_of(company, line)[purpose] for purpose in ("r", "u", "p")))


def tokens_of(company: Company, line: Line) -> dict[str, str]:
    """The token of every page that a message has to do with, by the page's path."""
    to = Links(company.runtime.settings).to
    return {purpose: to(purpose, line.outreach_id or 0).rpartition("/")[2] for purpose in Purpose}


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
    somebody = asked(company)
    of_page = {"gift": gift_token(company), "survey": somebody.survey, "unsubscribe": somebody.stop}
    routes = app.url_map.bind("127.0.0.1")

    def value(name: str, rule: Rule) -> object:
        if rule.endpoint == "sandbox.mail":
            return {"external_id": somebody.customer, "outreach_id": somebody.line.outreach_id}[name]
        return of_page.get(rule.endpoint.split(".")[0], somebody.choose) if name == "token" else VALUES[name]

    return [
        (rule, routes.build(rule.endpoint, {name: value(name, rule) for name in rule.arguments}, method=method))
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ())
    ]
