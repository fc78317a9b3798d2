"""Texts that are made to take long to read: nobody else waits for them."""

import json
import time
from typing import Any

import pytest

from models import tables
from tests.registrations import filled_in
from tests.rules.world import rows_of
from tests.service import Service

MANY = 45_000
"""Accents that weigh 90 kB: to put them in order takes some six seconds."""
HEAPS = ["a" + "\u0345" * (MANY // 2) + "\u0334" * (MANY // 2), "a" + "\u0f73" * (MANY * 2 // 3)]
PATIENCE = 1.0
"""Seconds; it takes some hundredths."""

SIGN_IN = "requestSignInLink(input: {email: %s})"
REGISTER = """registerActivator(input: {
  kind: ADVISER, givenName: "Anne", familyName: "Roux", email: "anne@example.org", %s: %s
  expertise: ["site-internet"]
  structure: {siret: "%s", name: "Atelier", postalCode: "01100", city: "Oyonnax"}
})"""
SIRET = filled_in()["structure"]["siret"]


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these."""
    return shared_service


async def told(service: Service, asked: str) -> tuple[list[Any], float]:
    """Ask for a mutation; give what is wrong with it, and the seconds of CPU that it took."""
    begun = time.process_time()
    data = await service.data(f"mutation {{ {asked} {{ userErrors {{ code field }} }} }}")
    (payload,) = data.values()
    return payload["userErrors"], time.process_time() - begun


@pytest.mark.parametrize("heap", HEAPS, ids=["marks", "vowels"])
@pytest.mark.parametrize("field", ["headline", "presentation", "pricing"])
async def test_accents_heaped_on_a_letter_are_refused_at_once(
    service: Service, field: str, heap: str
) -> None:
    before = await rows_of(service.database, tables.registration)

    errors, seconds = await told(
        service, REGISTER % (field, json.dumps(heap, ensure_ascii=False), SIRET)
    )

    assert errors == [{"code": "BAD_USER_INPUT", "field": field}]
    assert seconds < PATIENCE
    assert await rows_of(service.database, tables.registration) == before


@pytest.mark.parametrize("heap", HEAPS, ids=["marks", "vowels"])
async def test_an_address_that_is_too_long_is_refused_unread(service: Service, heap: str) -> None:
    before = await rows_of(service.database, tables.job)
    email = json.dumps(f"{heap}@example.org", ensure_ascii=False)

    errors, seconds = await told(service, SIGN_IN % email)

    assert errors == [{"code": "BAD_USER_INPUT", "field": "email"}]
    assert seconds < PATIENCE
    assert await rows_of(service.database, tables.job) == before


async def test_as_many_accents_as_any_language_writes_are_taken(service: Service) -> None:
    vietnamese = "ê\u0323\u0301" + "a" + "\u0301" * 30

    errors, _ = await told(service, REGISTER % ("headline", json.dumps(vietnamese), SIRET))

    assert errors == []
