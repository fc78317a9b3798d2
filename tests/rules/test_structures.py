"""A structure shows as much as the viewer sees of its people, and takes no time for the others."""

from typing import Any

import pytest

from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState
from schema.nodes import global_id
from tests.people import add_account, add_activator, add_structure, siret
from tests.service import Service
from tests.statements import statements

SHOWN = """
query ($siret: String!) {
  structure(siret: $siret) { networks { code } activators { totalCount } }
}
"""
MANY = """
query ($ids: [ID!]!, $named: [_Any!]!) {
  nodes(ids: $ids) { ... on Structure { name networks { code } } }
  _entities(representations: $named) { ... on Structure { name } }
}
"""
NETWORKS = ["adie", "cci"]


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with structures of its own."""
    return shared_service


async def networks(service: Service, number: str, token: str | None = None) -> list[str]:
    """Name the networks that a structure shows."""
    data = await service.data(SHOWN, {"siret": number}, token=token)
    return [network["code"] for network in data["structure"]["networks"]]


@pytest.mark.parametrize(
    ("hidden", "to_members"),
    [
        ({"kind": ActivatorKind.INSTITUTIONAL}, NETWORKS),
        *(({"state": state}, ["cci"]) for state in ActivatorState if state.name != "ACTIVE"),
    ],
)
async def test_a_network_that_has_only_hidden_people_in_a_structure_is_not_told(
    service: Service, hidden: dict[str, Any], to_members: list[str]
) -> None:
    number = siret()
    async with service.write() as session:
        structure = await add_structure(session, siret=number, networks=NETWORKS)
        await add_activator(session, structure_id=structure, networks=["cci"])
        await add_activator(session, structure_id=structure, networks=["adie"], **hidden)
        roles: dict[Role, dict[str, Any]] = {
            Role.INSTITUTION: {},
            Role.NETWORK_MANAGER: {"network_code": "adie"},
            Role.STRUCTURE_MANAGER: {"structure_id": structure},
            Role.MODERATOR: {},
        }
        tokens = {
            role: service.token(await add_account(session, role, **about))
            for role, about in roles.items()
        }

    assert await networks(service, number) == ["cci"]
    assert await networks(service, number, tokens[Role.INSTITUTION]) == to_members
    for owner in (Role.NETWORK_MANAGER, Role.STRUCTURE_MANAGER, Role.MODERATOR):
        assert await networks(service, number, tokens[owner]) == NETWORKS


async def test_many_structures_take_two_statements_however_they_are_named(
    service: Service,
) -> None:
    numbers = [siret() for _ in range(20)]
    async with service.write() as session:
        ids = [await add_structure(session, siret=one, networks=["cci"]) for one in numbers]
        for structure in ids:
            await add_activator(session, structure_id=structure, networks=["cci"])
    variables = {
        "ids": [global_id("Structure", one) for one in ids],
        "named": [{"__typename": "Structure", "siret": one} for one in numbers],
    }

    with statements(service) as sent:
        found = await service.data(MANY, variables)

    assert len(found["nodes"]) == len(found["_entities"]) == 20
    assert None not in found["nodes"] + found["_entities"]
    assert len(sent) == 2


async def test_hidden_structures_are_not_even_read(service: Service) -> None:
    number = siret()
    async with service.write() as session:
        structure = await add_structure(session, siret=number)
        await add_activator(session, structure_id=structure, state=ActivatorState.PENDING)
        elsewhere = await add_structure(session)
        await add_activator(session, structure_id=elsewhere)
        manager = await add_account(session, Role.STRUCTURE_MANAGER, structure_id=elsewhere)
    unknown = siret()
    counts = []

    for token in (None, service.token(manager)):
        await service.data("{ viewer { isMember } }", token=token)
        for one in (number, unknown):
            with statements(service) as sent:
                answer = await service.data(SHOWN, {"siret": one}, token=token)
            assert answer == {"structure": None}
            counts.append(len(sent))

    assert counts == [0, 0, 2, 2]


async def test_a_structure_without_people_shows_to_its_manager_and_staff_alone(
    service: Service,
) -> None:
    number = siret()
    async with service.write() as session:
        structure = await add_structure(session, siret=number, networks=["cci"])
        manager = await add_account(session, Role.STRUCTURE_MANAGER, structure_id=structure)
        moderator = await add_account(session, Role.MODERATOR)
        institution = await add_account(session, Role.INSTITUTION)

    for account in (manager, moderator):
        assert await networks(service, number, service.token(account)) == ["cci"]
    for token in (None, service.token(institution)):
        assert await service.data(SHOWN, {"siret": number}, token=token) == {"structure": None}
