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
from tests.contact import put_request
from tests.declarations import put_claim, put_engagement
from tests.marks import put_licence
from tests.moderation import put_report, put_sanction
from tests.people import accept_charter, add_account, add_activator, add_structure, siret
from tests.portals import forget_keys, make_key
from tests.reviews import put_review
from tests.rules.mutations import ADMITTING, CASES, KEYS, WHO, Case, Target
from tests.rules.world import NETWORK, OTHER_NETWORK, World
from tests.scenarios.openid import account_of
from tests.service import NOW, Service
from tests.statements import statements

THEMSELVES, STRUCTURE_S = "the active ones themselves", "manager of its structure"
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


async def test_the_table_names_every_mutation_there_is() -> None:
    assert isinstance(MUTATION, GraphQLObjectType)
    assert set(CASES) == set(MUTATION.fields)


@pytest.fixture(autouse=True)
async def no_keys_left(world: World) -> None:
    """A network has room for some keys only."""
    await forget_keys(world.service)


async def new_target(service: Service, session: AsyncSession, case: Case) -> Target:
    """Add what a mutation is done to."""
    number = siret()
    structure = await add_structure(session, siret=number, networks=[NETWORK])
    other = await add_structure(session)
    activator = await add_activator(
        session, structure_id=structure, kind=case.kind, state=case.state, networks=[NETWORK]
    )
    await add_activator(session, structure_id=other)
    by_itself = update(tables.enrolment).where(tables.enrolment.c.activator_id == activator)
    await session.execute(by_itself.values(source=EnrolmentSource.REGISTRATION))
    if case.accepted:
        await accept_charter(session, activator)
    job, invitation, key = new_id(), new_id(), new_id()
    dead = {"id": job, "kind": "note", "payload": {}, "state": JobState.DEAD, "attempts": 8}
    dates = dict.fromkeys(("created_at", "run_at", "finished_at"), NOW)
    await session.execute(insert(tables.job).values(**dead, **dates))
    until = NOW.replace(year=NOW.year + 1)
    invited = {"id": invitation, "structure_id": structure, "role": Role.ACTIVATOR}
    invited |= {"email": f"{invitation}@example.org", "language": Language.FR}
    invited |= {"created_at": NOW, "expires_at": until}
    await session.execute(insert(tables.invitation).values(invited))
    of_network = {"id": key, "network_code": NETWORK, "name": f"Old {key}", "secret_hash": "none"}
    of_network |= {"scopes": [], "origins": [], "created_at": NOW, "expires_at": until}
    await session.execute(insert(tables.api_key).values(of_network))
    manager = await add_account(session, Role.STRUCTURE_MANAGER, structure_id=structure)
    target = Target(activator, structure, other, manager, invitation, key, job, number)
    if case.licence is not None:
        licence = await put_licence(session, activator, case.licence, NOW)
        target = replace(target, licence=licence.id)
    if case.review is not None:
        reply = service.platform.sealer.seal({"reply": "Merci."})
        given: dict[str, Any] = {"replied_at": NOW, "sealed": reply} if case.replied else {}
        reviewed = await put_review(service, session, activator, state=case.review, **given)
        target = replace(target, review=reviewed.id)
    if case.reported:
        report = await put_report(service, session, activator)
        sanction = await put_sanction(service, session, activator)
        target = replace(target, report=report.id, sanction=sanction)
    if case.engagement is not None:
        declared = await put_engagement(service, session, activator, state=case.engagement)
        return replace(target, engagement=declared.id)
    if case.request is None:
        return target
    asked = await put_request(service, session, activator, state=case.request)
    return replace(target, request=asked.id)


async def new_account(session: AsyncSession) -> tuple[int, str]:
    """Add an account; give its number and address."""
    account, account_id = tables.account, await add_account(session)
    query = select(account.c.email).where(account.c.id == account_id)
    return account_id, (await session.execute(query)).scalar_one()


async def give_roles(
    session: AsyncSession, account_id: int, viewer: str, like: int, target: Target
) -> None:
    """Give an account the roles of a viewer of the law; those about an activator, for this one."""
    table = tables.account_role
    about: dict[str, dict[str, Any]] = {
        THEMSELVES: {"role": Role.ACTIVATOR, "activator_id": target.activator},
        STRUCTURE_S: {"role": Role.STRUCTURE_MANAGER, "structure_id": target.structure},
    }
    roles = [about[viewer]] if viewer in about else []
    if not roles:
        found = await session.execute(select(table).where(table.c.account_id == like))
        roles = [row._asdict() for row in found]
    if roles:
        own = [{**role, "id": new_id(), "account_id": account_id} for role in roles]
        await session.execute(insert(table), own)


async def prepared(world: World, case: Case) -> dict[str, tuple[str | None, Target]]:
    """Make each kind of viewer; give what it comes with, and what it acts on.

    Those who may change something have an account and a target each; the others share a target,
    and come as they are in the world where nothing of theirs is about it.
    """
    service = world.service
    keys = {
        viewer: await make_key(
            service,
            scopes=[Scope.DIRECTORY_READ] if viewer == "key that reads" else [*Scope],
            network=OTHER_NETWORK if viewer == "key of another network" else NETWORK,
        )
        for viewer in KEYS
    }
    changing = frozenset[str]() if case.by_secret else case.may
    people = {
        name: await account_of(service, token)
        for name, token in world.tokens.items()
        if token and name in changing | {THEMSELVES, STRUCTURE_S}
    }
    ready: dict[str, tuple[str | None, Target]] = {}
    async with service.write() as session:
        of_all = await new_target(service, session, case)
        for viewer in WHO:
            target = await new_target(service, session, case) if viewer in changing else of_all
            token = keys[viewer].text if viewer in keys else world.tokens[viewer]
            if viewer in people:
                account_id, email = await new_account(session)
                await give_roles(session, account_id, viewer, people[viewer], target)
                await put_claim(service, session, target.engagement, account_id)
                opened = await open_session(service.platform, session, account_id, None, NOW)
                target = replace(target, email=email, session=opened.session_id)
                token = service.token(account_id)
            ready[viewer] = token, target
    return ready


@pytest.mark.parametrize("name", [*CASES, *ADMITTING])
async def test_each_viewer_is_allowed_or_refused_as_the_table_says(world: World, name: str) -> None:
    case = CASES.get(name) or ADMITTING[name]
    mutation = name if name in CASES else "changeActivatorState"
    document, service = document_of(mutation), world.service
    wrong = []

    for viewer, (token, target) in (await prepared(world, case)).items():
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
