"""Every rule's part in a walk: the moment from which it allows the touch in question, and nothing besides.

The facts are looked up in columns; what is computed from them is computed by the functions that `policies.rules` calls.
"""

from policies.arithmetic import ANYTIME, NEVER
from policies.replay import chances, past
from policies.replay.columns import (
    ASK,
    CONSENT,
    CONTENT,
    HEARD,
    KNOWN,
    MISSING,
    REPLIED,
    RESTS,
    SAID_NOT_NOW,
    SUPPRESSED,
    USABLE,
    Question,
    State,
    World,
)
from policies.replay.compiling import apart, compiled
from policies.replay.quick import quick

MOST_RESTS = 10  # so many at most hold back at once
_A_CASE = -1


@compiled
def contact_kind(w: World, s: State, q: Question) -> float:
    if not w.terms[q.policy].by_contact:
        return ANYTIME
    meant = w.kinds[q.policy * w.n_kinds + w.contacts[q.contact].kind]
    return ANYTIME if meant else NEVER


@compiled
def contact_value(w: World, s: State, q: Question) -> float:
    if not w.terms[q.policy].by_contact:
        return ANYTIME
    return quick.worth_opens(w.contacts[q.contact].value, w.terms[q.policy].minimum)


@compiled
def contact_settles(w: World, s: State, q: Question) -> float:
    if not w.terms[q.policy].by_contact:
        return ANYTIME
    return float(w.contacts[q.contact].at + w.terms[q.policy].settle)


@compiled
def contact_expires(w: World, s: State, q: Question) -> float:
    if not w.terms[q.policy].by_contact:
        return ANYTIME
    return quick.fresh_opens(q.now, w.contacts[q.contact].at + w.terms[q.policy].expires)


@compiled
def rhythm(w: World, s: State, q: Question) -> float:
    every = w.terms[q.policy].every
    if every == 0:
        return ANYTIME
    gives = w.terms[q.policy].gives
    last = s.persons[q.who].piece if gives else past.last_of_policy(s, q.who, q.policy)
    rested = _rested(w, s, last, every)
    if last >= 0 and q.turn_at > max(rested, float(q.now)):
        s.many[RESTS] -= w.reckoning  # the turn holds back, and no chance
    return max(rested, float(q.turn_at))


@compiled
def _rested(w: World, s: State, touch: int, lasts: float) -> float:
    """When a rest that a touch began is over."""
    if touch < 0:
        return ANYTIME
    return _rest(w, s, (touch, s.ledger[touch].at, lasts), s.ledger[touch].draw)


@compiled
def _rest(w: World, s: State, began: tuple[int, int, float], draw: float) -> float:
    """When a rest is over: what began it, since when, and how long it lasts at least."""
    source, since, lasts = began
    opens = float(quick.rest_opens(since, lasts, w.guard[0].jitter, draw))
    if w.reckoning:
        n = s.many[RESTS]
        s.rests[n].source, s.rests[n].since, s.rests[n].lasts, s.rests[n].opens = source, since, lasts, opens
        s.many[RESTS] += 1
    return opens


@compiled
def address(w: World, s: State, q: Question) -> float:
    return ANYTIME if _reach(w, s, q) & USABLE else NEVER


@compiled
def consent(w: World, s: State, q: Question) -> float:
    return ANYTIME if _reach(w, s, q) & CONSENT and not s.persons[q.who].stopped else NEVER


@compiled
def suppression(w: World, s: State, q: Question) -> float:
    reach = _reach(w, s, q)
    return NEVER if reach & SUPPRESSED or (s.persons[q.who].stopped and reach & KNOWN) else ANYTIME


@compiled
def _reach(w: World, s: State, q: Question) -> int:
    return w.reach[2 * (s.first[0] + q.who) + q.channel]


@compiled
def opt_out(w: World, s: State, q: Question) -> float:
    return NEVER if s.persons[q.who].no_surveys else ANYTIME


@compiled
def pause(w: World, s: State, q: Question) -> float:
    return float(s.persons[q.who].paused_until)


