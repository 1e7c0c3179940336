"""How intents move: opened, superseded, judged together, acted on, put off, ended; as `outreach.moves` moves them."""

from policies.arithmetic import FLOOR
from policies.replay import brakes, chances
from policies.replay.columns import (
    ANSWERED_ELSEWHERE,
    ASK,
    ASKED,
    ASKS,
    CONTENT,
    ENDED,
    ENDLESS,
    GIVES,
    HELD,
    LOOKS,
    MISSING,
    NUMBERS,
    SKIPS,
    SUPERSEDED,
    TOUCHES,
    VERDICTS,
    WAITING,
    WISHES,
    Question,
    State,
    World,
)
from policies.replay.compiling import apart, compiled
from policies.replay.deciding import (
    ADDRESS,
    CONSENT,
    CONTACT_EXPIRES,
    CONTACT_VALUE,
    CONTENT_IN_STOCK,
    NOBODY,
    SAMPLING,
    decide,
    question,
)

LOOKS_AGAIN = 30 * 86_400  # seconds until a rhythm that was refused is looked at again
WEEK = 604_800
OVERS = 3  # over no channel, by e-mail, by SMS


@apart
def open_wish(w: World, s: State, cause: tuple[int, int, int], now: int, look_at: int) -> int:
    """Open an intent of a person (within the group) and a policy, about a contact or, -1, for a rhythm."""
    who, policy, contact = cause
    i = s.many[WISHES]
    s.many[WISHES] += 1
    s.wishes[i].who, s.wishes[i].policy, s.wishes[i].contact = who, policy, contact
    s.wishes[i].number = s.many[NUMBERS]
    s.many[NUMBERS] += 1
    s.wishes[i].opened_at, s.wishes[i].look_at, s.wishes[i].looked = now, look_at, 0
    s.wishes[i].asked_at, s.wishes[i].expires_at = MISSING, ENDLESS
    s.wishes[i].steps, s.wishes[i].sampling, s.wishes[i].held, s.wishes[i].is_open = 0, -1.0, NOBODY, 1
    s.wishes[i].rules, s.wishes[i].rests_over_at, s.wishes[i].rests_open_at = 0, MISSING, MISSING
    if contact >= 0:
        s.wishes[i].expires_at = w.contacts[contact].at + w.terms[policy].expires
        _supersede(w, s, i)
        s.fate[policy * w.happened + contact] = WAITING
    return i


@compiled
def _supersede(w: World, s: State, newest: int) -> None:
    """Of several about one kind of contact only the newest stays; but what has asked waits for its reminder."""
    kind = w.contacts[s.wishes[newest].contact].kind
    for i in range(newest):
        older = s.wishes[i].contact
        if (
            s.wishes[i].is_open
            and older >= 0
            and s.wishes[i].who == s.wishes[newest].who
            and s.wishes[i].policy == s.wishes[newest].policy
            and s.wishes[i].asked_at == MISSING
            and w.contacts[older].kind == kind
        ):
            end(w, s, i, SUPERSEDED)


@compiled
def end(w: World, s: State, i: int, fate: int) -> None:
    """End an intent; what became of the contact is settled where it was not asked about."""
    s.wishes[i].is_open, s.many[ENDED] = 0, s.many[ENDED] + 1
    contact = s.wishes[i].contact
    if contact >= 0 and s.wishes[i].asked_at == MISSING and fate != ASKED:
        place = s.wishes[i].policy * w.happened + contact
        s.fate[place] = fate
        s.held[place] = s.wishes[i].held
        s.holding[place] = s.wishes[i].rules


@apart
def tidy(s: State) -> None:
    """Take ended intents out of the list."""
    kept = 0
    for i in range(s.many[WISHES]):
        if s.wishes[i].is_open:
            if kept < i:
                _move(s, i, kept)
            kept += 1
    s.many[WISHES], s.many[ENDED] = kept, 0


@compiled
def let_expire(w: World, s: State, now: int) -> None:
    """End what is parked and past its time."""
    for i in range(s.many[WISHES]):
        if s.wishes[i].is_open and s.wishes[i].look_at == ENDLESS and s.wishes[i].expires_at <= now:
            end(w, s, i, HELD)


@compiled
def _move(s: State, i: int, to: int) -> None:
    a = s.wishes
    a[to].who, a[to].policy, a[to].contact, a[to].number = a[i].who, a[i].policy, a[i].contact, a[i].number
    a[to].opened_at, a[to].look_at, a[to].looked = a[i].opened_at, a[i].look_at, a[i].looked
    a[to].asked_at, a[to].expires_at, a[to].steps = a[i].asked_at, a[i].expires_at, a[i].steps
    a[to].sampling, a[to].held, a[to].rules, a[to].is_open = a[i].sampling, a[i].held, a[i].rules, a[i].is_open
    a[to].rests_over_at, a[to].rests_open_at = a[i].rests_over_at, a[i].rests_open_at


