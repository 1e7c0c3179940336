"""The figures of the installation as Prometheus reads them."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from outreach.reports import health
from outreach.runtime import Runtime

# figure: (what it says, the name of its label, or none)
FIGURES: dict[str, tuple[str, str]] = {
    "customers": ("Customers known.", ""),
    "contacts": ("Contact events taken in.", ""),
    "replies": ("Replies kept.", ""),
    "intents": ("Intents, by state.", "state"),
    "outreaches": ("Messages, by state.", "state"),
    "touches": ("Entries of the ledger, by kind of message.", "kind"),
    "inbox": ("What providers sent us, by state.", "state"),
    "quarantine": ("Calls that did not show who they come from, kept aside.", "provider"),
    "looks_due": ("Intents that are due for a look now.", ""),
    "cases_open": ("Cases somebody has to follow up.", ""),
    "heartbeat_age_seconds": ("Seconds since a process gave a sign of life.", "process"),
}


class Figures(Collector):
    """Gauges read from the database each time they are asked for, so every process tells the same."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, by_label in health.totals(self._runtime).items():
            says, label = FIGURES[name]
            gauge = GaugeMetricFamily(f"outreach_{name}", says, labels=[label] if label else [])
            for value, count in by_label.items():
                gauge.add_metric([value] if label else [], count)
            yield gauge
        up = 1 if health.redis_answers(self._runtime) else 0
        yield GaugeMetricFamily("outreach_redis_up", "Whether Redis can be reached.", value=up)
