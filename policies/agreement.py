"""Whether a policy can ever ask under a guard: what each document allows by itself, both together may not."""

from policies.durations import write
from policies.policy import Guard, Policy
from policies.said import worded


def disagreement(guard: Guard, policy: Policy) -> str | None:
    """Why this policy can never ask under this guard, and what to do about it; None where it can."""
    life = policy.contact
    if life is None:
        return None
    soonest = policy.soonest_ask((*guard.caps, *policy.caps))
    if life.settle + soonest < life.expires:
        return None
    return worded(
        "under the guard's caps %(policy)s could ask %(soonest)s after a contact at best, and that expires after "
        "%(expires)s; give fewer pieces, raise guard.caps, or lengthen contact.expires",
        policy=policy.name,
        soonest=write(life.settle + soonest),
        expires=write(life.expires),
    )
