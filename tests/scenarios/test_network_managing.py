"""Managing networks: what they federate, whom they enrol, who admits for them, and what shows."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from models import tables
from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState, EnrolmentSource
from models.networks import AdmissionPolicy
from schema.nodes import global_id
from tests.people import add_account, add_activator, add_structure, siret
from tests.rules.world import rows_of
from tests.service import Service
from tests.statements import statements

ADD = """mutation ($input: NetworkStructureInput!) {
  addStructureToNetwork(input: $input) {
    structure { id networks { code } activators { nodes { id } } } userErrors { code field }
  }
}"""
OUT = ADD.replace("addStructureToNetwork", "removeStructureFromNetwork")
ENROL = """mutation ($input: EnrolActivatorInput!) {
  enrolActivator(input: $input) {
    activator { id networks { code } enrolments { network { code } externalId } }
    userErrors { code field }
  }
}"""
UNENROL = """mutation ($input: UnenrolActivatorInput!) {
  unenrolActivator(input: $input) { activator { networks { code } } userErrors { code field } }
}"""
POLICY = """mutation ($input: SetAdmissionPolicyInput!) {
  setAdmissionPolicy(input: $input) { network { admission } userErrors { code field } }
}"""
WATCHED = (
    *(tables.membership, tables.enrolment, tables.activator, tables.network),
    *(tables.audit_entry, tables.revision),
)


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own."""
    return shared_service


async def token_of(service: Service, role: Role, **about: Any) -> str:
    """Give a token of an account that has a role."""
    async with service.write() as session:
        return service.token(await add_account(session, role, **about))


async def do(service: Service, query: str, token: str | None, **asked: Any) -> Any:
    """Ask for a mutation; give its payload."""
    (payload,) = (await service.data(query, {"input": asked}, token=token)).values()
    return payload


def codes(payload: Any) -> list[tuple[str, str | None]]:
    """Say how it was refused."""
    return [(one["code"], one["field"]) for one in payload["userErrors"]]


async def test_a_structure_comes_in_and_goes_out_and_those_enrolled_stay(service: Service) -> None:
    token, number = await token_of(service, Role.NETWORK_MANAGER, network_code="cci"), siret()
    async with service.write() as session:
        structure = await add_structure(session, siret=number)
        activator = await add_activator(session, structure_id=structure, networks=["cci"])
    by_siret = {"network": "cci", "structure": {"siret": number}}
    by_id = {"network": "cci", "structure": {"id": global_id("Structure", structure)}}

    added = await asyncio.gather(*(do(service, ADD, token, **by_siret) for _ in range(3)))
    visitors = await service.data(NETWORKS, {"siret": number})
    removed = [await do(service, OUT, token, **by_id) for _ in range(2)]

    shown: dict[str, Any] = {"id": global_id("Structure", structure)}
    shown["networks"] = [{"code": "cci"}]
    shown["activators"] = {"nodes": [{"id": global_id("Activator", activator)}]}
    assert added == [{"structure": shown, "userErrors": []}] * 3
    assert visitors["structure"]["networks"] == [{"code": "cci"}]
    assert removed == [{"structure": shown | {"networks": []}, "userErrors": []}] * 2
    entry = tables.audit_entry
    query = select(entry.c.action).where(entry.c.subject_id == str(structure))
    async with service.database.read() as session:
        told = (await session.execute(query.order_by(entry.c.sequence))).scalars().all()
    assert told == ["network.add_structure", "network.remove_structure"]


NETWORKS = "query ($siret: String!) { structure(siret: $siret) { networks { code } } }"


