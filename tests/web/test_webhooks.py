"""What a call of a provider does, by the answer it gets and by what is in the inbox afterwards."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from outreach import database
from outreach.doorbell import RECEIVE, WORK
from outreach.lifecycle import InboxState
from outreach.runtime import Runtime
from outreach.tables import InboxMessage, Quarantined, Reply
from tests import calls
from tests.calls import FORM, LIST, MAIL, Post
from tests.make import NOON, RecordingBell
from tests.web.conftest import Reader
from tests.world import World, a_world
from web.app import create_app

STATUS_CALL = calls.status("delivered")
EVENTS_CALL = calls.events(calls.event("delivered"), at=NOON)
MAIL_CALL = calls.mail("8", at=NOON)
SMS_CALL = calls.sms("8")
GENUINE = [STATUS_CALL, SMS_CALL, EVENTS_CALL, MAIL_CALL]
every_hook = pytest.mark.parametrize("call", GENUINE, ids=["status", "sms", "events", "mail"])


@pytest.fixture
def bell() -> RecordingBell:
    return RecordingBell()


@pytest.fixture
def world(sqlite_url: str, bell: RecordingBell) -> Iterator[World]:
    with a_world(sqlite_url, bell, **calls.configured()) as made:
        yield made


@pytest.fixture
def anywhere(database_url: str) -> Iterator[World]:
    """The same, on either database."""
    with a_world(database_url, **calls.configured()) as made:
        yield made


def client_of(runtime: Runtime) -> FlaskClient:
    app = create_app(runtime)
    app.test_client_class = Reader
    return app.test_client()


@pytest.fixture
def client(world: World) -> FlaskClient:
    return client_of(world.runtime)


def make(client: FlaskClient, call: Post, **options: Any) -> TestResponse:
    how = {"base_url": calls.BASE, "data": call.body, "content_type": call.content_type, "headers": call.headers}
    return client.post(call.path, **{**how, **options})


def inbox(world: World) -> list[InboxMessage]:
    return world.rows(InboxMessage)


# Who is let in


@every_hook
def test_a_genuine_call_is_stored_as_it_came_and_rung_for(
    world: World, client: FlaskClient, bell: RecordingBell, call: Post
) -> None:
    answer = make(client, call)
    assert answer.status_code in (200, 204)
    (row,) = inbox(world)
    assert row.raw_body in call.body
    assert (row.state, row.received_at) == (InboxState.NEW, NOON)
    assert bell.rings == [(WORK, RECEIVE, [row.id])]


@every_hook
@pytest.mark.parametrize("how", ["no signature", "an empty one", "a wrong one", "another body", "another field"])
def test_a_call_that_does_not_show_where_it_comes_from_is_refused(
    world: World, client: FlaskClient, bell: RecordingBell, call: Post, how: str
) -> None:
    signature = next(name for name in call.headers if name.endswith("Signature"))
    wrong = {
        "no signature": call.but(headers={}),
        "an empty one": call.but(headers={**call.headers, signature: ""}),
        "a wrong one": call.but(headers={**call.headers, signature: "RSOYDt4T1cUTdK1PDd93/VVr8B8="}),
        "another body": call.but(body=call.body.replace(b"8", b"9").replace(b"delivered", b"deliverer")),
        "another field": call.but(body=call.body + b"&x=1"),
    }[how]
    answer = make(client, wrong)
    assert answer.status_code == 403
    assert answer.json == {"error": "This call does not show that it comes from where it should, so nothing was done."}
    assert (inbox(world), bell.rings) == ([], [])


@pytest.mark.parametrize(
    ("call", "other"), [(SMS_CALL, LIST), (STATUS_CALL, MAIL), (EVENTS_CALL, FORM), (MAIL_CALL, FORM)]
)
def test_a_call_of_another_kind_of_content_is_not_even_read(client: FlaskClient, call: Post, other: str) -> None:
    assert make(client, call.but(content_type=other)).status_code == 415


def test_a_compressed_call_is_refused_and_never_unpacked(client: FlaskClient) -> None:
    assert make(client, SMS_CALL.but(headers={**SMS_CALL.headers, "Content-Encoding": "gzip"})).status_code == 415


@pytest.mark.parametrize("host", ["ask.example.com", "ASK.example.com", "ask.example.com:443", "127.0.0.1:8000"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_a_request_says_about_its_own_address_does_not_count(client: FlaskClient, host: str, scheme: str) -> None:
    forwarded = {"X-Forwarded-Proto": "gopher", "X-Forwarded-Host": "evil.example"}
    answer = make(client, SMS_CALL, base_url=f"{scheme}://{host}", headers={**SMS_CALL.headers, **forwarded})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "signed",
    [
        calls.BASE.replace("https", "http"),
        calls.BASE.replace("//", "//user:pass@"),
        calls.BASE.upper().replace("HTTPS", "https"),
        "https://[2001:db8::7]",
        "http://127.0.0.1:8000",
    ],
)
def test_a_signature_for_another_address_does_not_count(client: FlaskClient, signed: str) -> None:
    fields = calls.sms_fields("8")
    assert make(client, calls.form(fields, calls.INBOUND, base=signed)).status_code == 403


def test_the_query_is_part_of_the_address_as_it_was_sent(client: FlaskClient) -> None:
    call = calls.form(calls.sms_fields("8"), f"{calls.INBOUND}?a=1%2B2")
    assert make(client, call).status_code == 200
    assert make(client, call.but(path=f"{calls.INBOUND}?a=1+2")).status_code == 403
    assert make(client, call.but(path=f"{calls.INBOUND}?a=1%2b2")).status_code == 403


@pytest.mark.parametrize(
    "fields",
    [{"AccountSid": "AC" + "2" * 32}, {"From": "+316 or anything else"}, {"MessageSid": "SM1"}],
    ids=["another account", "no sender", "no id"],
)
def test_a_signed_call_that_is_not_for_us_or_not_whole_is_refused(
    world: World, client: FlaskClient, fields: dict[str, Any]
) -> None:
    assert make(client, calls.sms("8", **fields)).status_code == 403
    assert inbox(world) == []


def test_a_repeated_parameter_is_refused(client: FlaskClient) -> None:
    assert make(client, SMS_CALL.but(body=SMS_CALL.body + b"&Body=8")).status_code == 403


def test_a_batch_that_was_read_and_written_anew_is_refused(world: World, client: FlaskClient) -> None:
    assert make(client, EVENTS_CALL.but(body=EVENTS_CALL.body.replace(b"\r\n", b""))).status_code == 403
    assert inbox(world) == []


@every_hook
def test_where_nothing_is_configured_there_is_no_hook(sqlite_url: str, call: Post) -> None:
    with a_world(sqlite_url, public_base_url=calls.BASE) as world:
        assert make(client_of(world.runtime), call).status_code == 404
        assert (inbox(world), world.rows(Quarantined)) == ([], [])


@every_hook
def test_a_hook_only_takes_and_never_shows(client: FlaskClient, call: Post) -> None:
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        assert client.open(call.path, method=method, base_url=calls.BASE).status_code in (403, 405)


def test_twilio_is_told_to_send_no_answer(client: FlaskClient) -> None:
    answer = make(client, SMS_CALL)
    assert (answer.mimetype, answer.text) == ("text/xml", '<?xml version="1.0" encoding="UTF-8"?><Response/>')


def test_while_a_token_or_a_key_is_changed_both_are_good(sqlite_url: str) -> None:
    both = {
        "twilio_auth_token": f"token-of-tomorrow, {calls.TOKEN}",
        "sendgrid_events_key": f"{calls.public('tomorrow')},{calls.public()}",
        "sendgrid_inbound_key": f"{calls.public('tomorrow')},{calls.public()}",
    }
    with a_world(sqlite_url, **calls.configured(**both)) as world:
        answers = [make(client_of(world.runtime), call).status_code for call in GENUINE]
        assert answers == [204, 200, 204, 204]


def test_a_secret_in_the_address_does_where_sendgrid_cannot_sign(sqlite_url: str) -> None:
    settings = calls.configured(sendgrid_inbound_key="", sendgrid_inbound_secret=f"{'x' * 24}, {calls.SECRET}")
    with a_world(sqlite_url, **settings) as world:
        client = client_of(world.runtime)
        assert make(client, calls.by_secret("y" * 24)).status_code == 403
        assert make(client, MAIL_CALL).status_code == 403
        assert inbox(world) == []
        assert make(client, calls.by_secret()).status_code == 204
        assert len(inbox(world)) == 1


def test_where_a_signature_is_required_no_secret_will_do(world: World, client: FlaskClient) -> None:
    assert make(client, calls.by_secret()).status_code == 403
    assert inbox(world) == []


def test_a_secret_that_was_tried_is_nowhere_in_the_clear(world: World, client: FlaskClient) -> None:
    make(client, calls.by_secret())
    (kept,) = world.rows(Quarantined)
    assert calls.SECRET not in str(kept.model_dump())


# Once


@every_hook
def test_a_call_that_is_made_again_and_again_is_one_row(anywhere: World, call: Post) -> None:
    client = client_of(anywhere.runtime)
    times = 1_000 if call is SMS_CALL else 20
    assert {make(client, call).status_code for _ in range(times)} <= {200, 204}
    assert len(inbox(anywhere)) == 1


@every_hook
def test_a_call_that_is_made_by_many_at_once_is_one_row(anywhere: World, call: Post) -> None:
    clients = [client_of(anywhere.runtime) for _ in range(16)]
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(lambda client: make(client, call).status_code, clients))
    assert answers <= {200, 204}
    assert len(inbox(anywhere)) == 1


def test_two_batches_with_the_same_events_in_another_order_do_not_wait_for_each_other(anywhere: World) -> None:
    said = [calls.event("delivered", timestamp=NOON + n) for n in range(200)]
    batches = [calls.events(*said, at=NOON), calls.events(*reversed(said), at=NOON)] * 4
    clients = [client_of(anywhere.runtime) for _ in batches]
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda *pair: make(*pair).status_code, clients, batches)) == {204}
    assert len(inbox(anywhere)) == 200


def test_an_event_that_comes_again_under_another_id_or_none_is_one_event(anywhere: World) -> None:
    client = client_of(anywhere.runtime)
    without = {name: value for name, value in calls.event("delivered").items() if name != "sg_event_id"}
    for said in (calls.event("delivered"), calls.event("delivered", sg_event_id="other"), without):
        assert make(client, calls.events(said, at=NOON)).status_code == 204
    assert len(inbox(anywhere)) == 1


def test_mails_with_the_same_id_and_other_words_are_both_kept_and_a_person_looks(anywhere: World) -> None:
    client = client_of(anywhere.runtime)
    for text in ("8", "2 terrible"):
        make(client, calls.mail(text, at=NOON))
    make(client, calls.mail("9", at=NOON, message_id="<2@a.eu>"))
    anywhere.tick()
    assert [reply.sure for reply in anywhere.rows(Reply)] == [False, False, True]
    assert [bool(row.problem) for row in inbox(anywhere)] == [True, True, False]


# Too much


class Unending(io.RawIOBase):
    """A body without end; counts what was read of it."""

    def __init__(self) -> None:
        self.read_so_far = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.read_so_far += len(buffer)
        buffer[:] = b"x" * len(buffer)
        return len(buffer)


@every_hook
def test_a_body_that_is_said_to_be_too_large_is_not_read_at_all(client: FlaskClient, call: Post) -> None:
    body = Unending()
    answer = make(client, call, data=None, environ_overrides={"wsgi.input": body, "CONTENT_LENGTH": "100000000"})
    assert (answer.status_code, body.read_so_far) == (413, 0)


@every_hook
def test_a_body_of_unknown_length_is_read_up_to_the_limit(client: FlaskClient, call: Post) -> None:
    body, most = Unending(), {FORM: 65_536, LIST: 2_097_152, MAIL: 31_457_280}[call.content_type]
    chunked = {"wsgi.input": body, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = make(client, call, data=None, environ_overrides=chunked)
    assert answer.status_code == 413
    assert body.read_so_far <= most + 65_536


def test_a_form_of_ten_thousand_parts_is_refused(client: FlaskClient) -> None:
    body = calls.multipart({f"attachment{n}": "x" for n in range(10_000)})
    assert make(client, calls.signed(calls.PARSE, body, MAIL, NOON)).status_code == 413


def test_a_form_of_ten_thousand_fields_is_refused(client: FlaskClient) -> None:
    fields = {**calls.sms_fields("8"), **{f"f{n}": "" for n in range(10_000)}}
    assert make(client, calls.form(fields, calls.INBOUND)).status_code in (403, 413)


def test_a_mail_with_a_large_picture_is_taken(world: World, client: FlaskClient) -> None:
    body = calls.multipart({"email": "From: K1@a.eu\r\n\r\n9", "attachment1": "x" * 20_000_000})
    assert make(client, calls.signed(calls.PARSE, body, MAIL, NOON)).status_code == 204


# A database that is away


@every_hook
def test_while_the_database_is_away_the_provider_is_asked_to_come_again(anywhere: World, call: Post) -> None:
    away = replace(anywhere.runtime, engine=database.connect("sqlite:////nowhere/at/all/outreach.db"))
    answer = make(client_of(away), call)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert make(client_of(anywhere.runtime), call).status_code in (200, 204)
    assert make(client_of(anywhere.runtime), call).status_code in (200, 204)
    assert len(inbox(anywhere)) == 1


def test_a_call_is_answered_only_after_it_was_committed(world: World, client: FlaskClient, bell: RecordingBell) -> None:
    seen: list[int] = []
    bell.ring = lambda *_: seen.append(len(inbox(world))) or True  # type: ignore[func-returns-value,method-assign]
    make(client, SMS_CALL)
    assert seen == [1]  # another connection sees it before the answer is there
