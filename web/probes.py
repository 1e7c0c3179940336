"""For machines that watch: is the process alive, is it ready, and the figures."""

from flask import Blueprint, Response, abort, jsonify
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import CollectorRegistry

from outreach import tokens
from outreach.reports import health
from web import doors, here
from web.figures import Figures

blueprint = Blueprint("probes", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers; says nothing about what it depends on."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """200 when the database can be reached and its tables are current; Redis is reported and not required."""
    state = health.readiness(here.runtime())
    answer = jsonify(database=state.database, migrations=state.migrations, redis=state.redis)
    return answer, 200 if state.ready else 503


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus figures, read from the database; for this computer, or with an API token."""
    if not doors.from_this_computer() and tokens.verify(here.runtime(), doors.bearer()) is None:
        abort(403)
    registry = CollectorRegistry()
    registry.register(Figures(here.runtime()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
