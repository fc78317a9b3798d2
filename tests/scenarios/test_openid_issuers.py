"""OpenID Connect issuers: keys that rotate, answers that cannot be used, settings, logs."""

import asyncio
import json
import time
from dataclasses import replace
from typing import Any

import pytest
import typer

from resolvers.openid import fetching, keys
from server import read_settings
from tests.oidc_provider import Attempt, Provider, Providers, with_token
from tests.people import add_account
from tests.scenarios.openid import come, person_of, refused, welcome
from tests.service import Service


async def somebody(openid: Service, provider: Provider) -> Attempt:
    """Come as a person whose account is new."""
    async with openid.write() as session:
        account_id = await add_account(session)
    return await provider.sign_in(**await person_of(openid, account_id))


async def test_keys_that_rotate_hold_at_once_and_as_long_as_they_are_published(
    openid: Service, providers: Providers
) -> None:
    plain = providers.plain
    first, old, older = [await somebody(openid, plain) for _ in range(3)]
    await welcome(openid, first)
    openid.clock.advance(seconds=10)

    await plain.rotate(keep=True)
    new = await somebody(openid, plain)
    for attempt in (new, old):
        await welcome(openid, attempt)

    await plain.rotate(keep=False)
    openid.clock.advance(seconds=10)
    await welcome(openid, await somebody(openid, plain))
    assert "no such key" in (await refused(openid, older))["message"]


async def test_a_key_that_was_withdrawn_is_forgotten_in_ten_minutes(
    openid: Service, providers: Providers
) -> None:
    await welcome(openid, await somebody(openid, providers.plain))
    attempt = await somebody(openid, providers.plain)
    await providers.plain.rotate(keep=False)

    openid.clock.advance(minutes=10)

    assert "no such key" in (await refused(openid, attempt))["message"]


async def test_a_flood_of_unknown_keys_asks_the_issuer_once_in_ten_seconds(
    openid: Service, providers: Providers
) -> None:
    plain = providers.plain
    await welcome(openid, await somebody(openid, plain))
    before = await plain.times_asked()
    openid.clock.advance(seconds=10)
    forged = []
    for number in range(20):
        attempt = await plain.attempt(openid.clock())
        token = await plain.signed({}, kid=f"unknown {number}")
        forged.append(with_token(attempt, token))

    answers = await asyncio.gather(*(come(openid, one) for one in forged))
    later = await refused(openid, forged[0])

    errors = [one["userErrors"][0]["message"] for one in answers] + [later["message"]]
    assert all("no such key" in message for message in errors)
    assert await plain.times_asked() - before == 1
    await welcome(openid, await somebody(openid, plain))


