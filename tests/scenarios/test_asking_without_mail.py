"""Contact requests while the mail server is down, busy, refuses or hangs (issue 4, acceptance 4).

They are taken all the while; each acknowledgement arrives, or is dead and seen; the state is true.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from models.accounts import Role
from models.database import Database
from resolvers.jobs.worker import Worker
from tests.askings import address_of, adviser, asked, row_of, taken
from tests.live_server import free_port
from tests.mail_server import MailServer, mail_server
from tests.people import add_account
from tests.service import Service, running

DEAD = "{ deadJobs { nodes { id kind lastError } } }"
RETRY = "mutation ($id: ID!) { retryJob(input: {id: $id}) { userErrors { code } } }"


@pytest.fixture(scope="module")
async def shared(shared_database: Database) -> AsyncIterator[Service]:
    """One application for all of these, whose mail server is where the tests put one."""
    url = SecretStr(f"smtp://127.0.0.1:{free_port()}")
    async with running(shared_database, smtp_url=url) as service:
        yield service


@pytest.fixture
def service(shared: Service) -> Service:
    """The application, with a new adviser to ask in each test."""
    return shared


@contextmanager
def mailing(service: Service, **behaviour: Any) -> Iterator[MailServer]:
    """Put a mail server where the application looks for it."""
    delivery: Any = service.platform.mail.delivery
    with mail_server(port=delivery.port, **behaviour) as server:
        yield server


async def state(service: Service, request: Any) -> str:
    return str((await row_of(service, request["reference"])).state.value)


def recipients(server: MailServer) -> list[str]:
    return sorted(envelope.rcpt_tos[0] for envelope in server.envelopes)


async def test_while_it_is_down_for_an_hour_requests_are_taken_and_acknowledged_afterwards(
    service: Service,
) -> None:
    given, requests = [], []
    for _ in range(6):
        given.append(asked(await adviser(service)))
        requests.append(await taken(service, given[-1]))
        await service.work()
        service.clock.advance(minutes=10)
    down = [await state(service, one) for one in requests]
    again = await taken(service, given[0])

    with mailing(service) as server:
        service.clock.advance(hours=3)
        await service.work()

    assert down == ["SUBMITTED"] * 6
    assert again["reference"] == requests[0]["reference"]
    assert [await state(service, one) for one in requests] == ["ACKNOWLEDGED"] * 6
    assert len(recipients(server)) == 12
    assert {one["person"]["email"] for one in given} <= set(recipients(server))


async def test_a_server_that_is_busy_once_takes_the_acknowledgement_half_a_minute_later(
    service: Service,
) -> None:
    given = asked(await adviser(service))
    with mailing(service, reply=lambda number: "451 busy" if number <= 2 else None) as server:
        request = await taken(service, given)
        await service.work()
        busy = await state(service, request)
        service.clock.advance(seconds=30)
        await service.work()

    assert busy == "SUBMITTED"
    assert await state(service, request) == "ACKNOWLEDGED"
    assert recipients(server).count(given["person"]["email"]) == 1


async def test_an_address_that_is_refused_for_good_leaves_a_dead_job_and_a_true_state(
    service: Service,
) -> None:
    activator = await adviser(service)
    given = asked(activator)
    email = given["person"]["email"]
    async with service.write() as session:
        token = service.token(await add_account(session, Role.ADMINISTRATOR))

    with mailing(service, refused={email: "550 no such person"}) as server:
        request = await taken(service, given)
        await service.work()
        (dead,) = (await service.data(DEAD, token=token))["deadJobs"]["nodes"]
        refused = await state(service, request)
        told = recipients(server)

        server.refused.clear()
        await service.data(RETRY, {"id": dead["id"]}, token=token)
        await service.work()

    assert (dead["kind"], dead["lastError"]) == ("contact_acknowledgement", "MailRefused")
    assert refused == "SUBMITTED"
    assert told == [await address_of(service, activator)]
    assert await state(service, request) == "ACKNOWLEDGED"


async def test_while_it_hangs_requests_are_taken_and_acknowledged_afterwards(
    service: Service,
) -> None:
    delivery: Any = service.platform.mail.delivery
    brief = service.platform.policy.model_copy(update={"job_lease_seconds": 2})
    worker = Worker(replace(service.platform, policy=brief))  # which waits no minute for a mail
    with socket.create_server(("127.0.0.1", delivery.port)):
        requests = [await taken(service, asked(await adviser(service)))]
        hanging = asyncio.create_task(worker.run_due())
        await asyncio.sleep(0.1)
        requests.append(await taken(service, asked(await adviser(service))))
        hung = [await state(service, one) for one in requests]
        await hanging

    with mailing(service) as server:
        service.clock.advance(minutes=3)
        await service.work()

    assert hung == ["SUBMITTED"] * 2
    assert [await state(service, one) for one in requests] == ["ACKNOWLEDGED"] * 2
    assert len(recipients(server)) == 4
