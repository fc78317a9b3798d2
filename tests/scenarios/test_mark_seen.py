"""Who sees what of the mark: its conditions, licences, and what is told of a number (article 5)."""

from typing import Any

import pytest
from sqlalchemy import insert, select

from models import tables
from models.accounts import Role
from models.activators import ActivatorState
from models.base import new_id
from models.mark_licences import LicenceState as S
from tests.marks import (
    DAY,
    LICENCE,
    act,
    add_holder,
    add_licence,
    add_staff,
    begun_anew,
    change_activator,
    errors,
    verify,
)
from tests.people import add_account, add_activator
from tests.service import NOW, Service

OWN = (
    """query ($id: ID!) { activator(id: $id) {
  markLicence { ...licence viewerMay { grant refuse revoke surrender } }
  markLicences { number }
  markConditions { condition { code required sentence } met found }
} } """
    + LICENCE
)
LIST = """query ($states: [MarkLicenceState!], $first: Int, $after: String) {
  markLicences(filter: {states: $states}, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { cursor node { number activator { id } viewerMay { grant } } }
  }
}"""


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own; its clock begins anew."""
    return await begun_anew(shared_service)


async def test_its_owner_sees_conditions_and_licence_and_others_do_not(service: Service) -> None:
    holder = await add_holder(service)
    licence = await add_licence(service, holder.id)
    other, moderator = await add_holder(service), await add_staff(service)

    seen = [
        (await service.data(OWN, {"id": holder.node}, token=token))["activator"]
        for token in (holder.token, moderator, other.token, None)
    ]

    assert [one["markLicence"] and one["markLicence"]["viewerMay"] for one in seen] == [
        {"grant": False, "refuse": False, "revoke": False, "surrender": True},
        {"grant": False, "refuse": False, "revoke": True, "surrender": False},
        None,
        None,
    ]
    assert seen[2] == seen[3] == dict.fromkeys(seen[3])
    assert seen[0]["markLicences"] == [{"number": licence.number}]
    (active, *_, sanctions) = seen[0]["markConditions"]
    assert (active["condition"]["required"], active["met"], active["found"]) == ("90", True, "90")
    assert active["condition"]["sentence"].endswith("au moins 90 jours")
    assert (sanctions["condition"]["code"], sanctions["found"]) == ("NO_OPEN_SANCTION", "0")


async def test_everybody_reads_the_conditions(service: Service) -> None:
    query = "{ markConditions { code required sentence english: sentence(language: EN) } }"

    found = (await service.data(query))["markConditions"]

    required = {one["code"]: one["required"] for one in found}
    assert required == {
        "ACTIVE_FOR_LONG": "90",
        "CHARTER_ACCEPTED": "2026-1",
        "PROFILE_CONFIRMED": "243",
        "ANSWERS_IN_TIME": "80",
        "NO_OPEN_SANCTION": "0",
    }
    assert all("{" not in one["sentence"] + one["english"] for one in found)


async def test_staff_list_licences_and_a_rival_among_them_decides_nothing(service: Service) -> None:
    holder = await add_holder(service)
    mine = [
        await add_licence(service, holder.id, S.EXPIRED, requested_at=NOW - days * DAY)
        for days in (3000, 3001, 3000)
    ]
    async with service.write() as session:
        structure = tables.activator.c.structure_id
        query = select(structure).where(tables.activator.c.id == holder.id)
        structure_id = (await session.execute(query)).scalar_one()
        colleague = await add_activator(session, structure_id=structure_id)
        account = await add_account(session, Role.ACTIVATOR, activator_id=colleague)
        moderates = {"id": new_id(), "account_id": account, "role": Role.MODERATOR}
        await session.execute(insert(tables.account_role).values(moderates))
    waiting = await add_licence(service, holder.id, S.REQUESTED)
    moderator, interested = await add_staff(service), service.token(account)

    pages: list[Any] = []
    after = None
    while not pages or pages[-1]["pageInfo"]["hasNextPage"]:
        asked = {"states": ["EXPIRED"], "first": 1, "after": after}
        page = (await service.data(LIST, asked, token=moderator))["markLicences"]
        pages.append(page)
        after = page["pageInfo"]["endCursor"]
    numbers = [edge["node"]["number"] for page in pages for edge in page["edges"]]
    refused = await act(service, "grantMarkLicence", interested, id=waiting.node)

    first, *others = numbers
    assert first == mine[1].number
    assert {*others} == {mine[0].number, mine[2].number}
    assert pages[0]["totalCount"] == 3
    assert errors(refused) == {("FORBIDDEN", None)}
    assert "interest" in refused["userErrors"][0]["message"]
    for token, code in ((None, "UNAUTHENTICATED"), (holder.token, "FORBIDDEN")):
        answer = await service.ask(LIST, token=token)
        assert answer["errors"][0]["extensions"]["code"] == code
    wrong = await service.ask(LIST, {"after": "x"}, token=moderator)
    assert wrong["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_an_institutional_holder_is_shown_to_members_alone(service: Service) -> None:
    holder = await add_holder(service, kind="INSTITUTIONAL")
    licence = await add_licence(service, holder.id)

    found = [await verify(service, licence.number, token) for token in (None, holder.token)]

    assert [one["valid"] for one in found] == [True, True]
    assert [one["holder"] is None for one in found] == [True, False]


@pytest.mark.parametrize(
    "values",
    [
        {"state": ActivatorState.SUSPENDED},
        {"state": ActivatorState.WITHDRAWN},
        {"lapsed_at": NOW},
        {"left_at": NOW},
    ],
)
async def test_who_is_not_shown_has_no_valid_licence_at_once(
    service: Service, values: dict[str, Any]
) -> None:
    holder = await add_holder(service)
    licence = await add_licence(service, holder.id)
    assert (await verify(service, licence.number))["valid"]

    await change_activator(service, holder.id, **values)

    assert not (await verify(service, licence.number))["valid"]
    own = (await service.data(OWN, {"id": holder.node}, token=holder.token))["activator"]
    assert own["markLicence"]["valid"] is False


async def test_what_is_to_be_decided_is_a_step_of_staff(service: Service) -> None:
    holder, moderator = await add_holder(service), await add_staff(service)
    steps = "{ viewer { nextSteps { code } } }"
    await add_licence(service, holder.id, S.REQUESTED)

    told = [
        {one["code"] for one in (await service.data(steps, token=token))["viewer"]["nextSteps"]}
        for token in (moderator, holder.token)
    ]

    assert ["DECIDE_ON_MARK_LICENCES" in one for one in told] == [True, False]
