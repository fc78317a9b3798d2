"""How far an OpenID Connect issuer's word reaches: to people of its own networks, while it does."""

from typing import Any

import pytest

from models.accounts import Role
from models.activators import ActivatorState
from models.revisions import Subject, record_changes
from schema.nodes import global_id
from tests.oidc_provider import Providers
from tests.people import add_account, add_activator, add_structure
from tests.scenarios.openid import (
    NO_ACCOUNT,
    account_of,
    add,
    audited,
    come,
    give,
    person_of,
    refused,
    welcome,
)
from tests.service import Service, running

FEDERATE = """mutation ($input: NetworkStructureInput!) {
  addStructureToNetwork(input: $input) { userErrors { code } }
}"""
REFRESH = """mutation ($token: String!) {
  refreshSession(input: {refreshToken: $token}) { accessToken userErrors { code } }
}"""


async def about(service: Service, kind: str) -> list[tuple[Role, dict[str, Any]]]:
    """Make what roles are about."""
    async with service.write() as session:
        places = {
            code: (
                await add_structure(session, networks=[code]),
                await add_activator(session, networks=[code]),
            )
            for code in ("cci", "adie")
        }
    made: dict[str, tuple[Role, dict[str, Any]]] = {
        "moderator": (Role.MODERATOR, {}),
        "administrator": (Role.ADMINISTRATOR, {}),
        "institution": (Role.INSTITUTION, {}),
        "region": (Role.INSTITUTION, {"region_code": "REG-84"}),
    }
    for code, (structure_id, activator_id) in places.items():
        made[f"manager of {code}"] = Role.NETWORK_MANAGER, {"network_code": code}
        made[f"structure in {code}"] = Role.STRUCTURE_MANAGER, {"structure_id": structure_id}
        made[f"activator of {code}"] = Role.ACTIVATOR, {"activator_id": activator_id}
    return [made[one] for one in kind.split(" and ")] if kind else []


@pytest.mark.parametrize("known", [False, True], ids=["unknown", "known"])
@pytest.mark.parametrize(
    ("kind", "vouched"),
    [
        ("", True),
        ("manager of cci", True),
        ("structure in cci", True),
        ("activator of cci", True),
        ("manager of adie", False),
        ("structure in adie", False),
        ("activator of adie", False),
        ("moderator", False),
        ("administrator", False),
        ("institution", False),
        ("region", False),
        ("manager of cci and moderator", False),
        ("activator of cci and manager of adie", False),
    ],
)
async def test_a_chamber_s_issuer_vouches_for_its_own_people_only(
    openid: Service, providers: Providers, kind: str, vouched: bool, known: bool
) -> None:
    account_id = await add(openid)
    person = await person_of(openid, account_id)
    if known:
        await welcome(openid, await providers.plain.attempt(openid.clock(), **person))
    for role, what in await about(openid, kind):
        await give(openid, account_id, role, **what)

    attempt = await providers.plain.attempt(openid.clock(), **person)

    if vouched:
        assert await account_of(openid, await welcome(openid, attempt)) == account_id
    else:
        assert await refused(openid, attempt) == NO_ACCOUNT


@pytest.mark.parametrize(
    ("works_there", "vouched"),
    [
        ({"networks": ["adie"]}, False),
        ({"networks": ["adie"], "state": ActivatorState.PENDING}, False),
        ({"networks": ["adie"], "state": ActivatorState.WITHDRAWN}, True),
        ({"networks": ["adie", "cci"]}, True),
    ],
)
async def test_a_network_that_federates_a_structure_of_others_does_not_become_its_manager(
    openid: Service, providers: Providers, works_there: dict[str, Any], vouched: bool
) -> None:
    async with openid.write() as session:
        where = await add_structure(session, networks=["adie"])
        await add_activator(session, structure_id=where, **works_there)
        await add_activator(session, structure_id=where, networks=["cci", "adie"])
        manager = await add_account(session, Role.NETWORK_MANAGER, network_code="cci")
    account_id = await add(openid)
    await give(openid, account_id, Role.STRUCTURE_MANAGER, structure_id=where)
    asked = {"network": "cci", "structure": {"id": global_id("Structure", where)}}
    added = await openid.data(FEDERATE, {"input": asked}, token=openid.token(manager))

    person = await person_of(openid, account_id)
    attempt = await providers.plain.attempt(openid.clock(), **person)

    assert added["addStructureToNetwork"]["userErrors"] == []
    if vouched:
        assert await account_of(openid, await welcome(openid, attempt)) == account_id
    else:
        assert await refused(openid, attempt) == NO_ACCOUNT


