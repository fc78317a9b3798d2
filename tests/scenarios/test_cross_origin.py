"""Pages of other sites (CORS): those that a key allows, with that key, and no other."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.people import add_account
from tests.portals import PORTAL, come, forget_keys, make_key, refusal
from tests.service import Service

ELSEWHERE = "https://elsewhere.example.org"
LOCAL = "http://localhost:3000"
OTHERS = (
    ELSEWHERE,
    "null",
    "http://portail.example.org",
    f"{PORTAL}:8443",
    f"{PORTAL}.elsewhere.example.org",
    f"{PORTAL}/",
    PORTAL.upper(),
    "*",
    "",
)
"""Origins that are not `PORTAL`, however alike."""


@pytest.fixture
async def service(shared_service: Service) -> AsyncIterator[Service]:
    """One application for all of these, each with keys of its own."""
    yield shared_service
    await forget_keys(shared_service)


async def ask_first(service: Service, origin: str, method: str = "POST") -> httpx.Response:
    """Ask as a browser does before it lets a page send its request."""
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    return await service.client.request("OPTIONS", "/graphql", headers=headers)


def granted(response: httpx.Response) -> dict[str, str]:
    """List what an answer tells a browser of pages."""
    found = {name: value for name, value in response.headers.items() if "access-control" in name}
    assert response.headers["Vary"] == "Accept, Authorization, Origin"
    return found


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_page_that_some_key_allows_may_ask(service: Service, method: str) -> None:
    await make_key(service, origins=[LOCAL])
    await make_key(service, origins=[PORTAL, "https://other.example.org"])

    response = await ask_first(service, PORTAL, method)

    assert (response.status_code, response.content) == (204, b"")
    assert granted(response) == {
        "access-control-allow-origin": PORTAL,
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "authorization, content-type, accept, x-request-id",
        "access-control-max-age": "3600",
    }


@pytest.mark.parametrize("origin", OTHERS)
async def test_a_page_that_no_key_allows_may_not(service: Service, origin: str) -> None:
    await make_key(service, origins=[PORTAL])

    response = await ask_first(service, origin)

    assert refusal(response) == (403, "ORIGIN_NOT_ALLOWED")
    assert granted(response) == {}


@pytest.mark.parametrize("present", [{"Origin": PORTAL}, {"Access-Control-Request-Method": "GET"}])
async def test_what_no_browser_asks_is_another_method(
    service: Service, present: dict[str, str]
) -> None:
    await make_key(service, origins=[PORTAL])

    response = await service.client.request("OPTIONS", "/graphql", headers=present)

    assert refusal(response) == (405, "METHOD_NOT_ALLOWED")
    assert granted(response) == {}


async def test_a_page_may_not_ask_any_more_when_the_key_s_time_is_over(service: Service) -> None:
    await make_key(service, origins=[PORTAL], days=1)
    assert (await ask_first(service, PORTAL)).status_code == 204

    service.clock.advance(days=1)

    assert refusal(await ask_first(service, PORTAL)) == (403, "ORIGIN_NOT_ALLOWED")


@pytest.mark.parametrize("origin", [PORTAL, LOCAL])
async def test_a_page_that_the_key_allows_reads_the_answer(service: Service, origin: str) -> None:
    key = await make_key(service, origins=[PORTAL, LOCAL])

    response = await come(service, key.text, origin=origin)

    assert response.status_code == 200
    assert response.json()["data"]["viewer"]["isAuthenticated"]
    assert granted(response) == {
        "access-control-allow-origin": origin,
        "access-control-expose-headers": "x-request-id, ratelimit, ratelimit-policy, retry-after",
    }


async def test_it_reads_why_a_request_was_refused_too(service: Service) -> None:
    key = await make_key(service, origins=[PORTAL])
    headers = {"Authorization": f"Bearer {key.text}", "Origin": PORTAL}

    responses = [
        await service.client.post("/graphql", json={}, headers=headers),
        await service.client.post("/graphql", json={"query": "{ x }"}, headers=headers),
    ]

    assert [one.json()["errors"][0]["extensions"]["code"] for one in responses] == [
        "BAD_REQUEST",
        "BAD_REQUEST",
    ]
    for response in responses:
        assert granted(response)["access-control-allow-origin"] == PORTAL


@pytest.mark.parametrize("origin", OTHERS)
@pytest.mark.parametrize("origins", [[], [PORTAL]], ids=["of no page", "of another page"])
async def test_a_key_from_a_page_that_it_does_not_allow_is_refused(
    service: Service, origins: list[str], origin: str
) -> None:
    await make_key(service, origins=[ELSEWHERE])
    key = await make_key(service, origins=origins)

    response = await come(service, key.text, origin=origin)

    assert refusal(response) == (403, "ORIGIN_NOT_ALLOWED")
    assert granted(response) == {}


async def test_a_mutation_from_such_a_page_is_not_carried_out(service: Service) -> None:
    key = await make_key(service, origins=[PORTAL])
    query = (
        'mutation { requestSignInLink(input: {email: "a@example.org"}) { userErrors { code } } }'
    )

    response = await come(service, key.text, origin=ELSEWHERE, query=query)

    assert refusal(response) == (403, "ORIGIN_NOT_ALLOWED")


async def test_a_key_from_a_server_needs_no_origin(service: Service) -> None:
    key = await make_key(service, origins=[PORTAL])

    response = await come(service, key.text)

    assert response.status_code == 200
    assert granted(response) == {}


async def test_a_key_may_be_tried_in_graphiql_whose_page_is_of_this_service(
    service: Service,
) -> None:
    key = await make_key(service)
    same = {"Sec-Fetch-Site": "same-origin"}

    response = await come(service, key.text, origin="http://maillage.test", **same)

    assert response.status_code == 200
    assert granted(response) == {}


async def test_a_page_reads_nothing_without_the_key(service: Service) -> None:
    key = await make_key(service, origins=[PORTAL])
    async with service.write() as session:
        token = service.token(await add_account(session))
    ask = {"query": "{ __typename }"}

    visitor = await service.client.post("/graphql", json=ask, headers={"Origin": PORTAL})
    account = await come(service, token, origin=PORTAL)
    wrong = await come(service, f"{key.text}0", origin=PORTAL)

    assert [one.status_code for one in (visitor, account, wrong)] == [200, 200, 401]
    assert granted(visitor) == granted(account) == granted(wrong) == {}
