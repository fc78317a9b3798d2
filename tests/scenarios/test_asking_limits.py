"""Limits of contact requests: by client, by e-mail address, and by activator (article 4)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from models import tables
from models.api_keys import Scope
from models.database import Database
from tests.askings import REQUEST, asked
from tests.people import add_activator, count
from tests.portals import make_key
from tests.service import Service, running

TIGHT = {
    "rate_limits": "memory",
    "rate_contacts_per_hour": 3,
    "rate_contacts_to_one_per_hour": 4,
    "rate_mails_per_hour": 2,
    "rate_portal_factor": 2,
    "trusted_proxies": "127.0.0.1",
}


@pytest.fixture(scope="module")
async def limited(shared_database: Database) -> AsyncIterator[Service]:
    """An application whose limits are in reach."""
    async with running(shared_database, **TIGHT) as service:
        yield service


@pytest.fixture
async def activator(limited: Service) -> int:
    """Somebody new to ask, an hour later."""
    limited.clock.advance(hours=1)
    async with limited.write() as session:
        return await add_activator(session)


async def code(
    service: Service, given: dict[str, Any], address: str, token: str | None = None
) -> str:
    """Ask from an address; give the code of the answer, empty where it was taken."""
    headers = {"X-Forwarded-For": address}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    asking = {"query": REQUEST, "variables": {"input": given}}
    response = await service.client.post("/graphql", json=asking, headers=headers)
    errors = response.json()["data"]["requestContact"]["userErrors"]
    return errors[0]["code"] if errors else ""


async def test_a_client_asks_so_often_and_others_still_may(
    limited: Service, activator: int
) -> None:
    before = await count(limited.database, tables.contact_request)

    told = [await code(limited, asked(activator), "192.0.2.1") for _ in range(4)]
    other = await code(limited, asked(activator), "192.0.2.2")

    assert told == ["", "", "", "RATE_LIMITED"]
    assert other == ""
    assert await count(limited.database, tables.contact_request) == before + 4


async def test_an_address_is_given_so_often_however_it_is_written(
    limited: Service, activator: int
) -> None:
    ways = ["odile@example.org", "Odile@Example.org", "ODILE@EXAMPLE.ORG"]

    told = [
        await code(limited, asked(activator, person={"email": way}), f"192.0.2.{10 + number}")
        for number, way in enumerate(ways)
    ]

    assert told == ["", "", "RATE_LIMITED"]


async def test_an_activator_is_asked_so_often_by_all_and_bad_inputs_do_not_count(
    limited: Service, activator: int
) -> None:
    for number in range(3):
        wrong = asked(activator, need="")
        assert await code(limited, wrong, f"192.0.2.{20 + number}") == "BAD_USER_INPUT"

    told = [await code(limited, asked(activator), f"192.0.2.{30 + number}") for number in range(5)]

    assert told == ["", "", "", "", "RATE_LIMITED"]


async def test_a_portal_may_ask_more_for_it_asks_for_many(limited: Service, activator: int) -> None:
    key = await make_key(limited, scopes=[Scope.CONTACT_WRITE])
    async with limited.write() as session:
        others = [await add_activator(session) for _ in range(2)]

    told = [
        await code(limited, asked(one), "192.0.2.40", key.text)
        for one in [activator, *others]
        for _ in range(2)
    ]

    assert told == [""] * 6
    assert await code(limited, asked(activator), "192.0.2.40", key.text) == "RATE_LIMITED"
