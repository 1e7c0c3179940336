"""One decision of a walk: what `policies.engine.decide` decides, from the same moments.

The rules' places are in the order in which `policies.rules` lists them, so that of several which hold back equally long
the same one is named. Where something useful has to come first, `caps` speaks twice: of the ask, and of the piece.
"""

from collections.abc import Callable, Mapping

from policies.arithmetic import ANYTIME, NEVER
from policies.replay import brakes, past
from policies.replay.columns import (
    ASK,
    ASKS,
    CONTENT,
    ENDLESS,
    GIVES,
    MISSING,
    REMINDER,
    SKIPS,
    WAITS,
    Question,
    State,
    World,
)
from policies.replay.compiling import compiled
from policies.replay.openings import opens_at

Brake = Callable[[World, State, Question], float]
BRAKES: Mapping[str, Brake] = {
    "contact_kind": brakes.contact_kind,
    "contact_value": brakes.contact_value,
    "contact_settles": brakes.contact_settles,
    "contact_expires": brakes.contact_expires,
    "address": brakes.address,
    "consent": brakes.consent,
    "suppression": brakes.suppression,
    "pause": brakes.pause,
    "audience": brakes.audience,
    "floor": brakes.floor,
    "caps": brakes.caps,
    "fatigue": brakes.fatigue,
    "rhythm": brakes.rhythm,
    "opt_out": brakes.opt_out,
    "new_customer": brakes.new_customer,
    "never_asked": brakes.never_asked,
    "sampling": brakes.sampling,
    "open_case": brakes.open_case,
    "account_cap": brakes.account_cap,
    "rest_between_asks": brakes.rest_between_asks,
    "rest_after_ask": brakes.rest_after_ask,
    "rest_after_answer": brakes.rest_after_answer,
    "rest_after_not_now": brakes.rest_after_not_now,
    "rest_after_silence": brakes.rest_after_silence,
    "value_first": brakes.value_first,
    "content_rest": brakes.content_rest,
    "content_in_stock": brakes.content_in_stock,
    "reminder": brakes.reminder,
}
"""Every rule by name, with its part in a walk; their places in `State.found` follow this order."""

RULES = (*BRAKES, "caps", "quiet_hours")
"""What is said by each place in `State.found`: every rule, `caps` again about the piece that comes first, the hours."""

(
    CONTACT_KIND, CONTACT_VALUE, CONTACT_SETTLES, CONTACT_EXPIRES, ADDRESS, CONSENT, SUPPRESSION, PAUSE, AUDIENCE,
    FLOOR, CAPS, FATIGUE, RHYTHM, OPT_OUT, NEW_CUSTOMER, NEVER_ASKED, SAMPLING, OPEN_CASE, ACCOUNT_CAP,
    REST_BETWEEN_ASKS, REST_AFTER_ASK, REST_AFTER_ANSWER, REST_AFTER_NOT_NOW, REST_AFTER_SILENCE, VALUE_FIRST,
    CONTENT_REST, CONTENT_IN_STOCK, REMINDER_DUE, CAPS_OF_PIECE, QUIET_HOURS,
) = range(len(RULES))  # fmt: skip
NOBODY = -1


@compiled
def _about(q: Question, kind: int, channel: int) -> Question:
    return Question(q.now, q.who, q.policy, q.contact, q.wish, q.turn_at, q.reminds, kind, channel)


@compiled
def _about_every_touch(w: World, s: State, q: Question) -> None:
    s.found[PAUSE] = brakes.pause(w, s, q)
    s.found[AUDIENCE] = brakes.audience(w, s, q)
    s.found[FLOOR] = brakes.floor(w, s, q)
    s.found[FATIGUE] = brakes.fatigue(w, s, q)
    if q.kind != REMINDER:
        s.found[RHYTHM] = brakes.rhythm(w, s, q)


@compiled
def _about_every_ask(w: World, s: State, q: Question) -> None:
    s.found[OPT_OUT] = brakes.opt_out(w, s, q)
    s.found[NEVER_ASKED] = brakes.never_asked(w, s, q)
    s.found[OPEN_CASE] = brakes.open_case(w, s, q)
    s.found[ACCOUNT_CAP] = brakes.account_cap(w, s, q)
    if q.kind == REMINDER:
        s.found[REMINDER_DUE] = brakes.reminder(w, s, q)


@compiled
def _about_first_ask(w: World, s: State, q: Question) -> None:
    s.found[CONTACT_KIND] = brakes.contact_kind(w, s, q)
    s.found[CONTACT_VALUE] = brakes.contact_value(w, s, q)
    s.found[CONTACT_SETTLES] = brakes.contact_settles(w, s, q)
    s.found[CONTACT_EXPIRES] = brakes.contact_expires(w, s, q)
    s.found[NEW_CUSTOMER] = brakes.new_customer(w, s, q)
    s.found[SAMPLING] = brakes.sampling(w, s, q)
    s.found[REST_BETWEEN_ASKS] = brakes.rest_between_asks(w, s, q)
    s.found[REST_AFTER_ASK] = brakes.rest_after_ask(w, s, q)
    s.found[REST_AFTER_ANSWER] = brakes.rest_after_answer(w, s, q)
    s.found[REST_AFTER_NOT_NOW] = brakes.rest_after_not_now(w, s, q)
    s.found[REST_AFTER_SILENCE] = brakes.rest_after_silence(w, s, q)
    s.found[VALUE_FIRST] = brakes.value_first(w, s, q)


