"""What went wrong, in a sentence that says what to do. What is not known here is a mistake of ours: a traceback."""

from collections.abc import Callable, Sequence
from typing import Any

MADE_UP = (
    "The sample company is made up, and its numbers may be somebody's: nothing is sent to it for real. Take "
    "OUTREACH_REAL_CHANNELS away, or set OUTREACH_DATABASE_URL to another database."
)
NO_TABLES = ("no such table", "no such column", "UndefinedTable", "UndefinedColumn")


def sentence_for(problem: BaseException) -> str | None:
    """The sentence, or None where there is none for it."""
    for kinds, say in _known():
        if isinstance(problem, kinds):
            return say(problem)
    return None


def _known() -> Sequence[tuple[Any, Callable[[Any], str | None]]]:
    from pydantic import ValidationError
    from redis.exceptions import RedisError
    from sqlalchemy import exc

    from outreach import demo, embedded, explain, merging, policy_book, starter
    from policies.policy import PolicyRefused

    return (
        (ValidationError, _settings),
        (exc.ArgumentError, lambda p: f"OUTREACH_DATABASE_URL is not understood: {p}."),
        ((exc.DBAPIError, exc.TimeoutError), _database),
        (RedisError, lambda p: f"Redis does not answer ({p}). Start it, or correct OUTREACH_REDIS_URL."),
        (PolicyRefused, _policy),
        (starter.TextsRefused, lambda p: _listed("These texts cannot be used:", p.problems)),
        (policy_book.NoGuard, lambda p: "No guard is published: run `outreach migrate`, which publishes one."),
        (explain.UnknownCustomer, lambda p: f"There is no customer {p}; customers are named by their external id."),
        (merging.CannotMerge, lambda p: f"Nothing was merged: {p}."),
        (explain.UnknownContact, lambda p: f"This customer has no contact {p}."),
        (demo.CutOff, lambda p: "The sample company's year was cut off here: empty the database, then again."),
        (demo.MadeUp, lambda p: MADE_UP),
        (embedded.Unavailable, lambda p: f"The embedded Redis cannot run: {p}."),
        (ModuleNotFoundError, _module),
        (PermissionError, lambda p: f"This user may not use {p.filename} ({p.strerror})."),
    )  # fmt: skip


def _settings(problem: Any) -> str | None:
    if problem.title != "Settings":
        return None
    wrong = [
        f"OUTREACH_{str(error['loc'][0]).upper()}: {error['msg'].removeprefix('Value error, ')}"
        for error in problem.errors(include_url=False, include_input=False)
    ]
    return _listed("Correct these settings, in the environment or in .env:", wrong)


def _policy(problem: Any) -> str:
    return _listed("This document cannot be used:", [": ".join(filter(None, where)) for where in problem.problems])


def _database(problem: Any) -> str:
    cause = getattr(problem, "orig", problem)
    reason = " ".join(str(cause).split())
    if any(sign in f"{type(cause).__name__} {reason}" for sign in NO_TABLES):
        return "The database has not the tables of this version: run `outreach migrate`."
    return f"The database does not answer ({reason}). Start it, or correct OUTREACH_DATABASE_URL."


def _module(problem: ModuleNotFoundError) -> str | None:
    if problem.name != "psycopg":
        return None
    return "PostgreSQL needs its driver: pip install 'outreach[postgres]'"


def _listed(what: str, lines: Sequence[str]) -> str:
    return "\n".join((what, *(f"  {line}" for line in lines)))
