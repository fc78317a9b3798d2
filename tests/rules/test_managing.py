"""Managing structures and networks: each kind of viewer, each mutation; a refusal changes nothing.

In the tables a row is a viewer, a column a mutation; `y` for what is done, `F` for FORBIDDEN, `N`
for NOT_FOUND. The structure is that of one adviser, whom the network `cci` enrols and who also
joined `cma`; `cci` federates it.
"""

from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from models import tables
from models.accounts import Language, Role
from models.activators import ActivatorKind, ActivatorState, EnrolmentSource
from models.base import new_id
from models.revisions import Subject, record_changes
from schema.nodes import global_id
from tests.people import add_account, count
from tests.portals import make_key
from tests.rules.charter import VIEWERS, Cell
from tests.rules.world import NETWORK, OTHER_NETWORK, Person, World, rows_of
from tests.service import NOW

ACTIVE = Cell(ActivatorKind.ADVISER, ActivatorState.ACTIVE, published=False)
PENDING = Cell(ActivatorKind.ADVISER, ActivatorState.PENDING, published=False)

COLUMNS = (
    *("updateStructure", "confirmStructure", "inviteToStructure", "withdrawInvitation"),
    *("removeStructureManager", "addStructureToNetwork", "removeStructureFromNetwork"),
    *("enrolActivator", "unenrolActivator", "setAdmissionPolicy"),
)
OF_AN_ACTIVE_ONE = """
                                 update confirm invite withdraw remove add out enrol unenrol policy
a visitor                       |  F      F       F       N       F     F   F    F      F      F
an account without a role       |  F      F       F       N       F     F   F    F      F      F
a company that it helped        |  F      F       F       N       F     F   F    F      F      F
a pending activator elsewhere   |  F      F       F       N       F     F   F    F      F      F
an active activator elsewhere   |  F      F       F       N       F     F   F    F      F      F
the active ones themselves      |  F      F       F       N       F     F   F    y      y      F
the others themselves           |  F      F       F       N       F     F   F    F      F      F
manager of its structure        |  y      y       y       y       y     F   F    F      F      F
manager of another structure    |  F      F       F       N       F     F   F    F      F      F
manager of its network          |  y      F       y       y       y     y   y    F      F      F
manager of another network      |  F      F       F       N       F     F   F    F      y      F
national institution            |  F      F       F       N       F     F   F    F      F      F
institution of its region       |  F      F       F       N       F     F   F    F      F      F
institution of another region   |  F      F       F       N       F     F   F    F      F      F
moderator                       |  y      y       y       y       y     F   F    F      F      F
administrator                   |  y      y       y       y       y     y   y    y      y      y
a portal                        |  F      F       F       N       F     F   F    F      F      F
"""
OF_A_HIDDEN_ONE = """
                                 update confirm invite withdraw remove add out enrol unenrol policy
a visitor                       |  N      N       N       N       N     F   F    N      N      F
an account without a role       |  N      N       N       N       N     F   F    N      N      F
a company that it helped        |  N      N       N       N       N     F   F    N      N      F
a pending activator elsewhere   |  N      N       N       N       N     F   F    N      N      F
an active activator elsewhere   |  N      N       N       N       N     F   F    N      N      F
the active ones themselves      |  N      N       N       N       N     F   F    N      N      F
the others themselves           |  F      F       F       N       F     F   F    y      y      F
manager of its structure        |  y      y       y       y       y     F   F    F      F      F
manager of another structure    |  N      N       N       N       N     F   F    N      N      F
manager of its network          |  y      F       y       y       y     y   y    F      F      F
manager of another network      |  F      F       F       N       F     F   F    N      y      F
national institution            |  N      N       N       N       N     F   F    N      N      F
institution of its region       |  N      N       N       N       N     F   F    N      N      F
institution of another region   |  N      N       N       N       N     F   F    N      N      F
moderator                       |  y      y       y       y       y     F   F    F      F      F
administrator                   |  y      y       y       y       y     y   y    y      y      y
a portal                        |  N      N       N       N       N     F   F    N      N      F
"""
CODES = {"F": ["FORBIDDEN"], "N": ["NOT_FOUND"], "y": []}
WATCHED = (
    *(tables.structure, tables.membership, tables.enrolment, tables.account_role),
    *(tables.invitation, tables.network, tables.job, tables.activator),
    *(tables.audit_entry, tables.audit_head, tables.revision),
)


