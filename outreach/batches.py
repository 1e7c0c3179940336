"""Work on many ids at once: together where that goes well, each apart where it does not."""

import logging
from collections.abc import Callable, Iterable, Sequence

from outreach.policy_book import NoGuard
from outreach.reports.health import is_away
from outreach.runtime import Runtime

BATCH = 100  # customers or outreaches a transaction
Work = Callable[[Runtime, Sequence[int]], object]

log = logging.getLogger(__name__)


def batches(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def work_on(runtime: Runtime, work: Work, ids: Sequence[int]) -> bool:
    """Do the work for these ids. One that cannot be worked on is logged and holds up nobody else; False where none can.

    The work must do no harm when it is begun again. Raises only what concerns
    all of them: a database that is away, and NoGuard.
    """
    try:
        work(runtime, ids)
    except Exception as problem:
        if isinstance(problem, NoGuard) or is_away(problem):
            raise
        if len(ids) > 1:
            return sum(work_on(runtime, work, [one]) for one in ids) > 0
        log.exception("%s of %s failed", getattr(work, "__name__", work), ids)
        return False
    return True
