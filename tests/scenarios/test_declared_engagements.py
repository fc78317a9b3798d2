"""From the declaration of an engagement to its confirmation, or a moderator's decision (art. 4)."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from models import tables
from models.accounts import Role
from models.declared_engagements import DeclarationState as S
from models.moderation import Verdict
from schema.nodes import global_id
from tests.askings import address_of
from tests.declarations import (
    CONTENT,
    Declared,
    add_engagement,
    cases_of,
    claim,
    declared,
    do,
    link_in,
    provider,
    row_of,
    state_of,
    taken,
)
from tests.jobs import forget_jobs
from tests.people import add_account
from tests.registrations import mails_to, text_of
from tests.rules.world import rows_of
from tests.scenarios.openid import account_of
from tests.service import Service

READ = """query ($id: ID, $token: String, $reference: String) {
  declaredEngagement(id: $id, token: $token, reference: $reference) { id state what proof
    engagedOn declaredAt dueAt disputedAt decidedAt provider { displayName } company { name }
    dispute { reason message } decision { ground words }
    viewerMay { confirm dispute withdraw examine } } }"""
CASE = """query ($id: ID!) { node(id: $id) { ... on ModerationCase { subject {
  ... on DeclaredEngagement { id state what viewerMay { examine } } } } } }"""
DECIDE = """mutation ($case: ID!, $verdict: ModerationDecisionVerdict!) {
  decideModeration(input: {decisions: [
    {case: $case, verdict: $verdict, words: "La facture est bien la sienne."}]}) {
    userErrors { code field message } } }"""
WATCHED = (tables.declared_engagement, tables.moderation_case, tables.job, tables.audit_entry)
WORDS = ("Menuiserie", "Taravelle", "caisse", "Facture")
"""Of the company's content, those that nobody but the parties may read."""


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all of these; each begins an hour later, with nothing to be done."""
    shared_service.clock.advance(hours=1)
    await forget_jobs(shared_service.database)
    return shared_service


async def read(service: Service, bearer: str | None = None, **which: str) -> Any:
    """Read one, by what names it."""
    return (await service.data(READ, which, token=bearer))["declaredEngagement"]


async def moderator(service: Service) -> str:
    """Add one; give its token."""
    async with service.write() as session:
        return service.token(await add_account(session, Role.MODERATOR))


async def letters(service: Service, email: str) -> list[str]:
    """Have letters sent; give the subjects and texts of those to an address, together."""
    await service.work()
    return [f"{mail['Subject']}\n{text_of(mail)}" for mail in mails_to(service, email)]


async def test_a_company_declares_and_the_provider_confirms(service: Service) -> None:
    activator, token = await provider(service)
    given = declared(activator)

    told = await taken(service, given)

    assert (told["state"], told["what"], told["company"]) == ("DECLARED", None, None)
    (to_company,) = await letters(service, given["email"])
    (to_provider,) = await letters(service, await address_of(service, activator))
    assert told["reference"] in to_company
    assert told["reference"] in to_provider
    assert [word for word in WORDS if word in to_provider] == []
    assert f"#declared-engagement={told['reference']}" in to_provider
    link = link_in(service, given["email"])
    by_link = await read(service, token=link)
    assert (by_link["what"], by_link["viewerMay"]["withdraw"]) == (given["what"], True)
    signed_in = await read(service, token, reference=told["reference"].lower())
    assert (signed_in["proof"], signed_in["engagedOn"]) == (given["proof"], given["engagedOn"])
    assert signed_in["viewerMay"] == {
        **dict.fromkeys(("confirm", "dispute"), True),
        **dict.fromkeys(("withdraw", "examine"), False),
    }

    confirmed = await do(service, "confirmDeclaredEngagement", token, id=told["id"])

    assert confirmed["declaredEngagement"]["state"] == "CONFIRMED"
    assert len(await letters(service, given["email"])) == 2
    after = await read(service, token=link)
    assert (after["state"], after["decidedAt"]) == ("CONFIRMED", service.clock().isoformat())


@pytest.mark.parametrize(
    ("verdict", "state"), [("ACCEPT", "CONFIRMED"), ("REFUSE", "REFUSED")], ids=["so", "not so"]
)
async def test_what_the_provider_disputes_a_moderator_decides(
    service: Service, verdict: str, state: str
) -> None:
    (activator, token), staff = await provider(service), await moderator(service)
    given = declared(activator)
    told = await taken(service, given)
    said = {"reason": "UNKNOWN_PROOF", "message": "Cette facture n'est pas la nôtre."}

    disputed = await do(service, "disputeDeclaredEngagement", token, id=told["id"], **said)

    assert disputed["declaredEngagement"]["dispute"] == said
    (case,) = await cases_of(service, (await number_of(service, told["reference"])))
    which = {"id": global_id("ModerationCase", case.id)}
    queued = (await service.data(CASE, which, token=staff))["node"]["subject"]
    assert queued == {
        "id": told["id"],
        "state": "DISPUTED",
        "what": None,
        "viewerMay": {"examine": True},
    }
    unclaimed = await do(service, "examineDeclaredEngagement", staff, id=told["id"])
    assert [one["code"] for one in unclaimed["userErrors"]] == ["CONFLICT"]
    one = Declared(case.subject_id, "")
    await claim(service, one, await account_of(service, staff))
    examined = (await do(service, "examineDeclaredEngagement", staff, id=told["id"]))[
        "declaredEngagement"
    ]
    assert (examined["proof"], examined["dispute"]) == (given["proof"], said)
    assert (await read(service, staff, id=told["id"]))["what"] is None
    decided = await service.data(
        DECIDE,
        {"case": global_id("ModerationCase", case.id), "verdict": verdict},
        token=staff,
    )
    assert decided["decideModeration"]["userErrors"] == []
    after = await read(service, token, id=told["id"])
    assert after["state"] == state
    assert after["decision"] == {"ground": None, "words": "La facture est bien la sienne."}
    to_company = await letters(service, given["email"])
    to_provider = await letters(service, await address_of(service, activator))
    assert (len(to_company), len(to_provider)) == (3, 2)
    for letter in (*to_company, *to_provider):
        assert "n'est pas la nôtre" not in letter
        assert "bien la sienne" not in letter


async def number_of(service: Service, reference: str) -> int:
    """Give the number behind a reference."""
    rows = await rows_of(service.database, tables.declared_engagement)
    (found,) = [row[0] for row in rows if reference in row]
    return int(found)


async def test_silence_is_reminded_of_and_then_referred_to_a_moderator(service: Service) -> None:
    activator, _ = await provider(service)
    given = declared(activator)
    told = await taken(service, given)
    number, before = await number_of(service, told["reference"]), service.clock.now
    await service.work()
    try:
        service.clock.now = datetime(2026, 12, 8, 17, 1, tzinfo=UTC)
        assert len(await letters(service, await address_of(service, activator))) == 2
        assert await cases_of(service, number) == []

        service.clock.now = datetime.fromisoformat(told["dueAt"])
        assert len(await letters(service, given["email"])) == 2
        assert len(await letters(service, await address_of(service, activator))) == 3

        row, (case,) = await row_of(service, number), await cases_of(service, number)
        assert (row.state, row.disputed_at) == (S.DISPUTED, service.clock())
        assert (case.opened_at, case.decided_at) == (service.clock(), None)
        fresh = service.token(await account_of_provider(service, activator))
        await do(service, "confirmDeclaredEngagement", fresh, id=told["id"])
        (case,) = await cases_of(service, number)
        assert (await state_of(service, number), case.verdict) == (S.CONFIRMED, Verdict.WITHDRAWN)
    finally:
        service.clock.now = before


async def account_of_provider(service: Service, activator: int) -> int:
    """Give the account of a provider."""
    role = tables.account_role
    async with service.database.read() as session:
        own = role.select().where(role.c.activator_id == activator)
        return int((await session.execute(own)).one().account_id)


async def test_an_answered_one_is_neither_reminded_of_nor_referred(service: Service) -> None:
    activator, token = await provider(service)
    told = await taken(service, declared(activator))
    await do(service, "confirmDeclaredEngagement", token, id=told["id"])
    before = service.clock.now
    await service.work()
    try:
        service.clock.advance(days=40)
        letters_before = len(await letters(service, await address_of(service, activator)))

        assert letters_before == 1
        assert await state_of(service, await number_of(service, told["reference"])) is S.CONFIRMED
    finally:
        service.clock.now = before


async def test_the_company_withdraws_and_no_moderator_decides_any_more(service: Service) -> None:
    activator, _ = await provider(service)
    one = await add_engagement(service, activator, state=S.DISPUTED)

    answer = await do(service, "withdrawDeclaredEngagement", token=one.token)

    (case,) = await cases_of(service, one.id)
    assert answer["declaredEngagement"]["state"] == "WITHDRAWN"
    assert case.verdict is Verdict.WITHDRAWN
    (letter,) = await letters(service, await address_of(service, activator))
    assert [word for word in WORDS if word in letter] == []


async def test_the_same_twice_in_a_row_is_done_once(service: Service) -> None:
    activator, token = await provider(service)
    said = {"reason": "OTHER_DATE", "message": "En octobre."}
    for mutation, more, state in (
        ("confirmDeclaredEngagement", {}, S.DECLARED),
        ("disputeDeclaredEngagement", said, S.DECLARED),
        ("withdrawDeclaredEngagement", {}, S.DECLARED),
    ):
        one = await add_engagement(service, activator, state=state)
        by_link = mutation.startswith("withdraw")
        which = {"token": one.token} if by_link else {"id": one.node}
        bearer = None if by_link else token
        first = await do(service, mutation, bearer, **which, **more)
        before = await rows_of(service.database, *WATCHED)

        second = await do(service, mutation, bearer, **which, **more)

        assert (first["userErrors"], second) == ([], first), mutation
        assert await rows_of(service.database, *WATCHED) == before, mutation
    other = await add_engagement(service, activator, state=S.DISPUTED)
    refused = await do(service, "disputeDeclaredEngagement", token, id=other.node, **said)
    assert [one["code"] for one in refused["userErrors"]] == ["CONFLICT"]


@pytest.mark.parametrize("other", ["disputeDeclaredEngagement", "withdrawDeclaredEngagement"])
async def test_of_two_at_once_one_is_done_and_the_other_told_so(
    service: Service, other: str
) -> None:
    activator, token = await provider(service)
    for _ in range(3):
        one = await add_engagement(service, activator)
        by_link = other.startswith("withdraw")
        second = (
            do(service, other, token=one.token)
            if by_link
            else do(service, other, token, id=one.node, reason="OTHER", message="Non.")
        )
        first = do(service, "confirmDeclaredEngagement", token, id=one.node)

        answers = await asyncio.gather(first, second)

        codes = [[error["code"] for error in answer["userErrors"]] for answer in answers]
        state, cases = await state_of(service, one.id), await cases_of(service, one.id)
        done = {S.CONFIRMED: [], S.WITHDRAWN: ["CONFLICT"]}.get(state)
        assert codes[0] == done
        assert [case.verdict for case in cases] in ([], [Verdict.WITHDRAWN])
        if codes == [[], []]:  # disputed first, then confirmed
            assert len(cases) == 1
        else:
            assert sorted(codes) == [[], ["CONFLICT"]]


async def test_a_message_that_is_none_is_refused_and_nothing_changes(service: Service) -> None:
    activator, token = await provider(service)
    one = await add_engagement(service, activator)
    before = await rows_of(service.database, *WATCHED)

    for message in ("", " \n", "a\x00b", "x" * 5_001):
        said = {"reason": "OTHER", "message": message}
        answer = await do(service, "disputeDeclaredEngagement", token, id=one.node, **said)
        found = [(error["code"], error["field"]) for error in answer["userErrors"]]
        assert found == [("BAD_USER_INPUT", "message")], repr(message[:5])
    assert await rows_of(service.database, *WATCHED) == before


@pytest.mark.parametrize(
    "which",
    [{"token": "guessed"}, {"token": "\x00_"}, {"reference": "É\x00"}, {"reference": ""}],
    ids=repr,
)
async def test_what_names_nothing_finds_nothing(service: Service, which: dict[str, str]) -> None:
    assert await read(service, **which) is None


async def test_a_secret_opens_its_own_alone_and_none_that_was_made_for_another_thing(
    service: Service,
) -> None:
    activator, _ = await provider(service)
    first, second = [await add_engagement(service, activator) for _ in range(2)]
    number, _, proof = first.token.partition("_")
    other = second.token.partition("_")[0]

    assert (await read(service, token=first.token))["id"] == first.node
    for forged in (f"{other}_{proof}", f"{number}_{proof[:-1]}", number, f"{number}_"):
        assert await read(service, token=forged) is None
    contact = "query ($token: String) { contactRequest(token: $token) { id } }"
    assert await service.data(contact, {"token": first.token}) == {"contactRequest": None}
    answer = await do(service, "withdrawDeclaredEngagement", token=f"{other}_{proof}")
    assert [error["code"] for error in answer["userErrors"]] == ["NOT_FOUND"]
    assert CONTENT["what"] == (await read(service, token=second.token))["what"]
