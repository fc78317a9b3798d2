"""Rate limits: who is counted, by what it costs, and what a client is told."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from models import tables
from models.accounts import Role
from models.database import Database
from resolvers.rate_limits import Limit
from schema.limits.extension import LEAST_COST
from tests.people import add_account
from tests.portals import PORTAL, make_key, refusal
from tests.rates import WHO, come, refusals_counted
from tests.service import Service, running, settings_of

SEARCH = "{ activators(first: 100) { nodes { displayName } } }"
FIVE = {"rate_units_per_minute": 5 * LEAST_COST, "rate_portal_factor": 2}
"""Five small requests a minute; a portal twice as many."""


@pytest.fixture(scope="module", params=["memory", "database"])
async def limited(request: pytest.FixtureRequest, little: Database) -> AsyncIterator[Service]:
    """An application with tight limits, behind a proxy, whichever way it counts."""
    settings = {**FIVE, "rate_limits": request.param, "trusted_proxies": "127.0.0.1"}
    async with running(little, **settings) as service:
        yield service


@pytest.fixture
def service(limited: Service) -> Service:
    """The same, an hour later: whoever was refused is not any more."""
    limited.clock.advance(hours=1)
    return limited


def left(response: httpx.Response) -> int:
    """Read how many units are left."""
    return int(response.headers["RateLimit"].partition("r=")[2].partition(";")[0])


async def passed(service: Service, times: int, **asked: Any) -> int:
    """Ask several times, one after the other; give how often it was answered."""
    statuses = [(await come(service, **asked)).status_code for _ in range(times)]
    assert set(statuses) <= {200, 429}
    return statuses.count(200)


async def test_a_client_is_told_what_is_left_and_when_all_of_it_is_there_again(
    service: Service,
) -> None:
    first, second = await come(service), await come(service)

    assert first.headers["RateLimit-Policy"] == '"default";q=100;w=60'
    assert first.headers["RateLimit"] == '"default";r=80;t=12'
    assert second.headers["RateLimit"] == '"default";r=60;t=24'


async def test_over_the_limit_it_is_told_when_to_come_again_and_then_let_through(
    service: Service,
) -> None:
    assert await passed(service, 5) == 5

    with refusals_counted(Limit.DEFAULT) as grown:
        response = await come(service)

    assert grown == [1]
    assert response.headers["RateLimit"] == '"default";r=0;t=60'
    assert response.headers["Retry-After"] == "12"
    assert (response.status_code, response.json()) == (
        429,
        {
            "errors": [
                {
                    "message": "Too many requests: try again in 12 seconds.",
                    "extensions": {"code": "RATE_LIMITED", "retryAfter": 12},
                }
            ]
        },
    )
    service.clock.advance(seconds=11)
    assert refusal(await come(service)) == (429, "RATE_LIMITED")
    service.clock.advance(seconds=1)
    assert await passed(service, 2) == 1


async def test_a_clock_that_is_set_back_shuts_nobody_out(service: Service) -> None:
    assert await passed(service, 6) == 5

    service.clock.advance(minutes=-30)

    assert int((await come(service)).headers["Retry-After"]) <= 12
    service.clock.advance(minutes=1)
    assert await passed(service, 6) == 5


async def test_a_dear_question_uses_up_more_and_one_dearer_than_all_takes_all(
    service: Service,
) -> None:
    fields = " ".join(f"f{n}: viewer {{ isMember }}" for n in range(15))
    dear = await come(service, query=f"{{ {fields} }}")
    dearest = await come(service, "192.0.2.2", query=SEARCH)

    assert left(dear) == 100 - 30
    assert (dearest.status_code, left(dearest)) == (200, 0)


async def test_a_look_at_the_schema_costs_more_than_it_has_words(service: Service) -> None:
    response = await come(service, query="{ __schema { types { name } } }")

    assert left(response) == 0


async def test_addresses_accounts_and_keys_count_apart_and_a_portal_may_do_more(
    service: Service,
) -> None:
    async with service.write() as session:
        tokens = [service.token(await add_account(session, Role.MODERATOR)) for _ in range(2)]
    keys = [(await make_key(service)).text for _ in range(2)]

    assert await passed(service, 6) == 5
    assert await passed(service, 6, address="192.0.2.2") == 5
    for token in tokens:
        assert await passed(service, 6, token=token) == 5
    for key in keys:
        assert await passed(service, 11, token=key) == 10


async def test_an_account_counts_wherever_it_comes_from_and_a_household_of_ipv6_is_one(
    service: Service,
) -> None:
    async with service.write() as session:
        token = service.token(await add_account(session))

    assert [await passed(service, 3, address=f"192.0.2.{n}", token=token) for n in (1, 2)] == [3, 2]
    assert [await passed(service, 3, address=f"2001:db8::{n}") for n in (1, 2)] == [3, 2]
    assert await passed(service, 3, address="2001:db8:0:1::1") == 3


async def test_an_address_that_a_client_forged_is_not_counted(service: Service) -> None:
    forged = [f"198.51.100.{n}, 192.0.2.1" for n in range(6)]

    assert sum([await passed(service, 1, address=address) for address in forged]) == 5


async def test_what_is_refused_for_another_reason_counts_too(service: Service) -> None:
    headers = {"X-Forwarded-For": "192.0.2.1"}
    wrong: list[dict[str, Any]] = [
        {"json": {"query": WHO}, "headers": {**headers, "Authorization": "Bearer guessed"}},
        {"content": b"{", "headers": {**headers, "Content-Type": "application/json"}},
        {"json": {"query": "{"}, "headers": headers},
        {"json": {"query": "{ nothing }"}, "headers": headers},
        {"json": {"query": f"{{ viewer {{ isMember{' ' * 200_000} }} }}"}, "headers": headers},
    ]

    answers = [await service.client.post("/graphql", **one) for one in wrong]

    assert [left(one) for one in answers] == [80, 60, 40, 20, 0]
    assert [one.status_code for one in answers] == [401, 400, 200, 200, 413]
    for one in wrong:
        assert refusal(await service.client.post("/graphql", **one)) == (429, "RATE_LIMITED")


async def test_graphiql_and_a_preflight_cost_nothing(service: Service) -> None:
    page = await service.client.get("/graphql", headers={"Accept": "text/html"})

    assert "RateLimit" not in page.headers
    assert left(await come(service)) == 80


async def test_a_page_that_a_key_allows_can_read_how_it_stands(service: Service) -> None:
    key = await make_key(service, origins=[PORTAL])

    response = await service.client.post(
        "/graphql",
        json={"query": WHO},
        headers={"Authorization": f"Bearer {key.text}", "Origin": PORTAL},
    )

    exposed = response.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"ratelimit", "ratelimit-policy", "retry-after"} <= set(exposed)


async def test_of_many_at_once_no_more_pass_than_may(service: Service) -> None:
    answers = await asyncio.gather(*(come(service) for _ in range(12)))

    assert sorted(one.status_code for one in answers) == [200] * 5 + [429] * 7


@pytest.mark.parametrize(("where", "together"), [("memory", 10), ("database", 5)])
async def test_workers_count_together_in_the_database_and_each_for_itself_in_memory(
    little: Database, where: str, together: int
) -> None:
    settings = {**FIVE, "rate_limits": where}
    async with running(little, **settings) as one, running(little, **settings) as other:
        one.clock.advance(days=2)
        other.clock.advance(days=2)
        answers = await asyncio.gather(*(come(each) for each in (one, other) * 10))

    assert [answer.status_code for answer in answers].count(200) == together


async def test_without_limits_nobody_is_counted(little: Database) -> None:
    async with running(little, **FIVE, rate_limits="off") as service:
        responses = [await come(service) for _ in range(7)]

    assert {one.status_code for one in responses} == {200}
    assert not any("RateLimit" in one.headers for one in responses)


async def test_a_worker_whose_database_is_away_counts_alone(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running(database, **FIVE, rate_limits="database") as service:
        assert await passed(service, 3) == 3
        async with service.write() as session:
            await session.execute(text("DROP TABLE rate_limit"))
        assert await passed(service, 7) == 5

    assert capsys.readouterr().err.count("rate_limits_counted_apart") == 1


async def test_the_table_holds_no_address_but_what_it_is_hashed_to(service: Service) -> None:
    await come(service, "192.0.2.77")

    async with service.database.read() as session:
        keys = (await session.execute(select(tables.rate_limit.c.key))).scalars().all()

    assert all(len(key) == 64 and int(key, 16) for key in keys)


def test_a_setting_that_is_no_network_or_no_header_is_told(little: Database) -> None:
    for wrong in ({"trusted_proxies": "10.0.0.0/8,nope"}, {"forwarded_header": "X-Real-IP"}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            settings_of(little, **wrong)
