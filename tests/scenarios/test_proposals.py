"""Whom else a company may ask: who is proposed, and in which order (charter, article 4)."""

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from models import tables
from models.activators import ActivatorKind, ActivatorState
from models.request_steps import RequestState
from permissions.audiences import Facts
from permissions.permission import Permission
from permissions.rulebook import may
from permissions.viewer import VISITOR
from resolvers.contact.contactable import is_contactable
from resolvers.contact.offers import offer_others
from resolvers.contact.proposals import propose
from tests.contact import COMPANY, Asked, add_request
from tests.people import add_activator, add_structure
from tests.service import NOW, Service

TODAY = NOW.date()
_fields = itertools.count()

LYON = {"latitude": 45.76, "longitude": 4.84, "commune_code": "COM-69123"}
NEARBY = {"latitude": 46.30, "longitude": 5.70}
"""6 km from Oyonnax, where the company and the activator that it asked are."""
A_LITTLE_FURTHER = {"latitude": 46.37, "longitude": 5.70}
"""13 km from there."""
FORTY_KM_AWAY = {"latitude": 46.60, "longitude": 5.50}


@pytest.fixture
def service(shared_service: Service) -> Service:
    return shared_service


@pytest.fixture
async def field(service: Service) -> str:
    """A field of expertise that no other test of this module uses."""
    query = select(tables.expertise_field.c.code).order_by(tables.expertise_field.c.code)
    async with service.database.read() as session:
        codes = list((await session.execute(query)).scalars())
    return str(codes[next(_fields) % len(codes)])


@pytest.fixture(autouse=True)
async def nobody_else(service: Service) -> None:
    """Withdraw those of the tests before, and forget how quick they were."""
    activator = tables.activator
    async with service.write() as session:
        await session.execute(update(activator).values(state=ActivatorState.WITHDRAWN))


async def add(service: Service, **values: Any) -> int:
    async with service.write() as session:
        return await add_activator(session, **values)


async def asked_for(service: Service, field: str, **values: Any) -> Asked:
    asked = await add(service, expertise=["cybersecurite"])
    return await add_request(service, asked, **{"expertise": [field], **values})


async def proposed(service: Service, asked: Asked, count: int = 10) -> list[int]:
    table = tables.contact_request
    async with service.write() as session:
        row = (await session.execute(select(table).where(table.c.id == asked.id))).one()
        return await propose(service.platform, session, row, count, now=service.clock())


async def answered(service: Service, activator_id: int, *minutes: int) -> None:
    """Have an activator answer requests of others after so much working time."""
    for each in minutes:
        await add_request(
            service,
            activator_id,
            state=RequestState.COMPLETED,
            answer_minutes=each,
            answered_at=service.clock(),
            email_hash=f"{activator_id}-{each}",
        )


ORDERS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "the nearer one first": (NEARBY, FORTY_KM_AWAY),
    "who serves the company's department before who is far and does not": (
        {**LYON, "serves": ["DEP-01"]},
        {**LYON, "serves": ["DEP-69"]},
    ),
    "who serves its region, too": ({**LYON, "serves": ["REG-84"]}, LYON),
    "who helps at a distance before who is far and does not": ({**LYON, "remote": True}, LYON),
    "who works there before who helps at a distance": (NEARBY, {**LYON, "remote": True}),
    "of two that are as near, the nearer one": (NEARBY, A_LITTLE_FURTHER),
}


@pytest.mark.parametrize("rule", ORDERS)
async def test_the_likeliest_to_help_comes_first(service: Service, field: str, rule: str) -> None:
    better, worse = ORDERS[rule]
    request = await asked_for(service, field)
    second = await add(service, expertise=[field], **worse)
    first = await add(service, expertise=[field], **better)
    third = await add(service, expertise=[field], latitude=-21.1, longitude=55.5)

    assert await proposed(service, request) == [first, second, third]


async def test_of_two_that_are_as_near_the_one_that_answered_quicker_lately_comes_first(
    service: Service, field: str
) -> None:
    request = await asked_for(service, field)
    new = await add(service, expertise=[field], **NEARBY)
    slow = await add(service, expertise=[field], **NEARBY)
    quick = await add(service, expertise=[field], **A_LITTLE_FURTHER)
    await answered(service, slow, 300, 500, 30)
    await answered(service, quick, 100, 200, 2_000)

    assert await proposed(service, request) == [quick, slow, new]


async def test_one_of_another_structure_comes_before_a_colleague_of_the_one_asked(
    service: Service, field: str
) -> None:
    async with service.write() as session:
        structure = await add_structure(session)
    asked = await add(service, structure_id=structure)
    colleague = await add(service, structure_id=structure, expertise=[field])
    other = await add(service, expertise=[field], **FORTY_KM_AWAY)
    request = await add_request(service, asked, expertise=[field])

    assert await proposed(service, request) == [other, colleague]


async def test_without_a_commune_those_around_the_one_asked_are_proposed(
    service: Service, field: str
) -> None:
    asked = await add(service, **LYON)
    request = await add_request(
        service, asked, expertise=[field], content={**COMPANY, "commune": None}
    )
    there = await add(service, expertise=[field], **LYON)
    elsewhere = await add(service, expertise=[field])

    assert await proposed(service, request) == [there, elsewhere]


