"""Sockets speak graphql-transport-ws: what each message does, and with what code they close."""

import json
from contextlib import suppress
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from models.accounts import Role
from tests.contact import Asked, add_request
from tests.live import STATE, Client, client
from tests.people import add_account, add_activator
from tests.service import Service

pytestmark = pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True, scope="module")
"""What carries subscriptions knows nothing of databases."""


@pytest.fixture(scope="module")
async def service(shared_service: Service) -> Service:
    """One application for all of them."""
    return shared_service


@pytest.fixture
async def asked(service: Service) -> Asked:
    """A contact request."""
    async with service.write() as session:
        activator_id = await add_activator(session)
    return await add_request(service, activator_id)


A_QUERY = {"query": "{ __typename }"}
INIT = {"type": "connection_init"}

MALFORMED: dict[str, Any] = {
    "no JSON": "{",
    "no object": "[]",
    "half a character": '{"type": "\\ud800"}',
    "very deep": "[" * 50_000,
    "no type": "{}",
    "a type that is a list": '{"type": ["ping"]}',
    "another type": '{"type": "start"}',
    "a ping with a payload that is a number": '{"type": "ping", "payload": 1}',
    "a payload of init that is a list": '{"type": "connection_init", "payload": []}',
    "a token that is a number": '{"type": "connection_init", "payload": {"Authorization": 1}}',
    "no id": {"type": "subscribe", "payload": A_QUERY},
    "an id that is an object": {"type": "subscribe", "id": {}, "payload": A_QUERY},
    "an empty id": {"type": "subscribe", "id": "", "payload": A_QUERY},
    "a long id": {"type": "subscribe", "id": "x" * 201, "payload": A_QUERY},
    "no payload": {"type": "subscribe", "id": "1"},
    "a payload that is text": {"type": "subscribe", "id": "1", "payload": "{ a }"},
    "no query": {"type": "subscribe", "id": "1", "payload": {}},
    "variables that are a list": {
        "type": "subscribe",
        "id": "1",
        "payload": {"query": STATE, "variables": []},
    },
    "a complete without an id": {"type": "complete"},
}


@pytest.mark.parametrize("message", MALFORMED.values(), ids=MALFORMED.keys())
async def test_what_is_no_message_closes_with_4400(socket: Client, message: Any) -> None:
    await socket.socket.send(message if isinstance(message, str) else json.dumps(message))

    code, reason = await socket.closed()
    assert code == 4400
    assert reason


async def test_bytes_close_with_4400(socket: Client) -> None:
    await socket.socket.send(b'{"type": "ping"}')

    assert await socket.closed() == (4400, "Expected text")


async def test_a_subscription_before_the_acknowledgement_closes_with_4401(socket: Client) -> None:
    await socket.subscribe("1", {})

    assert await socket.closed() == (4401, "Unauthorized")


@pytest.mark.parametrize("token", ["wrong", "mlg_1_wrong", "", "\x00", "é" * 300])
async def test_a_wrong_token_closes_with_4403(socket: Client, token: str) -> None:
    await socket.send("connection_init", payload={"Authorization": f"Bearer {token}"})

    assert await socket.closed() == (4403, "Forbidden")


async def test_a_token_may_come_in_the_header_of_the_handshake(
    service: Service, address: str, asked: Asked
) -> None:
    async with service.write() as session:
        administrator = await add_account(session, Role.ADMINISTRATOR)

    async with client(address, Authorization=f"Bearer {service.token(administrator)}") as socket:
        await socket.init()
        await socket.subscribe("1", {"id": asked.node})
        assert (await socket.next())["state"] == "ACKNOWLEDGED"


async def test_a_wrong_token_in_the_header_closes_with_4403(address: str) -> None:
    async with client(address, Authorization="Bearer wrong") as socket:
        await socket.send("connection_init")

        assert await socket.closed() == (4403, "Forbidden")


@pytest.mark.parametrize("offered", [["graphql-ws"], ["soap", "graphql-ws"], None])
async def test_another_protocol_closes_with_4406(address: str, offered: list[str] | None) -> None:
    protocols = None if offered is None else [Subprotocol(one) for one in offered]
    async with connect(f"ws://{address}", subprotocols=protocols, proxy=None) as other:
        with pytest.raises(ConnectionClosed) as closed:
            await other.recv()

    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4406


async def test_the_protocol_is_chosen_among_several(address: str) -> None:
    offered = [Subprotocol("graphql-ws"), Subprotocol("graphql-transport-ws")]

    async with connect(f"ws://{address}", subprotocols=offered, proxy=None) as socket:
        assert socket.subprotocol == "graphql-transport-ws"


