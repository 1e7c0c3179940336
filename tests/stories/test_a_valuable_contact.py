"""A valuable contact: something useful first, one question later, an answer that is kept and shown."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient

from outreach import starter, tokens
from outreach.tables import SandboxMessage
from policies import library
from tests.make import DAY, HOUR, NOON, moment
from tests.web.forms import send
from tests.world import World, a_world
from web.app import create_app

ANSWER = "8 want jullie bellen altijd terug"


@dataclass
class Story:
    """The organisation's own systems speak to the API, Ada reads her mail, a manager looks at the pages."""

    world: World
    client: FlaskClient
    token: str

    def tells(self, path: str, item: dict[str, Any]) -> None:
        said = self.client.post(f"/api/v1/{path}", json=[item], headers=self.authorized)
        assert said.json is not None
        assert [result["result"] for result in said.json["items"]] == ["created"]

    def asks(self, path: str) -> Any:
        return self.client.get(f"/api/v1/{path}", headers=self.authorized).json

    @property
    def authorized(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def got(self) -> list[SandboxMessage]:
        return self.world.got("ada")

    def until_the_next_message(self, days: int = 10) -> SandboxMessage:
        """Hour by hour; what arrives, and nothing may arrive twice."""
        before = len(self.got)
        for _ in range(days * 24):
            self.world.later(HOUR)
            if len(self.got) > before:
                assert len(self.got) == before + 1
                return self.got[-1]
        raise AssertionError(f"nothing arrived for {days} days")

    def uses(self, message: SandboxMessage) -> None:
        link = re.search(r"/c/\S+", message.body)
        assert link
        assert self.client.get(link[0]).status_code == 200  # a scanner looks
        assert self.client.post(link[0]).status_code == 303  # a person presses the button


@pytest.fixture
def story(database_url: str) -> Iterator[Story]:
    with a_world(database_url) as world:
        world.publish(library.guard(), library.policy("after-valuable-contact"))
        with world.runtime.writing() as session:
            starter.load(session)
        client = create_app(world.runtime).test_client()
        yield Story(world, client, tokens.create(world.runtime, "the shop's till"))


def test_something_useful_first_then_one_question_and_an_answer_that_is_kept(story: Story) -> None:
    story.tells(
        "customers",
        {
            "external_id": "ada", "name": "Ada de Vries", "email": "ada@example.com", "language": "nl",
            "timezone": "Europe/Amsterdam", "consent_email": "yes", "created_at": moment(NOON - 400 * DAY),
        },
    )  # fmt: skip
    visit = {"external_id": "visit-1", "customer": "ada", "kind": "repair", "touchpoint": "bij u thuis", "value": 85}
    story.tells("contacts", {**visit, "occurred_at": moment(NOON)})

    first = story.until_the_next_message()
    assert first.at >= NOON + DAY  # never while she still holds the phone
    assert "link" not in first.body
    assert "Hallo Ada" in first.body
    story.uses(first)

    second = story.until_the_next_message()
    assert second.at >= first.at + 3 * DAY
    assert second.subject != first.subject

    question = story.until_the_next_message()
    assert question.at >= second.at + 3 * DAY
    assert question.at < NOON + 14 * DAY
    assert "bij u thuis" in question.body
    assert "/c/" not in question.body

    story.world.now += 2 * HOUR
    said = send(story.client, "/sandbox/ada", "/sandbox/ada/answer", channel="email", key="k", text=ANSWER)
    assert said.status_code == 303

    (reply,) = story.asks("replies")["replies"]
    assert (reply["customer"], reply["score"], reply["comment"]) == ("ada", 8, "want jullie bellen altijd terug")
    assert reply["text"] == ANSWER
    for page in ("/replies", "/customers/ada", "/sandbox/ada"):
        assert ANSWER in story.client.get(page).text

    story.tells("contacts", {**visit, "external_id": "visit-2", "occurred_at": moment(story.world.now)})
    for _ in range(20):
        story.world.later(DAY)
    assert [message.subject for message in story.got].count(question.subject) == 1
    (why,) = story.asks("customers/ada/explanation?contact=visit-2")["policies"]
    assert "rest_after_answer" in {finding["rule"] for finding in why["findings"]}
