"""The command line: it says what it did, and in a sentence why it could not."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from models.database import Database
from resolvers.audit_check import verify_audit
from resolvers.tokens import Tokens
from server import now
from tests.command_line import CommandLine
from tests.live_server import ROOT, environment, free_port
from tests.postgres import PostgresServer
from tests.service import SECRET, running

SCOPES = "{ viewer { scopes } }"
ISSUER = "http://127.0.0.1:8000"
ACCOUNT = ("create-account", "--email", "ada@example.org", "--role")
KEY, SCOPE = ("create-api-key", "--network", "cci"), ("--scope", "directory:read")
TOKEN = ("issue-token", "--email", "ada@example.org")


@pytest.fixture
def run(command_lines: list[CommandLine]) -> CommandLine:
    return command_lines[0]


@pytest.fixture(scope="module")
def database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with the reference data."""
    path = tmp_path_factory.mktemp("database") / "maillage.sqlite"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def empty(tmp_path: Path) -> str:
    """A database that was never migrated."""
    path = tmp_path / "empty.sqlite"
    path.touch()
    return f"sqlite:///{path}"


def test_help_lists_the_commands() -> None:
    done = subprocess.run(
        [sys.executable, "server.py", "--help"],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment("sqlite:///unused"),
    )

    assert done.stderr == ""
    for command in ("serve", "migrate", "seed", "import-roster", "create-account", "issue-token"):
        assert command in done.stdout
    assert "create-api-key" in done.stdout
    assert "install-charter" in done.stdout


ARGUMENTS: dict[str, tuple[tuple[str, ...], str]] = {
    "no such command": (("nope",), "No such command 'nope'."),
    "no file": (("import-roster",), "Missing argument 'file'."),
    "a missing file": (("import-roster", "/none.csv"), "'/none.csv' does not exist."),
    "a folder": (("import-territories", "/"), "'/' is a directory."),
    "no e-mail": (("issue-token",), "Missing option '--email'."),
    "no role": (("create-account", "--email", "a@example.org"), "Missing option '--role'."),
    "an unknown role": ((*ACCOUNT, "king"), "'king' is not one of 'activator',"),
    "a port of 0": (("serve", "--port", "0"), "'--port': Input should be greater than or equal"),
    "no workers": (("serve", "--workers", "0"), "'--workers': Input should be greater than"),
    "a bad e-mail": (
        ("create-account", "--email", "x", "--role", "moderator"),
        "email: got 'x', expected an e-mail address.",
    ),
    "a bad e-mail, for a token": (("issue-token", "--email", "x"), "expected an e-mail address."),
    "a role without its option": (
        (*ACCOUNT, "network-manager"),
        "network: got nothing, expected --network with the role network-manager.",
    ),
    "another role without its option": (
        (*ACCOUNT, "activator"),
        "activator: got nothing, expected --activator with the role activator.",
    ),
    "the option of another role": (
        (*ACCOUNT, "moderator", "--region", "84"),
        "region: got '84', expected no --region for the role moderator.",
    ),
    "an unknown network": (
        (*ACCOUNT, "network-manager", "--network", "nope"),
        "network: got 'nope', expected the code of a network that exists, such as cci.",
    ),
    "an unknown SIRET": (
        (*ACCOUNT, "structure-manager", "--structure", "12"),
        "structure: got '12', expected the SIRET of a structure of the directory.",
    ),
    "an unknown activator": (
        (*ACCOUNT, "activator", "--activator", "cci:nope"),
        "activator: got 'cci:nope', expected NETWORK:EXTERNAL_ID of an activator",
    ),
    "an unknown region": (
        (*ACCOUNT, "institution", "--region", "99"),
        "region: got '99', expected the INSEE code of a region, such as 84.",
    ),
    "a key without a scope": ((*KEY, "--name", "Portail"), "Missing option '--scope'."),
    "a key with an unknown scope": (
        (*KEY, "--name", "Portail", "--scope", "all"),
        "'all' is not one of 'directory:read',",
    ),
    "a key of an unknown network": (
        ("create-api-key", "--network", "nope", "--name", "Portail", *SCOPE),
        "network: got 'nope', expected the code of a network that exists, such as cci.",
    ),
    "a key without a name": ((*KEY, "--name", "", *SCOPE), "name: got '', expected 1 to 100"),
    "a key for a page without TLS": (
        (*KEY, "--name", "Portail", *SCOPE, "--origin", "http://portail.example.org"),
        "origins: got 'http://portail.example.org', expected an origin as browsers send it",
    ),
    "a key that lasts too long": (
        (*KEY, "--name", "Portail", *SCOPE, "--days", "731"),
        "days: got 731, expected 1 to 730 days.",
    ),
    "an unknown account": (
        ("issue-token", "--email", "nobody@example.org"),
        "There is no account with this address: run `server.py create-account` first.",
    ),
}