async def test_a_hidden_structure_and_none_are_added_alike(service: Service) -> None:
    token, number = await token_of(service, Role.NETWORK_MANAGER, network_code="cci"), siret()
    async with service.write() as session:
        hidden = await add_structure(session, siret=number)
        await add_activator(session, structure_id=hidden, state=ActivatorState.PENDING)
    keys = [{"siret": number}, {"siret": siret()}]
    keys += [{"id": global_id("Structure", one)} for one in (hidden, 1)]
    keys.append({"id": global_id("Activator", 1)})
    before = await rows_of(service.database, *WATCHED)

    answers = [
        await do(service, query, token, network="cci", structure=key)
        for query in (ADD, OUT)
        for key in keys
    ]

    refused = {"structure": None, "userErrors": [{"code": "NOT_FOUND", "field": "structure"}]}
    assert answers == [refused] * 10
    assert await rows_of(service.database, *WATCHED) == before


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"structure": {"siret": "1"}}, ("BAD_USER_INPUT", "structure.siret")),
        ({"structure": {"siret": "\0" * 14}}, ("BAD_USER_INPUT", "structure.siret")),
        ({"structure": {"siret": "²" * 14}}, ("BAD_USER_INPUT", "structure.siret")),
        ({"structure": {"id": "x"}}, ("BAD_USER_INPUT", "structure.id")),
        ({"network": "nope"}, ("BAD_USER_INPUT", "network")),
        ({"network": "cci\0"}, ("BAD_USER_INPUT", "network")),
    ],
)
async def test_what_is_wrong_is_told_by_its_field(
    service: Service, wrong: dict[str, Any], expected: tuple[str, str]
) -> None:
    token, number = await token_of(service, Role.ADMINISTRATOR), siret()
    async with service.write() as session:
        await add_activator(session, structure_id=await add_structure(session, siret=number))
    asked = {"network": "cci", "structure": {"siret": number}, **wrong}
    before = await rows_of(service.database, *WATCHED)

    for query in (ADD, OUT):
        assert codes(await do(service, query, token, **asked)) == [expected]

    assert await rows_of(service.database, *WATCHED) == before


async def test_adding_a_structure_gives_neither_its_people_nor_itself(service: Service) -> None:
    token = await token_of(service, Role.NETWORK_MANAGER, network_code="cma")
    async with service.write() as session:
        structure = await add_structure(session, networks=["cci"])
        theirs = await add_activator(session, structure_id=structure, networks=["cci"])
        await add_activator(session, structure_id=structure, networks=["cma"])
    id = global_id("Structure", structure)
    query = """query ($structure: ID!, $activator: ID!) {
      structure(id: $structure) { managers { id } }
      activator(id: $activator) { state viewerMay { edit } }
    }"""

    added = await do(service, ADD, token, network="cma", structure={"id": id})
    variables = {"structure": id, "activator": global_id("Activator", theirs)}
    seen = await service.data(query, variables, token=token)

    assert codes(added) == []
    assert seen["structure"] == {"managers": None}
    assert seen["activator"] == {"state": None, "viewerMay": {"edit": False}}


async def test_an_activator_s_own_word_gives_the_network_s_managers_its_page(
    service: Service,
) -> None:
    async with service.write() as session:
        number = await add_activator(session, state=ActivatorState.PENDING)
    own = await token_of(service, Role.ACTIVATOR, activator_id=number)
    manager = await token_of(service, Role.NETWORK_MANAGER, network_code="cci")
    asked = {"network": "cci", "activator": global_id("Activator", number)}
    edit = "query ($id: ID!) { activator(id: $id) { state viewerMay { edit } } }"
    seen = []

    for query in (None, ENROL, UNENROL):
        if query is not None:
            answers = await asyncio.gather(*(do(service, query, own, **asked) for _ in range(3)))
            assert [codes(one) for one in answers] == [[], [], []]
        seen.append(await service.data(edit, {"id": asked["activator"]}, token=manager))

    page = {"activator": {"state": "PENDING", "viewerMay": {"edit": True}}}
    assert seen == [{"activator": None}, page, {"activator": None}]
    async with service.database.read() as session:
        version = select(tables.activator.c.version).where(tables.activator.c.id == number)
        assert (await session.execute(version)).scalar_one() == 3


async def test_an_administrator_enrols_under_the_network_s_own_number(service: Service) -> None:
    token = await token_of(service, Role.ADMINISTRATOR)
    async with service.write() as session:
        first, second = [await add_activator(session) for _ in range(2)]
    asked = {"network": "cma", "externalId": f" A-{first} "}

    enrolled = await do(service, ENROL, token, activator=global_id("Activator", first), **asked)
    taken = await do(service, ENROL, token, activator=global_id("Activator", second), **asked)

    assert enrolled["activator"]["enrolments"] == [
        {"network": {"code": "cma"}, "externalId": f"A-{first}"}
    ]
    assert codes(taken) == [("CONFLICT", "externalId")]
    table = tables.enrolment
    query = select(table.c.source).where(table.c.activator_id == first)
    async with service.database.read() as session:
        assert (await session.execute(query)).scalar_one() is EnrolmentSource.ROSTER


