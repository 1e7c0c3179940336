"""Twilio's words in ours. Not in these tables: unknown, and never an error."""

from channels.message import DeliveryStatus, Objection

STATUSES = {
    "accepted": DeliveryStatus.QUEUED,
    "scheduled": DeliveryStatus.QUEUED,
    "queued": DeliveryStatus.QUEUED,
    "sending": DeliveryStatus.SENDING,
    "sent": DeliveryStatus.SENT,
    "partially_delivered": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.DELIVERED,
    "undelivered": DeliveryStatus.UNDELIVERED,
    "failed": DeliveryStatus.FAILED,
    "canceled": DeliveryStatus.FAILED,
}

OBJECTIONS = {
    21610: Objection.KEYWORD,  # they sent STOP to this number of ours
    21211: Objection.BOUNCED,  # not a valid number
    21217: Objection.BOUNCED,  # does not appear to be a valid number
    21614: Objection.BOUNCED,  # not a mobile number
    30005: Objection.BOUNCED,  # the carrier does not know it
    30006: Objection.BOUNCED,  # a landline
    30003: Objection.BOUNCED_SOFTLY,  # switched off, or without a signal
}
"""What an error code says about the number that was written to, and nothing else could have caused.

Left out on purpose: what depends on the number we send from or on our account (21408, 21608, 21612, 21703), what is
lifted again (21216, 30004, 30450), and what is about the message (30007).
"""

FOR_GOOD = frozenset({Objection.KEYWORD, Objection.BOUNCED})
"""The objections after which every further message to the number would be refused as well."""

BUSY = frozenset({20429, 21611})
"""Too many at once; more than the number's queue holds."""


def status_of(word: object) -> DeliveryStatus:
    return STATUSES.get(str(word), DeliveryStatus.UNKNOWN)
