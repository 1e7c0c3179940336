"""What the rules look up in a customer's past, latest touch first."""

from collections.abc import MutableSequence
from typing import Any

from policies.replay.columns import ASK, CONTENT, MISSING, Question, State, TouchRow
from policies.replay.compiling import apart, compiled


@compiled
def last_of_policy(s: State, who: int, policy: int) -> int:
    """The latest ask or reminder of a policy; -1 where there is none."""
    ask = s.persons[who].ask
    while ask >= 0 and s.ledger[ask].policy != policy:
        ask = s.ledger[ask].ask_before
    return ask


@compiled
def last_outcome(s: State, q: Question, least: int, most: int) -> int:
    """The policy's ask whose outcome, from `least` to `most`, came last; -1 where there is none."""
    found, ask = -1, s.persons[q.who].ask
    while ask >= 0:
        is_such = least <= s.ledger[ask].outcome <= most and s.ledger[ask].policy == q.policy
        if is_such and (found < 0 or s.ledger[ask].outcome_at >= s.ledger[found].outcome_at):
            found = ask
        ask = s.ledger[ask].ask_before
    return found


@compiled
def asks_unheard(s: State, q: Question) -> int:
    """Write into `heard`, oldest first, whether the policy's last asks were heard from, back to one that was; returns
    how many there are."""
    count, ask, answered = 0, s.persons[q.who].ask, False
    while ask >= 0 and not answered:
        if s.ledger[ask].kind == ASK and s.ledger[ask].policy == q.policy:
            answered = s.ledger[ask].outcome > 0
            count += 1
        ask = s.ledger[ask].ask_before
    for i in range(count):
        s.heard[i] = False
    if answered:
        s.heard[0] = True
    return count


@compiled
def given_since_last_ask(s: State, who: int) -> None:
    """Write into `pieces` when pieces were given since the last ask, latest first, into `uses` when pieces of those
    were used, oldest first, and into `given` how many were given, and used."""
    given, used, touch = 0, 0, s.persons[who].touch
    while touch >= 0 and s.ledger[touch].kind == CONTENT:
        s.pieces[given] = s.ledger[touch].at
        given += 1
        at = s.ledger[touch].used_at
        if at != MISSING:
            place = used
            while place > 0 and s.uses[place - 1] > at:
                s.uses[place] = s.uses[place - 1]
                place -= 1
            s.uses[place] = at
            used += 1
        touch = s.ledger[touch].before
    s.given[0], s.given[1] = given, used


@compiled
def all_touches(s: State, who: int, loads: Any) -> int:
    """Write into `times` and `loads` when each touch was, and how much it loads, oldest first; returns how many."""
    count, touch = 0, s.persons[who].touch
    while touch >= 0:
        count += 1
        touch = s.ledger[touch].before
    place, touch = count, s.persons[who].touch
    while touch >= 0:
        place -= 1
        s.times[place] = s.ledger[touch].at
        s.loads[place] = loads[s.ledger[touch].channel]
        touch = s.ledger[touch].before
    return count


@compiled
def _upside_down(times: MutableSequence[int], count: int) -> int:
    for i in range(count // 2):
        times[i], times[count - 1 - i] = times[count - 1 - i], times[i]
    return count


Cap = tuple[int, int, int, int]


@apart
def counted(ledger: MutableSequence[TouchRow], times: MutableSequence[int], touch: int, cap: Cap) -> int:
    """Write into `times` when touches that a cap counts were, oldest first, but no more than it allows; returns how
    many. The cap is its owner, how many, of what, and over which channel."""
    owner, at_most, of, channel = cap
    count = 0
    while touch >= 0 and count < at_most:
        is_content = ledger[touch].kind == CONTENT
        if (
            (of == 0 or is_content == (of == 2))
            and (channel < 0 or channel == ledger[touch].channel)
            and (owner < 0 or owner == ledger[touch].policy)
        ):
            times[count] = ledger[touch].at
            count += 1
        touch = ledger[touch].before
    return _upside_down(times, count)


@compiled
def colleagues(s: State, who: int, people: int, at_most: int) -> int:
    """Write into `times` when other people of the account were last asked, oldest first, but the latest `at_most`;
    returns how many."""
    count = 0
    for other in range(people):
        ask = s.persons[other].ask
        if other == who or ask < 0:
            continue
        at, place = s.ledger[ask].at, count
        while place > 0 and s.times[place - 1] < at:
            if place < at_most:
                s.times[place] = s.times[place - 1]
            place -= 1
        if place < at_most:
            s.times[place] = at
            count = min(count + 1, at_most)
    return _upside_down(s.times, count)
