"""Walking a history: the product's own order of things, moment by moment, for the people of one account at a time.

At each moment at which anything is due for them, in this order: they act whose moment has come; people come in, then
contacts; rhythms open; what is due is looked at and handed over; what they will do with it is settled.
"""

from policies.replay import chances, wishes
from policies.replay.chances import DEED, DELAY, ENGAGEMENT, MOMENT, MOOD, WORDS
from policies.replay.columns import (
    ASK,
    CONTENT,
    DOINGS,
    ENDLESS,
    FOLLOW_UP,
    HEARD,
    LOOKS,
    MISSING,
    OPTED_OUT,
    REPLIED,
    SAID_NOT_NOW,
    STOPS,
    TOUCHES,
    UNDER_WAY,
    WISHES,
    State,
    World,
)
from policies.replay.compiling import apart, compiled
from policies.replay.openings import opens_at
from policies.replay.quick import customers

ANSWER_WINDOW = 60 * 86_400  # seconds after an ask in which what a customer writes belongs to it
TIDY_EVERY = 64  # intents opened at one moment
TOO_OLD = 2 * 86_400  # seconds after which a reply is not answered any more


@compiled
def works(w: World, at: int) -> int:
    """The first moment, not before this one, at which the organisation's side is at work."""
    return at if at >= ENDLESS else -(-at // w.step) * w.step


@compiled
def walk_group(w: World, s: State, group: int) -> bool:
    """Walk a group, or go on with it; False where there is no room for more, and it has to be made first."""
    if not s.many[UNDER_WAY]:
        s.first[0], s.first[1] = w.groups[group], w.groups[group + 1]
        _begin(w, s)
    s.many[UNDER_WAY] = 1
    moment = _next(w, s)
    while moment <= w.until:
        if not _has_room(s):
            return False
        _act(w, s, moment)
        _come_in(w, s, moment)
        _look(w, s, moment)
        wishes.tidy(w, s, moment)
        moment = _next(w, s)
    _act(w, s, w.until)
    wishes.tidy(w, s, w.until)
    s.many[UNDER_WAY] = 0
    return True


@compiled
def _has_room(s: State) -> bool:
    """Whether ledger and journal hold what one moment may bring: a touch a person, and two looks an intent."""
    touches = s.many[TOUCHES] + s.first[1] - s.first[0] <= len(s.ledger)
    return touches and (len(s.journal) == 0 or s.many[LOOKS] + 2 * len(s.wishes) <= len(s.journal))


@compiled
def _begin(w: World, s: State) -> None:
    s.many[WISHES], s.many[DOINGS] = 0, 0
    first, p = s.first[0], s.persons
    for i in range(s.first[1] - first):
        p[i].is_in, p[i].since, p[i].contact = 0, w.people[first + i].since, w.first_contact[first + i]
        p[i].touch, p[i].ask, p[i].piece = -1, -1, -1
        p[i].no_surveys, p[i].stopped = w.people[first + i].no_surveys, 0
        p[i].paused_until, p[i].busy_until = w.people[first + i].paused_until, MISSING
        p[i].engagement = -1.0
        for n in range(4):
            s.got[4 * i + n] = 0
        for n in range(w.n_pieces):
            s.had[i * w.n_pieces + n] = 0
        _skip_idle_contacts(w, s, i)


@compiled
def _skip_idle_contacts(w: World, s: State, who: int) -> None:
    """Go on to the person's next contact that may matter to some policy."""
    contact, last = s.persons[who].contact, w.first_contact[s.first[0] + who + 1]
    while contact < last and not _may_matter_to_any(w, contact):
        contact += 1
    s.persons[who].contact = contact


@compiled
def _may_matter_to_any(w: World, contact: int) -> bool:
    found = False
    for policy in range(w.policies):
        found = found or _may_matter(w, policy, contact)
    return found


@compiled
def _may_matter(w: World, policy: int, contact: int) -> bool:
    return (
        w.terms[policy].by_contact != 0
        and w.contacts[contact].value >= w.terms[policy].minimum
        and w.kinds[policy * w.n_kinds + w.contacts[contact].kind] != 0
    )


@compiled
def _next(w: World, s: State) -> int:
    """The next moment at which anything is due."""
    first, due = s.first[0], ENDLESS
    for i in range(s.first[1] - first):
        if not s.persons[i].is_in:
            due = min(due, w.people[first + i].comes_in)
        contact = s.persons[i].contact
        if contact < w.first_contact[first + i + 1]:
            due = min(due, w.contacts[contact].comes_in)
    for i in range(s.many[WISHES]):
        if s.wishes[i].look_at < ENDLESS:
            due = min(due, max(s.wishes[i].look_at, s.persons[s.wishes[i].who].busy_until))
    for i in range(s.many[DOINGS]):
        due = min(due, s.doings[i].at)
    return works(w, due)


# What customers do


@compiled
def _act(w: World, s: State, moment: int) -> None:
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
        _react(w, s, who, FOLLOW_UP, (said_at, ask))


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
def _react(w: World, s: State, who: int, kind: int, message: tuple[int, int]) -> None:
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


# What the organisation does


@compiled
def _come_in(w: World, s: State, moment: int) -> None:
    first, count = s.first[0], s.first[1] - s.first[0]
    for policy in range(w.policies):
        if w.terms[policy].every > 0:
            _open_rhythm(w, s, policy, moment)
    for i in range(count):
        if w.people[first + i].comes_in <= moment and not s.persons[i].is_in:
            s.persons[i].is_in = 1
            if s.persons[i].since == MISSING:
                s.persons[i].since = moment
    for policy in range(w.policies):
        if w.terms[policy].by_contact:
            _open_for_contacts(w, s, policy, moment)
    for i in range(count):
        _pass_contacts(w, s, i, moment)


@compiled
def _open_rhythm(w: World, s: State, policy: int, moment: int) -> None:
    """Open the standing intents of those who come in."""
    first = s.first[0]
    for i in range(s.first[1] - first):
        if not s.persons[i].is_in and w.people[first + i].comes_in <= moment:
            turn_at = moment + int(w.terms[policy].spread * chances.spread_draw(w, s, first + i, policy))
            wishes.open_wish(w, s, (i, policy, -1), turn_at, turn_at)


@compiled
def _pass_contacts(w: World, s: State, who: int, moment: int) -> None:
    """What came in by now has come in; go on to the next that may matter."""
    last = w.first_contact[s.first[0] + who + 1]
    while s.persons[who].contact < last and w.contacts[s.persons[who].contact].comes_in <= moment:
        s.persons[who].contact += 1
        _skip_idle_contacts(w, s, who)


@compiled
def _open_for_contacts(w: World, s: State, policy: int, moment: int) -> None:
    """Open an intent of this policy for each contact that comes in and may matter to it."""
    for i in range(s.first[1] - s.first[0]):
        contact, last = s.persons[i].contact, w.first_contact[s.first[0] + i + 1]
        while contact < last and w.contacts[contact].comes_in <= moment:
            if _may_matter(w, policy, contact) and w.contacts[contact].at + w.terms[policy].expires > moment:
                look_at = w.contacts[contact].at + w.terms[policy].settle
                if wishes.open_wish(w, s, (i, policy, contact), moment, look_at) % TIDY_EVERY == TIDY_EVERY - 1:
                    wishes.tidy(w, s, moment)  # or those that were superseded would be looked through again and again
            contact += 1


@compiled
def _look(w: World, s: State, moment: int) -> None:
    """Judge what is due, person after person, in the order in which the first of their due intents was opened."""
    while True:
        due, who = ENDLESS, -1
        for i in range(s.many[WISHES]):
            person = s.wishes[i].who
            if (
                s.wishes[i].is_open
                and s.wishes[i].look_at <= moment
                and s.persons[person].busy_until <= moment
                and s.wishes[i].number < due
            ):
                due, who = s.wishes[i].number, person
        if who < 0:
            return
        touch = wishes.judge_together(w, s, who, moment)
        if touch >= 0:
            _react(w, s, who, s.ledger[touch].kind, (moment, touch))
