"""Following a contact request: who is told what, and when nobody is told any more."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import delete, update

from models import tables
from models.accounts import Role
from models.api_keys import Scope
from models.base import new_id
from models.contact_requests import Author
from models.request_steps import RequestState, Step
from models.revisions import Subject, record_changes
from resolvers.contact.steps import add_history
from tests.contact import COMPANY, Asked, add_request, revoke_links
from tests.live import Client, client, listener, live_of, stream
from tests.people import add_account, add_activator
from tests.portals import PORTAL, forget_keys, make_key
from tests.service import Service, running, settings_of
from tests.waiting import until

EVERYWHERE = "mutation { signOutEverywhere { userErrors { code } } }"
WITH_ACTIVATOR = """subscription ($id: ID, $token: String) {
    contactRequestChanged(id: $id, token: $token) {
        activator { displayName viewerMay { edit } } history { step at }
    }
}"""


@pytest.fixture(scope="module")
async def service(shared_service: Service) -> Service:
    """One application for all of them."""
    return shared_service


@pytest.fixture
async def activator_id(service: Service) -> int:
    """An activator of a network."""
    async with service.write() as session:
        return await add_activator(session, networks=["cci"])


@pytest.fixture
async def asked(service: Service, activator_id: int) -> Asked:
    """A request to it."""
    return await add_request(service, activator_id)


async def change(service: Service, asked: Asked, **values: Any) -> None:
    """Change a request, as any step does."""
    own = update(tables.contact_request).where(tables.contact_request.c.id == asked.id)
    async with service.write() as session:
        if values:
            await session.execute(own.values(**values))
        await record_changes(session, Subject.CONTACT_REQUEST, [asked.id])


async def say_otherwise(service: Service, asked: Asked, need: str) -> None:
    """Change what the company wrote."""
    await change(service, asked, sealed=service.platform.sealer.seal({**COMPANY, "need": need}))


async def account(service: Service, role: Role, **about: Any) -> tuple[int, str]:
    """Add an account; give it, and a token of it."""
    async with service.write() as session:
        account_id = await add_account(session, role, **about)
    return account_id, service.token(account_id)


async def test_the_company_is_shown_its_request_at_once_and_then_each_change(
    service: Service, socket: Client, asked: Asked
) -> None:
    await socket.init()
    await socket.subscribe("1", {"token": asked.token})
    first = await socket.next()

    await change(service, asked, state="ANSWERED")
    second = await socket.next()
    await say_otherwise(service, asked, "Autre chose.")
    third = await socket.next()

    assert (first["state"], first["company"]) == ("ACKNOWLEDGED", {"name": COMPANY["company"]})
    assert (second["state"], third["need"]) == ("ANSWERED", "Autre chose.")


async def test_the_activator_that_was_asked_is_shown_all_of_it(
    service: Service, socket: Client, asked: Asked, activator_id: int
) -> None:
    _, token = await account(service, Role.ACTIVATOR, activator_id=activator_id)
    await socket.init(token)

    await socket.subscribe("1", {"id": asked.node})

    assert (await socket.next())["need"] == COMPANY["need"]
    await say_otherwise(service, asked, "Autre chose.")
    assert (await socket.next())["need"] == "Autre chose."


@pytest.mark.parametrize(
    ("role", "about"),
    [
        (Role.NETWORK_MANAGER, {"network_code": "cci"}),
        (Role.INSTITUTION, {}),
        (Role.MODERATOR, {}),
        (Role.ADMINISTRATOR, {}),
    ],
)
async def test_who_sees_the_state_alone_does_not_learn_when_words_change(
    service: Service, socket: Client, asked: Asked, role: Role, about: dict[str, str]
) -> None:
    _, token = await account(service, role, **about)
    await socket.init(token)
    await socket.subscribe("1", {"id": asked.node})
    first = await socket.next()

    await say_otherwise(service, asked, "Autre chose.")
    assert await socket.is_quiet()
    await change(service, asked, state="ANSWERED")
    second = await socket.next()

    assert (first["need"], first["company"]) == (None, None)
    assert (second["state"], second["need"], second["company"]) == ("ANSWERED", None, None)


async def test_each_answer_is_worked_out_anew_with_its_activator_and_history(
    service: Service, socket: Client, asked: Asked, activator_id: int
) -> None:
    _, token = await account(service, Role.ACTIVATOR, activator_id=activator_id)
    await socket.init(token)
    await socket.subscribe("1", {"id": asked.node}, WITH_ACTIVATOR)
    first = await socket.next()

    answered = Step.ANSWER, RequestState.ANSWERED, Author.ACTIVATOR
    async with service.write() as session:
        await add_history(session, asked.id, *answered, by=None, now=service.clock())
        await record_changes(session, Subject.CONTACT_REQUEST, [asked.id])
    second = await socket.next()

    assert first["activator"]["viewerMay"] == {"edit": True}
    assert [one["step"] for one in first["history"]] == ["ASK"]
    assert [one["step"] for one in second["history"]] == ["ASK", "ANSWER"]


async def test_nothing_is_shown_to_others_whether_the_request_exists_or_not(
    service: Service, socket: Client, asked: Asked
) -> None:
    async with service.write() as session:
        another = await add_activator(session)
    _, token = await account(service, Role.ACTIVATOR, activator_id=another)
    unknown = Asked(new_id(), asked.token[:-4] + "0000")
    await socket.init(token)

    refusals = []
    for variables in ({"id": asked.node}, {"id": unknown.node}, {"token": unknown.token}):
        await socket.subscribe("1", variables)
        refusals.append((await socket.receive())["payload"][0])

    assert {one["extensions"]["code"] for one in refusals} == {"NOT_FOUND"}
    assert {one["message"] for one in refusals} == {"No such contact request."}


async def test_it_ends_once_the_private_link_is_revoked(
    service: Service, socket: Client, asked: Asked
) -> None:
    await socket.init()
    await socket.subscribe("1", {"token": asked.token})
    await socket.next()

    await revoke_links(service, asked.id)
    await change(service, asked, state="ANSWERED")

    assert await socket.error() == "NOT_FOUND"
    await change(service, asked, state="COMPLETED")
    assert await socket.is_quiet()


async def test_it_ends_once_who_follows_has_lost_the_role(
    service: Service, socket: Client, asked: Asked
) -> None:
    account_id, token = await account(service, Role.NETWORK_MANAGER, network_code="cci")
    await socket.init(token)
    await socket.subscribe("1", {"id": asked.node})
    await socket.next()

    role = tables.account_role
    async with service.write() as session:
        await session.execute(delete(role).where(role.c.account_id == account_id))
        await record_changes(session, Subject.ACCOUNT, [account_id])

    assert await socket.error() == "NOT_FOUND"


async def test_a_socket_closes_at_once_when_its_account_signs_out_everywhere(
    service: Service, address: str, socket: Client, asked: Asked
) -> None:
    _, token = await account(service, Role.MODERATOR)
    await socket.init(token)
    await socket.subscribe("1", {"id": asked.node})
    await socket.next()
    async with client(address) as idle:
        await idle.init(token)
        service.clock.advance(seconds=1)

        await service.data(EVERYWHERE, token=token)

        assert await socket.closed() == (4403, "Forbidden")
        assert await idle.closed() == (4403, "Forbidden")


async def test_a_socket_closes_at_once_when_its_key_is_revoked(
    service: Service, socket: Client, asked: Asked
) -> None:
    made = await make_key(service, scopes=[Scope.CONTACT_WRITE])
    await socket.init(made.text)
    await socket.subscribe("1", {"token": asked.token})
    await socket.next()

    table = tables.api_key
    async with service.write() as session:
        revoked = {"revoked_at": service.clock()}
        await session.execute(update(table).where(table.c.id == made.row.id).values(revoked))
        await record_changes(session, Subject.ACCOUNT, [made.row.id])

    assert await socket.closed() == (4403, "Forbidden")
    await forget_keys(service)


async def test_a_key_needs_the_scope(service: Service, socket: Client, asked: Asked) -> None:
    made = await make_key(service)
    await socket.init(made.text)

    await socket.subscribe("1", {"token": asked.token})

    assert await socket.error() == "FORBIDDEN"
    await forget_keys(service)


@pytest.mark.parametrize("origin", [PORTAL, "https://elsewhere.example.org", "null"])
async def test_a_page_of_another_site_needs_a_key_that_allows_it(
    service: Service, address: str, asked: Asked, origin: str
) -> None:
    made = await make_key(service, scopes=[Scope.CONTACT_WRITE], origins=[PORTAL])
    _, moderator = await account(service, Role.MODERATOR)
    for token in (None, moderator, made.text):
        async with client(address, Origin=origin) as socket:
            payload = {} if token is None else {"Authorization": f"Bearer {token}"}
            await socket.send("connection_init", payload=payload)

            if (token, origin) == (made.text, PORTAL):
                assert await socket.receive() == {"type": "connection_ack"}
            else:
                assert await socket.closed() == (4403, "Forbidden")
    await forget_keys(service)


async def test_a_page_of_the_service_itself_needs_no_key(address: str, asked: Asked) -> None:
    async with client(address, Origin=f"http://{address.partition('/')[0]}") as socket:
        await socket.init()

        await socket.subscribe("1", {"token": asked.token})

        assert (await socket.next())["state"] == "ACKNOWLEDGED"


async def test_what_is_completed_is_told_no_more(
    service: Service, socket: Client, asked: Asked
) -> None:
    await socket.init()
    for id in ("1", "2"):
        await socket.subscribe(id, {"token": asked.token})
        await socket.next(id)

    await socket.send("complete", id="1")
    assert await socket.is_quiet()
    await change(service, asked, state="ANSWERED")

    assert (await socket.next("2"))["state"] == "ANSWERED"
    assert await socket.is_quiet()


async def test_changes_that_come_together_are_told_as_the_last_one(
    service: Service, socket: Client, asked: Asked
) -> None:
    await socket.init()
    await socket.subscribe("1", {"token": asked.token})
    await socket.next()

    await asyncio.gather(*(say_otherwise(service, asked, f"Besoin {n}.") for n in range(50)))
    await change(service, asked, state="ANSWERED")

    told = 1
    while (await socket.next())["state"] != "ANSWERED":
        told += 1
    assert told <= 51
    assert await socket.is_quiet()


async def test_a_broken_socket_leaves_nothing(service: Service, address: str, asked: Asked) -> None:
    live = live_of(service)
    async with client(address) as socket:
        await socket.init()
        for id in range(20):
            await socket.subscribe(str(id), {"token": asked.token})
        await until(lambda: len(live.hub) == 21)

        socket.socket.transport.abort()

        await until(lambda: (len(live.hub), live.seats.taken) == (0, 0))
    left = [repr(task) for task in asyncio.all_tasks()]
    assert not [one for one in left if "Socket._operate" in one or "Socket._guard" in one]


async def test_two_workers_tell_each_other(service: Service, asked: Asked) -> None:
    """Each follows what the other writes: by the file, or as PostgreSQL notifies it."""
    async with (
        running(service.database) as other,
        listener(other.app, settings_of(service.database)) as elsewhere,
        client(elsewhere) as socket,
        stream(elsewhere, {"token": asked.token}) as events,
    ):
        await socket.init()
        await socket.subscribe("1", {"token": asked.token})
        await socket.next()
        await events.event()

        await change(service, asked, state="ANSWERED")

        assert (await socket.next())["state"] == "ANSWERED"
        _, told = await events.event()
        assert told["data"]["contactRequestChanged"]["state"] == "ANSWERED"
