"""Short names for what the pages talk about: rules, actions, channels. The sentences of findings live in policies."""

from collections.abc import Callable, Mapping
from functools import cache

from flask import Flask
from flask_babel import lazy_gettext as _

from web import speech

Words = Mapping[str, object]

RULES: Words = {
    "contact_kind": _("kind of contact"),
    "contact_value": _("worth of the contact"),
    "contact_settles": _("settling time"),
    "contact_expires": _("freshness"),
    "rhythm": _("rhythm"),
    "address": _("address"),
    "consent": _("consent"),
    "suppression": _("asked us to stop"),
    "pause": _("pause"),
    "audience": _("audience"),
    "floor": _("24 hours between messages"),
    "caps": _("at most so many"),
    "fatigue": _("fatigue"),
    "opt_out": _("no surveys"),
    "new_customer": _("new customer"),
    "never_asked": _("never-asked group"),
    "sampling": _("sampling"),
    "open_case": _("open case"),
    "account_cap": _("colleagues"),
    "rest_between_asks": _("rest between asks"),
    "rest_after_ask": _("rest after this ask"),
    "rest_after_answer": _("rest after an answer"),
    "rest_after_not_now": _("rest after “not now”"),
    "rest_after_silence": _("rest after silence"),
    "value_first": _("something useful first"),
    "reminder": _("reminder"),
    "content_rest": _("rest between useful things"),
    "content_in_stock": _("something left to give"),
    "quiet_hours": _("quiet hours"),
    "expiry": _("freshness"),
}

ROLES: Words = {
    "viewer": _("viewer: looks"),
    "marketer": _("marketer: also drafts, answers and tries"),
    "approver": _("approver: also publishes"),
    "admin": _("admin: everything"),
}

HELD_BECAUSE: Words = {
    "contact_kind": _("nobody asks about that kind of contact"),
    "contact_value": _("the contact mattered too little to ask about"),
    "contact_settles": _("the contact had to settle first"),
    "contact_expires": _("the contact was too long ago"),
    "rhythm": _("it was not their turn yet"),
    "address": _("there is no address to reach them"),
    "consent": _("we do not have their consent"),
    "suppression": _("they asked us to stop"),
    "pause": _("they are paused"),
    "audience": _("they do not belong to the audience"),
    "floor": _("something had reached them within 24 hours"),
    "caps": _("they had heard from us often enough"),
    "fatigue": _("they had heard a lot from us lately"),
    "opt_out": _("they want no surveys"),
    "new_customer": _("they are new customers"),
    "never_asked": _("they belong to the group that is never asked"),
    "sampling": _("they were not drawn"),
    "open_case": _("a case of theirs comes first"),
    "account_cap": _("colleagues were asked not long ago"),
    "rest_between_asks": _("they were asked not long ago"),
    "rest_after_ask": _("they were asked this not long ago"),
    "rest_after_answer": _("they answered not long ago"),
    "rest_after_not_now": _("they said “not now”"),
    "rest_after_silence": _("they left earlier asks unanswered"),
    "value_first": _("something useful had to come first"),
    "reminder": _("the one reminder was not due"),
    "content_rest": _("something useful had only just been given"),
    "content_in_stock": _("there is nothing useful left to give them"),
    "quiet_hours": _("it was outside the hours"),
    "expiry": _("it would have come too late"),
}

CHANNELS: Words = {"email": _("e-mail"), "sms": _("SMS"), "page": _("our page")}
WEEKDAYS: Words = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}
CONSENT: Words = {
    "given": _("consent given"),
    "refused": _("consent refused"),
    "withdrawn": _("consent withdrawn"),
    "unknown": _("consent not known"),
}
STATES: Words = {
    "planned": _("planned"),
    "handing_over": _("on its way"),
    "accepted": _("handed over"),
    "refused": _("refused by the provider"),
    "unknown": _("outcome not known; counts as sent"),
    "abandoned": _("no sign that it arrived; counts as sent"),
    "cancelled": _("called off"),
}
INTENTS: Words = {
    "answer": _("answered"),
    "stop": _("asked us to stop"),
    "start": _("takes a stop back"),
    "help": _("asks who we are"),
    "later": _("not now"),
    "wrong_person": _("is somebody else"),
    "automatic": _("an automatic reply"),
    "comment": _("a comment"),
    "unclear": _("unclear"),
}
AUDITED: Words = {
    "added texts": _("added the texts that come with Outreach"),
    "brought in": _("brought in"),
    "channel": _("stopped or resumed sending by"),
    "erased": _("erased a customer"),
    "gives": _("put on the shelf, or took off it, content"),
    "merged": _("made two customers one"),
    "objection": _("told us of an objection"),
    "opted out": _("opted a customer out"),
    "paused": _("paused a customer, or ended it"),
    "preferences": _("changed what they get from us"),
    "published": _("published"),
    "put forward": _("put forward the draft"),
    "reply": _("decided on reply"),
    "retired": _("took out of force"),
    "saved content": _("saved the content"),
    "saved draft": _("saved the draft"),
    "saved survey": _("saved the survey"),
    "sent to oneself": _("sent to themselves"),
    "threw away draft": _("threw away the draft"),
    "token created": _("made API token"),
    "token revoked": _("revoked API token"),
    "user added": _("added user"),
    "user chose a password": _("chose a password, as user"),
    "user joined an account": _("joined an account elsewhere, as user"),
    "user disabled": _("kept out, or let in again, user"),
    "user link made": _("made a new link for user"),
    "user role": _("changed the role of user"),
    "withdrawn": _("withdrew an address"),
}
OUTCOMES: Words = {"answered": _("answered"), "not_now": _("said “not now”"), "replied": _("replied")}


def install(app: Flask) -> None:
    """Give the templates these words, each as a filter: `rule | rule_name`."""
    app.jinja_env.filters.update(
        rule_name=_namer(RULES),
        role_name=_namer(ROLES),
        audited=_namer(AUDITED),
        held_because=_namer(HELD_BECAUSE),
        channel_name=_namer(CHANNELS),
        consent_name=_namer(CONSENT),
        state_name=_namer(STATES),
        intent_name=_namer(INTENTS),
        outcome_name=_namer(OUTCOMES),
    )


def _namer(words: Words) -> Callable[[str], str]:
    """Says each word as the reader would; looked up once a language, for a page says some hundreds."""

    @cache
    def told(language: str) -> dict[str, str]:
        return {key: str(word) for key, word in words.items()}

    return lambda key: told(speech.language()).get(key, key)
