"""Figures of consultation (issue 5, section 6): what they say, to whom, and of whom they do not."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from models import tables
from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState
from models.consultations import ConsultationKind, ViewerKind
from models.revisions import Subject, record_changes
from schema.nodes import global_id
from tests.consultations import TODAY, put_count
from tests.people import add_account, add_activator, add_structure
from tests.service import NOW, Service
from tests.statements import statements

CONTACT, WEBSITE = ConsultationKind.CONTACT_CLICK, ConsultationKind.WEBSITE_CLICK
DAY = timedelta(days=1)
COUNTS = "views contactClicks websiteClicks"
READ = f"""query ($id: ID!, $from: Date, $to: Date) {{ activator(id: $id) {{
  consultations(from: $from, to: $to) {{ from to total {{ {COUNTS} }} days {{ day {COUNTS} }}
    portals {{ network {{ code }} {COUNTS} }} viewers {{ viewer {COUNTS} }}
    comparable {{ {COUNTS} }} }} }} }}"""


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all of these, each with pages of its own."""
    return shared_service


async def read(service: Service, page: int, account: int, **days: str) -> Any:
    """Read the figures of a page."""
    asked = {"id": global_id("Activator", page), **days}
    data = await service.data(READ, asked, token=service.token(account))
    return data["activator"]["consultations"]


def counts(views: float = 0, contact: float = 0, website: float = 0) -> dict[str, float]:
    return {"views": views, "contactClicks": contact, "websiteClicks": website}


async def add_page(service: Service, **values: Any) -> tuple[int, int]:
    """Add an activator and its account."""
    async with service.write() as session:
        page = await add_activator(session, **values)
        return page, await add_account(session, Role.ACTIVATOR, activator_id=page)


async def test_figures_are_by_day_by_portal_by_viewer_and_in_all(service: Service) -> None:
    page, owner = await add_page(service)
    await put_count(service, page, 3)
    await put_count(service, page, 2, portal="cma")
    await put_count(service, page, 1, portal="cci", kind=CONTACT)
    await put_count(service, page, 4, viewer=ViewerKind.MEMBER, kind=WEBSITE, day=TODAY - 29 * DAY)
    await put_count(service, page, 9, day=TODAY - 30 * DAY)

    found = await read(service, page, owner)

    assert (found["from"], found["to"]) == ("2026-10-26", "2026-11-24")
    assert found["total"] == counts(5, 1, 4)
    assert [one["day"] for one in found["days"]] == [
        (TODAY - number * DAY).isoformat() for number in reversed(range(30))
    ]
    assert found["days"][0] == {"day": "2026-10-26", **counts(website=4)}
    assert found["days"][1] == {"day": "2026-10-27", **counts()}
    assert found["days"][29] == {"day": "2026-11-24", **counts(5, 1)}
    assert found["portals"] == [
        {"network": None, **counts(3, 0, 4)},
        {"network": {"code": "cci"}, **counts(0, 1)},
        {"network": {"code": "cma"}, **counts(2)},
    ]
    assert found["viewers"] == [
        {"viewer": "VISITOR", **counts(5, 1)},
        {"viewer": "MEMBER", **counts(website=4)},
        {"viewer": "INSTITUTION", **counts()},
        {"viewer": "STAFF", **counts()},
    ]


async def test_a_page_that_nobody_looked_at_has_figures_of_zero(service: Service) -> None:
    page, owner = await add_page(service)

    found = await read(service, page, owner, **{"from": "2026-11-23", "to": "2026-11-24"})

    assert (found["total"], found["portals"]) == (counts(), [])
    assert found["days"] == [{"day": f"2026-11-{day}", **counts()} for day in (23, 24)]


async def test_figures_are_of_the_days_that_are_asked_for(service: Service) -> None:
    page, owner = await add_page(service)
    for number in range(5):
        await put_count(service, page, 10**number, day=TODAY - number * DAY)

    some = await read(service, page, owner, **{"from": "2026-11-21", "to": "2026-11-23"})
    until = await read(service, page, owner, to="2026-11-22")
    year = await read(service, page, owner, **{"from": "2025-11-24"})

    assert some["total"]["views"] == 1110
    assert (until["from"], until["total"]["views"]) == ("2026-10-24", 11100)
    assert len(year["days"]) == 366


async def test_today_is_the_day_in_paris(service: Service) -> None:
    page, owner = await add_page(service)
    service.clock.advance(hours=13, minutes=30)

    found = await read(service, page, owner)

    service.clock.now = NOW
    assert found["to"] == "2026-11-25"


WRONG = {
    "to tomorrow": ({"to": "2026-11-25"}, "to: got 2026-11-25, expected a day from 2020-01-01"),
    "too early": ({"to": "0001-01-01"}, "to: got 0001-01-01"),
    "late": ({"to": "9999-12-31"}, "to: got 9999-12-31"),
    "no order": (
        {"from": "2026-11-24", "to": "2026-11-23"},
        "from: got 2026-11-24, expected",
    ),
    "367 days": ({"from": "2025-11-23"}, "from: got 2025-11-23, expected 2025-11-24 or later"),
    "from too early": ({"from": "2019-12-31"}, "from: got 2019-12-31"),
}