@compiled
def look_again(s: State, who: int, now: int) -> None:
    """Something good happened: what waits is judged again, but no turn begins early."""
    for i in range(s.many[WISHES]):
        if s.wishes[i].who == who and s.wishes[i].look_at > now and (s.wishes[i].looked or s.wishes[i].contact >= 0):
            s.wishes[i].look_at = now


@compiled
def answered(w: World, s: State, who: int, at: int) -> None:
    """An answer settles what happened before it, but what has asked already."""
    for i in range(s.many[WISHES]):
        is_older = s.wishes[i].contact >= 0 and s.wishes[i].opened_at <= at and s.wishes[i].asked_at == MISSING
        if s.wishes[i].is_open and s.wishes[i].who == who and is_older:
            end(w, s, i, ANSWERED_ELSEWHERE)


@compiled
def need_no_reminder(s: State, number: int) -> None:
    """Their ask was heard from: what a contact wished for is done; a rhythm finds out at its next look."""
    for i in range(s.many[WISHES]):
        if s.wishes[i].number == number and s.wishes[i].contact >= 0 and s.wishes[i].asked_at != MISSING:
            s.wishes[i].is_open, s.many[ENDED] = 0, s.many[ENDED] + 1


@compiled
def withdraw(w: World, s: State, who: int, fate: int) -> None:
    for i in range(s.many[WISHES]):
        if s.wishes[i].is_open and s.wishes[i].who == who:
            end(w, s, i, fate)


