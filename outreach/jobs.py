"""What RQ calls. A job carries ids only; what those ids need is decided from the database, so a lost or doubled job
changes nothing."""

from functools import cache

from outreach import bootstrap, delivery, planning, replies, talking
from outreach.batches import work_on
from outreach.runtime import Runtime


@cache
def _runtime() -> Runtime:
    # Made in the process that runs the job, so that no connection crosses a fork.
    return bootstrap.runtime()


def look(customer_ids: list[int]) -> None:
    work_on(_runtime(), planning.look, customer_ids)


def talk(reply_ids: list[int]) -> None:
    work_on(_runtime(), talking.go_on, reply_ids)


def deliver(outreach_ids: list[int]) -> None:
    replies.receive_new(_runtime())  # a stop that has come in holds, whether or not anybody has read it yet
    work_on(_runtime(), delivery.deliver, outreach_ids)


def receive(inbox_ids: list[int]) -> None:
    work_on(_runtime(), replies.receive_all, inbox_ids)


def replay(run_ids: list[int]) -> None:
    from outreach.replaying import whole  # with Numba, which no other job has a use for

    whole.carry_out(_runtime(), run_ids)
