"""Signing in by OpenID Connect: who is let in, as whom, and how far an issuer's word reaches."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from models import tables
from models.accounts import Role
from models.base import new_id
from tests.oidc_provider import Claims, Providers
from tests.scenarios.openid import (
    NO_ACCOUNT,
    account_of,
    add,
    audited,
    come,
    email_of,
    give,
    person_of,
    refused,
    welcome,
)
from tests.service import Service

WHO = """{ viewer { email roles networkCodes
  sessions { method issuer client current } } }"""


async def test_a_person_is_linked_by_verified_address_then_known_by_subject(
    openid: Service, providers: Providers
) -> None:
    account_id = await add(openid, Role.NETWORK_MANAGER, network_code="cci")
    person = await person_of(openid, account_id)

    token = await welcome(openid, await providers.plain.sign_in(**person))
    who = (await openid.data(WHO, token=token))["viewer"]
    moved = {**person, "email": "moved@example.org", "email_verified": False}
    again = await welcome(openid, await providers.plain.sign_in(**moved))

    issuer = providers.plain.issuer
    assert await account_of(openid, token) == await account_of(openid, again) == account_id
    assert (who["roles"], who["networkCodes"]) == (["NETWORK_MANAGER"], ["cci"])
    assert who["email"] == person["email"]
    (session,) = who["sessions"]
    assert session == {
        "method": "OPENID_CONNECT",
        "issuer": issuer,
        "client": None,
        "current": True,
    }
    how = {"method": "OPENID_CONNECT", "issuer": issuer}
    assert await audited(openid, account_id) == [
        ("session.open", {}, how),
        ("identity.link", {}, {"issuer": issuer}),
        ("session.open", {}, how),
    ]


async def test_an_address_told_at_the_userinfo_endpoint_links_as_well(
    openid: Service, providers: Providers
) -> None:
    account_id = await add(openid, Role.MODERATOR)
    attempt = await providers.userinfo.sign_in(**await person_of(openid, account_id))

    assert await account_of(openid, await welcome(openid, attempt)) == account_id


@pytest.mark.parametrize("access_token", [None, "forged", "no\ntoken", "another's"])
async def test_it_takes_the_access_token_of_the_same_person(
    openid: Service, providers: Providers, access_token: str | None
) -> None:
    one, other = [await person_of(openid, await add(openid, Role.MODERATOR)) for _ in range(2)]
    attempt = await providers.userinfo.sign_in(**one)
    if access_token == "another's":
        access_token = (await providers.userinfo.sign_in(**other)).accessToken
    error = await refused(openid, replace(attempt, accessToken=access_token))

    assert (error["code"], error["field"]) == ("BAD_USER_INPUT", "accessToken")


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": None},
        {"email": "no address"},
        {"email": ["a@example.org"]},
        {"email": "a\ud800@example.org"},
        {"email": "nobody.here@example.org"},
    ],
    ids=str,
)
async def test_an_unknown_subject_needs_a_verified_address_of_an_account(
    openid: Service, providers: Providers, claims: dict[str, Any]
) -> None:
    person = await person_of(openid, await add(openid, Role.NETWORK_MANAGER, network_code="cci"))
    attempt = await providers.plain.attempt(openid.clock(), **{**person, **claims})

    assert await refused(openid, attempt) == NO_ACCOUNT


async def test_a_session_is_listed_as_what_can_be_shown_of_the_client_s_name(
    openid: Service, providers: Providers
) -> None:
    person = await person_of(openid, await add(openid))
    attempt = await providers.plain.sign_in(**person)

    token = await welcome(openid, replace(attempt, client="Portail\0 CCI\n" + "x" * 200))

    (session,) = (await openid.data(WHO, token=token))["viewer"]["sessions"]
    assert session["client"] == "Portail CCI" + "x" * 89


async def test_the_same_subject_of_another_issuer_is_another_person(
    openid: Service, providers: Providers
) -> None:
    one, other = await add(openid), await add(openid)
    subject = {"sub": f"shared-{one}"}
    chamber = await providers.plain.sign_in(**{**await person_of(openid, one), **subject})
    state = await providers.userinfo.sign_in(**{**await person_of(openid, other), **subject})

    found = [await account_of(openid, await welcome(openid, each)) for each in (chamber, state)]

    assert found == [one, other]


async def test_a_stranger_of_another_issuer_with_a_known_subject_is_refused(
    openid: Service, providers: Providers
) -> None:
    person = await person_of(openid, await add(openid))
    await welcome(openid, await providers.plain.sign_in(**person))
    stranger = {**person, "email": "stranger@example.org"}

    error = await refused(openid, await providers.userinfo.sign_in(**stranger))

    assert error == NO_ACCOUNT


async def test_one_person_of_two_issuers_signs_in_at_both_at_once(
    openid: Service, providers: Providers
) -> None:
    account_id = await add(openid)
    person = await person_of(openid, account_id)
    attempts = [await one.sign_in(**person) for one in (providers.plain, providers.userinfo) * 3]

    answers = await asyncio.gather(*(come(openid, one) for one in attempts))

    assert [one["userErrors"] for one in answers] == [[]] * 6
    done = [action for action, _, _ in await audited(openid, account_id)]
    assert sorted(done) == ["identity.link"] * 2 + ["session.open"] * 6


async def managed(service: Service, account_id: int) -> list[tuple[str, str | None]]:
    """List the networks that an account manages, each with whose word it is."""
    role = tables.account_role
    query = select(role.c.network_code, role.c.issuer).where(role.c.account_id == account_id)
    async with service.database.read() as session:
        rows = await session.execute(query.order_by(role.c.issuer))
        return [(row.network_code, row.issuer) for row in rows]


async def test_an_issuer_makes_managers_of_its_network_and_unmakes_its_own(
    openid: Service, providers: Providers
) -> None:
    plain = providers.plain
    person: Claims = {"sub": f"new-{new_id()}", "email": f"new.{new_id()}@example.org"}
    person |= {"email_verified": True}
    said: list[Claims] = [{}, {"groups": "administrateurs"}, {"groups": ["cma", 1]}]
    for nothing in said:
        assert await refused(openid, await plain.sign_in(**person, **nothing)) == NO_ACCOUNT
    unverified = {**person, "email_verified": False, "groups": ["gestionnaires"]}
    assert await refused(openid, await plain.sign_in(**unverified)) == NO_ACCOUNT

    token = await welcome(openid, await plain.sign_in(**person, groups=["gestionnaires", "more"]))
    account_id = await account_of(openid, token)

    assert await email_of(openid, account_id) == person["email"]
    assert await managed(openid, account_id) == [("cci", plain.issuer)]
    await give(openid, account_id, Role.NETWORK_MANAGER, network_code="cci")
    who = await openid.data(WHO, token=await welcome(openid, await plain.sign_in(**person)))
    assert await managed(openid, account_id) == [("cci", None)]
    assert who["viewer"]["networkCodes"] == ["cci"]
    issuer = {"issuer": plain.issuer}
    none: Claims = {"network-manager": []}
    cci: Claims = {"network-manager": ["cci"]}
    done = [one for one in await audited(openid, account_id) if one[0] != "session.open"]
    assert done == [
        ("account.create", {}, issuer),
        ("identity.link", {}, issuer),
        ("account.change_roles", none, cci | issuer),
        ("account.change_roles", cci, none | issuer),
    ]
