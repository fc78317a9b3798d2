"""Figures of contact requests: who counts what, and that nobody learns of a few companies."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.accounts import Role
from models.api_keys import Scope
from models.request_steps import RequestState
from tests.contact import add_request
from tests.people import add_account, add_activator, add_structure
from tests.portals import make_key
from tests.service import Service

COUNT = """query ($year: Int!, $by: ContactFiguresGrouping, $after: String, $first: Int) {
  contactFigures(year: $year, by: $by) {
    year total { requests answered answeredInTime acknowledgedAtOnce medianAnswerHours
      ninetiethPercentileAnswerHours declined redirected cancelled expired engagements
      outcomes { outcome count } }
    others { requests }
    groups(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes {
      activator { id } structure { name } network { code } territory { code }
      expertise { code } figures { requests } } } } }"""
SENT = datetime(2026, 6, 1, 8, tzinfo=UTC)


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all; each test counts a year of its own."""
    return shared_service


async def ask_many(service: Service, activator: int, count: int, year: int, **values: Any) -> None:
    sent = SENT.replace(year=year)
    given = {"sent_at": sent, "due_at": sent + timedelta(days=2), **values}
    for _ in range(count):
        await add_request(service, activator, **given)


async def counted(service: Service, account: int, year: int, by: str | None = None) -> Any:
    asked = {"year": year, "by": by}
    return (await service.data(COUNT, asked, token=service.token(account)))["contactFigures"]


def sizes(groups: Sequence[Any], what: str, field: str) -> dict[str, int]:
    return {one[what][field]: one["figures"]["requests"] for one in groups}


async def test_an_activator_counts_its_own_requests_however_few(service: Service) -> None:
    async with service.write() as session:
        mine, other = await add_activator(session), await add_activator(session)
        account = await add_account(session, Role.ACTIVATOR, activator_id=mine)
    sent = SENT.replace(year=2021)
    await ask_many(
        service, mine, 1, 2021, answered_at=sent + timedelta(hours=3), answer_minutes=180
    )
    await ask_many(
        service, mine, 1, 2021, answered_at=sent + timedelta(days=4), answer_minutes=1260
    )
    await ask_many(service, mine, 1, 2021, state=RequestState.EXPIRED, expired_at=sent)
    await ask_many(service, mine, 1, 2021, acknowledged_at=sent + timedelta(seconds=2))
    await ask_many(service, other, 3, 2021)

    read = await counted(service, account, 2021)

    assert read["total"] == {
        "requests": 4,
        "answered": 2,
        "answeredInTime": 1,
        "acknowledgedAtOnce": 1,
        "medianAnswerHours": 12.0,
        "ninetiethPercentileAnswerHours": 19.2,
        "declined": 0,
        "redirected": 0,
        "cancelled": 0,
        "expired": 1,
        "engagements": 0,
        "outcomes": [
            {"outcome": one, "count": 0}
            for one in ("SUCCESSFUL", "PARTLY_SUCCESSFUL", "UNSUCCESSFUL")
        ],
    }
    assert read["groups"] is None


async def test_what_is_held_is_not_counted_and_years_are_those_of_paris(service: Service) -> None:
    async with service.write() as session:
        mine = await add_activator(session)
        account = await add_account(session, Role.ACTIVATOR, activator_id=mine)
    await ask_many(service, mine, 1, 2022, state=RequestState.HELD, sent_at=None, due_at=None)
    in_paris = datetime(2022, 12, 31, 23, 30, tzinfo=UTC)
    await add_request(service, mine, sent_at=in_paris)

    of_years = [(await counted(service, account, year))["total"] for year in (2022, 2023)]

    assert [one["requests"] for one in of_years] == [0, 1]


async def test_an_institution_gets_no_group_of_fewer_than_five(service: Service) -> None:
    async with service.write() as session:
        structures = [await add_structure(session, name=f"Figures {one}") for one in "ABC"]
        people = [await add_activator(session, structure_id=one) for one in structures]
        state = await add_account(session, Role.INSTITUTION)
        manager = await add_account(session, Role.STRUCTURE_MANAGER, structure_id=structures[2])
    for activator, count in zip(people, (7, 5, 2), strict=True):
        await ask_many(service, activator, count, 2024)

    seen = await counted(service, state, 2024, "STRUCTURE")
    own = await counted(service, manager, 2024, "STRUCTURE")

    assert sizes(seen["groups"]["nodes"], "structure", "name") == {"Figures A": 7}
    assert (seen["total"]["requests"], seen["others"]["requests"]) == (14, 7)
    assert sizes(own["groups"]["nodes"], "structure", "name") == {"Figures C": 2}
    assert (own["total"]["requests"], own["others"]) == (2, None)


