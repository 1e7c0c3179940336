"""Dying at every point of a life, one point a customer: `python -m tests.crash DATABASE_URL kill|error|gone ask|talk`.

Each life is lived by a process of its own, which dies at its k-th point: a write, a commit, or just before or after the
provider took the message. Prints how many points there were. What is left behind is for the test to look at.
"""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import sqlalchemy as sa

from channels.message import Channel, Message, Outcome, Receipt, Sender
from outreach import delivery, planning, starter
from outreach.lifecycle import OutreachState
from outreach.sandbox import answer
from tests.world import World, a_world, asks, talkative

MOST = 100  # customers; a life has fewer points


class Died(BaseException):
    """What no handler of errors may catch."""


class Bomb:
    """Goes off at the given point, in one of three ways."""

    def __init__(self, way: str, point: int) -> None:
        self.way, self.left = way, point

    def tick(self, connection: sa.Connection | None = None) -> None:
        self.left -= 1
        if self.left:
            return
        if self.way == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.way == "gone" and connection is not None:
            driver: Any = connection.connection.dbapi_connection
            driver.close()  # whatever comes next finds no database
            return
        raise Died

    def lie_under(self, engine: sa.Engine) -> None:
        sa.event.listen(engine, "before_cursor_execute", self._executes)
        sa.event.listen(engine, "commit", self.tick)

    def _executes(self, connection: sa.Connection, cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("SELECT"):  # dying while reading leaves what dying before the next write leaves
            self.tick(connection)


class Mined:
    """A provider that may be the last thing a process sees."""

    def __init__(self, world: World, bomb: Bomb) -> None:
        self.provider, self.bomb = world.provider, bomb

    def send_many(self, messages: Sequence[Message]) -> list[Outcome]:
        self.bomb.tick()
        outcomes = self.provider.sandbox.send_many(messages)
        self.bomb.tick()
        return outcomes

    def find(self, message: Message, at: int) -> Receipt | None:
        return self.provider.find(message, at)


def live(world: World, customer: str) -> None:
    """Asked about a contact, answered, another contact, stopped."""
    who = world.id_of(customer)
    planning.look(world.runtime, [who])
    delivery.deliver(world.runtime, [o.id for o in world.outreaches(customer) if o.state == OutreachState.PLANNED])
    answer(world.runtime, customer, Channel.EMAIL, "8 fine", key=f"{customer} answers")
    world.contact(customer, external_id=f"{customer} again", kind="another")
    planning.look(world.runtime, [who])
    answer(world.runtime, customer, Channel.EMAIL, "STOP", key=f"{customer} stops")


def talk(world: World, customer: str) -> None:
    """Somebody who was asked gives a low score, is asked back, says more, and is thanked."""
    for number, text in enumerate(("3", "nobody called me back"), start=1):
        answer(world.runtime, customer, Channel.EMAIL, text, key=f"{customer} says {number}")
        due = [o.id for o in world.outreaches(customer) if o.state == OutreachState.PLANNED]
        delivery.deliver(world.runtime, due)


LIVES = {"ask": live, "talk": talk}


def dies(way: str, point: int, life: Callable[[], None], world: World) -> bool:
    """Whether the process that lived this life died of it; False: the point lies beyond its end."""
    child = os.fork()
    if child == 0:
        bomb = Bomb(way, point)
        bomb.lie_under(world.runtime.engine)
        senders: dict[str, Sender] = dict.fromkeys(map(str, Channel), Mined(world, bomb))
        world.runtime = replace(world.runtime, senders=senders)
        try:
            life()
        except BaseException:
            os._exit(1)
        os._exit(1 if bomb.left <= 0 else 0)
    return os.waitpid(child, 0)[1] != 0


def main(url: str, way: str, lived: str) -> int:
    customers, life = [f"{way}-{point}" for point in range(1, MOST)], LIVES[lived]
    with a_world(url) as world:
        with world.runtime.writing() as session:
            starter.add_surveys(session, [talkative()])
        world.publish(asks(survey="talk" if life is talk else "question"))
        world.customers(*customers)
        for customer in customers:
            world.contact(customer, external_id=customer)
        if life is talk:
            world.tick()
        life(world, customers.pop())  # so that no other process has to build its statements anew
        for point, customer in enumerate(customers, start=1):
            if not dies(way, point, partial(life, world, customer), world):
                return point - 1
    raise AssertionError("a life has more points than there are customers")


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
