"""How much may be followed, for how long, and what happens to who does not read."""

import asyncio
import gc
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest

from models.accounts import Role
from models.database import Database
from resolvers.rate_limits import Limit
from schema.live.patience import PatientHttp, PatientSocket
from schema.live.socket import Socket
from tests.contact import Asked, add_request
from tests.live import STATE, client, listener, live_of, stream
from tests.people import add_account, add_activator
from tests.rates import refusals_counted
from tests.scenarios.test_following import say_otherwise
from tests.service import Service, running, settings_of
from tests.waiting import until

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""What carries subscriptions knows nothing of databases."""


@asynccontextmanager
async def followed(
    database: Database, **settings: Any
) -> AsyncIterator[tuple[Service, str, Asked]]:
    """Run an application with settings of its own; give where it listens, and a request."""
    async with running(database, **settings) as service:
        async with service.write() as session:
            activator_id = await add_activator(session)
        asked = await add_request(service, activator_id)
        async with listener(service.app, settings_of(database, **settings)) as address:
            yield service, address, asked
        assert (len(live_of(service).hub), live_of(service).seats.taken) == (0, 0)


async def test_who_does_not_say_who_they_are_is_closed_with_4408(database: Database) -> None:
    async with (
        followed(database, live_init_seconds=0.1) as (_, address, _asked),
        client(address) as socket,
    ):
        assert await socket.closed() == (4408, "Connection initialisation timeout")


async def test_a_socket_lasts_as_long_as_its_token(database: Database) -> None:
    async with followed(database, live_check_seconds=0.05) as (service, address, asked):
        async with service.write() as session:
            account_id = await add_account(session, Role.MODERATOR)
        token = service.platform.tokens.write(
            account_id, now=service.clock(), lifetime=timedelta(minutes=15)
        )
        async with (
            client(address) as socket,
            stream(address, {"id": asked.node}, Authorization=f"Bearer {token}") as events,
        ):
            await socket.init(token)
            await socket.subscribe("1", {"id": asked.node})
            await socket.next()
            await events.event()
            assert await events.event() == (":", None)

            service.clock.advance(minutes=15)

            assert await socket.closed() == (4403, "Forbidden")
            while (event := await events.event())[0] == ":":
                pass
            assert event[1]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
            assert await events.event() == ("complete", None)


async def test_one_client_has_so_many_connections_and_no_more(database: Database) -> None:
    async with (
        followed(database, live_connections_per_client=2) as (service, address, asked),
        AsyncExitStack() as opened,
    ):
        first = await opened.enter_async_context(client(address))
        await first.init()
        await opened.enter_async_context(stream(address, {"token": asked.token}))

        async with client(address) as third:
            assert await third.closed() == (1013, "Try again later")
        async with httpx.AsyncClient(trust_env=False) as http:
            accept = {"Accept": "text/event-stream"}
            fourth = await http.post(f"http://{address}", json={"query": STATE}, headers=accept)
        assert fourth.status_code == 429
        assert fourth.json()["errors"][0]["extensions"]["code"] == "TOO_MANY_CONNECTIONS"

        await first.socket.close()
        await until(lambda: live_of(service).seats.taken == 1)
        again = await opened.enter_async_context(client(address))
        await again.init()


async def test_accounts_behind_one_address_have_their_own(database: Database) -> None:
    async with followed(database, live_connections_per_client=1) as (service, address, _):
        async with service.write() as session:
            accounts = [await add_account(session, Role.MODERATOR) for _ in range(3)]
        async with AsyncExitStack() as opened:
            for account_id in accounts:
                socket = await opened.enter_async_context(client(address))
                await socket.init(service.token(account_id))

            other = await opened.enter_async_context(client(address))
            token = service.token(accounts[0])
            await other.send("connection_init", payload={"authorization": f"Bearer {token}"})
            assert await other.closed() == (1013, "Try again later")


async def test_a_worker_has_so_many_connections_in_all(database: Database) -> None:
    async with (
        followed(database, live_connections=1) as (_, address, _asked),
        client(address) as first,
        client(address) as second,
    ):
        await first.init()

        assert await second.closed() == (1013, "Try again later")


async def test_one_socket_has_so_many_subscriptions(database: Database) -> None:
    async with (
        followed(database, live_subscriptions_per_socket=2) as (_, address, asked),
        client(address) as socket,
    ):
        await socket.init()
        for id in ("1", "2"):
            await socket.subscribe(id, {"token": asked.token})
            await socket.next(id)

        await socket.subscribe("3", {"token": asked.token})

        assert await socket.error("3") == "TOO_MANY_SUBSCRIPTIONS"
        await socket.send("complete", id="1")
        await socket.subscribe("3", {"token": asked.token})
        assert (await socket.next("3"))["state"] == "ACKNOWLEDGED"


async def test_each_subscription_is_counted_by_what_it_costs(database: Database) -> None:
    async with (
        followed(database, rate_units_per_minute=70) as (_, address, asked),
        client(address) as socket,
    ):
        await socket.init()
        for id in ("1", "2"):
            await socket.subscribe(id, {"token": asked.token})
            await socket.next(id)

        with refusals_counted(Limit.DEFAULT) as refusals:
            await socket.subscribe("3", {"token": asked.token})
            message = await socket.receive()

        assert message["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
        assert message["payload"][0]["extensions"]["retryAfter"] > 0
        assert refusals == [1]
        async with client(address) as another:
            await another.send("connection_init")
            assert await another.closed() == (1013, "Try again later")


async def test_secrets_that_are_tried_are_counted_and_changes_are_not(database: Database) -> None:
    async with (
        followed(database, rate_secrets_per_hour=2) as (service, address, asked),
        client(address) as socket,
    ):
        await socket.init()
        await socket.subscribe("1", {"token": asked.token})
        await socket.next()
        for number in range(5):
            await say_otherwise(service, asked, f"Besoin {number}.")
            await socket.next()

        await socket.subscribe("2", {"token": "wrong"})
        assert await socket.error("2") == "NOT_FOUND"
        await socket.subscribe("3", {"token": asked.token})
        assert await socket.error("3") == "RATE_LIMITED"


async def test_who_does_not_read_is_told_the_last_state_and_no_queue_grows(
    database: Database,
) -> None:
    """A reader that sleeps while 40 MB would be told gets what fits a connection, and the last."""
    async with followed(database) as (service, address, asked), client(address) as socket:
        await socket.init()
        await socket.subscribe("1", {"token": asked.token})
        await socket.next()
        connection = socket.socket.transport
        connection.pause_reading()

        for number in range(200):
            await say_otherwise(service, asked, f"{number} " + "x" * 200_000)
        connection.resume_reading()

        told = [await socket.next()]
        while not told[-1]["need"].startswith("199 "):
            told.append(await socket.next())
        assert len(told) < 100


async def test_two_hundred_sockets_that_close_leave_no_object(database: Database) -> None:
    """Nor a cycle of them, which would wait for the collector."""
    async with followed(database, live_connections_per_client=200) as (_, address, asked):
        gc.collect()
        gc.disable()
        try:
            async with AsyncExitStack() as opened:
                for _number in range(200):
                    socket = await opened.enter_async_context(client(address))
                    await socket.init()
                    await socket.subscribe("1", {"token": asked.token})
                    await socket.next()
                assert objects_left() == 400
            await until(lambda: objects_left() == 0)
        finally:
            gc.enable()


def objects_left() -> int:
    """Count what the service holds of sockets."""
    return sum(type(one) in {Socket, PatientSocket} for one in gc.get_objects())


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a peer cut off that takes nothing for a third of a second."""
    for one in (PatientHttp, PatientSocket):
        monkeypatch.setattr(one, "patience", 0.3)


