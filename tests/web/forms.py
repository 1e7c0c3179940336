"""What a person does with a page, for the test client: read the token in it, fill in a form, follow a link."""

import re
from collections.abc import Iterable

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def token_of(page: TestResponse) -> str:
    """The token in the first form of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, "there is no form on this page"
    return found[1]


def send(client: FlaskClient, page: str, action: str, /, **fields: str) -> TestResponse:
    """Open a page and send a form of it."""
    return client.post(action, data={"csrf_token": token_of(client.get(page)), **fields})


def look_for(client: FlaskClient, text: str, page: str = "/customers") -> TestResponse:
    """What is found, after whatever way leads there."""
    answer = send(client, page, page, q=text)
    return client.get(answer.location) if answer.status_code == 303 else answer


def links_in(page: TestResponse) -> Iterable[str]:
    """The paths a page links to."""
    return dict.fromkeys(re.findall(r'href="(/[^"#]*)', page.text))
