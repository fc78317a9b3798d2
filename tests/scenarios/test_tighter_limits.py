"""Tighter limits of what invites abuse: links, secrets, registrations, places, keys."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from models import tables
from models.database import Database
from resolvers.rate_limits import Limit
from tests.people import add_account
from tests.portals import make_key
from tests.rates import come, refusals_counted
from tests.rules.world import rows_of
from tests.service import Service, running

TIGHT = {
    "rate_links_per_hour": 4,
    "rate_mails_per_hour": 2,
    "rate_secrets_per_hour": 3,
    "rate_registrations_per_hour": 3,
    "rate_keys_per_hour": 3,
    "rate_clicks_per_hour": 3,
    "rate_letters_per_hour": 3,
    "rate_places_per_minute": 3,
    "rate_portal_factor": 2,
}
SIGN_IN = '{ signIn(input: {token: "guessed"}) { accessToken userErrors { code message } } }'
ACCEPT = '{ acceptInvitation(input: {token: "guessed"}) { role userErrors { code message } } }'
VERIFY = '{ verifyRegistration(input: {token: "guessed"}) { userErrors { code message } } }'
NEW_KEY = """{ createApiKey(input: {network: "nope", name: "", scopes: []}) {
  key userErrors { code message }
} }"""

INVITE = """{ inviteToStructure(input: {
  structure: "none", email: "somebody.%s@example.org", role: ACTIVATOR
}) { userErrors { code message } } }"""
MOVE = """{ declareSituationChange(input: {id: "none", change: CHANGED_STRUCTURE, structure: {
  siret: "", name: "", postalCode: "", city: ""
}}) { userErrors { code message } } }"""
ANSWER = """{ answerContactRequest(input: {id: "none", message: "Bonjour."}) {
  userErrors { code message }
} }"""
REPLY = """{ replyToContactRequest(input: {token: "guessed", message: "Bonjour."}) {
  userErrors { code message }
} }"""
CLICK = """{ recordClick(input: {activator: "none", kind: CONTACT}) {
  userErrors { code message }
} }"""
STAY = """{ declareSituationChange(input: {id: "none", change: LEFT_STRUCTURE}) {
  userErrors { code }
} }"""


@pytest.fixture(scope="module", params=["memory", "database"])
async def guarded(request: pytest.FixtureRequest, little: Database) -> AsyncIterator[Service]:
    """An application whose tighter limits are in reach, whichever way it counts."""
    settings = {**TIGHT, "rate_limits": request.param, "trusted_proxies": "127.0.0.1"}
    async with running(little, **settings) as service:
        service.clock.advance(days=3)
        yield service


@pytest.fixture
def tight(guarded: Service) -> Service:
    """The same, an hour later."""
    guarded.clock.advance(hours=1)
    return guarded


async def codes(service: Service, times: int, **asked: Any) -> list[str]:
    """Ask for a mutation several times; give the code of each answer, empty where it was done."""
    found = []
    for _ in range(times):
        response = await come(service, **asked)
        (payload,) = response.json()["data"].values()
        found += [error["code"] for error in payload["userErrors"]] or [""]
    return found


def link_to(email: str) -> str:
    return (
        f'mutation {{ requestSignInLink(input: {{email: "{email}"}}) {{ userErrors {{ code }} }} }}'
    )


@pytest.mark.parametrize(
    ("query", "limit", "before"),
    [
        (f"mutation {SIGN_IN}", Limit.SECRETS, "BAD_USER_INPUT"),
        (f"mutation {ACCEPT}", Limit.SECRETS, "BAD_USER_INPUT"),
        (f"mutation {VERIFY}", Limit.SECRETS, "BAD_USER_INPUT"),
        (f"mutation {NEW_KEY}", Limit.KEYS, "FORBIDDEN"),
        (f"mutation {MOVE}", Limit.LETTERS, "BAD_USER_INPUT"),
        (f"mutation {ANSWER}", Limit.LETTERS, "BAD_USER_INPUT"),
        (f"mutation {REPLY}", Limit.SECRETS, "NOT_FOUND"),
        (f"mutation {CLICK}", Limit.CLICKS, "BAD_USER_INPUT"),
    ],
)
async def test_a_mutation_beyond_its_limit_says_when_to_try_again_and_does_nothing(
    tight: Service, query: str, limit: Limit, before: str
) -> None:
    with refusals_counted(limit) as grown:
        told = await codes(tight, 4, query=query)
        (payload,) = (await come(tight, query=query)).json()["data"].values()

    assert told == [before] * 3 + ["RATE_LIMITED"]
    assert payload["userErrors"] == [
        {"code": "RATE_LIMITED", "message": "Too many requests: try again in 1200 seconds."}
    ]
    assert grown == [2]
    assert await codes(tight, 1, query=query, address="192.0.2.2") == [before]
    tight.clock.advance(seconds=1200)
    assert await codes(tight, 2, query=query) == [before, "RATE_LIMITED"]


async def test_registrations_are_limited_by_client_and_by_address(tight: Service) -> None:
    def registering(email: str) -> str:
        given = f'kind: ADVISER, givenName: "", familyName: "", email: "{email}", expertise: []'
        return f"mutation {{ registerActivator(input: {{{given}}}) {{ userErrors {{ code }} }} }}"

    async def told(email: str, address: str) -> str:
        return (await codes(tight, 1, query=registering(email), address=address))[-1]

    by_client = [await told(f"elodie.{number}@example.org", "192.0.2.1") for number in range(4)]
    by_address = [await told("elodie@example.org", f"192.0.2.{2 + number}") for number in range(3)]

    assert by_client == ["BAD_USER_INPUT"] * 3 + ["RATE_LIMITED"]
    assert by_address == ["BAD_USER_INPUT"] * 2 + ["RATE_LIMITED"]


async def test_links_are_limited_by_client_and_by_address_alike_for_known_and_unknown_ones(
    tight: Service,
) -> None:
    async with tight.write() as session:
        account_id = await add_account(session)
        query = select(tables.account.c.email).where(tables.account.c.id == account_id)
        known = (await session.execute(query)).scalar_one()

    told = [
        await codes(tight, 3, query=link_to(email), address=f"192.0.2.{number}")
        for number, email in enumerate((known, "nobody@example.org"), start=7)
    ]

    assert told == [["", "", "RATE_LIMITED"]] * 2
    assert await codes(tight, 1, query=link_to("Nobody@EXAMPLE.org")) == ["RATE_LIMITED"]
    others = [
        await codes(tight, 1, query=link_to(f"somebody.{number}@example.org"))
        for number in range(4)
    ]
    assert others == [[""], [""], [""], ["RATE_LIMITED"]]


async def test_letters_to_others_are_limited_by_client_and_by_address(tight: Service) -> None:
    async def told(number: int, address: str) -> str:
        asked = f"mutation {INVITE % number}"
        return (await codes(tight, 1, query=asked, address=address))[-1]

    by_client = [await told(number, "192.0.2.1") for number in range(4)]
    by_address = [await told(9, f"192.0.2.{2 + number}") for number in range(3)]

    assert by_client == ["BAD_USER_INPUT"] * 3 + ["RATE_LIMITED"]
    assert by_address == ["BAD_USER_INPUT"] * 2 + ["RATE_LIMITED"]
    assert await codes(tight, 4, query=f"mutation {STAY}") == ["BAD_USER_INPUT"] * 4


async def test_a_link_that_was_not_asked_for_writes_nothing(tight: Service) -> None:
    await codes(tight, 2, query=link_to("no.more@example.org"))
    jobs = await rows_of(tight.database, tables.job)

    tight.clock.advance(minutes=2)
    refused = await codes(tight, 1, query=link_to("no.more@example.org"), address="192.0.2.9")

    assert refused == ["RATE_LIMITED"]
    assert await rows_of(tight.database, tables.job) == jobs


async def test_places_beyond_their_limit_are_an_error_that_says_when_to_try_again(
    tight: Service,
) -> None:
    query = '{ places(search: "oy") { commune { name } } }'
    key = (await make_key(tight)).text

    answers = [(await come(tight, query=query)).json() for _ in range(4)]

    assert ["errors" in answer for answer in answers] == [False, False, False, True]
    (error,) = answers[-1]["errors"]
    assert error["message"] == "Too many requests: try again in 20 seconds."
    assert (error["path"], error["extensions"]) == (
        ["places"],
        {"code": "RATE_LIMITED", "retryAfter": 20},
    )
    portal = [(await come(tight, query=query, token=key)).json() for _ in range(7)]
    assert ["errors" in answer for answer in portal] == [False] * 6 + [True]


async def test_several_at_once_in_one_document_count_each(tight: Service) -> None:
    fields = " ".join(f"f{n}: {SIGN_IN.strip('{} ')} }} }}" for n in range(5))

    answer = (await come(tight, query=f"mutation {{ {fields} }}")).json()

    told = [payload["userErrors"][0]["code"] for payload in answer["data"].values()]
    assert told == ["BAD_USER_INPUT"] * 3 + ["RATE_LIMITED"] * 2
