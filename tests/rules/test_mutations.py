"""Every mutation and every kind of viewer: a refusal changes nothing, an act is on record."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLArgument, GraphQLObjectType, build_schema
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language, Role
from models.activators import EnrolmentSource
from models.api_keys import Scope
from models.base import new_id
from models.jobs import JobState
from resolvers.sign_in_actions import open_session
from tests.people import accept_charter, add_account, add_activator, add_structure, siret
from tests.portals import forget_keys, make_key
from tests.rules.mutations import ADMITTING, CASES, KEYS, WHO, Case, Target
from tests.rules.world import NETWORK, OTHER_NETWORK, World
from tests.scenarios.openid import account_of
from tests.service import NOW
from tests.statements import statements

DENIED = {"UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND"}
BESIDE = {"job", "registration", "rate_limit", "change", "revision", "audit_entry", "audit_head"}
"""Tables that a change may touch without being one that the audit tells of."""
WRITE = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (?!api_key SET last_used_at)(\w+)")
"""A statement that writes, and the table; a key's last use is written whatever it asks."""
SDL = (Path(__file__).parents[2] / "schema" / "schema.graphql").read_text()
MUTATION: Any = build_schema(SDL, assume_valid_sdl=True).mutation_type


def document_of(name: str) -> str:
    """Write the mutation, with an input if it takes one."""
    takes: dict[str, GraphQLArgument] = MUTATION.fields[name].args
    head = f"($input: {takes['input'].type})" if takes else ""
    return f"mutation {head} {{ {name}{'(input: $input)' if takes else ''} {{ {ERRORS} }} }}"


ERRORS = "userErrors { code field message }"


def test_the_table_names_every_mutation_there_is() -> None:
    assert isinstance(MUTATION, GraphQLObjectType)
    assert set(CASES) == set(MUTATION.fields)


@pytest.fixture(autouse=True)
async def no_keys_left(world: World) -> None:
    """A network has room for some keys only."""
    await forget_keys(world.service)


async def new_target(session: AsyncSession, case: Case, key: int, email: str) -> Target:
    """Add what a mutation is done to."""
    number = siret()
    structure = await add_structure(session, siret=number, networks=[NETWORK])
    other = await add_structure(session)
    activator = await add_activator(
        session, structure_id=structure, state=case.state, networks=[NETWORK]
    )
    await add_activator(session, structure_id=other)
    by_itself = update(tables.enrolment).where(tables.enrolment.c.activator_id == activator)
    await session.execute(by_itself.values(source=EnrolmentSource.REGISTRATION))
    if case.accepted:
        await accept_charter(session, activator)
    job, invitation = new_id(), new_id()
    dead = {"id": job, "kind": "note", "payload": {}, "state": JobState.DEAD, "attempts": 8}
    dates = dict.fromkeys(("created_at", "run_at", "finished_at"), NOW)
    await session.execute(insert(tables.job).values(**dead, **dates))
    await session.execute(
        insert(tables.invitation).values(
            id=invitation,
            structure_id=structure,
            role=Role.ACTIVATOR,
            email=f"{invitation}@example.org",
            language=Language.FR,
            created_at=NOW,
            expires_at=NOW.replace(year=NOW.year + 1),
        )
    )
    manager = await add_account(session, Role.STRUCTURE_MANAGER, structure_id=structure)
    return Target(activator, structure, other, manager, invitation, key, job, number, email)


async def new_viewer(world: World, session: AsyncSession, viewer: str) -> tuple[int, str]:
    """Add an account like that of a viewer of the law; give its number and address."""
    account_id, role = await add_account(session), tables.account_role
    like = await account_of(world.service, world.tokens[viewer] or "")
    rows = (await session.execute(select(role).where(role.c.account_id == like))).all()
    for row in rows:
        same = {**row._asdict(), "id": new_id(), "account_id": account_id}
        await session.execute(insert(role).values(same))
    account = tables.account
    query = select(account.c.email).where(account.c.id == account_id)
    return account_id, (await session.execute(query)).scalar_one()


async def relate(session: AsyncSession, viewer: str, account_id: int, target: Target) -> None:
    """Give the viewers who have to do with an activator what they need for this one."""
    about: dict[str, tuple[Role, dict[str, int]]] = {
        "the active ones themselves": (Role.ACTIVATOR, {"activator_id": target.activator}),
        "manager of its structure": (Role.STRUCTURE_MANAGER, {"structure_id": target.structure}),
    }
    if viewer in about:
        role, thing = about[viewer]
        row = {"id": new_id(), "account_id": account_id, "role": role, **thing}
        await session.execute(insert(tables.account_role).values(row))


async def prepared(world: World, case: Case, viewer: str) -> tuple[str | None, Target]:
    """Make a target, and a viewer of a kind; give what it comes with."""
    service = world.service
    key = await make_key(service)
    token: str | None = None
    if viewer in KEYS:
        scopes = [Scope.DIRECTORY_READ] if viewer == "key that reads" else [*Scope]
        network = OTHER_NETWORK if viewer == "key of another network" else NETWORK
        token = (await make_key(service, scopes=scopes, network=network)).text
    async with service.write() as session:
        account_id, email = 0, "nobody@example.org"
        if viewer not in KEYS and viewer != "a visitor":
            account_id, email = await new_viewer(world, session, viewer)
            token = service.token(account_id)
        target = await new_target(session, case, key.row.id, email)
        await relate(session, viewer, account_id, target)
        if account_id:
            opened = await open_session(service.platform, session, account_id, None, NOW)
            target = replace(target, session=opened.session_id)
    return token, target


@pytest.mark.parametrize("name", [*CASES, *ADMITTING])
async def test_each_viewer_is_allowed_or_refused_as_the_table_says(world: World, name: str) -> None:
    case = CASES.get(name) or ADMITTING[name]
    mutation = name if name in CASES else "changeActivatorState"
    document, service = document_of(mutation), world.service
    wrong = []

    for viewer in WHO:
        token, target = await prepared(world, case, viewer)
        variables = {"input": case.asked(target)} if "$input" in document else None
        with statements(service) as sent:
            answer = await service.ask(document, variables, token=token)
        codes = codes_of(answer, mutation)
        changed = {found[1] for one in sent if (found := WRITE.match(one.text))}
        if viewer not in case.may:
            if not codes & DENIED or changed:
                wrong.append(f"{viewer}: expected a refusal, got {answer}, changed {changed}")
        elif case.by_secret:
            if not codes or "audit_entry" in changed:
                wrong.append(f"{viewer}: expected the secret to be refused, got {answer}")
        elif codes:
            wrong.append(f"{viewer}: expected an answer, got {answer}")
        elif changed - BESIDE and "audit_entry" not in changed:
            wrong.append(f"{viewer}: nothing in the audit of {changed}")

    assert wrong == []


def codes_of(answer: dict[str, Any], mutation: str) -> set[str]:
    """Give the codes of what went wrong, wherever it is told."""
    data = answer.get("data") or {}
    told = [error["extensions"]["code"] for error in answer.get("errors", ())]
    told += [error["code"] for error in (data.get(mutation) or {}).get("userErrors", ())]
    return set(told)
