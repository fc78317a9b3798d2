"""Keeping the details of structures: what changes, what shows, what is wrong, who waits."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, update

from models import tables
from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState
from models.revisions import Subject, record_changes
from schema.nodes import global_id
from tests.people import add_account, add_activator, add_structure, siret
from tests.rules.world import rows_of
from tests.service import Service
from tests.statements import statements

UPDATE = """mutation ($input: UpdateStructureInput!) {
  updateStructure(input: $input) {
    structure {
      name legalForm address { line postalCode city commune { code } }
      activators { nodes { structure { name } } }
    }
    userErrors { code field }
  }
}"""
CONFIRM = """mutation ($input: ConfirmStructureInput!) {
  confirmStructure(input: $input) { structure { awaitsConfirmation } userErrors { code } }
}"""
TO_CONFIRM = """query ($first: Int, $after: String) {
  structuresToConfirm(first: $first, after: $after) {
    edges { cursor node { id awaitsConfirmation } }
    nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""
SHOWN = "query ($id: ID!) { structure(id: $id) { name } }"
WATCHED = (tables.structure, tables.activator, tables.audit_entry, tables.revision)


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with structures of its own."""
    return shared_service


async def structure_of(service: Service, people: int = 1, **values: Any) -> tuple[int, str]:
    """Add a structure with people in it and a manager; give its number and the manager's token."""
    async with service.write() as session:
        number = await add_structure(session, **values)
        for _ in range(people):
            await add_activator(session, structure_id=number)
        manager = await add_account(session, Role.STRUCTURE_MANAGER, structure_id=number)
    return number, service.token(manager)


async def do(service: Service, query: str, token: str | None, **asked: Any) -> Any:
    """Ask for a mutation; give its payload."""
    (payload,) = (await service.data(query, {"input": asked}, token=token)).values()
    return payload


async def test_details_show_at_once_on_the_pages_of_all_who_work_there(service: Service) -> None:
    number, token = await structure_of(service, people=3, legal_form="SARL", address_line="1 rue A")
    id = global_id("Structure", number)

    changed = await do(service, UPDATE, token, id=id, name="  Nouveau   nom ", legalForm=None)

    shown = changed["structure"]
    assert changed["userErrors"] == []
    assert (shown["name"], shown["legalForm"]) == ("Nouveau nom", None)
    assert shown["address"]["line"] == "1 rue A"
    assert [one["structure"]["name"] for one in shown["activators"]["nodes"]] == ["Nouveau nom"] * 3
    assert (await service.data(SHOWN, {"id": id}))["structure"] == {"name": "Nouveau nom"}
    found = 'query { activators(filter: { text: "nouveau nom" }) { totalCount } }'
    assert (await service.data(found))["activators"]["totalCount"] >= 3


async def test_the_audit_names_the_fields_and_not_what_they_hold(service: Service) -> None:
    number, token = await structure_of(service)

    await do(
        service, UPDATE, token, id=global_id("Structure", number), name="Secret", city="Ailleurs"
    )

    entry = tables.audit_entry
    query = select(entry.c.action, entry.c.before, entry.c.after, entry.c.account_id)
    mine = query.where(entry.c.subject == "Structure", entry.c.subject_id == str(number))
    async with service.database.read() as session:
        ((action, before, after, account),) = (await session.execute(mine)).all()
    assert (action, before) == ("structure.update", {})
    assert after == {"fields": ["city", "commune_code", "name"]}
    assert account is not None


async def test_a_place_that_changes_loses_its_commune_unless_one_is_given(service: Service) -> None:
    number, token = await structure_of(service)
    id = global_id("Structure", number)

    moved = await do(service, UPDATE, token, id=id, postalCode="69003", city="Lyon")
    placed = await do(service, UPDATE, token, id=id, communeCode="COM-69123")

    address = {"line": None, "postalCode": "69003", "city": "Lyon", "commune": None}
    assert moved["structure"]["address"] == address
    assert placed["structure"]["address"] == address | {"commune": {"code": "COM-69123"}}


WRONG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "no name": ({"name": None}, ["name"]),
    "an empty name": ({"name": " "}, ["name"]),
    "a long name": ({"name": "x" * 201}, ["name"]),
    "a name with a zero": ({"name": "a\0b"}, ["name"]),
    "no postal code": ({"postalCode": None}, ["postalCode"]),
    "letters": ({"postalCode": "ABCDE"}, ["postalCode"]),
    "an unknown postal code": ({"postalCode": "00000"}, ["postalCode"]),
    "a department": ({"communeCode": "DEP-01"}, ["communeCode"]),
    "a commune with a zero": ({"communeCode": "COM-\0"}, ["communeCode"]),
    "no city": ({"city": ""}, ["city"]),
    "a long legal form": ({"legalForm": "x" * 101}, ["legalForm"]),
    "a long line": ({"addressLine": "x" * 301}, ["addressLine"]),
    "several": ({"name": "", "city": "", "postalCode": ""}, ["city", "name", "postalCode"]),
}


@pytest.mark.parametrize(("wrong", "fields"), WRONG.values(), ids=WRONG.keys())
async def test_all_that_is_wrong_is_told_by_its_field(
    service: Service, wrong: dict[str, Any], fields: list[str]
) -> None:
    number, token = await structure_of(service)
    before = await rows_of(service.database, *WATCHED)

    refused = await do(service, UPDATE, token, id=global_id("Structure", number), **wrong)

    assert refused["structure"] is None
    errors = sorted((one["field"], one["code"]) for one in refused["userErrors"])
    assert errors == [(field, "BAD_USER_INPUT") for field in fields]
    assert await rows_of(service.database, *WATCHED) == before


@pytest.mark.parametrize(
    ("id", "code"),
    [
        ("", "BAD_USER_INPUT"),
        ("é", "BAD_USER_INPUT"),
        (global_id("Activator", 1), "NOT_FOUND"),
        (global_id("Structure", 2**63), "NOT_FOUND"),
        (global_id("Structure", 1), "NOT_FOUND"),
    ],
)
async def test_an_id_of_no_structure_is_refused(service: Service, id: str, code: str) -> None:
    async with service.write() as session:
        token = service.token(await add_account(session, Role.ADMINISTRATOR))

    for query in (UPDATE, CONFIRM):
        refused = await do(service, query, token, id=id)
        assert [one["code"] for one in refused["userErrors"]] == [code]


async def test_the_same_details_again_change_nothing(service: Service) -> None:
    number, token = await structure_of(service)
    asked = {"id": global_id("Structure", number), "name": "Le même nom"}
    await do(service, UPDATE, token, **asked)
    before = await rows_of(service.database, *WATCHED)

    again = await do(service, UPDATE, token, **asked)

    assert again["userErrors"] == []
    assert await rows_of(service.database, *WATCHED) == before


async def test_of_two_who_change_different_details_at_once_both_do(service: Service) -> None:
    number, token = await structure_of(service)
    id = global_id("Structure", number)

    await asyncio.gather(
        do(service, UPDATE, token, id=id, name="Un nom"),
        do(service, UPDATE, token, id=id, legalForm="SA"),
    )

    table = tables.structure
    query = select(table.c.name, table.c.legal_form).where(table.c.id == number)
    async with service.database.read() as session:
        assert tuple((await session.execute(query)).one()) == ("Un nom", "SA")


async def test_who_meets_a_roster_half_way_lets_it_pass_and_is_done(service: Service) -> None:
    """A roster locks people, then structures; who changes a structure, the other way round."""
    number, token = await structure_of(service, awaits_confirmation=True)
    id, people, own = global_id("Structure", number), tables.activator, tables.structure

    for query, asked in ((CONFIRM, {}), (UPDATE, {"name": "Après"})):
        async with service.write() as roster:
            working = select(people.c.id).where(people.c.structure_id == number)
            await roster.execute(working.with_for_update(key_share=True))
            changing = asyncio.create_task(do(service, query, token, id=id, **asked))
            await asyncio.sleep(0.3)
            theirs = select(own.c.id).where(own.c.id == number)
            await roster.execute(theirs.with_for_update(key_share=True))
        assert (await changing)["userErrors"] == []

    assert (await service.data(SHOWN, {"id": id}))["structure"] == {"name": "Après"}


async def test_a_change_takes_as_many_statements_whoever_works_there(service: Service) -> None:
    counts = []
    for people in (1, 12):
        number, token = await structure_of(service, people=people)
        id = global_id("Structure", number)
        await service.data(SHOWN, {"id": id}, token=token)
        with statements(service) as sent:
            query = "mutation ($input: UpdateStructureInput!)"
            query += "{ updateStructure(input: $input) { userErrors { code } } }"
            await do(service, query, token, id=id, name=f"Avec {people}")
        counts.append(len(sent))

    assert counts[0] == counts[1] <= 25


async def test_a_network_tends_a_structure_while_it_enrols_everyone_who_works_there(
    service: Service,
) -> None:
    number, _ = await structure_of(service, people=0, networks=["cci"])
    id = global_id("Structure", number)
    async with service.write() as session:
        token = service.token(await add_account(session, Role.NETWORK_MANAGER, network_code="cci"))

    async def allowed() -> bool:
        changed = await do(service, UPDATE, token, id=id)
        return [one["code"] for one in changed["userErrors"]] == []

    told = [await allowed()]
    for values in (
        {"networks": ["cci"]},
        {"networks": ["cma"], "state": ActivatorState.WITHDRAWN},
        {"networks": ["cci", "cma"], "kind": ActivatorKind.INSTITUTIONAL},
        {"networks": ["cma"], "state": ActivatorState.PENDING},
    ):
        async with service.write() as session:
            await add_activator(session, structure_id=number, **values)
        told.append(await allowed())

    assert told == [True, True, True, True, False]


async def test_a_structure_is_confirmed_once_and_again_without_an_error(service: Service) -> None:
    number, token = await structure_of(service, awaits_confirmation=True)
    id = global_id("Structure", number)

    first = await asyncio.gather(*(do(service, CONFIRM, token, id=id) for _ in range(3)))
    before = await rows_of(service.database, *WATCHED)
    again = await do(service, CONFIRM, token, id=id)

    confirmed = {"structure": {"awaitsConfirmation": False}, "userErrors": []}
    assert [*first, again] == [confirmed] * 4
    assert await rows_of(service.database, *WATCHED) == before
    entry = tables.audit_entry
    query = select(entry.c.action, entry.c.before, entry.c.after)
    async with service.database.read() as session:
        found = await session.execute(query.where(entry.c.subject_id == str(number)))
        (told,) = found.all()
    was, is_now = {"awaits_confirmation": True}, {"awaits_confirmation": False}
    assert tuple(told) == ("structure.confirm", was, is_now)


async def test_staff_pages_through_what_waits_each_once(service: Service) -> None:
    table = tables.structure
    async with service.write() as session:
        await session.execute(update(table).values(awaits_confirmation=False))
        waiting = {await add_structure(session, awaits_confirmation=True) for _ in range(5)}
        await add_structure(session)
        token = service.token(await add_account(session, Role.MODERATOR))
        await record_changes(session, Subject.ACCOUNT, [1])
    seen: list[str] = []
    after = None
    pages: list[Any] = []
    while after is not None or not pages:
        asked = {"first": 2, "after": after}
        page = (await service.data(TO_CONFIRM, asked, token=token))["structuresToConfirm"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        assert [edge["node"]["awaitsConfirmation"] for edge in page["edges"]] == [True] * len(
            page["edges"]
        )
        pages.append(page["pageInfo"])
        after = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None

    assert seen == [global_id("Structure", one) for one in sorted(waiting)]
    assert [page["hasPreviousPage"] for page in pages] == [False, True, True]


@pytest.mark.parametrize("after", ["", "x", "-1", "1" * 19, "²", "\0"])
async def test_a_cursor_of_another_hand_is_refused(service: Service, after: str) -> None:
    async with service.write() as session:
        token = service.token(await add_account(session, Role.MODERATOR))

    for query in (TO_CONFIRM, NETWORK):
        answer = await service.ask(query, {"after": after}, token=token)
        (error,) = answer["errors"]
        assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": "after"}


NETWORK = """query ($after: String) {
  network(code: "cci") { structures(after: $after) { nodes { id } } }
}"""


async def test_a_structure_that_its_network_alone_knows_shows_to_its_managers_alone(
    service: Service,
) -> None:
    number = siret()
    async with service.write() as session:
        await add_structure(session, siret=number, networks=["cci"])
        tokens = {
            code: service.token(await add_account(session, Role.NETWORK_MANAGER, network_code=code))
            for code in ("cci", "cma")
        }
    query = "query ($siret: String!) { structure(siret: $siret) { siret networks { code } } }"
    counts = []

    for asked in (number, siret()):
        with statements(service) as sent:
            answer = await service.data(query, {"siret": asked}, token=tokens["cma"])
        assert answer == {"structure": None}
        counts.append(len(sent))

    seen = await service.data(query, {"siret": number}, token=tokens["cci"])
    assert seen == {"structure": {"siret": number, "networks": [{"code": "cci"}]}}
    assert await service.data(query, {"siret": number}) == {"structure": None}
    assert counts[0] == counts[1] + 1  # the first question has its account read
