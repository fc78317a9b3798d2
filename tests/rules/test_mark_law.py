"""Every step of a licence, from every state, by every actor: allowed or refused as the law says."""

import asyncio
import re
from typing import Any

import pytest
from sqlalchemy import delete, insert

from models import tables
from models.accounts import Role
from models.api_keys import Scope
from models.base import new_id
from models.mark_licences import STEPS, LicenceStep
from models.mark_licences import LicenceState as S
from schema.nodes import global_id
from tests.contact_viewers import ASKED, PORTAL, Everybody, add_everybody
from tests.marks import Licence, act, add_licence, change_activator, row_of
from tests.people import accept_charter, add_account, add_activator
from tests.portals import make_key
from tests.rules.mark_law import (
    ACTORS,
    ASKING,
    COLLEAGUE,
    DECIDERS,
    INTERESTED,
    LAWS,
    MANAGER,
    RIVAL,
    SEES,
)
from tests.service import Service
from tests.statements import statements

WRITE = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (?!api_key SET last_used_at)(\w+)")
"""A statement that writes; a key's last use is written whatever it asks."""


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all."""
    return shared_service


@pytest.fixture(scope="module")
async def everybody(shared_service: Service) -> Everybody:
    """An activator that meets all conditions, and a token for each actor, for all tests."""
    service = shared_service
    found = await add_everybody(service)
    field, department = tables.activator_expertise, tables.activator_territory
    offers = {"activator_id": found.activator}
    async with service.write() as session:
        await accept_charter(session, found.activator)
        await session.execute(insert(field).values(field_code="caisse", **offers))
        await session.execute(insert(department).values(territory_code="DEP-01", **offers))
        colleague = await add_activator(session, structure_id=found.structure)
        rival = await add_activator(session, expertise=["caisse"], serves=["REG-84"])
        roles: dict[str, dict[str, Any]] = {
            COLLEAGUE: {"role": Role.ACTIVATOR, "activator_id": colleague},
            RIVAL: {"role": Role.ACTIVATOR, "activator_id": rival},
            MANAGER: {"role": Role.NETWORK_MANAGER, "network_code": "cci"},
        }
        for name, role in roles.items():
            account = await add_account(session, Role.MODERATOR)
            also = {"id": new_id(), "account_id": account, **role}
            await session.execute(insert(tables.account_role).values(also))
            found.tokens[name] = service.token(account)
    found.tokens[PORTAL] = (await make_key(service, scopes=[*Scope])).text
    await change_activator(service, found.activator)
    return found


def codes(payload: Any) -> set[str]:
    """Read the codes of a refusal."""
    return {one["code"] for one in payload["userErrors"]}


@pytest.mark.parametrize("name", LAWS)
async def test_each_actor_is_allowed_or_refused_as_the_law_says(
    service: Service, everybody: Everybody, name: str
) -> None:
    law = LAWS[name]

    async def send(actor: str, licence: Licence) -> Any:
        return await act(service, name, everybody.tokens[actor], id=licence.node, **law.given)

    for state in S:
        shared = await add_licence(service, everybody.activator, state)
        allowed = law.may if state in law.leads else set[str]()
        refused = [actor for actor in ACTORS if actor not in allowed]

        with statements(service) as sent:
            answers = await asyncio.gather(*(send(actor, shared) for actor in refused))

        assert [one.text for one in sent if WRITE.match(one.text)] == []
        for actor, answer in zip(refused, answers, strict=True):
            if actor not in SEES:
                assert codes(answer) == {"NOT_FOUND"}, (state, actor)
            elif actor in law.may:
                assert codes(answer) in ({"CONFLICT"}, set()), (state, actor)
            else:
                assert codes(answer) == {"FORBIDDEN"}, (state, actor)
                told = "interest" in answer["userErrors"][0]["message"]
                assert told is (actor in INTERESTED and law.may == DECIDERS), (state, actor)
        for actor in allowed:
            licence = await add_licence(service, everybody.activator, state)
            assert codes(await send(actor, licence)) == set(), (state, actor)
            assert (await row_of(service, licence)).state is law.leads[state], (state, actor)


def test_the_law_leads_where_the_code_does() -> None:
    pairs = {(state, to) for law in LAWS.values() for state, to in law.leads.items()}

    by_itself = {LicenceStep.REQUEST, LicenceStep.EXPIRE}
    taken = {
        (state, way.leads_to)
        for step, way in STEPS.items()
        if step not in by_itself
        for state in way.leaves
    }
    assert taken == pairs


async def test_the_activator_alone_asks_and_has_one_at_a_time(
    service: Service, everybody: Everybody
) -> None:
    given = {"activator": global_id("Activator", everybody.activator)}
    others = [actor for actor in ACTORS if actor != ASKED]

    async def ask(actor: str) -> Any:
        return await act(service, "requestMarkLicence", everybody.tokens[actor], **given)

    for state, wanted in ASKING.items():
        await forget_licences(service)
        there = await add_licence(service, everybody.activator, state)

        with statements(service) as sent:
            refused = await asyncio.gather(*(ask(actor) for actor in others))
        answer = await ask(ASKED)

        assert [codes(one) for one in refused] == [{"FORBIDDEN"}] * len(others)
        assert [one.text for one in sent if WRITE.match(one.text)] == []
        assert codes(answer) == ({"CONFLICT"} if wanted is None else set()), state
        if wanted is not None:
            same = answer["markLicence"]["id"] == there.node
            assert (answer["markLicence"]["state"], same) == (wanted.value, wanted is state)


async def forget_licences(service: Service) -> None:
    """Let nobody have one."""
    async with service.write() as session:
        await session.execute(delete(tables.mark_licence))