INPUTS = {
    "addStructureToNetwork": "NetworkStructureInput",
    "removeStructureFromNetwork": "NetworkStructureInput",
}


def read(table: str) -> dict[str, dict[str, str]]:
    """Read by viewer and mutation what is expected."""
    rows = (line.split("|") for line in table.splitlines() if "|" in line)
    return {
        viewer.strip(): dict(zip(COLUMNS, marks.split(), strict=True)) for viewer, marks in rows
    }


LAW = {ACTIVE: read(OF_AN_ACTIVE_ONE), PENDING: read(OF_A_HIDDEN_ONE)}


@pytest.mark.parametrize("cell", LAW, ids=str)
def test_the_tables_speak_of_every_viewer(cell: Cell) -> None:
    assert list(LAW[cell]) == [*VIEWERS, "a portal"]


async def prepare(world: World, person: Person) -> dict[str, str]:
    """Put everything back, with a manager to remove and an invitation to withdraw."""
    structure, own = tables.structure, tables.structure.c.id == person.structure_number
    invitation, joined, enrolled = tables.invitation, tables.membership, tables.enrolment
    async with world.service.write() as session:
        manager = await add_account(
            session, Role.STRUCTURE_MANAGER, structure_id=person.structure_number
        )
        await session.execute(update(structure).where(own).values(awaits_confirmation=True))
        await session.execute(delete(invitation))
        await session.execute(
            delete(joined).where(joined.c.structure_id == person.structure_number)
        )
        await session.execute(delete(enrolled).where(enrolled.c.network_code == OTHER_NETWORK))
        row = {"structure_id": person.structure_number, "network_code": NETWORK}
        await session.execute(insert(joined).values(row))
        number = new_id()
        open_one = {
            "id": number,
            "structure_id": person.structure_number,
            "role": Role.STRUCTURE_MANAGER,
            "email": "invited@example.org",
            "language": Language.FR,
            "created_at": NOW,
            "expires_at": NOW.replace(year=2027),
        }
        await session.execute(insert(invitation).values(open_one))
        await record_changes(session, Subject.ACTIVATOR, [person.number])
    return {"account": global_id("Account", manager), "invitation": global_id("Invitation", number)}


async def join_another_network(world: World, person: Person) -> None:
    """Have the adviser join the other network."""
    values = {
        "network_code": OTHER_NETWORK,
        "external_id": "M-1",
        "activator_id": person.number,
        "source": EnrolmentSource.REGISTRATION,
    }
    table = tables.activator
    async with world.service.write() as session:
        await session.execute(insert(tables.enrolment).values(values))
        own = update(table).where(table.c.id == person.number)
        await session.execute(own.values(version=table.c.version + 1))
        await record_changes(session, Subject.ACTIVATOR, [person.number])


def asked(mutation: str, person: Person, made: dict[str, str]) -> dict[str, Any]:
    """Write the input of a mutation."""
    structure = person.variables["structure"]
    by_siret = {"network": NETWORK, "structure": {"siret": person.siret}}
    to_other = {"network": OTHER_NETWORK, "activator": person.id}
    return {
        "updateStructure": {"id": structure, "legalForm": made["account"]},
        "confirmStructure": {"id": structure},
        "inviteToStructure": {
            "structure": structure,
            "email": "new@example.org",
            "role": "STRUCTURE_MANAGER",
        },
        "withdrawInvitation": {"id": made["invitation"]},
        "removeStructureManager": {"structure": structure, "account": made["account"]},
        "addStructureToNetwork": by_siret,
        "removeStructureFromNetwork": {"network": NETWORK, "structure": {"id": structure}},
        "enrolActivator": to_other,
        "unenrolActivator": to_other,
        "setAdmissionPolicy": {"network": NETWORK, "policy": "BY_NETWORK"},
    }[mutation]


