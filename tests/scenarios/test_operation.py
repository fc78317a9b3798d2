"""Running it: health, readiness and metrics, logs that tell no one's data, errors with an id."""

import json
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from models.accounts import Role
from models.database import Database
from resolvers.jobs.failures import Permanent
from resolvers.jobs.handling import Handler, TakenJob
from resolvers.jobs.worker import Worker
from resolvers.platform import Platform
from server import configure_logs
from tests.databases import sqlite_copy
from tests.jobs import Diary, add_job
from tests.people import add_account, add_activator
from tests.service import NOW, Service, running

NAMES = "{ activators { nodes { displayName } } }"
METRICS_TOKEN = "a token of the tests"


@pytest.fixture(scope="module")
async def steady(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """An application that these tests leave as it is."""
    async with (
        sqlite_copy(sqlite_template, tmp_path_factory.mktemp("steady")) as database,
        running(database, metrics_token=METRICS_TOKEN) as service,
    ):
        yield service


async def status(service: Service, path: str, authorization: str | None = None) -> int:
    headers = {} if authorization is None else {"Authorization": authorization}
    return (await service.client.get(path, headers=headers)).status_code


async def break_(database: Database, statement: str) -> None:
    """Break the database under the running application."""
    async with database.write() as session:
        await session.execute(text(statement))


def lines(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines()]


async def test_it_is_healthy_and_ready_once_the_directory_is_read(steady: Service) -> None:
    assert (await steady.client.get("/health")).json() == {"status": "ok"}
    ready = await steady.client.get("/ready")
    assert (ready.status_code, ready.json()) == (200, {"directory": True, "database": True})


async def test_it_lives_and_is_not_ready_when_the_database_is_gone(service: Service) -> None:
    await break_(service.database, "DROP TABLE revision")

    ready = await service.client.get("/ready")

    assert (ready.status_code, ready.json()) == (503, {"directory": True, "database": False})
    assert await status(service, "/health") == 200


async def test_the_metrics_are_for_the_bearer_of_their_token(steady: Service) -> None:
    await steady.data(NAMES)

    assert await status(steady, "/metrics") == 404
    assert await status(steady, "/metrics", "Bearer another") == 404
    assert await status(steady, "/metrics", f"Basic {METRICS_TOKEN}") == 404
    metrics = await steady.client.get(
        "/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}
    )
    assert metrics.status_code == 200
    assert 'maillage_operation_seconds_count{outcome="ok"}' in metrics.text
    assert "maillage_directory_revision" in metrics.text


async def test_the_metrics_count_jobs_that_wait_were_done_failed_and_were_given_up(
    database: Database,
) -> None:
    async def fail(_platform: Platform, _job: TakenJob) -> None:
        raise Permanent

    async with running(database, metrics_token=METRICS_TOKEN) as service:
        for kind in ("counted", "counted", "failing", "later"):
            later = NOW + timedelta(days=1) if kind == "later" else None
            await add_job(database, kind, {}, run_at=later)
        handlers: dict[str, Handler] = {"counted": Diary(), "failing": fail}
        await Worker(service.platform, handlers).run_due()
        headers = {"Authorization": f"Bearer {METRICS_TOKEN}"}
        metrics = (await service.client.get("/metrics", headers=headers)).text
        await break_(database, "DROP TABLE job")
        without = await service.client.get("/metrics", headers=headers)

    assert {"maillage_jobs_waiting 1.0", "maillage_jobs_dead 1.0"} <= set(metrics.splitlines())
    assert 'maillage_jobs_done_total{kind="counted"}' in metrics
    assert 'maillage_jobs_failed_total{kind="failing"}' in metrics
    assert without.status_code == 200


async def test_there_are_no_metrics_without_a_token_for_them(steady: Service) -> None:
    async with running(steady.database) as service:
        assert await status(service, "/metrics") == 404
        assert await status(service, "/metrics", "Bearer ") == 404
        assert await status(service, "/metrics", "Bearer None") == 404


@pytest.mark.parametrize(
    ("given", "kept"),
    [("caller-0123456789", True), ("short", False), ("x" * 65, False), ("a b c d e f g", False)],
)
async def test_a_request_keeps_its_caller_s_id_if_it_is_one(
    steady: Service, given: str, kept: bool
) -> None:
    response = await steady.client.get("/health", headers={"X-Request-ID": given})

    assert (response.headers["X-Request-ID"] == given) is kept


async def test_an_error_of_ours_is_masked_and_logged_with_the_id_that_the_client_gets(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    async with service.write() as session:
        await add_activator(session, given_name="Élodie", family_name="Bésson")
        token = service.token(await add_account(session, Role.MODERATOR))
    await break_(service.database, "DROP TABLE enrolment")
    await break_(service.database, "DROP TABLE account_role")

    for headers, code in (({}, 200), ({"Authorization": f"Bearer {token}"}, 500)):
        response = await service.client.post("/graphql", json={"query": NAMES}, headers=headers)

        (error,) = response.json()["errors"]
        assert response.status_code == code
        assert error["message"] == "Internal error."
        assert error["extensions"].keys() == {"code", "id"}
        assert error["extensions"]["code"] == "INTERNAL"
        assert "Traceback" not in response.text
        failed, answered = lines(capsys.readouterr().err)[-2:]
        assert failed["error_id"] == error["extensions"]["id"]
        assert failed["request_id"] == answered["request_id"] == response.headers["X-Request-ID"]
        assert "Traceback" in failed["exception"]


async def ask_of_people(service: Service, token: str) -> None:
    """Ask in every way with names and addresses, well and badly."""
    client = service.client
    unknown = ("/elodie@example.org", "/annuaire/Bésson", "/graphiql/Bésson.js")
    for path in (*unknown, "/mark/elodie@example.org.svg", "/mark/Bésson"):
        assert (await client.get(path)).status_code == 404
    search = "query ($text: String) { activators(filter: { text: $text }) { totalCount } }"
    named = '{ activators(filter: { text: "bésson" }) { nodes { email displayName } } }'
    for query in (named, named.replace("bésson", "elodie@example.org"), "{ bésson }", "{ Besson }"):
        await client.get("/graphql", params={"query": query})
        await client.post("/graphql", json={"query": query})
    for variables in ({"text": "Élodie"}, {"text": ["Élodie"]}, {"elodie@example.org": 1}):
        await client.post("/graphql", json={"query": search, "variables": variables})
    await client.post("/graphql", json={"query": '{ structure(siret: "Besson") { id } }'})
    for credential in (f"Bearer {token}", f"Bearer {token}x", f"Basic {token}", token):
        headers = {"Authorization": credential}
        await client.post("/graphql", json={"query": NAMES}, headers=headers)


async def test_the_logs_hold_nobody_s_name_address_or_token(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    async with service.write() as session:
        await add_activator(
            session, given_name="Élodie", family_name="Bésson", email="elodie@example.org"
        )
        account_id = await add_account(session, Role.MODERATOR)
    token = service.token(account_id)

    await ask_of_people(service, token)
    await break_(service.database, "DROP TABLE enrolment")
    await break_(service.database, "DROP TABLE membership")
    await ask_of_people(service, token)

    printed = capsys.readouterr().err
    assert len(lines(printed)) >= 32
    for secret in ("bésson", "besson", "b\\u00e9sson", "lodie", "@example.org", token[-20:]):
        assert secret not in printed.lower()
    assert token not in printed


async def test_what_libraries_log_is_structured_too(
    steady: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs()

    try:
        raise ValueError("of a library")
    except ValueError:
        logging.getLogger("a.library").exception("Exception in %s", "an application")

    (line,) = lines(capsys.readouterr().err)
    assert (line["logger"], line["level"]) == ("a.library", "error")
    assert line["event"] == "Exception in an application"
    assert "ValueError: of a library" in line["exception"]
    assert line["timestamp"].endswith("Z")