@compiled
def audience(w: World, s: State, q: Question) -> float:
    if w.terms[q.policy].by_contact_fact:
        fits = w.fits_contact[q.policy * w.happened + q.contact]
    else:
        fits = w.fits[q.policy * w.persons + s.first[0] + q.who]
    return ANYTIME if fits else NEVER


@compiled
def new_customer(w: World, s: State, q: Question) -> float:
    return float(s.persons[q.who].since + w.guard[0].new_customer)


@compiled
def never_asked(w: World, s: State, q: Question) -> float:
    draw = w.people[s.first[0] + q.who].never_asked_draw
    return NEVER if quick.drawn(draw, w.guard[0].never_asked) else ANYTIME


@compiled
def sampling(w: World, s: State, q: Question) -> float:
    if s.wishes[q.wish].sampling < 0.0 and w.terms[q.policy].sampling < 1.0:
        s.wishes[q.wish].sampling = chances.sampling_draw(w, s, q.wish)
    return ANYTIME if quick.drawn(s.wishes[q.wish].sampling, w.terms[q.policy].sampling) else NEVER


@compiled
def floor(w: World, s: State, q: Question) -> float:
    touch = s.persons[q.who].touch
    return ANYTIME if touch < 0 else float(s.ledger[touch].at + quick.FLOOR)


@compiled
def rest_between_asks(w: World, s: State, q: Question) -> float:
    return _rested(w, s, s.persons[q.who].ask, w.guard[0].rest_between_asks)


@compiled
def rest_after_ask(w: World, s: State, q: Question) -> float:
    return _rested(w, s, past.last_of_policy(s, q.who, q.policy), w.terms[q.policy].after_ask)


@compiled
def rest_after_answer(w: World, s: State, q: Question) -> float:
    return _rested_since(w, s, _answered(s, q), w.terms[q.policy].after_answer)


@compiled
def _answered(s: State, q: Question) -> int:
    """The ask that was answered last, by a score or in words."""
    replied, scored = past.last_outcome(s, q, REPLIED, REPLIED), past.last_outcome(s, q, HEARD, HEARD)
    if replied < 0 or scored < 0:
        return max(replied, scored)
    return replied if s.ledger[replied].outcome_at > s.ledger[scored].outcome_at else scored


@compiled
def rest_after_not_now(w: World, s: State, q: Question) -> float:
    declined = past.last_outcome(s, q, SAID_NOT_NOW, SAID_NOT_NOW)
    return _rested_since(w, s, declined, w.terms[q.policy].after_not_now)


@compiled
def _rested_since(w: World, s: State, ask: int, lasts: float) -> float:
    """When a rest that began with what came of an ask is over."""
    if ask < 0:
        return ANYTIME
    return _rest(w, s, (ask, s.ledger[ask].outcome_at, lasts), s.ledger[ask].draw)


@compiled
def rest_after_silence(w: World, s: State, q: Question) -> float:
    count = past.asks_unheard(s, q)
    silent = quick.silences(s.heard, count)
    if silent == 0:
        return ANYTIME
    lasts = quick.silence_rest(w.terms[q.policy].after_silence, silent, w.terms[q.policy].give_up_after)
    if lasts == NEVER:
        return NEVER
    ask = s.persons[q.who].ask
    while s.ledger[ask].kind != ASK or s.ledger[ask].policy != q.policy:
        ask = s.ledger[ask].ask_before
    return _rested(w, s, ask, lasts)


@compiled
def caps(w: World, s: State, q: Question) -> float:
    opens, about = ANYTIME, 2 if q.kind == CONTENT else 1
    for cap in range(len(w.caps)):
        owner, of, channel = w.caps[cap].owner, w.caps[cap].of, w.caps[cap].channel
        if owner in (-1, q.policy) and of in (0, about) and channel in (-1, q.channel):
            opens = max(opens, s.full[q.who * len(w.caps) + cap])
    return opens


