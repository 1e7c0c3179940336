"""What customers do with what they got, and what is said back to them."""

from policies.replay import chances, wishes
from policies.replay.chances import DEED, DELAY, ENGAGEMENT, MOMENT, MOOD, WORDS
from policies.replay.columns import (
    ASK,
    CONTENT,
    DOINGS,
    ENDLESS,
    FOLLOW_UP,
    HEARD,
    OPTED_OUT,
    REPLIED,
    SAID_NOT_NOW,
    STOPS,
    State,
    World,
)
from policies.replay.compiling import apart, compiled
from policies.replay.openings import opens_at
from policies.replay.quick import customers

ANSWER_WINDOW = 60 * 86_400  # seconds after an ask in which what a customer writes belongs to it
TOO_OLD = 2 * 86_400  # seconds after which a reply is not answered any more


@compiled
def works(w: World, at: int) -> int:
    """The first moment, not before this one, at which the organisation's side is at work."""
    return at if at >= ENDLESS else -(-at // w.step) * w.step


@compiled
def act(w: World, s: State, moment: int) -> None:
    """Let customers act whose moment has come, in order of time, then of when they came in."""
    while True:
        next_one, d = -1, s.doings
        for i in range(s.many[DOINGS]):
            if d[i].at <= moment and (next_one < 0 or (d[i].at, d[i].who) < (d[next_one].at, d[next_one].who)):
                next_one = i
        if next_one < 0:
            return
        _do(w, s, next_one)
        s.many[DOINGS] -= 1
        last = s.many[DOINGS]
        d[next_one].at, d[next_one].who, d[next_one].kind = d[last].at, d[last].who, d[last].kind
        d[next_one].deed, d[next_one].score, d[next_one].saying = d[last].deed, d[last].score, d[last].saying
        d[next_one].touch = d[last].touch


@compiled
def _do(w: World, s: State, i: int) -> None:
    at, who, deed = s.doings[i].at, s.doings[i].who, s.doings[i].deed
    if deed == customers.USED:
        s.ledger[s.doings[i].touch].used_at = at
        wishes.look_again(s, who, at)
    elif deed == customers.STOPPED:
        s.persons[who].no_surveys, s.persons[who].stopped = 1, 1
        s.many[STOPS] += 1
        wishes.withdraw(w, s, who, OPTED_OUT)
    elif deed == customers.NOT_NOW:
        _settle(s, who, at, SAID_NOT_NOW)
        language = w.people[s.first[0] + who].language
        snooze = w.snooze[3 * language + s.doings[i].saying]
        if snooze > 0:
            s.persons[who].paused_until = max(s.persons[who].paused_until, at + snooze)
    elif deed == customers.ANSWERED:
        wishes.answered(w, s, who, at)
        _talk(w, s, i, _settle(s, who, at, HEARD))
    elif deed == customers.SAID and _settle(s, who, at, REPLIED) == s.doings[i].touch:
        _thank(w, s, i)


@compiled
def _settle(s: State, who: int, at: int, outcome: int) -> int:
    """What a customer writes belongs to the last ask before it, unless that is too long ago; what says more than what
    they said before counts. Returns that ask, or -1."""
    ask = s.persons[who].ask
    while ask >= 0 and (s.ledger[ask].kind != ASK or s.ledger[ask].at > at):
        ask = s.ledger[ask].ask_before
    if ask < 0 or s.ledger[ask].at <= at - ANSWER_WINDOW:
        return -1
    if outcome > s.ledger[ask].outcome:
        s.ledger[ask].outcome, s.ledger[ask].outcome_at = outcome, at
    wishes.need_no_reminder(s, s.ledger[ask].wish)
    return ask


# What is said back: no touch, but as long as it is on its way nothing else is looked at


@compiled
def _talk(w: World, s: State, i: int, ask: int) -> None:
    """Ask back what fits the score, once, or say thanks."""
    if ask < 0:
        return
    who, channel, score = s.doings[i].who, s.ledger[s.doings[i].touch].channel, s.doings[i].score
    band = 2 if score >= 9 else 1 if score >= 7 else 0
    language = w.people[s.first[0] + who].language
    texts = (s.ledger[ask].policy * w.languages + language) * 2 + channel
    if not w.follow_up[3 * texts + band]:
        _thank(w, s, i)
        return
    said_at = _said_back_at(w, s, i)
    if said_at < ENDLESS:
        s.persons[who].busy_until = max(s.persons[who].busy_until, said_at)
        react(w, s, who, FOLLOW_UP, (said_at, ask))


@compiled
def _thank(w: World, s: State, i: int) -> None:
    who, touch = s.doings[i].who, s.doings[i].touch
    language, channel = w.people[s.first[0] + who].language, s.ledger[touch].channel
    if w.thanks[(s.ledger[touch].policy * w.languages + language) * 2 + channel]:
        said_at = _said_back_at(w, s, i)
        if said_at < ENDLESS:
            s.persons[who].busy_until = max(s.persons[who].busy_until, said_at)


@compiled
def _said_back_at(w: World, s: State, i: int) -> int:
    """When something said back to this goes out; ENDLESS where that would be too late."""
    at, who = s.doings[i].at, s.doings[i].who
    zones, channel = w.people[s.first[0] + who].zones, s.ledger[s.doings[i].touch].channel
    moment = works(w, at)
    while moment <= w.until:
        opens = opens_at(w, zones, channel, float(max(moment, s.persons[who].paused_until)))
        if opens > at + TOO_OLD:
            return ENDLESS
        if opens <= moment:
            return moment
        moment = works(w, int(opens))
    return ENDLESS


@apart
def react(w: World, s: State, who: int, kind: int, message: tuple[int, int]) -> None:
    """Settle what a customer will do with a message that they got at a moment, about a touch."""
    at, touch = message
    person = s.first[0] + who
    s.got[4 * who + kind] += 1
    nth = (kind, s.got[4 * who + kind])
    if not w.answering:
        return
    if s.persons[who].engagement < 0.0:
        s.persons[who].engagement = chances.trait(w, s, ENGAGEMENT, person)
    engagement = s.persons[who].engagement
    chance = chances.about_message(w, s, DEED, person, nth)
    if kind == CONTENT:
        deed = customers.uses(engagement, chance)
    elif kind == FOLLOW_UP:
        deed = customers.says_more(engagement, chance)
    else:
        deed = customers.replies(nth[1], engagement, chance)
    if deed == customers.NOTHING:
        return
    shortest, longest = customers.CONTENT_DELAY if kind == CONTENT else customers.ANSWER_DELAY
    after = customers.between(shortest, longest, chances.about_message(w, s, DELAY, person, nth))
    _remember(w, s, (at + after, who, deed, touch), nth)


@compiled
def _remember(w: World, s: State, doing: tuple[int, int, int, int], nth: tuple[int, int]) -> None:
    i, d = s.many[DOINGS], s.doings
    s.many[DOINGS] += 1
    d[i].at, d[i].who, d[i].deed, d[i].touch = doing
    d[i].kind, d[i].score, d[i].saying = nth[0], 0, 0
    person = s.first[0] + doing[1]
    if d[i].deed == customers.ANSWERED:
        mood = chances.trait(w, s, MOOD, person)
        d[i].score = customers.score(mood, chances.about_message(w, s, MOMENT, person, nth))
    elif d[i].deed == customers.NOT_NOW:
        d[i].saying = int(chances.about_message(w, s, WORDS, person, nth) * 3)