@pytest.mark.parametrize("external_id", ["", " ", "a\0b", "x" * 101])
async def test_a_number_that_is_none_is_refused(service: Service, external_id: str) -> None:
    token = await token_of(service, Role.ADMINISTRATOR)
    async with service.write() as session:
        id = global_id("Activator", await add_activator(session))
    before = await rows_of(service.database, *WATCHED)

    refused = await do(service, ENROL, token, network="cci", activator=id, externalId=external_id)

    assert codes(refused) == [("BAD_USER_INPUT", "externalId")]
    assert await rows_of(service.database, *WATCHED) == before


async def test_whom_a_roster_declares_asks_the_network_to_leave_it(service: Service) -> None:
    async with service.write() as session:
        number = await add_activator(session, networks=["cci"])
    own = await token_of(service, Role.ACTIVATOR, activator_id=number)
    manager = await token_of(service, Role.NETWORK_MANAGER, network_code="cci")
    asked = {"network": "cci", "activator": global_id("Activator", number)}
    before = await rows_of(service.database, *WATCHED)

    refused = await do(service, UNENROL, own, **asked)
    unchanged = await rows_of(service.database, *WATCHED) == before
    taken = await do(service, UNENROL, manager, **asked)

    assert codes(refused) == [("CONFLICT", "network")]
    assert unchanged
    assert taken == {"activator": {"networks": []}, "userErrors": []}


async def test_nobody_gives_itself_a_number_and_who_has_left_joins_nothing(
    service: Service,
) -> None:
    async with service.write() as session:
        number = await add_activator(session)
        gone = await add_activator(session, state=ActivatorState.WITHDRAWN)
    own = await token_of(service, Role.ACTIVATOR, activator_id=number)
    left = await token_of(service, Role.ACTIVATOR, activator_id=gone)
    id, other = global_id("Activator", number), global_id("Activator", gone)
    before = await rows_of(service.database, *WATCHED)

    answers = [
        await do(service, ENROL, own, network="cci", activator=id, externalId="7"),
        await do(service, ENROL, own, network="nope", activator=id),
        await do(service, ENROL, left, network="cci", activator=other),
        await do(service, ENROL, own, network="cci", activator="x"),
        await do(service, UNENROL, own, network="nope", activator=id),
    ]

    assert [codes(one) for one in answers] == [
        [("FORBIDDEN", None)],
        [("BAD_USER_INPUT", "network")],
        [("CONFLICT", "activator")],
        [("BAD_USER_INPUT", "activator")],
        [("BAD_USER_INPUT", "network")],
    ]
    assert await rows_of(service.database, *WATCHED) == before


async def test_who_admits_is_public_and_changes_what_managers_may(service: Service) -> None:
    token = await token_of(service, Role.ADMINISTRATOR)
    manager = await token_of(service, Role.NETWORK_MANAGER, network_code="adie")
    async with service.write() as session:
        pending = await add_activator(session, networks=["adie"], state=ActivatorState.PENDING)
    query = """query ($id: ID!) {
      network(code: "adie") { admission }
      activator(id: $id) { viewerMay { admit } }
    }"""
    variables, seen = {"id": global_id("Activator", pending)}, []

    for policy in (
        AdmissionPolicy.BY_NETWORK,
        AdmissionPolicy.BY_NETWORK,
        AdmissionPolicy.BY_STAFF,
    ):
        answer = await do(service, POLICY, token, network="adie", policy=policy.value)
        assert answer == {"network": {"admission": policy.value}, "userErrors": []}
        seen.append(await service.data(query, variables, token=manager))

    assert [(one["network"]["admission"], one["activator"]["viewerMay"]) for one in seen] == [
        ("BY_NETWORK", {"admit": True}),
        ("BY_NETWORK", {"admit": True}),
        ("BY_STAFF", {"admit": False}),
    ]
    assert codes(await do(service, POLICY, token, network="nope", policy="BY_STAFF")) == [
        ("BAD_USER_INPUT", "network")
    ]
    entry = tables.audit_entry
    told = select(entry.c.before, entry.c.after).where(entry.c.action == "network.set_admission")
    async with service.database.read() as session:
        entries = [tuple(row) for row in await session.execute(told.order_by(entry.c.sequence))]
    staff, network = {"admission": "BY_STAFF"}, {"admission": "BY_NETWORK"}
    assert entries == [(staff, network), (network, staff)]