@apart
def fill(w: World, s: State, who: int) -> None:
    """What the caps and the fatigue stock say from a person's last touch on: until the next one it is the same."""
    touch = s.persons[who].touch
    for cap in range(len(w.caps)):
        owner, of, channel, at_most = w.caps[cap].owner, w.caps[cap].of, w.caps[cap].channel, w.caps[cap].at_most
        count = past.counted(s.ledger, s.times, touch, (owner, at_most, of, channel))
        s.full[who * len(w.caps) + cap] = float(quick.cap_opens(s.times, count, at_most, w.caps[cap].window))
    if w.guard[0].half_life > 0:
        count = past.all_touches(s, who, w.loads)
        opens = quick.fatigue_opens(s.times, s.loads, count, w.guard[0].half_life, w.guard[0].threshold)
        s.persons[who].rested_at = float(opens)


@compiled
def account_cap(w: World, s: State, q: Question) -> float:
    first = s.first[0]
    people = s.first[1] - first
    if people == 1:
        return ANYTIME
    count = past.colleagues(s, q.who, people, w.guard[0].people)
    return float(quick.cap_opens(s.times, count, w.guard[0].people, w.guard[0].window))


@compiled
def open_case(w: World, s: State, q: Question) -> float:
    who = s.first[0] + q.who
    if w.people[who].case_from == MISSING or q.now < w.people[who].case_from:
        return ANYTIME
    if q.now < w.people[who].case_until:
        return NEVER
    return _rest(w, s, (_A_CASE, w.people[who].case_until, w.guard[0].case_rest), w.people[who].case_draw)


@compiled
def fatigue(w: World, s: State, q: Question) -> float:
    return s.persons[q.who].rested_at


@compiled
def missing(w: World, s: State, q: Question) -> int:
    """How many pieces must be given yet before the ask."""
    needed = w.terms[q.policy].pieces
    if needed == 0 or q.kind != ASK:
        return 0
    return quick.pieces_missing(s.given[0], s.given[1], needed, w.terms[q.policy].used)


@compiled
def value_first(w: World, s: State, q: Question) -> float:
    pieces, needed = w.terms[q.policy].pieces, w.terms[q.policy].used
    if pieces == 0:
        return ANYTIME
    given, used = s.given[0], s.given[1]
    lacks, settle = quick.pieces_missing(given, used, pieces, needed), w.terms[q.policy].value_settle
    if lacks > 0:
        return float(quick.ask_after_giving(q.now, lacks, w.terms[q.policy].rest, settle))
    given_at = s.pieces[given - pieces]
    return float(quick.settled_opens(given_at, s.uses[needed - 1] if needed > 0 else given_at, settle))


@compiled
def content_rest(w: World, s: State, q: Question) -> float:
    pieces = w.terms[q.policy].pieces
    if pieces == 0:
        return ANYTIME
    given, used = s.given[0], s.given[1]
    unused = given >= pieces and used < w.terms[q.policy].used
    return _rested(w, s, s.persons[q.who].piece, w.terms[q.policy].rest_unused if unused else w.terms[q.policy].rest)


@compiled
def content_in_stock(w: World, s: State, q: Question) -> float:
    return ANYTIME if next_piece(w, s, q) >= 0 else NEVER


@compiled
def next_piece(w: World, s: State, q: Question) -> int:
    """The piece they would get; -1 where they had them all."""
    language = w.people[s.first[0] + q.who].language
    for piece in range(w.n_pieces):
        there = w.pieces[(2 * language + q.channel) * w.n_pieces + piece]
        if there and not s.had[q.who * w.n_pieces + piece]:
            return piece
    return -1


@compiled
def reminder(w: World, s: State, q: Question) -> float:
    if w.terms[q.policy].remind_after == 0 or q.reminds == MISSING:
        return NEVER
    asks, first, ask = 0, -1, s.persons[q.who].ask
    while ask >= 0 and s.ledger[ask].at >= q.reminds:
        asks, first = asks + 1, ask
        if s.ledger[ask].outcome > 0:
            return NEVER
        ask = s.ledger[ask].ask_before
    if asks != 1 or s.ledger[first].at != q.reminds:
        return NEVER
    if quick.fresh_opens(q.now, q.reminds + w.terms[q.policy].remind_until) == NEVER:
        return NEVER
    return float(q.reminds + w.terms[q.policy].remind_after)