@compiled
def judge(w: World, s: State, i: int, now: int, v: int) -> None:
    """Decide about one wish, into this verdict, and count the look."""
    q = question(w, s, i, now)
    action, moment, channel, held, never = decide(w, s, q)
    x = s.verdicts
    x[v].wish, x[v].action, x[v].moment, x[v].channel, x[v].held, x[v].never = i, action, moment, channel, held, never
    x[v].rules, x[v].probability = s.rules[0], s.odds[0]
    x[v].only_rests = s.odds[1] > 0.0 and moment != now
    x[v].able = action == GIVES or (action == ASKS and _has_words(w, s, q.policy, q.who, channel))
    s.actions[(((now - w.begins) // WEEK * w.policies + q.policy) * OVERS + channel + 1) * 4 + action] += 1
    s.by_segment[(w.people[s.first[0] + q.who].segment * w.policies + q.policy) * 4 + action] += 1
    _write_down(s, q, v)


@compiled
def _has_words(w: World, s: State, policy: int, who: int, channel: int) -> bool:
    language = w.people[s.first[0] + who].language
    return w.surveys[(policy * w.languages + language) * 2 + channel] != 0


@compiled
def _write_down(s: State, q: Question, v: int) -> None:
    n, j, x = s.many[LOOKS], s.journal, s.verdicts
    if n < len(j):
        j[n].at, j[n].who, j[n].policy, j[n].contact = q.now, s.first[0] + q.who, q.policy, q.contact
        j[n].action, j[n].moment, j[n].channel, j[n].held = x[v].action, x[v].moment, x[v].channel, x[v].held
        j[n].rules = s.rules[0]
        s.many[LOOKS] += 1


@compiled
def judge_together(w: World, s: State, who: int, now: int) -> int:
    """Judge the due wishes of one person. Of several that may act priority decides, then the contact's value, then age;
    the others are judged again in the light of it. Returns the touch that came of it, or -1."""
    touch = best = -1
    for again in range(2):
        if again == 0:
            s.many[VERDICTS] = _due(s, who, now)
        elif best >= 0:
            touch = _hand_over(w, s, best, now)
        for v in range(s.many[VERDICTS]):
            if again == 0 or (v != best and s.verdicts[v].able):
                judge(w, s, s.verdicts[v].wish, now, v)
                if again == 1:  # it could have acted, had another wish not come first
                    s.wishes[s.verdicts[v].wish].rests_over_at = now
            if again == 0 and s.verdicts[v].able and (best < 0 or _comes_before(w, s, v, best)):
                best = v
    for v in range(s.many[VERDICTS]):
        if v != best:
            _after_look(w, s, v, now)
    return touch


@compiled
def _due(s: State, who: int, now: int) -> int:
    """Begin a verdict for each wish of a person that is due; returns how many."""
    count = 0
    for i in range(s.many[WISHES]):
        if s.wishes[i].is_open and s.wishes[i].who == who and s.wishes[i].look_at <= now:
            s.verdicts[count].wish = i
            count += 1
    return count


@compiled
def _comes_before(w: World, s: State, v: int, than: int) -> bool:
    i, other = s.verdicts[v].wish, s.verdicts[than].wish
    a, b = w.terms[s.wishes[i].policy].priority, w.terms[s.wishes[other].policy].priority
    if a != b:
        return a > b
    x, y = _value(w, s.wishes[i].contact), _value(w, s.wishes[other].contact)
    if x != y:
        return x > y
    if s.wishes[i].opened_at != s.wishes[other].opened_at:
        return s.wishes[i].opened_at < s.wishes[other].opened_at
    return s.wishes[i].number < s.wishes[other].number


@compiled
def _value(w: World, contact: int) -> float:
    return w.contacts[contact].value if contact >= 0 else 0.0


@compiled
def _after_look(w: World, s: State, v: int, now: int) -> None:
    """Due when the decision says; without words tried again; refused, it ends, is parked, or looked at again."""
    i, action = s.verdicts[v].wish, s.verdicts[v].action
    s.wishes[i].looked = 1
    _show(s, v, now)
    if s.verdicts[v].held != CONTACT_EXPIRES or s.wishes[i].held < 0:  # what held it until it expired tells more
        s.wishes[i].held, s.wishes[i].rules = s.verdicts[v].held, s.verdicts[v].rules
    if action != SKIPS:
        s.wishes[i].look_at = s.verdicts[v].moment if action not in (GIVES, ASKS) else now + FLOOR
    elif s.wishes[i].asked_at != MISSING:
        _turn_over(w, s, i, s.wishes[i].asked_at)
    elif s.verdicts[v].held == CONTENT_IN_STOCK:
        s.wishes[i].look_at = now + FLOOR
    elif s.wishes[i].contact < 0:
        _refuse_rhythm(w, s, v, now)
    elif s.verdicts[v].never and s.verdicts[v].held not in (ADDRESS, CONSENT, CONTACT_VALUE):
        end(w, s, i, HELD)
    else:
        s.wishes[i].look_at = ENDLESS


@compiled
def _show(s: State, v: int, now: int) -> None:
    """What a look shows of the draws that lengthened rests."""
    i = s.verdicts[v].wish
    if s.verdicts[v].action in (GIVES, ASKS):
        s.wishes[i].rests_over_at = now
    elif s.verdicts[v].only_rests:
        s.wishes[i].rests_open_at = now


@compiled
def _refuse_rhythm(w: World, s: State, v: int, now: int) -> None:
    i = s.verdicts[v].wish
    if s.verdicts[v].held == SAMPLING:
        _turn_over(w, s, i, now)
    else:
        s.wishes[i].look_at = now + LOOKS_AGAIN


@compiled
def _turn_over(w: World, s: State, i: int, since: int) -> None:
    """What a contact wished for is done; the next turn of a rhythm comes its time after `since`."""
    if s.wishes[i].contact >= 0:
        s.wishes[i].is_open, s.many[ENDED] = 0, s.many[ENDED] + 1
        return
    turn_at = since + w.terms[s.wishes[i].policy].every
    s.wishes[i].look_at, s.wishes[i].opened_at = turn_at, turn_at
    s.wishes[i].looked, s.wishes[i].asked_at, s.wishes[i].sampling = 0, MISSING, -1.0


@compiled
def _hand_over(w: World, s: State, v: int, now: int) -> int:
    """Write the touch into the ledger, and let the wish go on."""
    i = s.verdicts[v].wish
    q = question(w, s, i, now)
    kind = CONTENT if s.verdicts[v].action == GIVES else q.kind
    touch = _into_ledger(w, s, i, (now, kind, s.verdicts[v].channel))
    s.ledger[touch].probability, s.wishes[i].rests_over_at = s.verdicts[v].probability, now
    s.wishes[i].steps += 1
    s.wishes[i].looked = 1
    if kind == CONTENT and not w.terms[q.policy].gives:
        s.wishes[i].look_at = now + FLOOR
    elif kind == ASK and w.terms[q.policy].remind_after > 0:
        s.wishes[i].asked_at, s.wishes[i].look_at = now, now + w.terms[q.policy].remind_after
        s.wishes[i].expires_at = now + w.terms[q.policy].remind_until if q.contact >= 0 else ENDLESS
    else:
        _turn_over(w, s, i, now)
    if kind == ASK and q.contact >= 0:
        s.fate[q.policy * w.happened + q.contact] = ASKED
    return touch


@compiled
def _into_ledger(w: World, s: State, i: int, what: tuple[int, int, int]) -> int:
    at, kind, channel = what
    a, p, who, touch = s.ledger, s.persons, s.wishes[i].who, s.many[TOUCHES]
    s.many[TOUCHES] += 1
    a[touch].who, a[touch].contact, a[touch].policy = s.first[0] + who, s.wishes[i].contact, s.wishes[i].policy
    a[touch].at, a[touch].kind, a[touch].channel = at, kind, channel
    a[touch].wish, a[touch].draw, a[touch].before = s.wishes[i].number, chances.rest_draw(w, s, i), p[who].touch
    a[touch].used_at, a[touch].outcome, a[touch].outcome_at = MISSING, 0, MISSING
    a[touch].ask_before = p[who].ask
    if kind == CONTENT:
        q = Question(at, who, 0, -1, i, MISSING, MISSING, CONTENT, channel)
        s.had[who * w.n_pieces + brakes.next_piece(w, s, q)] = 1
        p[who].piece = touch
    else:
        p[who].ask = touch
    p[who].touch = touch
    brakes.fill(w, s, who)
    return touch
