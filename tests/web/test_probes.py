"""For machines that watch."""

from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from outreach import database, tokens
from tests.web.seed import Company

AWAY = {"REMOTE_ADDR": "192.0.2.7"}


def figures(text: str) -> dict[tuple[str, str], float]:
    return {
        (sample.name, "".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def without_a_database(company: Company) -> None:
    company.runtime.engine.dispose()
    object.__setattr__(company.runtime, "engine", database.connect("sqlite:////nowhere/at/all/outreach.db"))


def test_the_process_is_alive_whatever_happened_to_the_database(company: Company, client: FlaskClient) -> None:
    without_a_database(company)
    assert client.get("/healthz").json == {"status": "alive"}


def test_ready_means_a_database_with_the_tables_of_today(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"database": "ok", "migrations": "current", "redis": "away"}


def test_not_ready_without_a_database(company: Company, client: FlaskClient) -> None:
    without_a_database(company)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"database": "away", "migrations": "unknown", "redis": "away"}


def test_not_ready_with_the_tables_of_yesterday(company: Company, client: FlaskClient) -> None:
    with company.runtime.writing() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    answer: Any = client.get("/readyz").json
    assert answer["migrations"] == "behind"


def test_the_figures_are_those_of_the_database(company: Company, client: FlaskClient) -> None:
    found = figures(client.get("/metrics").text)
    assert found["outreach_customers", ""] == 14
    assert found["outreach_touches", "content"] > found["outreach_touches", "ask"] > 0
    assert found["outreach_outreaches", "accepted"] > 0
    assert found["outreach_outreaches", "unknown"] == 0
    assert found["outreach_heartbeat_age_seconds", "clock"] == 0
    assert found["outreach_redis_up", ""] == 0


def test_the_figures_are_for_this_computer_or_a_token(company: Company, client: FlaskClient) -> None:
    token = tokens.create(company.runtime, "prometheus")
    assert client.get("/metrics", environ_base=AWAY).status_code == 403
    allowed = client.get("/metrics", environ_base=AWAY, headers={"Authorization": f"Bearer {token}"})
    assert allowed.status_code == 200


def test_redis_that_answers_is_seen(empty: Company, redis_url: str) -> None:
    from outreach.reports import health

    settings = empty.runtime.settings.model_copy(update={"redis_url": redis_url})
    object.__setattr__(empty.runtime, "settings", settings)
    assert health.readiness(empty.runtime).redis == "ok"
