"""Limits of declared engagements: by client, by e-mail address, by provider, by secret (art. 4)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from models import tables
from models.database import Database
from tests.declarations import DECLARE, declared, provider
from tests.people import count
from tests.service import Service, running

TIGHT = {
    "rate_limits": "memory",
    "rate_contacts_per_hour": 3,
    "rate_contacts_to_one_per_hour": 4,
    "rate_mails_per_hour": 2,
    "rate_secrets_per_hour": 2,
    "rate_letters_per_hour": 2,
    "trusted_proxies": "127.0.0.1",
}
READ = '{ declaredEngagement(token: "guessed") { state } }'
WITHDRAW = """mutation { withdrawDeclaredEngagement(input: {token: "guessed"}) {
  userErrors { code } } }"""
OPEN = 'mutation { openEngagementAccount(input: {token: "guessed"}) { userErrors { code } } }'
CONFIRM = 'mutation { confirmDeclaredEngagement(input: {id: "none"}) { userErrors { code } } }'
DISPUTE = """mutation { disputeDeclaredEngagement(
  input: {id: "none", reason: OTHER, message: "Non."}) { userErrors { code } } }"""


@pytest.fixture(scope="module")
async def limited(shared_database: Database) -> AsyncIterator[Service]:
    """An application whose limits are in reach."""
    async with running(shared_database, **TIGHT) as service:
        yield service


async def code(service: Service, address: str, query: str, given: Any = None) -> str:
    """Ask from an address; give the code of the refusal, empty where there is none."""
    asked = {"query": query, "variables": {"input": given}}
    headers = {"X-Forwarded-For": address}
    answer = (await service.client.post("/graphql", json=asked, headers=headers)).json()
    if "errors" in answer:
        return str(answer["errors"][0]["extensions"]["code"])
    (payload,) = answer["data"].values()
    errors = payload["userErrors"] if payload else []
    return str(errors[0]["code"]) if errors else ""


async def test_a_client_an_address_and_a_provider_are_limited(limited: Service) -> None:
    (first, _), (second, _), (third, _) = [await provider(limited) for _ in range(3)]

    of_client = [await code(limited, "192.0.2.1", DECLARE, declared(first)) for _ in range(4)]
    same = [declared(second, email="hermine.limited@example.org") for _ in range(3)]
    of_mail = [
        await code(limited, f"192.0.2.1{place}", DECLARE, given) for place, given in enumerate(same)
    ]
    to_one = [
        await code(limited, f"192.0.2.2{place}", DECLARE, declared(third)) for place in range(5)
    ]

    assert of_client == ["", "", "", "RATE_LIMITED"]
    assert of_mail == ["", "", "RATE_LIMITED"]
    assert to_one == ["", "", "", "", "RATE_LIMITED"]
    assert await count(limited.database, tables.declared_engagement) == 3 + 2 + 4


@pytest.mark.parametrize("asked", [READ, WITHDRAW, OPEN, CONFIRM, DISPUTE])
async def test_secrets_and_what_causes_letters_are_limited(limited: Service, asked: str) -> None:
    limited.clock.advance(hours=2)

    told = [await code(limited, "192.0.2.3", asked) for _ in range(3)]

    assert told[2] == "RATE_LIMITED"
    assert "RATE_LIMITED" not in told[:2]
