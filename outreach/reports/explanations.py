"""Why a customer is, or is not, asked now: every live policy judged, the one that could ask first in front."""

from outreach.explain import Explanation, Question, explain
from outreach.runtime import Runtime
from policies.arithmetic import NEVER


def explanations(
    runtime: Runtime, customer: str, contact: str | None = None, at: int | None = None
) -> tuple[Explanation, ...]:
    """One explanation a live policy, the soonest first, at a moment (now when None).

    Raises explain.UnknownCustomer, explain.UnknownContact, policy_book.NoGuard.
    """
    question = Question(customer, runtime.now() if at is None else at, contact)
    with runtime.reading() as session:
        found = explain(session, runtime.settings, question)
    return tuple(sorted(found, key=_soonest))


def _soonest(explanation: Explanation) -> tuple[float, int]:
    """Where neither may ever ask, the one with fewer reasons against it tells more."""
    decision = explanation.decision
    against = sum(finding.opens == NEVER for finding in decision.findings)
    return NEVER if decision.moment is None else decision.moment, against