@pytest.mark.parametrize(("arguments", "told"), ARGUMENTS.values(), ids=ARGUMENTS.keys())
def test_a_wrong_argument_is_told_in_a_sentence(
    run: CommandLine, database: str, arguments: tuple[str, ...], told: str
) -> None:
    assert told in run(*arguments, database=database).sentence


SETTINGS = {
    "another database": ({"database_url": "mysql://a/b"}, "DATABASE_URL: expected sqlite:///path"),
    "no address": ({"database_url": "nonsense"}, "DATABASE_URL: expected sqlite:///path or"),
    "no such encryption": (
        {"database_url": "postgresql://a/b?sslmode=maybe"},
        "DATABASE_URL: expected sslmode to be one of disable, allow, prefer, require,",
    ),
    "in memory": ({"database_url": "sqlite://"}, "DATABASE_URL: expected the path of a file"),
    "a short secret": ({"secret_key": "short"}, "SECRET_KEY: expected at least 32 random char"),
    "a mail server that is none": (
        {"smtp_url": "ada:opensesame@mail.example.org"},
        "SMTP_URL: expected smtp://, smtp+starttls:// or smtps://user:password@host:port",
    ),
    "two senders": ({"mail_from": "a@b.c, d@e.f"}, "MAIL_FROM: expected one address, as in Maill"),
    "no attempts": ({"job_attempts": "0"}, "JOB_ATTEMPTS: Input should be greater than or equal"),
    "no pool": ({"database_pool": "0"}, "DATABASE_POOL: Input should be greater than or equal to"),
    "a word": ({"max_depth": "x"}, "MAX_DEPTH: Input should be a valid integer"),
    "a past token": ({"token_hours": "-1"}, "TOKEN_HOURS: Input should be greater than 0."),
    "an endless token": ({"token_hours": "inf"}, "TOKEN_HOURS: Input should be less than or"),
    "a key for three years": ({"key_days": "1095"}, "KEY_DAYS: Input should be less than or"),
    "a negative overlap": ({"key_overlap_hours": "-1"}, "KEY_OVERLAP_HOURS: Input should be great"),
    "not a number": ({"max_operation_seconds": "nan"}, "MAX_OPERATION_SECONDS: Input should be"),
}


@pytest.mark.parametrize(("settings", "told"), SETTINGS.values(), ids=SETTINGS.keys())
def test_a_wrong_setting_is_told_by_its_variable(
    run: CommandLine, database: str, settings: dict[str, str], told: str
) -> None:
    address = settings.get("database_url", database)
    others = {name: value for name, value in settings.items() if name != "database_url"}

    sentence = run(*TOKEN, database=address, **others).sentence

    assert f"MAILLAGE_{told}" in sentence
    assert "opensesame" not in sentence


NEEDS_A_DATABASE = pytest.mark.parametrize(
    "command",
    [
        TOKEN,
        (*ACCOUNT, "moderator"),
        (*KEY, "--name", "Portail", *SCOPE),
        ("seed",),
        ("serve",),
        ("work",),
        ("verify-audit",),
        ("rotate-keys",),
        ("purge",),
        ("migrate", "--check"),
    ],
    ids=lambda command: command[0],
)


@NEEDS_A_DATABASE
def test_a_database_that_is_not_migrated_is_told_with_what_to_do(
    run: CommandLine, empty: str, command: tuple[str, ...]
) -> None:
    port = ("--port", str(free_port())) if command == ("serve",) else ()

    assert "server.py migrate" in run(*command, *port, database=empty).sentence


