"""What a walk reads and writes, in tables: the amounts, the history, and the state that its own actions make.

Times are epoch seconds; MISSING where there is none. Channels are 0 (email) and 1 (sms). Where a table is flat, with
two or three indices, it is said in which order they count. What is true or false is 1 or 0.
"""

from collections.abc import MutableSequence, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from policies.replay.compiling import Half, Tiny

EMAIL, SMS, BOTH = 0, 1, 2
CHANNELS = ("email", "sms")
CONTENT, ASK, REMINDER, FOLLOW_UP = 0, 1, 2, 3  # what reaches a customer
GIVES, ASKS, WAITS, SKIPS = 0, 1, 2, 3  # what is decided
REPLIED, SAID_NOT_NOW, HEARD = 1, 2, 3  # what came of an ask; each is worth more than those before it
MISSING = -(2**62)
ENDLESS = 2**62
USABLE, CONSENT, SUPPRESSED, KNOWN = 1, 2, 4, 8  # bits of a person's reach over a channel
OF_PURPOSES, OF_PEOPLE, OF_CONTACTS, OF_CAUSES, OF_POLICIES, OF_CLASSES = range(6)  # texts that draws are keyed on


@dataclass(slots=True)
class GuardRow:
    """The guard's amounts. `half_life` 0: fatigue is off."""

    rest_between_asks: int
    jitter: float
    new_customer: int
    case_rest: int
    never_asked: float
    people: int
    window: int
    half_life: int
    threshold: float


@dataclass(slots=True)
class CapRow:
    """`owner` is a policy, or -1 for the guard; `of` 0 any, 1 asks, 2 content; `channel` -1 any."""

    owner: int
    at_most: int
    window: int
    of: int
    channel: int


@dataclass(slots=True)
class TermRow:
    """A policy's amounts. `every` is 0 without a rhythm, `pieces` without value first, `remind_after` without a
    reminder; `by_contact_fact`: what is known of contacts matters to its audience."""

    gives: int
    priority: int
    by_contact: int
    minimum: float
    settle: int
    expires: int
    every: int
    spread: int
    sampling: float
    after_ask: int
    after_answer: int
    after_not_now: int
    after_silence: int
    give_up_after: int
    pieces: int
    used: int
    value_settle: int
    rest: int
    rest_unused: int
    remind_after: int
    remind_until: int
    by_contact_fact: int


@dataclass(slots=True)
class PersonRow:
    """A customer; those of one account together, in the order in which they come in. `since` MISSING: when they do."""

    comes_in: int
    since: int
    zones: int
    language: int
    segment: int
    no_surveys: int
    paused_until: int
    case_from: int
    case_until: int
    case_draw: float
    never_asked_draw: float


@dataclass(slots=True)
class ContactRow:
    """By person, then by time, then as they were given."""

    at: int
    comes_in: int
    value: float
    kind: Half


@dataclass(slots=True)
class SpellRow:
    """A channel is open from one moment to just before another."""

    opens: int
    closes: int


@dataclass(slots=True)
class WalkedRow:
    """A person of the group that is walked. `touch`, `ask` and `piece` are their last of each in the ledger, or -1;
    `contact` is the next that may matter; until `busy_until` something said back is on its way to
    them; `engagement` is below 0 as long as nobody asked for it; at `rested_at` the load of all touches is over."""

    is_in: int = 0
    since: int = 0
    contact: int = 0
    touch: int = 0
    ask: int = 0
    piece: int = 0
    no_surveys: int = 0
    stopped: int = 0
    paused_until: int = 0
    busy_until: int = 0
    engagement: float = 0.0
    rested_at: float = 0.0


@dataclass(slots=True)
class WishRow:
    """An intent. `look_at` ENDLESS: parked. `held` is the rule that held it back last, or -1,
    and `rules` has a bit for each that did then."""

    who: int = 0
    policy: int = 0
    contact: int = 0
    number: int = 0
    opened_at: int = 0
    look_at: int = 0
    looked: int = 0
    asked_at: int = 0
    expires_at: int = 0
    steps: int = 0
    sampling: float = 0.0
    held: int = 0
    rules: int = 0
    is_open: int = 0
    rests_over_at: int = 0
    rests_open_at: int = 0


@dataclass(slots=True)
class DoingRow:
    """What a customer is about to do with what they got."""

    at: int = 0
    who: int = 0
    kind: int = 0
    deed: int = 0
    score: int = 0
    saying: int = 0
    touch: int = 0


@dataclass(slots=True)
class VerdictRow:
    """What was decided about one of the wishes that are due."""

    wish: int = 0
    action: int = 0
    moment: int = 0
    channel: int = 0
    held: int = 0
    never: int = 0
    rules: int = 0
    able: int = 0
    probability: float = 0.0
    only_rests: int = 0


@dataclass(slots=True)
class RestRow:
    """A rest that holds back until it is over, as a draw lengthened it. `source` is the touch that began it, or -1 for
    a case."""

    source: int = 0
    since: float = 0.0
    lasts: float = 0.0
    opens: float = 0.0