@pytest.mark.parametrize("how", ["down", "slow", "garbage", "huge", "redirect", "another"])
async def test_an_issuer_that_cannot_be_asked_says_so_and_hurts_no_other(
    openid: Service, providers: Providers, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    monkeypatch.setattr(keys, "SECONDS", 0.5)
    plain, other = providers.plain, providers.userinfo
    attempt, later = [await somebody(openid, plain) for _ in range(2)]
    theirs = await somebody(openid, other)
    openid.clock.advance(minutes=10)  # no key is remembered

    async with plain.behaving(how):
        waiting = asyncio.create_task(come(openid, attempt))
        await welcome(openid, theirs)
        began = time.monotonic()
        answer = await waiting
        error = await refused(openid, attempt)
        assert time.monotonic() - began < 5

    said = {"code": "ISSUER_UNAVAILABLE", "field": "issuer"}
    words = "The issuer does not answer as it should: try again later."
    assert answer["userErrors"] == [error] == [said | {"message": words}]
    openid.clock.advance(seconds=10)
    for one in (attempt, later):
        await welcome(openid, one)


async def test_keys_that_are_known_serve_while_the_issuer_is_down(
    openid: Service, providers: Providers
) -> None:
    plain = providers.plain
    known, unknown = await somebody(openid, plain), await plain.attempt(openid.clock())
    await welcome(openid, await somebody(openid, plain))
    openid.clock.advance(seconds=10)
    unheard = with_token(unknown, await plain.signed({}, kid="unheard of"))

    async with plain.behaving("down"):
        assert (await refused(openid, unheard))["code"] == "ISSUER_UNAVAILABLE"
        await welcome(openid, known)


@pytest.mark.parametrize("how", ["down", "garbage", "redirect"])
async def test_a_userinfo_endpoint_that_cannot_be_asked_says_so(
    openid: Service, providers: Providers, how: str
) -> None:
    await welcome(openid, await somebody(openid, providers.userinfo))
    attempt = await somebody(openid, providers.userinfo)

    async with providers.userinfo.behaving(how):
        assert (await refused(openid, attempt))["code"] == "ISSUER_UNAVAILABLE"
    await welcome(openid, attempt)


async def test_an_issuer_that_is_not_trusted_is_never_asked(
    openid: Service, providers: Providers
) -> None:
    attempt = await somebody(openid, providers.plain)

    error = await refused(openid, replace(attempt, issuer="http://127.0.0.1:9/"))

    assert (error["code"], error["field"]) == ("BAD_USER_INPUT", "issuer")


async def test_no_token_and_no_address_is_logged(
    openid: Service,
    providers: Providers,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with openid.write() as session:
        account_id = await add_account(session)
    person = await person_of(openid, account_id)
    attempts = [await providers.plain.sign_in(**person), await providers.userinfo.sign_in(**person)]
    attempts.append(with_token(attempts[0], attempts[1].idToken))
    for attempt in attempts:
        await come(openid, attempt)
    openid.clock.advance(minutes=10)
    async with providers.plain.behaving("down"):
        await come(openid, attempts[0])

    logged = capsys.readouterr().err + caplog.text

    assert "issuer_unavailable" in logged
    secrets = [person["email"], person["sub"]]
    secrets += [part for one in attempts for part in (one.nonceSecret, one.accessToken or "")]
    secrets += [part for one in attempts for part in one.idToken.split(".")]
    assert [one for one in secrets if one and one in logged] == []


GOOD = {"issuer": "https://sso.example.org/realms/cci", "client_id": "portal", "networks": ["cci"]}
WRONG: dict[str, tuple[Any, str]] = {
    "no JSON": ("[{", "expected a list of issuers, as JSON"),
    "no list": (GOOD, "valid tuple"),
    "no client": ([{"issuer": GOOD["issuer"], "networks": "*"}], "1, client_id: Field required"),
    "http": ([GOOD | {"issuer": "http://sso.example.org"}], "1, issuer: expected an https address"),
    "no address": ([GOOD | {"issuer": "https://"}], "expected an https address"),
    "a password in it": ([GOOD | {"issuer": "https://a:b@example.org"}], "an https address"),
    "a query": ([GOOD | {"issuer": "https://example.org?a"}], "without a query"),
    "twice": ([GOOD, GOOD], "stands there twice"),
    "alg none": ([GOOD | {"algorithms": ["none"]}], "algorithms, 1: Input should be 'RS256'"),
    "HS256": ([GOOD | {"algorithms": ["RS256", "HS256"]}], "Input should be 'RS256'"),
    "no algorithm": ([GOOD | {"algorithms": []}], "at least 1 item"),
    "no network": ([GOOD | {"networks": []}], "expected codes"),
    "a word too many": ([GOOD | {"client_secret": "s"}], "client_secret: Extra inputs"),
    "roles without a claim": ([GOOD | {"roles": {"a": "cci"}}], "expected both, or neither"),
    "a claim without roles": ([GOOD | {"claims": {"roles": "groups"}}], "both, or neither"),
    "a role beyond": (
        [GOOD | {"claims": {"roles": "groups"}, "roles": {"a": "cma"}}],
        "cma is not among its networks",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_settings_that_are_wrong_are_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    value, words = WRONG[case]
    told = value if isinstance(value, str) else json.dumps(value)
    monkeypatch.setenv("MAILLAGE_OIDC_ISSUERS", told)

    with pytest.raises(typer.Exit):
        read_settings()

    sentence = capsys.readouterr().err
    assert sentence.startswith("MAILLAGE_OIDC_ISSUERS")
    assert words in sentence
