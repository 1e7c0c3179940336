"""`outreach read`: how a reply is read, and what a mail that came back is."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from outreach.answers import Intent
from outreach.cli import main
from outreach.cli.reading import INTENTS, KINDS

Run = Callable[..., Result]
FORMS = ("intent", "score", "comment", "sure")
REPLY = "From: Jan <jan@example.nl>\nSubject: Re: Hoe was het?\n\n{}\n\nOp 3-3-2026 om 10:12 schreef Acme:\n> 0 1 2\n"
BOUNCE = (
    "From: MAILER-DAEMON@mx.example\nSubject: Undelivered\n\n<jan@example.nl>: 550 5.1.1 User unknown\n\n"
    "<anna@example.nl>: 552 5.2.2 Mailbox full\n"
)
AWAY = "From: jan@example.nl\nSubject: Afwezig: Hoe was het?\nAuto-Submitted: auto-replied\n\nTerug op 5 mei"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in a folder of its own, where a file is made of each named text."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str, status: int = 0, stdin: bytes | None = None, **files: str | bytes) -> Result:
        for name, content in files.items():
            Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
        result = CliRunner().invoke(main, ["read", *words], input=stdin)
        assert result.exit_code == status, result.output
        return result

    return call


def record(result: Result) -> Any:
    return json.loads(result.stdout)


class TestAText:
    def test_programs_get_four_facts(self, run: Run) -> None:
        found = record(run("8 want jullie bellen altijd terug", "--json"))
        assert found == {"intent": "answer", "score": 8, "comment": "want jullie bellen altijd terug", "sure": True}
        assert tuple(found) == FORMS

    def test_without_a_score_there_is_none(self, run: Run) -> None:
        found = record(run("2 dagen wachten", "--json"))
        assert (found["intent"], found["score"], found["sure"]) == ("unclear", None, False)

    def test_people_get_sentences(self, run: Run) -> None:
        assert run("8 snel geholpen").stdout == "An answer: 8.\nsnel geholpen\n"
        assert run("2 dagen wachten").stdout == "This is not clear. A person should look at it.\n2 dagen wachten\n"

    def test_every_intent_has_a_sentence(self) -> None:
        assert set(Intent) <= set(INTENTS)

    def test_language_and_channel_may_be_told(self, run: Run) -> None:
        assert record(run("een 9", "--language", "nl", "--channel", "sms", "--json"))["score"] == 9
        assert record(run("een 9", "--language", "nl-BE", "--channel", "email", "--json"))["score"] == 9

    def test_an_empty_text_is_a_text(self, run: Run) -> None:
        assert record(run("", "--json"))["score"] is None

    @pytest.mark.parametrize("as_json", [(), ("--json",)])
    def test_characters_that_act_on_a_screen_do_not_reach_it(self, run: Run, as_json: tuple[str, ...]) -> None:
        said = run("8 \x1b[2Jgone\x07 \udc80", *as_json).stdout
        assert "gone" in said
        assert not {"\x1b", "\x07"} & set(said)


class TestAFile:
    def test_each_line_gives_a_line(self, run: Run) -> None:
        lines = '{"text": "8 goed", "lang": "nl"}\n{"text": "stop", "lang": null}\n\n{"text": "één", "more": 1}'
        found = [json.loads(line) for line in run("--file", "f", f=lines).stdout.splitlines()]
        assert [tuple(one) for one in found] == [FORMS] * 3
        assert [(one["intent"], one["score"]) for one in found] == [("answer", 8), ("stop", None), ("answer", 1)]

    def test_a_line_without_a_language_is_read_in_the_one_that_is_told(self, run: Run) -> None:
        with_it = run("--file", "f", f='{"text": "een 9 of zo", "lang": "nl"}').stdout
        assert run("--file", "f", "--language", "nl", f='{"text": "een 9 of zo"}').stdout == with_it

    @pytest.mark.parametrize(
        "bad",
        [
            *(b"8", b'"8"', b"{}", b'{"text": 8}', b'{"text": "8", "lang": 1}', b'{"text": "8"', b"\xff"),
            *(b'["text"]', b"[" * 100_000, b'{"text": "8"} x'),
        ],
    )
    def test_a_bad_line_is_refused_by_its_number_and_those_above_are_told(self, run: Run, bad: bytes) -> None:
        result = run("--file", "f", status=2, f=b'{"text": "8"}\n{"text": "9"}\n' + bad + b'\n{"text": "7"}\n')
        assert [json.loads(line)["score"] for line in result.stdout.splitlines()] == [8, 9]
        assert "Line 3 is not like" in result.stderr

    def test_lines_may_come_from_another_program(self, run: Run) -> None:
        assert record(run("--file", "-", stdin=b'\xef\xbb\xbf{"text": "8"}\n'))["score"] == 8


class TestAMail:
    def test_a_reply_is_told_with_its_reading_and_without_its_sender(self, run: Run) -> None:
        result = run("--mail", "m", "--json", m=REPLY.format("9, top"))
        assert record(result) == {
            "kind": "reply",
            "reply": "9, top",
            "subject": "Re: Hoe was het?",
            "recipients_failed": [],
            "reading": {"intent": "answer", "score": 9, "comment": "top", "sure": True},
        }
        assert "jan@example.nl" not in result.output

    def test_a_bounce_tells_whom_it_is_about_and_is_not_read(self, run: Run) -> None:
        found = record(run("--mail", "m", "--json", m=BOUNCE))
        assert (found["kind"], found["reply"]) == ("bounce", "")
        assert "reading" not in found
        assert sorted(found["recipients_failed"], key=lambda one: one["address"]) == [
            {"address": "anna@example.nl", "permanent": False},
            {"address": "jan@example.nl", "permanent": True},
        ]

    def test_who_is_away_gives_no_answer(self, run: Run) -> None:
        found = record(run("--mail", "m", "--json", m=AWAY))
        assert (found["kind"], found["reply"]) == ("automatic", "")
        assert "reading" not in found

    @pytest.mark.parametrize("raw", [b"", b"\x00\xff" * 100])
    def test_what_is_no_mail_is_other(self, run: Run, raw: bytes) -> None:
        assert record(run("--mail", "m", "--json", m=raw))["kind"] == "other"

    def test_people_get_sentences(self, run: Run) -> None:
        assert (
            run("--mail", "m", m=REPLY.format("9, top\n\nGroet,\nJan")).stdout
            == "A person wrote this mail.\nAn answer: 9.\ntop\n"
        )
        assert run("--mail", "m", m=REPLY.format("")).stdout == "A person wrote this mail.\nIt says nothing.\n"
        assert run("--mail", "m", m=AWAY).stdout == KINDS["automatic"] + "\n"
        assert "  jan@example.nl: for good\n" in run("--mail", "m", m=BOUNCE).stdout

    def test_it_may_come_from_another_program(self, run: Run) -> None:
        assert record(run("--mail", "-", "--json", stdin=REPLY.format("7").encode()))["reading"]["score"] == 7


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Give one of these: a text, --file, or --mail."),
        (("8", "--mail", "m"), "Give one of these"),
        (("--file", "m", "--mail", "m"), "Give one of these"),
        (("8", "--language", "dutch!"), "is not a language code like nl or pt-BR"),
        (("8", "--channel", "fax"), "'fax' is not one of 'email', 'sms'"),
        (("--mail", "away"), "'away': No such file"),
        (("--file", "."), "Is a directory"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(run: Run, words: tuple[str, ...], sentence: str) -> None:
    assert sentence in run(*words, status=2, m="").stderr


def test_nothing_of_an_installation_is_needed(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OUTREACH_DATABASE_URL", "nonsense")
    run("8")
    assert list(tmp_path.iterdir()) == []