@dataclass(slots=True)
class TouchRow:
    """A touch in the ledger; `before` is the person's touch before it, and `ask_before` their ask
    or reminder before it, or -1; `wish` the number of its intent; `probability` that with which it
    was sent, over the draws, where the walk reckons them."""

    who: Half = 0
    contact: Half = 0
    kind: Tiny = 0
    channel: Tiny = 0
    at: int = 0
    policy: Half = 0
    wish: Half = 0
    draw: float = 0.0
    used_at: int = 0
    outcome: Tiny = 0
    outcome_at: int = 0
    before: Half = 0
    ask_before: Half = 0
    probability: float = 0.0


@dataclass(slots=True)
class LookRow:
    """A look; `rules` has a bit for each rule that held back."""

    at: int = 0
    who: int = 0
    policy: int = 0
    contact: int = 0
    action: int = 0
    moment: int = 0
    channel: int = 0
    held: int = 0
    rules: int = 0


class World(NamedTuple):
    """Everything a walk reads.

    `channels` by policy and place, -1 where there is no second one; `loads` by channel; `kinds` by policy and kind of
    contact; `fits` by policy and person, `fits_contact` by policy and contact where what is known of contacts matters;
    `reach` by person and channel, in bits. Person n has the contacts first_contact[n] to first_contact[n + 1], group n
    the people groups[n] to groups[n + 1], and zones z have, for channel c, the spells first_spell[2z + c] to the next.
    `pieces` by language, channel and piece, in the order in which they are given; `surveys` and `thanks` by policy,
    language and channel; `follow_up` by these and band of the score (low, mid, high); `snooze` by language and saying:
    seconds that a "not now" asks for. Text n of a kind is octets[starts[i]:starts[i + 1]], with i = base[kind] + n.

    The walk goes from `begins` to `until`, and the spells to `hours_until`, past which it is taken for open; what is
    due is done at the first multiple of `step` seconds that is not before it. `answering` 0: nobody does anything with
    what they get. `reckoning` 1: with every touch goes the probability with which it was sent.
    """

    guard: Sequence[GuardRow]
    caps: Sequence[CapRow]
    terms: Sequence[TermRow]
    people: Sequence[PersonRow]
    contacts: Sequence[ContactRow]
    spells: Sequence[SpellRow]
    channels: Sequence[int]
    loads: Sequence[float]
    kinds: Sequence[int]
    fits: Sequence[int]
    fits_contact: Sequence[int]
    reach: Sequence[int]
    first_contact: Sequence[int]
    groups: Sequence[int]
    first_spell: Sequence[int]
    pieces: Sequence[int]
    surveys: Sequence[int]
    follow_up: Sequence[int]
    thanks: Sequence[int]
    snooze: Sequence[int]
    octets: Sequence[int]
    starts: Sequence[int]
    base: Sequence[int]
    policies: int
    persons: int
    happened: int
    n_kinds: int
    n_pieces: int
    languages: int
    segments: int
    begins: int
    until: int
    hours_until: int
    step: int
    answering: int
    reckoning: int


class State(NamedTuple):
    """What a walk writes. `first` holds the first person of the group, and the first of the next; `many` how many
    wishes, verdicts, doings, numbers given out, touches and looks there are, whether a group is under way, how many
    opted out, how many wishes ended since the list was tidied, and how many rests there are.

    `got` by person and class, `had` by person and piece, `full` by person and cap: until when it lets nothing more
    through; `actions` of looks by week, policy, channel (none, email, sms)
    and action, `by_segment` by segment, policy and action; `fate`, `held` (the rule, or -1) and `holding` (a bit for
    each) by policy and contact; `rules` a bit for each that holds back, `odds` the
    probability of acting now and, where only rests held back, 1, `given` how many
    pieces were given and used since the last ask. The rest is room to work in.
    """

    first: MutableSequence[int]
    many: MutableSequence[int]
    odds: MutableSequence[float]
    rests: MutableSequence[RestRow]
    persons: MutableSequence[WalkedRow]
    wishes: MutableSequence[WishRow]
    doings: MutableSequence[DoingRow]
    verdicts: MutableSequence[VerdictRow]
    ledger: MutableSequence[TouchRow]
    journal: MutableSequence[LookRow]
    got: MutableSequence[int]
    had: MutableSequence[int]
    full: MutableSequence[float]
    actions: MutableSequence[int]
    by_segment: MutableSequence[int]
    fate: MutableSequence[int]
    held: MutableSequence[int]
    holding: MutableSequence[int]
    rules: MutableSequence[int]
    times: MutableSequence[int]
    loads: MutableSequence[float]
    heard: MutableSequence[bool]
    pieces: MutableSequence[int]
    uses: MutableSequence[int]
    given: MutableSequence[int]
    octets: MutableSequence[int]
    words: Sequence[int]


class Question(NamedTuple):
    """What is judged: the touch of this kind, over this channel, for the wish, at this moment. `who` counts within the
    group that is walked."""

    now: int
    who: int
    policy: int
    contact: int
    wish: int
    turn_at: int
    reminds: int
    kind: int
    channel: int


WISHES, VERDICTS, DOINGS, NUMBERS, TOUCHES, LOOKS, UNDER_WAY, STOPS, ENDED, RESTS = range(10)  # rows of `many`
UNSEEN, WAITING, ASKED, SUPERSEDED, ANSWERED_ELSEWHERE, OPTED_OUT, HELD = range(7)  # fates of contacts