@compiled
def _about_customer(w: World, s: State, q: Question) -> int:
    """What the rules say whatever the channel; returns how many pieces have to be given yet."""
    for rule in range(len(s.found)):
        s.found[rule] = ANYTIME
    if w.terms[q.policy].pieces > 0 and q.kind == ASK:
        past.given_since_last_ask(s, q.who)
    _about_every_touch(w, s, q)
    if q.kind != CONTENT:
        _about_every_ask(w, s, q)
    if q.kind == ASK:
        _about_first_ask(w, s, q)
    lacks = brakes.missing(w, s, q)
    if lacks > 0 or q.kind == CONTENT:
        s.found[CONTENT_REST] = brakes.content_rest(w, s, q)
    return lacks


@compiled
def _about_touch(w: World, s: State, q: Question, lacks: int) -> None:
    s.found[ADDRESS] = brakes.address(w, s, q)
    s.found[CONSENT] = brakes.consent(w, s, q)
    s.found[SUPPRESSION] = brakes.suppression(w, s, q)
    s.found[CAPS] = brakes.caps(w, s, q)
    if lacks > 0:
        s.found[CAPS_OF_PIECE] = brakes.caps(w, s, _about(q, CONTENT, q.channel))
    if lacks > 0 or q.kind == CONTENT:
        s.found[CONTENT_IN_STOCK] = brakes.content_in_stock(w, s, q)


@compiled
def _latest(s: State, lacks: int) -> int:
    """The first in their order of the rules that hold back longest. A piece's cap speaks after those of the ask, and
    before what else concerns the piece."""
    latest, opens = NOBODY, ANYTIME
    for rule in range(CONTENT_REST):
        if s.found[rule] > opens and not (rule == VALUE_FIRST and lacks > 0):
            latest, opens = rule, s.found[rule]
    for rule in (CAPS_OF_PIECE, CONTENT_REST, CONTENT_IN_STOCK, REMINDER_DUE):
        if s.found[rule] > opens:
            latest, opens = rule, s.found[rule]
    return latest


@compiled
def _closes(w: World, q: Question) -> float:
    """From when it is too late."""
    if q.kind == REMINDER:
        return float(q.reminds + w.terms[q.policy].remind_until)
    if q.kind == ASK and w.terms[q.policy].by_contact:
        return float(w.contacts[q.contact].at + w.terms[q.policy].expires)
    return NEVER


@compiled
def _holding(s: State, now: int) -> int:
    """A bit for each rule that holds back."""
    bits = 0
    for rule in range(len(s.found)):
        if s.found[rule] > now:
            bits |= 1 << rule
    return bits


@compiled
def _prospect(w: World, s: State, q: Question, lacks: int) -> tuple[float, float, int, bool]:
    """The first moment for it over one channel, NEVER where that is not in time; from when the rules allow it; what
    holds back longest, and whether that does so for ever."""
    _about_touch(w, s, q, lacks)
    latest = _latest(s, lacks)
    opens = max(s.found[latest], float(q.now)) if latest >= 0 else float(q.now)
    wanted = float(q.now) if opens == NEVER else opens
    in_hours = opens_at(w, w.people[s.first[0] + q.who].zones, q.channel, wanted)
    s.found[QUIET_HOURS] = ANYTIME if in_hours == wanted else in_hours
    moment = max(opens, in_hours if in_hours != wanted else ANYTIME)
    closes = _closes(w, q) - (s.found[VALUE_FIRST] - q.now if lacks > 0 else 0.0)
    held = NOBODY
    if opens > q.now:
        held = latest
    elif moment > q.now:
        held = QUIET_HOURS
    elif lacks > 0 and moment >= closes:
        held = VALUE_FIRST
    never = held >= 0 and s.found[held] == NEVER
    if held != QUIET_HOURS:
        s.found[QUIET_HOURS] = ANYTIME  # the hours of a later moment hold nothing back now
    return moment if moment < closes else NEVER, opens, held, never


@compiled
def decide(w: World, s: State, q: Question) -> tuple[int, int, int, int, bool]:
    """The action, its moment (ENDLESS: never), its channel, what holds back longest, and whether for ever. `rules`
    keeps a bit for each rule that held back over that channel."""
    lacks = _about_customer(w, s, q)
    moment, opens, held, never, channel = NEVER, NEVER, NOBODY, False, -1
    for place in range(2):
        over = w.channels[2 * q.policy + place]
        if over < 0 or moment == q.now:
            continue
        its, its_opens, holder, for_ever = _prospect(w, s, _about(q, q.kind, over), lacks)
        if channel < 0 or its < moment or (its == moment == NEVER and its_opens < opens):
            moment, opens, held, never, channel = its, its_opens, holder, for_ever, over
            s.rules[0] = _holding(s, q.now)
    if moment == NEVER:
        return SKIPS, ENDLESS, channel, held, never
    if moment > q.now:
        return WAITS, int(moment), channel, held, never
    return GIVES if q.kind == CONTENT or lacks > 0 else ASKS, q.now, channel, NOBODY, False


@compiled
def question(w: World, s: State, i: int, now: int) -> Question:
    """What one wish asks for now."""
    policy, asked_at, contact = s.wishes[i].policy, s.wishes[i].asked_at, s.wishes[i].contact
    kind = CONTENT if w.terms[policy].gives else ASK if asked_at == MISSING else REMINDER
    turn_at = s.wishes[i].opened_at if contact < 0 else MISSING
    return Question(now, s.wishes[i].who, policy, contact, i, turn_at, asked_at, kind, 0)
