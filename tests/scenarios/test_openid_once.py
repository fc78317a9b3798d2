"""ID tokens that hold: each opens one session, whoever hands it over, however often."""

import asyncio
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode

from models.accounts import Role
from tests.oidc_provider import Attempt, Claims, Provider, Providers, with_token
from tests.people import add_account
from tests.scenarios.openid import come, person_of, refused, welcome
from tests.service import Service

P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of the curve."""


async def attempt_of_somebody(openid: Service, provider: Provider, **claims: Any) -> Attempt:
    """Make a good token, of a person whose account is new."""
    async with openid.write() as session:
        account_id = await add_account(session)
    person = await person_of(openid, account_id)
    return await provider.attempt(openid.clock(), **{**person, **claims})


@pytest.mark.parametrize(
    "claims",
    [{}, {"aud": ["portal"]}, {"aud": ["portal", "more"], "azp": "portal"}, {"nbf": 0}],
)
async def test_a_token_made_as_those_above_is_good_without_the_fault(
    openid: Service, providers: Providers, claims: Claims
) -> None:
    await welcome(openid, await attempt_of_somebody(openid, providers.plain, **claims))


@pytest.mark.parametrize(("claim", "seconds"), [("exp", -29), ("iat", 30), ("nbf", 30)])
async def test_the_issuer_s_clock_may_be_half_a_minute_off(
    openid: Service, providers: Providers, claim: str, seconds: int
) -> None:
    moment = int(openid.clock().timestamp()) + seconds

    await welcome(openid, await attempt_of_somebody(openid, providers.plain, **{claim: moment}))


async def test_a_token_serves_once(openid: Service, providers: Providers) -> None:
    attempt = await attempt_of_somebody(openid, providers.plain)
    await welcome(openid, attempt)

    error = await refused(openid, attempt)

    assert (error["code"], error["field"]) == ("BAD_USER_INPUT", "idToken")
    assert "used before" in error["message"]


async def test_another_signature_that_holds_does_not_make_it_another_token(
    openid: Service, providers: Providers
) -> None:
    attempt = await attempt_of_somebody(openid, providers.plain)
    claims = json.loads(urlsafe_b64decode(attempt.idToken.split(".")[1].encode()))
    attempt = with_token(attempt, await providers.plain.signed(claims, alg="ES256"))
    signed, _, signature = attempt.idToken.rpartition(".")
    both = urlsafe_b64decode(signature.encode())
    r, s = (int.from_bytes(half, "big") for half in (both[:32], both[32:]))
    assert decode_dss_signature(encode_dss_signature(r, s)) == (r, s)
    twin = urlsafe_b64encode(r.to_bytes(32, "big") + (P256 - s).to_bytes(32, "big")).decode()
    await welcome(openid, with_token(attempt, f"{signed}.{twin}"))

    error = await refused(openid, attempt)

    assert "used before" in error["message"]


async def test_of_many_who_use_a_token_at_once_one_is_let_in(
    openid: Service, providers: Providers
) -> None:
    attempt = await attempt_of_somebody(openid, providers.plain)

    answers = await asyncio.gather(*(come(openid, attempt) for _ in range(8)))

    assert [bool(one["accessToken"]) for one in answers].count(True) == 1


async def test_somebody_who_is_new_signs_in_from_several_portals_at_once(
    openid: Service, providers: Providers
) -> None:
    async with openid.write() as session:
        account_id = await add_account(session, Role.MODERATOR)
    person = await person_of(openid, account_id)
    attempts = [await providers.userinfo.sign_in(**person) for _ in range(4)]

    answers = await asyncio.gather(*(come(openid, one) for one in attempts))

    assert [one["userErrors"] for one in answers] == [[]] * 4
