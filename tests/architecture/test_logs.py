"""The look at the logs of a run finds what is somebody's, and nothing else."""

import json
import logging
from pathlib import Path

import pytest
import structlog

import server
from tests.logs import judged, lines_of, personal_data_in

TOKEN = "hN3x_-" + "Qw7" * 12 + "z"
PLANTED = {
    '{"event": "x", "to": "camille.7@example.org"}': "an e-mail address",
    '{"event": "x", "error": "no mailbox for <Zoé+1@people.example>"}': "an e-mail address",
    '{"event": "x", "phone": "+33199001234"}': "a phone number",
    "called 06 39 98 12 34 twice": "a phone number",
    "called 0639981234 twice": "a phone number",
    '{"authorization": "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl"}': (
        "an access or ID token"
    ),
    '{"key": "mlg_8fj3k2_' + "0a" * 32 + '"}': "an API key",
    '{"path": "#token=8fj3k2_' + "0a" * 32 + '"}': "a secret of a link",
    json.dumps({"token": TOKEN}): "a token of a session or a link",
    '{"family_name": "Martin12"}': "a name of the tests",
    '{"family_name": "Garnier3"}': "a name of the tests",
    json.dumps({"name": "Élodie Bésson"}): "a name of the tests",
    json.dumps({"name": "Anaïs Aubert"}): "a name of the demonstration",
}
PLAIN = (
    '{"request_id": "0612345678abcdef0123456789abcdef", "status": 200, "milliseconds": 0.12}',
    '{"event": "request", "path": "/graphql", "timestamp": "2026-11-24T09:30:00.012345Z"}',
    '{"url": "http://127.0.0.1:8000/graphql", "workers": 2}',
    '{"event": "mails_are_written_to_a_folder_and_not_sent", "folder": "/home/maillage@work/var"}',
    "postgresql://maillage@127.0.0.1:5432/maillage_0612345678",
    "the mails of example.org go to mail.example.org",
    '  File "/srv/resolvers/sign_in_actions.py", line 61, in request_sign_in_link',
    f'{{"error_id": "{"0a" * 16}", "hash": "{"0a" * 32}"}}',
)


@pytest.mark.parametrize(("line", "what"), PLANTED.items())
def test_what_is_somebody_s_is_found(line: str, what: str) -> None:
    assert personal_data_in(line) == what


@pytest.mark.parametrize("line", PLAIN)
def test_what_is_nobody_s_is_not(line: str) -> None:
    assert personal_data_in(line) is None


def test_a_line_is_found_in_whichever_file_of_a_run(tmp_path: Path) -> None:
    (tmp_path / "one.log").write_text("\n".join(PLAIN))
    (tmp_path / "other.log").write_text(f"{PLAIN[0]}\ntold lea@example.org\n")

    assert judged(tmp_path) == (len(PLAIN) + 2, ["an e-mail address: told lea@example.org"])


def test_what_the_service_and_its_libraries_log_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOGS_OF_TESTS", str(tmp_path))
    server.configure_logs()

    structlog.get_logger().info("planted", number=1)
    structlog.get_logger("a.library").warning("planted", number=2)
    logging.getLogger("a.library").error("planted %d", 3)

    printed = capsys.readouterr().err.splitlines()
    for lines in (lines_of(tmp_path), printed):
        events = [json.loads(line)["event"] for line in lines]
        assert events == ["planted", "planted", "planted 3"]