async def test_a_request_that_names_no_field_goes_to_the_fields_of_the_one_asked(
    service: Service, field: str
) -> None:
    asked = await add(service, expertise=[field])
    request = await add_request(service, asked)
    same = await add(service, expertise=[field])
    other = "formation" if field != "formation" else "caisse"
    await add(service, expertise=[other])

    assert await proposed(service, request) == [same]


LEFT_OUT: dict[str, dict[str, Any]] = {
    "a solution provider": {"kind": ActivatorKind.SOLUTION_PROVIDER},
    "an institutional one": {"kind": ActivatorKind.INSTITUTIONAL},
    "one that is pending": {"state": ActivatorState.PENDING},
    "one that is suspended": {"state": ActivatorState.SUSPENDED},
    "one that has withdrawn": {"state": ActivatorState.WITHDRAWN},
    "one whose profile lapsed": {"lapsed_at": NOW},
    "one that left its structure": {"left_at": NOW},
    "one that was erased": {"erased_at": NOW},
    "one that is away from today on": {"away_from": TODAY, "away_until": TODAY},
    "one that is away until it says that it is back": {"away_from": TODAY - timedelta(9)},
}
PROPOSED: dict[str, dict[str, Any]] = {
    "an adviser": {},
    "an adviser on funding": {"kind": ActivatorKind.FUNDING_ADVISER},
    "a champion": {"kind": ActivatorKind.CHAMPION},
    "one that will be away tomorrow": {
        "away_from": TODAY + timedelta(1),
        "away_until": TODAY + timedelta(9),
    },
    "one that was away until yesterday": {
        "away_from": date(2026, 11, 1),
        "away_until": TODAY - timedelta(1),
    },
}


@pytest.mark.parametrize("who", [*LEFT_OUT, *PROPOSED])
async def test_only_those_are_proposed_who_may_be_asked_and_are_there(
    service: Service, field: str, who: str
) -> None:
    request = await asked_for(service, field)
    one = await add(service, expertise=[field], **(LEFT_OUT | PROPOSED)[who])

    assert await proposed(service, request) == ([] if who in LEFT_OUT else [one])


async def test_who_may_be_asked_is_what_the_rule_book_says(service: Service) -> None:
    cells = {
        await add(service, kind=kind, state=state, lapsed_at=lapsed): Facts(
            kind, state, listed=lapsed is None
        )
        for kind in ActivatorKind
        for state in ActivatorState
        for lapsed in (None, NOW)
    }

    table = tables.activator
    query = select(table.c.id).where(table.c.id.in_(cells), is_contactable())
    async with service.database.read() as session:
        found = set((await session.execute(query)).scalars())

    stranger = VISITOR.standing(owner=False)
    assert found == {
        one for one, facts in cells.items() if may(Permission.REQUEST_CONTACT, stranger, facts)
    }


async def test_nobody_is_proposed_who_is_in_the_chain_or_whom_the_company_asks_already(
    service: Service, field: str
) -> None:
    first, second, third = [await add(service, expertise=[field]) for _ in range(3)]
    other = await add(service, expertise=[field])
    begun = await add_request(service, first, expertise=[field], state=RequestState.REDIRECTED)
    chained: dict[str, Any] = {"root_id": begun.id, "expertise": [field]}
    middle = await add_request(
        service, second, previous_id=begun.id, hops=1, state=RequestState.REDIRECTED, **chained
    )
    last = await add_request(service, third, previous_id=middle.id, hops=2, **chained)
    asked_too = await add(service, expertise=[field])
    await add_request(service, asked_too)

    for request in (begun, middle, last):
        assert await proposed(service, request) == [other]


async def test_no_more_are_proposed_than_were_asked_for_and_always_the_same(
    service: Service, field: str
) -> None:
    request = await asked_for(service, field)
    for _ in range(5):
        await add(service, expertise=[field])

    first = await proposed(service, request, 3)

    assert len(first) == 3
    assert await proposed(service, request, 3) == first


async def test_offers_are_kept_while_they_hold_and_filled_up_with_others(
    service: Service, field: str
) -> None:
    request = await asked_for(service, field)
    for _ in range(4):
        await add(service, expertise=[field], **NEARBY)

    async def offered() -> list[int]:
        async with service.write() as session:
            return await offer_others(service.platform, session, request.id, now=service.clock())

    one, two, three = await offered()
    assert await offered() == [one, two, three]

    async with service.write() as session:
        gone = update(tables.activator).where(tables.activator.c.id == two)
        await session.execute(gone.values(state=ActivatorState.SUSPENDED))

    again = await offered()
    assert again[:2] == [one, three]
    assert len(again) == 3
    assert two not in again


async def test_where_nobody_may_be_asked_nobody_is_offered(service: Service, field: str) -> None:
    request = await asked_for(service, field)

    async with service.write() as session:
        now = service.clock()
        assert await offer_others(service.platform, session, request.id, now=now) == []
