"""Walking a history: the product's own order of things, moment by moment, for the people of one account at a time.

At each moment at which anything is due for them, in this order: they act whose moment has come; people come in, then
contacts; rhythms open; what is due is looked at and handed over; what they will do with it is settled.
"""

from policies.arithmetic import ANYTIME
from policies.replay import chances, deeds, wishes
from policies.replay.columns import (
    DOINGS,
    ENDED,
    ENDLESS,
    LOOKS,
    MISSING,
    TOUCHES,
    UNDER_WAY,
    WISHES,
    State,
    World,
)
from policies.replay.compiling import compiled

TIDY_EVERY = 64  # intents opened at one moment


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
        deeds.act(w, s, moment)
        if _is_awaited(w, s, moment):
            _come_in(w, s, moment)
        _look(w, s, moment)
        if s.many[ENDED] > 0:
            wishes.tidy(s)
        moment = _next(w, s)
    deeds.act(w, s, w.until)
    wishes.let_expire(w, s, w.until)
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
        p[i].engagement, p[i].rested_at = -1.0, ANYTIME
        for cap in range(len(w.caps)):
            s.full[i * len(w.caps) + cap] = ANYTIME
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
    return deeds.works(w, due)


# What the organisation does


@compiled
def _is_awaited(w: World, s: State, moment: int) -> bool:
    """Whether anybody, or a contact that may matter, comes in at this moment."""
    first = s.first[0]
    for i in range(s.first[1] - first):
        contact = s.persons[i].contact
        if not s.persons[i].is_in and w.people[first + i].comes_in <= moment:
            return True
        if contact < w.first_contact[first + i + 1] and w.contacts[contact].comes_in <= moment:
            return True
    return False


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
                    wishes.tidy(s)  # or those that were superseded would be looked through again and again
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
            deeds.react(w, s, who, s.ledger[touch].kind, (moment, touch))