@pytest.mark.usefixtures("impatient")
async def test_who_takes_nothing_for_long_is_cut_off(database: Database) -> None:
    async with followed(database) as (service, address, asked), client(address) as socket:
        await socket.init()
        await socket.subscribe("1", {"token": asked.token})
        await socket.next()
        reader, writer = await asyncio.open_connection(address.partition(":")[0], port_of(address))
        writer.write(streamed({"query": STATE, "variables": {"token": asked.token}}))
        await reader.readuntil(b"\n\n")
        ours: list[Any] = [writer.transport, socket.socket.transport]
        for one in ours:
            one.pause_reading()

        numbers = itertools.count()
        async with asyncio.timeout(20):
            while live_of(service).seats.taken:
                await say_otherwise(service, asked, f"{next(numbers)} " + "x" * 1_000_000)
        for one in ours:
            one.abort()


@pytest.mark.usefixtures("impatient")
async def test_who_pings_and_takes_no_answer_is_read_no_more_and_cut_off(
    database: Database,
) -> None:
    async with followed(database) as (service, address, _), client(address) as socket:
        await socket.init()
        transport = socket.socket.transport
        transport.pause_reading()

        sent = 0
        async with asyncio.timeout(20):
            while live_of(service).seats.taken:
                if not transport.is_closing() and transport.get_write_buffer_size() < 1_000_000:
                    transport.write(PING * 1_000)
                    sent += len(PING) * 1_000
                await asyncio.sleep(0)
        assert sent < 50_000_000
        transport.abort()


PING = bytes([0x89, 0x80 | 125, 0, 0, 0, 0]) + b"x" * 125
"""A frame of the longest ping (RFC 6455), masked with zeros."""


def streamed(asked: dict[str, Any]) -> bytes:
    """Write a request for a stream of events."""
    body = json.dumps(asked).encode()
    head = f"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    head += "Content-Type: application/json\r\nAccept: text/event-stream\r\n\r\n"
    return head.encode() + body


def port_of(address: str) -> int:
    """Read the port of an address."""
    return int(address.partition(":")[2].partition("/")[0])


async def test_when_the_worker_stops_sockets_are_told_and_streams_end(database: Database) -> None:
    async with running(database) as service:
        async with service.write() as session:
            activator_id = await add_activator(session)
        asked = await add_request(service, activator_id)
        async with AsyncExitStack() as opened:
            listening = AsyncExitStack()
            address = await listening.enter_async_context(
                listener(service.app, settings_of(database))
            )
            socket = await opened.enter_async_context(client(address))
            await socket.init()
            await socket.subscribe("1", {"token": asked.token})
            await socket.next()
            events = await opened.enter_async_context(stream(address, {"token": asked.token}))
            await events.event()

            live_of(service).hub.stop()

            assert await socket.closed() == (1012, "Service restart")
            with pytest.raises(EOFError):
                await events.event()
            await listening.aclose()
        assert (len(live_of(service).hub), live_of(service).seats.taken) == (0, 0)
