"""The activator that was asked proposes others to the company (charter, article 4)."""

import asyncio
from typing import Any

import pytest

from models.activators import ActivatorKind, ActivatorState
from models.request_steps import RequestState
from schema.nodes import global_id
from tests.askings import address_of
from tests.contact import COMPANY, add_request
from tests.redirecting import (
    FIELD,
    Person,
    add,
    agree,
    forget_others,
    propose,
    read,
    requests_to,
    sent_to,
    suspend,
)
from tests.service import Service


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """The application of the module, where those of the tests before have gone."""
    await forget_others(shared_service)
    return shared_service


async def test_the_proposal_is_the_first_reaction_of_the_one_asked(service: Service) -> None:
    asked, other = await add(service), await add(service)
    request = await add_request(service, asked.id)
    service.clock.advance(minutes=30)

    await propose(service, request, asked, other)

    (row,) = await requests_to(service, asked)
    assert (row.answer_minutes, row.state) == (30, RequestState.ACKNOWLEDGED)


async def test_the_service_proposes_where_the_one_asked_names_nobody(service: Service) -> None:
    asked = await add(service)
    others = {(await add(service)).node for _ in range(4)}
    request = await add_request(service, asked.id, expertise=[FIELD])

    offers = (await propose(service, request, asked))["contactRequest"]["offers"]

    found = {one["activator"]["id"] for one in offers}
    assert len(found) == 3
    assert found <= others


async def test_where_the_service_finds_nobody_nothing_is_proposed(service: Service) -> None:
    asked = await add(service)
    request = await add_request(service, asked.id)

    refused = await propose(service, request, asked)

    assert [one["code"] for one in refused["userErrors"]] == ["CONFLICT"]
    assert [one["step"] for one in (await read(service, request))["history"]] == ["ASK"]


async def test_other_proposals_take_the_place_of_the_ones_before(service: Service) -> None:
    asked, other, third = await add(service), await add(service), await add(service)
    request = await add_request(service, asked.id)
    await propose(service, request, asked, other)

    offers = (await propose(service, request, asked, third))["contactRequest"]["offers"]

    assert [one["activator"]["id"] for one in offers] == [third.node]
    refused = await agree(service, request, other)
    assert [one["code"] for one in refused["userErrors"]] == ["NOT_FOUND"]


async def test_of_many_proposals_at_once_one_is_written_and_mailed(service: Service) -> None:
    asked, other, third = await add(service), await add(service), await add(service)
    request = await add_request(service, asked.id)

    await asyncio.gather(*(propose(service, request, asked, other, third) for _ in range(10)))

    history = (await read(service, request))["history"]
    assert [one["step"] for one in history].count("PROPOSE") == 1
    await service.work()
    assert len(sent_to(service, COMPANY["email"])) == 1


async def test_whoever_cannot_be_asked_is_refused_alike(service: Service) -> None:
    asked, before = await add(service), await add(service)
    provider = await add(service, kind=ActivatorKind.SOLUTION_PROVIDER)
    institutional = await add(service, kind=ActivatorKind.INSTITUTIONAL)
    suspended = await add(service, state=ActivatorState.SUSPENDED)
    away = await add(service, away_from=service.clock().date())
    asked_too = await add(service)
    begun = await add_request(service, before.id, state=RequestState.REDIRECTED)
    chained: dict[str, Any] = {"previous_id": begun.id, "root_id": begun.id, "hops": 1}
    request = await add_request(service, asked.id, **chained)
    await add_request(service, asked_too.id)
    nobody = Person(5_000_000_000_000_000, "")
    unaskable = (provider, institutional, suspended, away, asked_too, before, asked, nobody)

    refusals = [(await propose(service, request, asked, one))["userErrors"] for one in unaskable]

    assert refusals[0][0]["code"] == "NOT_FOUND"
    assert refusals[0][0]["field"] == "activators.0"
    assert all(one == refusals[0] for one in refusals)
    assert (await read(service, request))["offers"] == []


@pytest.mark.parametrize(
    "given",
    [
        {"activators": [global_id("Structure", 5_000_000_000_000_000)]},
        {"activators": [global_id("Activator", number) for number in range(1, 6)]},
        {"activators": ["\x00"]},
        {"message": "x" * 5_001},
        {"message": "a\x00b"},
        {"id": global_id("Activator", 1)},
        {"id": ""},
    ],
)
async def test_bad_input_is_refused_and_changes_nothing(
    service: Service, given: dict[str, Any]
) -> None:
    asked, _ = await add(service), await add(service)
    request = await add_request(service, asked.id)

    done = await propose(service, request, asked, **given)

    assert done["userErrors"]
    assert [one["step"] for one in (await read(service, request))["history"]] == ["ASK"]


async def test_nobody_who_is_offered_sees_anything_before_the_company_agrees(
    service: Service,
) -> None:
    asked, other = await add(service), await add(service)
    request = await add_request(service, asked.id)
    await propose(service, request, asked, other)

    node = "query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }"
    found = await service.data(node, {"id": request.node}, token=other.token)
    tried = await agree(
        service,
        request,
        other,
        input={"id": request.node, "activator": other.node},
        token=other.token,
    )
    exported = await service.data("{ exportMyData }", token=other.token)

    assert await read(service, request, other) is None
    assert found == {"node": None, "nodes": [None]}
    assert [one["code"] for one in tried["userErrors"]] == ["NOT_FOUND"]
    assert COMPANY["company"] not in str(exported)
    assert str(request.id) not in str(exported)
    await service.work()
    assert sent_to(service, await address_of(service, other.id)) == []


async def test_the_one_asked_sees_what_it_proposed_and_not_what_the_service_did(
    service: Service,
) -> None:
    asked, other, third = await add(service), await add(service), await add(service)
    request = await add_request(service, asked.id, expertise=[FIELD])
    await propose(service, request, asked, other)
    await suspend(service, other)
    await agree(service, request, other)

    assert (await read(service, request, asked))["offers"] == []
    assert [one["activator"]["id"] for one in (await read(service, request))["offers"]] == [
        third.node
    ]
