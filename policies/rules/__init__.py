"""One function a rule: from which moment would it allow this touch, and why. A rule can only hold back.

All rules are called alike, with the guard, the policy and the situation, and see nothing else. `ASK_RULES` judge an
ask, `GIVE_RULES` a piece of content, `REMIND_RULES` the reminder of an ask that was made, `TALK_RULES` what is said
back to a customer who has just written; their order means nothing. Quiet hours are not among them: they map the latest
moment onto the next open one.
"""

from collections.abc import Callable

from policies.decision import Finding
from policies.policy import Guard, Policy
from policies.rules.pace import (
    account_cap,
    caps,
    fatigue,
    floor,
    open_case,
    rest_after_answer,
    rest_after_ask,
    rest_after_not_now,
    rest_after_silence,
    rest_between_asks,
)
from policies.rules.value import content_in_stock, content_rest, value_first
from policies.rules.who import (
    address,
    audience,
    consent,
    never_asked,
    new_customer,
    opt_out,
    pause,
    sampling,
    suppression,
)
from policies.rules.worth import contact_expires, contact_kind, contact_settles, contact_value, reminder, rhythm
from policies.situation import Situation

Rule = Callable[[Guard, Policy, Situation], Finding]

_REACH: tuple[Rule, ...] = (address, consent, suppression, pause)
_OFTEN: tuple[Rule, ...] = (audience, floor, caps, fatigue)
_EVERY_TOUCH: tuple[Rule, ...] = (*_REACH, *_OFTEN, rhythm)

ASK_RULES: tuple[Rule, ...] = (
    *(contact_kind, contact_value, contact_settles, contact_expires),
    *_EVERY_TOUCH,
    *(opt_out, new_customer, never_asked, sampling, open_case, account_cap),
    *(rest_between_asks, rest_after_ask, rest_after_answer, rest_after_not_now, rest_after_silence, value_first),
)

GIVE_RULES: tuple[Rule, ...] = (*_EVERY_TOUCH, content_rest, content_in_stock)

# The rests between asks and the contact's freshness are about another ask; what had to come first came before this one.
REMIND_RULES: tuple[Rule, ...] = (*_REACH, *_OFTEN, opt_out, never_asked, open_case, account_cap, reminder)

TALK_RULES: tuple[Rule, ...] = (*_REACH, opt_out)

_ABOUT_A_TOUCH = {address, consent, suppression, caps, content_in_stock}
# These say the same whatever the kind and channel of the touch in question, so once is enough.
ABOUT_THE_CUSTOMER = frozenset((*ASK_RULES, *GIVE_RULES, *REMIND_RULES)) - _ABOUT_A_TOUCH