async def ask(
    world: World, token: str | None, mutation: str, person: Person, made: dict[str, str]
) -> list[str]:
    """Ask for a mutation; give the codes of the refusal."""
    kind = INPUTS.get(mutation, f"{mutation[0].upper()}{mutation[1:]}Input")
    query = (
        f"mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ userErrors {{ code }} }} }}"
    )
    variables = {"input": asked(mutation, person, made)}
    answer = await world.service.data(query, variables, token=token)
    return [error["code"] for error in answer[mutation]["userErrors"]]


async def token_of(world: World, viewer: str) -> str | None:
    """Give what a viewer comes with."""
    return (await make_key(world.service)).text if viewer == "a portal" else world.tokens[viewer]


@pytest.mark.parametrize("cell", LAW, ids=str)
@pytest.mark.parametrize("viewer", [*VIEWERS, "a portal"])
async def test_what_the_table_refuses_changes_nothing(
    world: World, viewer: str, cell: Cell
) -> None:
    person, token = world.people[cell], await token_of(world, viewer)
    refused = {one: CODES[mark] for one, mark in LAW[cell][viewer].items() if mark != "y"}
    made = await prepare(world, person)

    codes = {}
    if "enrolActivator" in refused:
        before = await rows_of(world.service.database, *WATCHED)
        codes["enrolActivator"] = await ask(world, token, "enrolActivator", person, made)
        assert await rows_of(world.service.database, *WATCHED) == before
    await join_another_network(world, person)
    before = await rows_of(world.service.database, *WATCHED)
    for mutation in refused.keys() - {"enrolActivator"}:
        codes[mutation] = await ask(world, token, mutation, person, made)

    assert codes == refused
    assert await rows_of(world.service.database, *WATCHED) == before


DONE = [
    (cell, viewer, mutation)
    for cell, rows in LAW.items()
    for viewer, marks in rows.items()
    for mutation, mark in marks.items()
    if mark == "y"
]


@pytest.mark.parametrize(("cell", "viewer", "mutation"), DONE)
async def test_what_the_table_allows_is_done_and_is_in_the_audit(
    world: World, cell: Cell, viewer: str, mutation: str
) -> None:
    person = world.people[cell]
    made = await prepare(world, person)
    if mutation == "unenrolActivator":
        await join_another_network(world, person)
    if mutation == "addStructureToNetwork":
        async with world.service.write() as session:
            await session.execute(delete(tables.membership))
    if mutation == "setAdmissionPolicy":
        async with world.service.write() as session:
            await session.execute(update(tables.network).values(admission="BY_STAFF"))
    entries = await count(world.service.database, tables.audit_entry)

    assert await ask(world, world.tokens[viewer], mutation, person, made) == []

    assert await count(world.service.database, tables.audit_entry) == entries + 1


DETAILS = """query ($id: ID!) {
  structure(id: $id) { awaitsConfirmation managers { id email } invitations { email role } }
}"""


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_managers_and_invitations_are_told_to_those_who_tend_it_alone(
    world: World, viewer: str
) -> None:
    person = world.people[ACTIVE]
    made = await prepare(world, person)

    answer = await world.service.data(
        DETAILS, {"id": person.variables["structure"]}, token=world.tokens[viewer]
    )

    shown = answer["structure"]
    if LAW[ACTIVE][viewer]["updateStructure"] == "y":
        assert shown["awaitsConfirmation"] is True
        assert made["account"] in [one["id"] for one in shown["managers"]]
        invited = {"email": "invited@example.org", "role": "STRUCTURE_MANAGER"}
        assert shown["invitations"] == [invited]
    else:
        assert set(shown.values()) == {None}


TO_CONFIRM = "{ structuresToConfirm(first: 100) { nodes { id } } }"


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_staff_alone_lists_the_structures_to_confirm(world: World, viewer: str) -> None:
    person = world.people[PENDING]
    await prepare(world, person)

    answer = await world.service.ask(TO_CONFIRM, token=world.tokens[viewer])

    if viewer in ("moderator", "administrator"):
        ids = [one["id"] for one in answer["data"]["structuresToConfirm"]["nodes"]]
        assert person.variables["structure"] in ids
    else:
        assert answer.get("data") is None
        assert [one["extensions"] for one in answer["errors"]] == [{"code": "FORBIDDEN"}]