PAGE = """query ($first: Int, $after: String) {
  network(code: "french-tech") {
    structures(first: $first, after: $after) {
      edges { cursor } nodes { id } pageInfo { hasNextPage endCursor }
    }
  }
}"""


async def pages(service: Service, token: str | None) -> list[str]:
    """Walk through the structures of a network, two at a time; give their ids."""
    seen: list[str] = []
    after = None
    while True:
        data = await service.data(PAGE, {"first": 2, "after": after}, token=token)
        page = data["network"]["structures"]
        assert len(page["edges"]) == len(page["nodes"]) <= 2
        seen += [one["id"] for one in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            return seen
        after = page["pageInfo"]["endCursor"]


async def test_a_network_shows_its_structures_as_far_as_the_viewer_sees_its_people(
    service: Service,
) -> None:
    institutional = {"kind": ActivatorKind.INSTITUTIONAL, "networks": ["french-tech"]}
    async with service.write() as session:
        shown = [await add_structure(session, networks=["french-tech"]) for _ in range(3)]
        members = await add_structure(session, networks=["french-tech"])
        empty = await add_structure(session, networks=["french-tech"])
        of_others = await add_structure(session, networks=["french-tech", "cci"])
        not_federated = await add_structure(session)
        for one in (*shown, not_federated):
            await add_activator(session, structure_id=one, networks=["french-tech"])
        await add_activator(session, structure_id=members, **institutional)
        await add_activator(session, structure_id=of_others, networks=["cci"])
    member = await token_of(service, Role.INSTITUTION)
    moderator = await token_of(service, Role.MODERATOR)
    manager = await token_of(service, Role.NETWORK_MANAGER, network_code="french-tech")
    administrator = await token_of(service, Role.ADMINISTRATOR)

    def ids(*numbers: int) -> list[str]:
        return [global_id("Structure", one) for one in sorted(numbers)]

    assert await pages(service, None) == ids(*shown)
    for token in (member, moderator):
        assert await pages(service, token) == ids(*shown, members)
    for token in (manager, administrator):
        assert await pages(service, token) == ids(*shown, members, empty, of_others)


async def test_a_network_shows_its_activators_as_far_as_the_viewer_sees_them(
    service: Service,
) -> None:
    people = {}
    async with service.write() as session:
        for state in ActivatorState:
            people[state] = await add_activator(session, state=state, networks=["expertcyber"])
    manager = await token_of(service, Role.NETWORK_MANAGER, network_code="expertcyber")
    query = """query ($states: [ActivatorState!]) {
      network(code: "expertcyber") { activators(states: $states) { totalCount nodes { id } } }
    }"""

    async def seen(token: str | None, *states: str) -> set[str]:
        data = await service.data(query, {"states": [*states]}, token=token)
        return {one["id"] for one in data["network"]["activators"]["nodes"]}

    ids = {state.value: global_id("Activator", number) for state, number in people.items()}
    assert await seen(None) == {ids["ACTIVE"]}
    assert await seen(None, "PENDING") == set()
    assert await seen(manager) == set(ids.values())
    assert await seen(manager, "PENDING", "SUSPENDED") == {ids["PENDING"], ids["SUSPENDED"]}


async def test_a_page_of_structures_takes_three_statements_however_many_there_are(
    service: Service,
) -> None:
    async with service.write() as session:
        for _ in range(30):
            structure = await add_structure(session, networks=["bpifrance"])
            await add_activator(session, structure_id=structure, networks=["bpifrance"])
    query = (
        'query ($n: Int) { network(code: "bpifrance") { structures(first: $n) { nodes { id } } } }'
    )
    counts = []

    for size in (5, 30):
        with statements(service) as sent:
            data = await service.data(query, {"n": size})
        assert len(data["network"]["structures"]["nodes"]) == size
        counts.append(len(sent))

    assert counts == [3, 3]