async def test_an_id_that_is_in_use_closes_with_4409(socket: Client, asked: Asked) -> None:
    await socket.init()
    await socket.subscribe("one", {"token": asked.token})
    await socket.next("one")

    await socket.subscribe("one", {"token": asked.token})

    assert await socket.closed() == (4409, "Subscriber for one already exists")


async def test_an_id_is_free_again_once_its_subscription_is_over(
    socket: Client, asked: Asked
) -> None:
    await socket.init()
    await socket.subscribe("1", {"token": asked.token})
    await socket.next()

    await socket.send("complete", id="1")
    await socket.subscribe("1", {"token": "none"})

    assert await socket.error() == "NOT_FOUND"
    await socket.subscribe("1", {"token": asked.token})
    assert (await socket.next())["state"] == "ACKNOWLEDGED"


async def test_to_complete_what_is_not_there_does_nothing(socket: Client) -> None:
    await socket.init()

    await socket.send("complete", id="none")

    assert await socket.is_quiet()


async def test_two_initialisations_close_with_4429(socket: Client) -> None:
    await socket.init()

    await socket.send("connection_init")

    assert await socket.closed() == (4429, "Too many initialisation requests")


async def test_a_ping_is_answered_at_any_time_and_a_pong_is_not(socket: Client) -> None:
    await socket.send("pong", payload={})
    await socket.send("ping", payload={"at": 1})

    assert await socket.receive() == {"type": "pong"}


@pytest.mark.parametrize("query", ["{ __typename }", "mutation { __typename }"])
async def test_queries_and_mutations_are_sent_elsewhere(socket: Client, query: str) -> None:
    await socket.init()

    await socket.subscribe("1", {}, query)

    assert await socket.error() == "METHOD_NOT_ALLOWED"
    assert await socket.is_quiet()


REFUSED = {
    "subscription {": "GRAPHQL_PARSE_FAILED",
    "subscription { none }": "BAD_REQUEST",
    "subscription { contactRequestChanged { id } __typename }": "BAD_REQUEST",
    "subscription A { __typename } subscription B { __typename }": "BAD_REQUEST",
    "fragment F on Query { __typename }": "BAD_REQUEST",
    STATE: "BAD_USER_INPUT",
    "subscription { contactRequestChanged(token: 1) { id } }": "BAD_REQUEST",
    "subscription { contactRequestChanged(id: 1) { id } }": "BAD_USER_INPUT",
    'subscription { contactRequestChanged(id: "1", token: "1") { id } }': "BAD_USER_INPUT",
    'subscription { contactRequestChanged(token: "\\u0000") { id } }': "NOT_FOUND",
    f'subscription {{ contactRequestChanged(id: "{"9" * 200}") {{ id }} }}': "BAD_USER_INPUT",
    f"subscription {{ {'a: __typename ' * 300} }}": "TOO_MANY_ALIASES",
    "subscription { contactRequestChanged { activator { "
    + "structure { activators { nodes { " * 9
    + "id"
    + " } } }" * 9
    + " } } }": "QUERY_TOO_DEEP",
}


@pytest.mark.parametrize(("query", "code"), REFUSED.items(), ids=range(len(REFUSED)))
async def test_what_cannot_be_followed_is_told_and_the_socket_stays(
    socket: Client, query: str, code: str
) -> None:
    await socket.init()

    await socket.subscribe("1", {}, query)

    assert await socket.error() == code
    assert await socket.is_quiet()


async def test_variables_that_weigh_too_much_are_refused(socket: Client) -> None:
    await socket.init()

    await socket.subscribe("1", {"token": "x" * 30_000})

    assert await socket.error() == "VARIABLES_TOO_LARGE"


async def test_a_document_that_weighs_too_much_is_refused(socket: Client) -> None:
    await socket.init()

    await socket.subscribe("1", {"token": "x"}, STATE + " " * 20_000)

    assert await socket.error() == "BODY_TOO_LARGE"


async def test_a_message_that_weighs_too_much_closes_with_1009(socket: Client) -> None:
    await socket.socket.send(json.dumps({"type": "ping", "payload": {"x": "x" * 100_000}}))

    assert (await socket.closed())[0] == 1009


async def test_a_message_in_countless_pieces_closes_with_1009(socket: Client) -> None:
    pieces = ("" for _ in range(1_200))

    with suppress(ConnectionClosed):
        await socket.socket.send(pieces)

    assert (await socket.closed())[0] == 1009


async def test_a_message_in_pieces_is_read(socket: Client) -> None:
    await socket.socket.send(iter(['{"type":', ' "ping"', "}"]))

    assert await socket.receive() == {"type": "pong"}