async def test_fewer_than_five_in_all_are_no_figure_for_an_onlooker(service: Service) -> None:
    async with service.write() as session:
        state = await add_account(session, Role.INSTITUTION)
        activator = await add_activator(session)
    await ask_many(service, activator, 4, 2025)

    read = await counted(service, state, 2025, "ACTIVATOR")

    assert (read["total"], read["others"], read["groups"]["nodes"]) == (None, None, [])


@pytest.mark.parametrize(
    ("by", "what", "field", "expected"),
    [
        ("NETWORK", "network", "code", {"cci": 5, "cma": 10}),
        ("DEPARTMENT", "territory", "code", {"DEP-01": 5, "DEP-69": 5}),
        ("REGION", "territory", "code", {"REG-84": 10}),
    ],
)
async def test_requests_are_broken_down(
    service: Service, by: str, what: str, field: str, expected: dict[str, int]
) -> None:
    year = 2030 + ["NETWORK", "DEPARTMENT", "REGION"].index(by)
    async with service.write() as session:
        both = await add_activator(session, networks=["cci", "cma"])
        one = await add_activator(session, networks=["cma"])
        staff = await add_account(session, Role.MODERATOR)
    await ask_many(service, both, 5, year)
    await ask_many(service, one, 5, year, department_code="DEP-69")

    read = await counted(service, staff, year, by)

    assert sizes(read["groups"]["nodes"], what, field) == expected


async def test_fields_of_expertise_are_those_that_were_asked_for(service: Service) -> None:
    codes = [one.code for one in service.directory.snapshot.reference.fields.items[:2]]
    async with service.write() as session:
        activator = await add_activator(session)
        staff = await add_account(session, Role.ADMINISTRATOR)
    await ask_many(service, activator, 5, 2033, expertise=codes)
    await ask_many(service, activator, 5, 2033, expertise=codes[:1])

    read = await counted(service, staff, 2033, "EXPERTISE")

    assert sizes(read["groups"]["nodes"], "expertise", "code") == {codes[0]: 10, codes[1]: 5}


async def test_a_region_counts_what_its_own_activators_were_asked(service: Service) -> None:
    async with service.write() as session:
        within = await add_activator(session)
        ara = await add_account(session, Role.INSTITUTION, region_code="REG-84")
        idf = await add_account(session, Role.INSTITUTION, region_code="REG-11")
    await ask_many(service, within, 5, 2034)

    assert (await counted(service, ara, 2034))["total"]["requests"] == 5
    assert (await counted(service, idf, 2034))["total"] is None


async def test_groups_come_in_pages(service: Service) -> None:
    async with service.write() as session:
        people = [await add_activator(session) for _ in range(3)]
        staff = await add_account(session, Role.MODERATOR)
    for activator, count in zip(people, (5, 7, 6), strict=True):
        await ask_many(service, activator, count, 2035)
    asked = {"year": 2035, "by": "ACTIVATOR", "first": 2}
    token = service.token(staff)

    first = (await service.data(COUNT, asked, token=token))["contactFigures"]["groups"]
    after = first["pageInfo"]["endCursor"]
    rest = (await service.data(COUNT, {**asked, "after": after}, token=token))["contactFigures"]

    assert [one["figures"]["requests"] for one in first["nodes"]] == [7, 6]
    assert first["pageInfo"]["hasNextPage"]
    assert [one["figures"]["requests"] for one in rest["groups"]["nodes"]] == [5]
    wrong = await service.ask(COUNT, {**asked, "after": "nothing"}, token=token)
    assert wrong["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_those_who_own_nothing_count_nothing(service: Service) -> None:
    async with service.write() as session:
        nobody = await add_account(session)
    for token, code in ((None, "UNAUTHENTICATED"), (service.token(nobody), "FORBIDDEN")):
        answer = await service.ask(COUNT, {"year": 2026}, token=token)
        assert answer["errors"][0]["extensions"]["code"] == code
        assert answer["data"] is None


async def test_a_year_out_of_range_is_refused(service: Service) -> None:
    async with service.write() as session:
        staff = await add_account(session, Role.MODERATOR)
    for year in (0, 2019, 2101, -(2**31)):
        answer = await service.ask(COUNT, {"year": year}, token=service.token(staff))
        assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
        assert "year" in answer["errors"][0]["message"]


async def test_a_key_counts_for_its_network_as_one_who_does_not_own_it(service: Service) -> None:
    async with service.write() as session:
        activator = await add_activator(session, networks=["adie"])
    await ask_many(service, activator, 5, 2036)
    await ask_many(service, activator, 4, 2037)
    reads = await make_key(service, network="adie", scopes=[Scope.STATISTICS_READ])
    other = await make_key(service, network="adie", scopes=[Scope.DIRECTORY_READ])

    totals = [
        (await service.data(COUNT, {"year": year}, token=reads.text))["contactFigures"]["total"]
        for year in (2036, 2037)
    ]

    assert totals[0]["requests"] == 5
    assert totals[1] is None
    refused = await service.ask(COUNT, {"year": 2036}, token=other.text)
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"