async def test_the_state_s_issuer_vouches_for_everybody(
    openid: Service, providers: Providers
) -> None:
    account_id = await add(openid, Role.ADMINISTRATOR)
    for kind in ("moderator", "institution", "manager of adie", "activator of adie"):
        for role, what in await about(openid, kind):
            await give(openid, account_id, role, **what)

    state = await providers.userinfo.sign_in(**await person_of(openid, account_id))

    assert await account_of(openid, await welcome(openid, state)) == account_id


async def test_a_session_ends_with_its_issuer_s_reach(
    openid: Service, providers: Providers
) -> None:
    account_id = await add(openid)
    person = await person_of(openid, account_id)
    opened = [await come(openid, await providers.plain.sign_in(**person)) for _ in range(2)]
    before = await openid.data(REFRESH, {"token": opened[0]["refreshToken"]})
    await give(openid, account_id, Role.MODERATOR)

    after = await openid.data(REFRESH, {"token": opened[1]["refreshToken"]})

    assert before["refreshSession"]["userErrors"] == []
    assert after["refreshSession"] == {
        "accessToken": None,
        "userErrors": [{"code": "BAD_USER_INPUT"}],
    }
    assert (await audited(openid, account_id))[-1][0] == "session.out_of_reach"


async def test_a_session_ends_where_its_issuer_is_trusted_no_more(
    openid: Service, providers: Providers
) -> None:
    person = await person_of(openid, await add(openid))
    opened = await come(openid, await providers.plain.sign_in(**person))
    async with running(openid.database) as without:
        without.clock.now = openid.clock.now

        after = await without.data(REFRESH, {"token": opened["refreshToken"]})

    assert after["refreshSession"]["userErrors"] == [{"code": "BAD_USER_INPUT"}]


STATES = "{ viewer { roles networkCodes } }"


async def test_a_role_given_after_the_sign_in_ends_a_session_that_it_puts_out_of_reach(
    openid: Service, providers: Providers
) -> None:
    account_id = await add(openid)
    person = await person_of(openid, account_id)
    token = await welcome(openid, await providers.plain.attempt(openid.clock(), **person))
    await openid.data(STATES, token=token)

    await give(openid, account_id, Role.MODERATOR)
    async with openid.write() as session:
        await record_changes(session, Subject.ACCOUNT, [account_id])

    headers = {"Authorization": f"Bearer {token}"}
    response = await openid.client.post("/graphql", json={"query": STATES}, headers=headers)
    assert response.status_code == 401


async def test_a_role_that_an_issuer_gave_counts_while_that_issuer_is_trusted(
    openid: Service, providers: Providers
) -> None:
    account_id, issuer = await add(openid), providers.plain.issuer
    await give(openid, account_id, Role.NETWORK_MANAGER, network_code="cci", issuer=issuer)
    token = openid.token(account_id)

    trusted = await openid.data(STATES, token=token)
    async with running(openid.database) as other:
        other.clock.now = openid.clock()
        untrusted = await other.data(STATES, token=token)

    assert trusted == {"viewer": {"roles": ["NETWORK_MANAGER"], "networkCodes": ["cci"]}}
    assert untrusted == {"viewer": {"roles": [], "networkCodes": []}}
