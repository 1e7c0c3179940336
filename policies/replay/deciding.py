"""One decision of a walk: what `policies.engine.decide` decides, from the same moments.

The rules' places are in the order in which `policies.rules` lists them, so that of several which hold back equally long
the same one is named: the first. Where something useful has to come first, `caps` speaks twice: of the ask, and of the
piece.
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
    RESTS,
    SKIPS,
    WAITS,
    Question,
    State,
    World,
)
from policies.replay.compiling import apart, compiled
from policies.replay.openings import opens_at
from policies.replay.quick import quick

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
"""Every rule by name, with its part in a walk."""

_OF_PIECE = ("content_rest", "content_in_stock", "reminder")
RULES = (*[name for name in BRAKES if name not in _OF_PIECE], "caps", *_OF_PIECE, "quiet_hours")
"""Every rule in its place, `caps` again about the piece that comes first, and the hours."""

(
    CONTACT_KIND, CONTACT_VALUE, CONTACT_SETTLES, CONTACT_EXPIRES, ADDRESS, CONSENT, SUPPRESSION, PAUSE, AUDIENCE,
    FLOOR, CAPS, FATIGUE, RHYTHM, OPT_OUT, NEW_CUSTOMER, NEVER_ASKED, SAMPLING, OPEN_CASE, ACCOUNT_CAP,
    REST_BETWEEN_ASKS, REST_AFTER_ASK, REST_AFTER_ANSWER, REST_AFTER_NOT_NOW, REST_AFTER_SILENCE, VALUE_FIRST,
    CAPS_OF_PIECE, CONTENT_REST, CONTENT_IN_STOCK, REMINDER_DUE, QUIET_HOURS,
) = range(len(RULES))  # fmt: skip
NOBODY = -1

Said = tuple[int, float, int, float]
"""What was said so far: the rule that holds back longest, until when, a bit for each that holds back now, and until
when those hold back in which chance has no part."""


@compiled
def _and(said: Said, rule: int, opens: float, now: int) -> Said:
    latest, longest, bits, sure = _by_chance(said, rule, opens, now)
    return latest, longest, bits, max(sure, opens)


@compiled
def _by_chance(said: Said, rule: int, opens: float, now: int) -> Said:
    """Of a rest, or of a lot that is drawn now. No draw makes a rest endless."""
    latest, longest, bits, sure = said
    if opens > now:
        bits |= 1 << rule
    if opens > longest or (opens == longest and rule < latest):
        latest, longest = rule, opens
    if opens == NEVER and rule not in (NEVER_ASKED, SAMPLING):
        sure = NEVER
    return latest, longest, bits, sure


@compiled
def _lot(s: State, q: Question, said: Said, rule: int, opens: float) -> Said:
    """After a first look what was drawn is a fact like any other."""
    return _and(said, rule, opens, q.now) if s.wishes[q.wish].looked else _by_chance(said, rule, opens, q.now)


@compiled
def _rhythm(w: World, s: State, q: Question, said: Said) -> Said:
    rests, opens = s.many[RESTS], brakes.rhythm(w, s, q)
    if s.many[RESTS] > rests:
        return _by_chance(said, RHYTHM, opens, q.now)
    return _and(said, RHYTHM, opens, q.now)


@compiled
def _about(q: Question, kind: int, channel: int) -> Question:
    return Question(q.now, q.who, q.policy, q.contact, q.wish, q.turn_at, q.reminds, kind, channel)


@compiled
def _about_every_touch(w: World, s: State, q: Question) -> Said:
    said = _and((NOBODY, ANYTIME, 0, ANYTIME), PAUSE, brakes.pause(w, s, q), q.now)
    said = _and(said, AUDIENCE, brakes.audience(w, s, q), q.now)
    said = _and(said, FLOOR, brakes.floor(w, s, q), q.now)
    said = _and(said, FATIGUE, brakes.fatigue(w, s, q), q.now)
    if q.kind != REMINDER:
        said = _rhythm(w, s, q, said)
    return said


@compiled
def _about_every_ask(w: World, s: State, q: Question, said: Said) -> Said:
    said = _and(said, OPT_OUT, brakes.opt_out(w, s, q), q.now)
    said = _lot(s, q, said, NEVER_ASKED, brakes.never_asked(w, s, q))
    said = _by_chance(said, OPEN_CASE, brakes.open_case(w, s, q), q.now)
    said = _and(said, ACCOUNT_CAP, brakes.account_cap(w, s, q), q.now)
    if q.kind == REMINDER:
        said = _and(said, REMINDER_DUE, brakes.reminder(w, s, q), q.now)
    return said


@compiled
def _about_first_ask(w: World, s: State, q: Question, said: Said) -> Said:
    said = _and(said, CONTACT_KIND, brakes.contact_kind(w, s, q), q.now)
    said = _and(said, CONTACT_VALUE, brakes.contact_value(w, s, q), q.now)
    said = _and(said, CONTACT_SETTLES, brakes.contact_settles(w, s, q), q.now)
    said = _and(said, CONTACT_EXPIRES, brakes.contact_expires(w, s, q), q.now)
    said = _and(said, NEW_CUSTOMER, brakes.new_customer(w, s, q), q.now)
    said = _lot(s, q, said, SAMPLING, brakes.sampling(w, s, q))
    said = _by_chance(said, REST_BETWEEN_ASKS, brakes.rest_between_asks(w, s, q), q.now)
    said = _by_chance(said, REST_AFTER_ASK, brakes.rest_after_ask(w, s, q), q.now)
    said = _by_chance(said, REST_AFTER_ANSWER, brakes.rest_after_answer(w, s, q), q.now)
    said = _by_chance(said, REST_AFTER_NOT_NOW, brakes.rest_after_not_now(w, s, q), q.now)
    return _by_chance(said, REST_AFTER_SILENCE, brakes.rest_after_silence(w, s, q), q.now)


@compiled
def _about_customer(w: World, s: State, q: Question) -> tuple[Said, int, float]:
    """What the rules say whatever the channel; how many pieces have to be given yet; and, where some have, from when
    the ask could follow if the first was given now."""
    s.many[RESTS] = 0
    if w.terms[q.policy].pieces > 0 and q.kind == ASK:
        past.given_since_last_ask(s, q.who)
    said, follows = _about_every_touch(w, s, q), ANYTIME
    if q.kind != CONTENT:
        said = _about_every_ask(w, s, q, said)
    lacks = brakes.missing(w, s, q)
    if q.kind == ASK:
        said = _about_first_ask(w, s, q, said)
        follows = brakes.value_first(w, s, q)
        if lacks == 0:
            said = _and(said, VALUE_FIRST, follows, q.now)
        elif follows > q.now:  # it holds the ask back, and not the piece
            said = (said[0], said[1], said[2] | 1 << VALUE_FIRST, said[3])
    if lacks > 0 or q.kind == CONTENT:
        said = _by_chance(said, CONTENT_REST, brakes.content_rest(w, s, q), q.now)
    return said, lacks, follows


@compiled
def _about_touch(w: World, s: State, q: Question, lacks: int, said: Said) -> Said:
    said = _and(said, ADDRESS, brakes.address(w, s, q), q.now)
    said = _and(said, CONSENT, brakes.consent(w, s, q), q.now)
    said = _and(said, SUPPRESSION, brakes.suppression(w, s, q), q.now)
    said = _and(said, CAPS, brakes.caps(w, s, q), q.now)
    if lacks > 0:
        said = _and(said, CAPS_OF_PIECE, brakes.caps(w, s, _about(q, CONTENT, q.channel)), q.now)
    if lacks > 0 or q.kind == CONTENT:
        said = _and(said, CONTENT_IN_STOCK, brakes.content_in_stock(w, s, q), q.now)
    return said


@compiled
def _closes(w: World, q: Question) -> float:
    """From when it is too late."""
    if q.kind == REMINDER:
        return float(q.reminds + w.terms[q.policy].remind_until)
    if q.kind == ASK and w.terms[q.policy].by_contact:
        return float(w.contacts[q.contact].at + w.terms[q.policy].expires)
    return NEVER


@compiled
def _prospect(
    w: World, s: State, q: Question, first: tuple[int, float], said: Said
) -> tuple[float, float, int, bool, int]:
    """The first moment for it over one channel, NEVER where that is not in time; from when the rules allow it; what
    holds back longest, and whether that does so for ever; and a bit for each rule that holds back. `first`: how many
    pieces have to be given before, and how long after the first of them the ask could follow."""
    lacks, lead = first
    latest, longest, bits, sure = _about_touch(w, s, q, lacks, said)
    opens = max(longest, float(q.now))
    wanted = float(q.now) if opens == NEVER else opens
    in_hours = opens_at(w, w.people[s.first[0] + q.who].zones, q.channel, wanted)
    moment = max(opens, in_hours if in_hours != wanted else ANYTIME)
    closes = _closes(w, q) - lead
    held, never = NOBODY, False
    if opens > q.now:
        held, never = latest, longest == NEVER
    elif lacks > 0 and q.now >= closes:  # in vain, whatever the hours
        held = VALUE_FIRST
    elif moment > q.now:  # the hours of a later moment hold nothing back now
        held, never, bits = QUIET_HOURS, in_hours == NEVER, bits | 1 << QUIET_HOURS
    elif lacks > 0 and moment >= closes:
        held = VALUE_FIRST
    if w.reckoning:
        _reckon(w, s, q, (sure, opens, closes))
    return moment if moment < closes else NEVER, opens, held, never, bits


@apart
def _reckon(w: World, s: State, q: Question, said: tuple[float, float, float]) -> None:
    """Add the odds over one channel: the same draws rule over every channel, so the better of them are those of both.
    `said`: until when those hold back in which chance has no part, from when the rules allow it, and when it is too
    late."""
    sure, opens, closes = said
    earliest = max(sure, float(q.now))
    for n in range(s.many[RESTS]):
        earliest = max(earliest, s.rests[n].since + s.rests[n].lasts)
    if earliest > q.now or opens_at(w, w.people[s.first[0] + q.who].zones, q.channel, earliest) > q.now:
        return
    if q.now < closes:
        odds = _drawn_in(w, s, q) * _rests_over(w, s, q)
        s.odds[0] = max(s.odds[0], odds)
        if odds > 0.0 and opens < NEVER:
            s.odds[1] = 1.0


@compiled
def _drawn_in(w: World, s: State, q: Question) -> float:
    if s.wishes[q.wish].looked or q.kind != ASK:
        return 1.0
    return (1.0 - w.guard[0].never_asked) * w.terms[q.policy].sampling


@compiled
def _rests_over(w: World, s: State, q: Question) -> float:
    shown = (_shown(s.wishes[q.wish].rests_over_at), _shown(s.wishes[q.wish].rests_open_at))
    return float(quick.rests_over(s.rests, s.many[RESTS], w.guard[0].jitter, shown, float(q.now)))


@compiled
def _shown(at: int) -> float:
    return ANYTIME if at == MISSING else float(at)


@compiled
def decide(w: World, s: State, q: Question) -> tuple[int, int, int, int, bool]:
    """The action, its moment (ENDLESS: never), its channel, what holds back longest, and whether for ever. `rules`
    keeps a bit for each rule that held back over that channel, `odds` what `State` says of them."""
    said, lacks, follows = _about_customer(w, s, q)
    lead = follows - q.now if lacks > 0 else 0.0
    moment, opens, held, never, channel = NEVER, NEVER, NOBODY, False, -1
    s.odds[0], s.odds[1] = 0.0, 0.0
    for place in range(2):
        over = w.channels[2 * q.policy + place]
        if over < 0 or moment == q.now:
            continue
        its, its_opens, holder, for_ever, bits = _prospect(w, s, _about(q, q.kind, over), (lacks, lead), said)
        if channel < 0 or its < moment or (its == moment == NEVER and its_opens < opens):
            moment, opens, held, never, channel = its, its_opens, holder, for_ever, over
            s.rules[0] = bits
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
