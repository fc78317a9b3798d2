"""The life of a membership, over HTTP and with a real mail server, as another worker shows it."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from models import tables
from models.accounts import Role
from models.database import Database
from schema.nodes import global_id
from tests.mail_server import MailServer, mail_server
from tests.people import add_account, add_structure
from tests.registrations import filled_in, text_of
from tests.service import Clock, Service, running

NAME = "Solange Aubertin"
EVERYWHERE = """query ($id: ID!, $slug: String!, $siret: String!, $entities: [_Any!]!) {
  byId: activator(id: $id) { id }
  bySlug: activator(slug: $slug) { id }
  node(id: $id) { id }
  nodes(ids: [$id]) { id }
  _entities(representations: $entities) { ... on Activator { id } }
  structure(siret: $siret) { activators { nodes { id } } }
  activators(filter: {text: "aubertin"}) { totalCount nodes { id } facets { kinds { count } } }
  near: activators(near: {place: {postalCode: "01100"}}, filter: {text: "aubertin"}) { totalCount }
  activatorClusters(
    zoom: 12, filter: {text: "aubertin"}, bounds: {south: 46, west: 5, north: 47, east: 6}
  ) { count }
}"""


@dataclass
class Journey:
    """Two workers on one database, and the mails that they send."""

    here: Service
    there: Service
    mails: MailServer

    async def do(self, mutation: str, asked: dict[str, Any], token: str | None, more: str) -> Any:
        """Have a mutation done, which must succeed; give its answer."""
        name = mutation[0].upper() + mutation[1:]
        document = f"""mutation ($input: {name}Input!) {{
          {mutation}(input: $input) {{ {more} userErrors {{ code field message }} }}
        }}"""
        answer = (await self.here.data(document, {"input": asked}, token=token))[mutation]
        assert answer["userErrors"] == [], answer
        return answer

    async def told(self, email: str) -> str:
        """Run the jobs; read what an address was sent last."""
        await self.here.work()
        return text_of([mail for mail in self.mails.mails() if mail["To"] == email][-1])

    async def seen(self, person: dict[str, Any], siret: str, token: str | None = None) -> set[str]:
        """Name the ways by which the other worker shows somebody."""
        await self.there.directory.catch_up()
        entities = [{"__typename": "Activator", "id": person["id"]}]
        asked = {"id": person["id"], "slug": person["slug"], "siret": siret, "entities": entities}
        data = await self.there.data(EVERYWHERE, asked, token=token)
        found = data["activators"]
        ways = {
            **{name: data[name] for name in ("byId", "bySlug", "node")},
            "nodes": data["nodes"][0],
            "_entities": data["_entities"][0],
            "structure": data["structure"] and data["structure"]["activators"]["nodes"],
            "search": found["nodes"],
            "totalCount": found["totalCount"],
            "facets": found["facets"]["kinds"],
            "near": data["near"]["totalCount"],
            "clusters": data["activatorClusters"],
        }
        return {way for way, shown in ways.items() if shown}


ALL_WAYS = {
    *("byId", "bySlug", "node", "nodes", "_entities", "structure"),
    *("search", "totalCount", "facets", "near", "clusters"),
}


@pytest.fixture
async def journey(database: Database) -> AsyncIterator[Journey]:
    """Both workers, at one time, with one mail server."""
    async with AsyncExitStack() as stack:
        server, clock = stack.enter_context(mail_server()), Clock()
        here, there = [
            await stack.enter_async_context(
                running(database, smtp_url=SecretStr(server.url), clock=clock)
            )
            for _ in range(2)
        ]
        yield Journey(here, there, server)


async def manager(service: Service, role: Role, **about: Any) -> tuple[str, str]:
    """Add somebody who manages something; give a token and the address."""
    account = tables.account
    async with service.write() as session:
        number = await add_account(session, role, **about)
        query = select(account.c.email).where(account.c.id == number)
        return service.token(number), (await session.execute(query)).scalar_one()


async def company(service: Service) -> tuple[int, dict[str, str], str]:
    """Add a structure with a manager: its number, its name for a form, and their address."""
    async with service.write() as session:
        number = await add_structure(session)
        table = tables.structure
        row = (await session.execute(select(table).where(table.c.id == number))).one()
    named = {"siret": row.siret, "name": row.name, "postalCode": "01100", "city": "Oyonnax"}
    _, email = await manager(service, Role.STRUCTURE_MANAGER, structure_id=number)
    return number, named, email


async def test_somebody_joins_is_admitted_edits_confirms_moves_and_leaves(journey: Journey) -> None:
    here = journey.here
    administrator, _ = await manager(here, Role.ADMINISTRATOR)
    network, network_email = await manager(here, Role.NETWORK_MANAGER, network_code="cci")
    _, first, _ = await company(here)
    new_place, second, director_email = await company(here)
    policy = {"network": "cci", "policy": "BY_NETWORK"}
    await journey.do("setAdmissionPolicy", policy, administrator, "network { admission }")

    # She registers, and proves her address.
    email = "solange.aubertin@example.org"
    form = filled_in(givenName="Solange", familyName="Aubertin", email=email, structure=first)
    await journey.do("registerActivator", {**form, "network": "cci"}, None, "")
    (secret,) = set(re.findall(r"#registration=(\w+)", await journey.told(email)))
    verified = await journey.do(
        "verifyRegistration", {"token": secret}, None, "activator { id slug state } accessToken"
    )
    herself, token = verified["activator"], verified["accessToken"]
    assert herself["state"] == "PENDING"
    assert await journey.seen(herself, first["siret"]) == set()

    # She accepts the charter; the network admits her.
    refused = await here.data(
        """mutation ($id: ID!) {
          changeActivatorState(input: {id: $id, state: ACTIVE}) { userErrors { code } }
        }""",
        {"id": herself["id"]},
        token=network,
    )
    assert refused["changeActivatorState"]["userErrors"] == [{"code": "CONFLICT"}]
    version = (await here.data("{ charter { version } }"))["charter"]["version"]
    await journey.do("acceptCharter", {"version": version}, token, "acceptance { current }")
    assert "http" in await journey.told(network_email)
    admitted = {"id": herself["id"], "state": "ACTIVE"}
    await journey.do("changeActivatorState", admitted, network, "activator { state }")
    assert "active" in await journey.told(email)
    assert await journey.seen(herself, first["siret"]) == ALL_WAYS

    # She edits her page, and later says that it is still true.
    read = "query ($id: ID!) { activator(id: $id) { version headline confirmedAt } }"
    page = (await here.data(read, {"id": herself["id"]}, token=token))["activator"]
    edit = {"id": herself["id"], "version": page["version"], "headline": "Vente en ligne"}
    await journey.do("updateActivatorProfile", edit, token, "activator { headline }")
    here.clock.advance(days=30)
    signed_in = {"email": email}
    await journey.do("requestSignInLink", signed_in, None, "")
    (link,) = set(re.findall(r"#token=([\w-]+)", await journey.told(email)))
    token = (await journey.do("signIn", {"token": link}, None, "accessToken"))["accessToken"]
    await journey.do("confirmProfile", {"id": herself["id"]}, token, "activator { id }")
    await journey.there.directory.catch_up()
    page = (await journey.there.data(read, {"id": herself["id"]}))["activator"]
    assert page["headline"] == "Vente en ligne"
    assert page["confirmedAt"] == here.clock.now.isoformat()

    # She moves to another structure, which confirms it.
    moved = {"id": herself["id"], "change": "CHANGED_STRUCTURE", "structure": second}
    await journey.do("declareSituationChange", moved, token, "activator { listed }")
    assert await journey.seen(herself, second["siret"]) == set()
    assert "http" in await journey.told(director_email)
    director = here.token(await account_of(here, director_email))
    confirmed = {"structure": global_id("Structure", new_place), "stillThere": [herself["id"]]}
    await journey.do("confirmEmployment", confirmed, director, "")
    assert await journey.seen(herself, second["siret"]) == ALL_WAYS

    # She leaves, and is gone at once; what is personal goes later.
    await journey.do("leaveProgramme", {"activator": herself["id"]}, token, "activator { state }")
    assert "90" in await journey.told(email)
    assert await journey.seen(herself, second["siret"]) == set()
    here.clock.advance(days=91)
    await here.begin_day()
    await here.work()
    moderator, _ = await manager(here, Role.MODERATOR)
    assert await journey.seen(herself, first["siret"], moderator) == set()
    async with here.database.read() as session:
        kept = (await session.execute(select(tables.charter_acceptance))).all()
        left = (await session.execute(select(tables.activator))).all()
    assert [row.version for row in kept] == [version]
    assert NAME.split()[1] not in str(left)


async def account_of(service: Service, email: str) -> int:
    """Find an account by its address."""
    table = tables.account
    async with service.database.read() as session:
        query = select(table.c.id).where(table.c.email == email)
        return int((await session.execute(query)).scalar_one())