@pytest.mark.parametrize("given", WRONG)
async def test_wrong_days_are_told_to_who_may_read_and_to_nobody_else(
    service: Service, given: str
) -> None:
    page, owner = await add_page(service)
    days, told = WRONG[given]
    asked = {"id": global_id("Activator", page), **days}

    answer = await service.ask(READ, asked, token=service.token(owner))
    of_visitor = await service.ask(READ, asked)

    (error,) = answer["errors"]
    assert error["message"].startswith(told)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert of_visitor == {"data": {"activator": {"consultations": None}}}


async def test_figures_of_a_list_take_a_few_statements_however_long_it_is(
    service: Service,
) -> None:
    async with service.write() as session:
        structure = await add_structure(session)
        for number in range(12):
            place = {"commune_code": "COM-01283" if number % 2 else "COM-69123"}
            await add_activator(session, structure_id=structure, **place)
        manager = await add_account(session, Role.STRUCTURE_MANAGER, structure_id=structure)
    query = f"""query ($id: ID!) {{ structure(id: $id) {{ activators {{ nodes {{ consultations {{
      total {{ views }} days {{ views }} portals {{ views }} viewers {{ views }}
      comparable {{ {COUNTS} }} }} }} }} }} }}"""
    asked = {"id": global_id("Structure", structure)}
    await service.data(query, asked, token=service.token(manager))

    with statements(service) as sent:
        found = await service.data(query, asked, token=service.token(manager))

    assert len(found["structure"]["activators"]["nodes"]) == 12
    assert len([one for one in sent if "consultation" in one.text]) == 4


async def add_others(service: Service, number: int, **values: Any) -> list[int]:
    """Add comparable pages with 10, 20, 30… views."""
    async with service.write() as session:
        pages = [await add_activator(session, **values) for _ in range(number)]
    for place, one in enumerate(pages):
        await put_count(service, one, 10 * (place + 1))
    return pages


async def test_a_page_is_compared_with_five_others_or_with_none(
    service: Service,
) -> None:
    alike = {"kind": ActivatorKind.FUNDING_ADVISER}
    page, owner = await add_page(service, **alike)
    await put_count(service, page, 1000)
    await add_others(service, 4, **alike)
    of_four = await read(service, page, owner)
    fifth, _ = await add_page(service, **alike)
    of_five = await read(service, page, owner)

    await put_count(service, fifth, 7, kind=CONTACT)
    await put_count(service, fifth, 900)
    again = await read(service, page, owner)

    assert of_four["comparable"] is None
    assert of_five["comparable"] == counts(20)
    assert again["comparable"] == counts(30)


async def test_others_of_another_kind_or_department_or_that_are_not_shown_are_not_comparable(
    service: Service,
) -> None:
    alike = {"kind": ActivatorKind.SOLUTION_PROVIDER}
    page, owner = await add_page(service, **alike)
    await add_others(service, 4, **alike)
    async with service.write() as session:
        for values in (
            {"kind": ActivatorKind.CHAMPION},
            {"commune_code": "COM-69123"},
            {"commune_code": None},
            {"state": ActivatorState.PENDING},
            {"state": ActivatorState.SUSPENDED},
            {"lapsed_at": NOW},
            {"left_at": NOW},
            {"state": ActivatorState.WITHDRAWN, "erased_at": NOW},
        ):
            await add_activator(session, **alike | values)

    assert (await read(service, page, owner))["comparable"] is None


async def test_a_manager_of_all_but_a_few_learns_nothing_of_those_few(
    service: Service,
) -> None:
    alike = {"kind": ActivatorKind.INSTITUTIONAL}
    async with service.write() as session:
        structure = await add_structure(session, networks=["cma"])
        manager = await add_account(session, Role.STRUCTURE_MANAGER, structure_id=structure)
        of_network = await add_account(session, Role.NETWORK_MANAGER, network_code="cma")
        state = await add_account(session, Role.INSTITUTION)
    own = await add_others(service, 6, structure_id=structure, networks=["cma"], **alike)
    all_own = await read(service, own[0], manager)

    await add_others(service, 4, **alike)
    few_unknown = [await read(service, own[0], one) for one in (manager, of_network, state)]
    await add_others(service, 1, **alike)
    five_unknown = await read(service, own[0], manager)

    assert all_own["comparable"] == counts(40)
    assert [one["comparable"] for one in few_unknown] == [None, None, counts(30)]
    assert five_unknown["comparable"] == counts(30)


async def test_a_page_without_a_place_is_compared_with_none(service: Service) -> None:
    page, owner = await add_page(service, commune_code=None)

    assert (await read(service, page, owner))["comparable"] is None


async def test_figures_are_of_the_page_as_it_is_though_it_is_suspended(service: Service) -> None:
    page, owner = await add_page(service)
    await put_count(service, page, 5)
    async with service.write() as session:
        own = update(tables.activator).where(tables.activator.c.id == page)
        await session.execute(own.values(state=ActivatorState.SUSPENDED, version=2))
        await record_changes(session, Subject.ACTIVATOR, [page])

    assert (await read(service, page, owner))["total"] == counts(5)