@NEEDS_A_DATABASE
def test_where_a_path_is_mistyped_nothing_is_made(
    run: CommandLine, tmp_path: Path, command: tuple[str, ...]
) -> None:
    path = tmp_path / "mistyped" / "maillage.sqlite"

    sentence = run(*command, database=f"sqlite:///{path}", secret_key="").sentence

    assert sentence == f"There is no database at {path}: run `server.py migrate`."
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["seed", "serve"])
def test_reference_data_that_is_missing_is_told_with_what_to_do(
    run: CommandLine, database: str, tmp_path: Path, command: str
) -> None:
    path = tmp_path / "maillage.sqlite"
    shutil.copy(database.removeprefix("sqlite:///"), path)
    with closing(sqlite3.connect(path)) as bare:
        bare.executescript("DELETE FROM territory_postal_code; DELETE FROM territory")
    port = ("--port", str(free_port())) if command == "serve" else ()

    sentence = run(command, *port, database=f"sqlite:///{path}").sentence

    assert sentence == "The reference data is missing: run `server.py migrate`."


def test_a_database_that_cannot_be_opened_is_told(run: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database at all " * 100)

    for path, told in ((tmp_path, "unable to open"), (tmp_path / "text", "is not a database")):
        assert told in run("migrate", database=f"sqlite:///{path}").sentence


def test_postgresql_that_does_not_answer_is_told_without_the_password(run: CommandLine) -> None:
    sentence = run("migrate", database="postgresql://ada:opensesame@127.0.0.1:1/x").sentence

    assert sentence.startswith("The database could not be used: ")
    assert "opensesame" not in sentence


def test_postgresql_needs_a_database_and_a_secret(
    run: CommandLine, postgres: PostgresServer
) -> None:
    missing = run("migrate", database=postgres.url_of("no_such_database"))
    unsigned = run(*TOKEN, database=postgres.url, secret_key="")

    assert 'database "no_such_database" does not exist' in missing.sentence
    assert "server.py migrate" not in missing.sentence
    assert "MAILLAGE_SECRET_KEY is missing" in unsigned.sentence


def test_a_port_that_is_taken_is_told_before_anything_is_read(
    run: CommandLine, database: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        sentence = run("serve", "--port", port, database=database).sentence

    assert sentence == f"Cannot listen on 127.0.0.1, port {port}: Address already in use."


BROKEN = {
    "a table that is gone": ("DROP TABLE sector", "no such table: sector"),
    "a value that is none": (
        "UPDATE network SET kind = 'CLUB'",
        "The directory cannot be read: 'CLUB' is not among the defined enum values.",
    ),
}


@pytest.mark.parametrize(("statement", "told"), BROKEN.values(), ids=BROKEN.keys())
def test_a_directory_that_cannot_be_read_is_told_before_there_are_workers(
    run: CommandLine, database: str, tmp_path: Path, statement: str, told: str
) -> None:
    shutil.copy(database.removeprefix("sqlite:///"), tmp_path / "broken.sqlite")
    broken = sqlite3.connect(tmp_path / "broken.sqlite")
    broken.executescript(f"PRAGMA ignore_check_constraints=ON; {statement};")
    broken.close()
    port = str(free_port())

    outcome = run(
        *("serve", "--workers", "2", "--port", port),
        database=f"sqlite:///{tmp_path / 'broken.sqlite'}",
    )

    assert told in outcome.sentence


def test_an_issuer_of_a_network_that_does_not_exist_is_told_before_anything_is_read(
    run: CommandLine, database: str
) -> None:
    issuer = {"issuer": "https://sso.example.org", "client_id": "portal"}
    issuers = json.dumps([issuer | {"networks": ["cci", "ccj"]}])

    done = run("serve", database=database, oidc_issuers=issuers)

    assert done.sentence == "MAILLAGE_OIDC_ISSUERS: there is no network ccj."


def test_a_secret_is_asked_for_where_others_can_reach_the_server(
    run: CommandLine, database: str
) -> None:
    sentence = run("serve", "--host", "0.0.0.0", database=database, secret_key="").sentence  # noqa: S104

    assert sentence.startswith("MAILLAGE_SECRET_KEY is missing")


@pytest.mark.parametrize("command", ["serve", "work"])
def test_where_jobs_run_on_postgresql_a_mail_server_is_asked_for(
    run: CommandLine, command: str
) -> None:
    sentence = run(command, database="postgresql://localhost/x", work_in_serve="true").sentence

    assert sentence == (
        "MAILLAGE_SMTP_URL is missing: say how mail goes, as in smtp://user:password@host:25."
    )


def test_a_token_is_printed_alone_and_is_good(run: CommandLine, database: str) -> None:
    entries = run("verify-audit", "--json", database=database).json["entries"]
    first = run(*ACCOUNT, "moderator", "--json", database=database)
    again = run(*ACCOUNT, "moderator", "--json", database=database)
    audit = run("verify-audit", "--json", database=database).json
    plain, as_json = run(*TOKEN, database=database), run(*TOKEN, "--json", database=database)

    assert (first.json["added"], again.json["added"]) == (True, False)
    assert audit == {"entries": entries + 1, "faults": []}
    assert (plain.code, plain.err, plain.out.count("\n")) == (0, "", 1)
    tokens = Tokens(SECRET, ISSUER)
    bearers = [tokens.read(one, now=now()) for one in (plain.out.strip(), as_json.json["token"])]
    assert None not in bearers
    assert len({bearer.account_id for bearer in bearers if bearer is not None}) == 1


async def test_a_key_is_printed_alone_and_is_good(run: CommandLine, database: str) -> None:
    more = (*SCOPE, "--scope", "roster:write", "--origin", "https://a.example.org", "--days", "30")
    entries = run("verify-audit", "--json", database=database).json["entries"]
    plain = run(*KEY, "--name", "Portail", *more, database=database)
    again = run(*KEY, "--name", "Portail", *SCOPE, database=database)
    as_json = run(*KEY, "--name", "Other", *SCOPE, "--json", database=database, key_days="10")

    assert (plain.code, plain.err, plain.out.count("\n")) == (0, "", 1)
    assert again.sentence == "A key of this network has this name."
    assert as_json.json.keys() == {"key", "expires_at"}
    assert datetime.fromisoformat(as_json.json["expires_at"]) - now() < timedelta(days=10)
    async with running(Database(database)) as service:
        service.clock.now = now()
        viewers = [
            (await service.data(SCOPES, token=one))["viewer"]["scopes"]
            for one in (plain.out.strip(), as_json.json["key"])
        ]
        report = await verify_audit(service.database, service.platform.audit)
    assert viewers == [["DIRECTORY_READ", "ROSTER_WRITE"], ["DIRECTORY_READ"]]
    assert (report.entries - entries, report.faults) == (2, [])


def test_a_secret_is_drawn_once_and_kept_from_others(run: CommandLine, database: str) -> None:
    run(*ACCOUNT, "moderator", database=database)
    secret = Path(f"{database.removeprefix('sqlite:///')}.secret")

    tokens = [run(*TOKEN, database=database, secret_key="").out.strip() for _ in range(2)]

    assert secret.stat().st_mode & 0o777 == 0o600
    ours = Tokens(secret.read_text(), ISSUER)
    assert None not in {ours.read(token, now=now()) for token in tokens}
    assert [path.name for path in secret.parent.glob("tmp*")] == []


@pytest.mark.parametrize("kept", [b"", b"short\n", b" " * 40, b"\xff" * 40])
def test_a_kept_secret_that_is_none_is_refused(
    run: CommandLine, database: str, kept: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "maillage.sqlite"
    shutil.copy(database.removeprefix("sqlite:///"), path)
    Path(f"{path}.secret").write_bytes(kept)

    sentence = run(*TOKEN, database=f"sqlite:///{path}", secret_key="").sentence

    assert f"The secret in {path}.secret is not of 32 characters or more" in sentence


def test_the_schema_is_printed_alone_or_in_json(run: CommandLine, database: str) -> None:
    plain, as_json = (run("export-schema", *more, database=database) for more in ((), ("--json",)))

    assert plain.out == (ROOT / "schema" / "schema.graphql").read_text()
    assert as_json.json == {"schema": plain.out.rstrip("\n")}


def test_a_stream_is_no_file_to_import(run: CommandLine, database: str) -> None:
    read, write = os.pipe()
    os.close(write)
    # What stands before the command line is a process of its own, which may open our pipe.
    stream = f"/proc/{os.getpid()}/fd/{read}"

    sentence = run("import-roster", stream, database=database).sentence
    os.close(read)

    assert "a file that can be read twice, not a stream" in sentence


def test_seeding_says_in_json_what_it_added(run: CommandLine, database: str) -> None:
    first = run("seed", "--json", database=database)
    again = run("seed", "--json", database=database)

    assert (first.json, again.json) == ({"inserted": 2_000}, {"inserted": 0})
