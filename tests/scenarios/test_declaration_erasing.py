"""What identifies a company is erased some time after what it declared was decided."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from models import tables
from models.declared_engagements import OPEN
from models.declared_engagements import DeclarationState as S
from models.revisions import Subject, record_changes
from resolvers.declarations.erasing import EMPTIED
from resolvers.erasing import erase_activator
from resolvers.purge import DECLARING, purge
from tests.declarations import Declared, add_engagement, cases_of, do, provider, row_of
from tests.people import add_account
from tests.registrations import mails_to
from tests.service import Service

LONG_AGO = datetime(2024, 11, 24, 9, 30, tzinfo=UTC)
"""Twenty-four months before the clock of the tests begins."""
LATER = LONG_AGO.replace(minute=31)
READ = """query ($id: ID, $token: String) { declaredEngagement(id: $id, token: $token) {
  state what engagedOn company { name } viewerMay { confirm withdraw } } }"""

WRITE = """mutation ($input: WriteReviewInput!) { writeReview(input: $input) {
  userErrors { code } } }"""
WITHDRAW = """mutation ($input: WithdrawReviewInput!) { withdrawReview(input: $input) {
  userErrors { code } } }"""


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all of these, in which nothing is over yet."""
    await purge(shared_service.platform)
    return shared_service


async def add_old(service: Service, activator: int, **values: Any) -> Declared:
    """Add one that was declared long ago, with all by which it is found again."""
    async with service.write() as session:
        known: dict[str, Any] = {"account_id": await add_account(session)}
    known |= {"idempotency_hash": str(known["account_id"]), "declared_hash": "0" * 64}
    return await add_engagement(service, activator, **{**known, "declared_at": LONG_AGO, **values})


async def test_who_declared_and_every_word_goes_and_its_state_and_times_stay(
    service: Service,
) -> None:
    activator, token = await provider(service)
    one = await add_old(service, activator, state=S.CONFIRMED, decided_at=LONG_AGO)
    before = (await row_of(service, one.id))._asdict()

    counts = await purge(service.platform)

    after = (await row_of(service, one.id))._asdict()
    assert counts[DECLARING] == 1
    changed = {name for name, value in after.items() if value != before[name]}
    assert changed == {*EMPTIED, "purged_at", "version"}
    assert {after[name] for name in EMPTIED} == {None}
    assert (await service.data(READ, {"token": one.token}))["declaredEngagement"] is None
    seen = (await service.data(READ, {"id": one.node}, token=token))["declaredEngagement"]
    assert (seen["state"], seen["what"], seen["company"]) == ("CONFIRMED", None, None)


@pytest.mark.parametrize(
    ("values", "over"),
    [
        ({"state": S.REFUSED, "decided_at": LONG_AGO}, True),
        ({"state": S.REFUSED, "decided_at": LATER}, False),
        ({"state": S.WITHDRAWN, "decided_at": LATER}, False),
        ({"state": S.DECLARED}, True),
        ({"state": S.DECLARED, "declared_at": LATER}, False),
        ({"state": S.DISPUTED, "disputed_at": LONG_AGO}, True),
        ({"state": S.DISPUTED, "disputed_at": LATER}, False),
    ],
)
async def test_its_time_begins_with_the_decision_or_else_with_its_last_step(
    service: Service, values: dict[str, Any], over: bool
) -> None:
    activator, _ = await provider(service)
    one = await add_old(service, activator, **values)

    await purge(service.platform)

    assert ((await row_of(service, one.id)).purged_at is not None) is over
    waits = [case for case in await cases_of(service, one.id) if case.decided_at is None]
    assert bool(waits) is (values["state"] is S.DISPUTED and not over)


async def test_nothing_is_done_with_one_that_was_erased(service: Service) -> None:
    activator, token = await provider(service)
    one = await add_old(service, activator)
    await purge(service.platform)

    for mutation, more in (
        ("confirmDeclaredEngagement", {}),
        ("disputeDeclaredEngagement", {"reason": "OTHER", "message": "Non."}),
    ):
        answer = await do(service, mutation, token, id=one.node, **more)
        assert [error["code"] for error in answer["userErrors"]] == ["CONFLICT"], mutation
    seen = (await service.data(READ, {"id": one.node}, token=token))["declaredEngagement"]
    assert seen["viewerMay"] == {"confirm": False, "withdraw": False}


async def test_its_link_opens_no_review_and_no_account_is_known_any_more(service: Service) -> None:
    activator, _ = await provider(service)
    one = await add_old(service, activator, state=S.CONFIRMED, decided_at=LONG_AGO)
    account = (await row_of(service, one.id)).account_id
    given = {"id": one.node, "stars": 4, "experiencedOn": service.clock().date().isoformat()}
    variables = {"input": given}
    written = await service.data(WRITE, variables, token=service.token(account))
    assert written["writeReview"]["userErrors"] == []

    await purge(service.platform)

    token = {"token": one.token}
    assert (
        await service.data("query ($token: String) { review(token: $token) { id } }", token)
    ) == {"review": None}
    refused = (await service.data(WITHDRAW, {"input": token}))["withdrawReview"]
    assert [error["code"] for error in refused["userErrors"]] == ["NOT_FOUND"]
    history = tables.review_history
    query = select(history.c.id).where(history.c.account_id == account)
    async with service.database.read() as session:
        assert (await session.execute(query)).all() == []


async def test_a_letter_that_waited_is_not_sent_to_who_was_erased(service: Service) -> None:
    activator, token = await provider(service)
    email = f"erased.{activator}@example.org"
    one = await add_engagement(service, activator)
    sealed = service.platform.sealer.open((await row_of(service, one.id)).sealed)
    anew = service.platform.sealer.seal({**sealed, "email": email})
    table = tables.declared_engagement
    async with service.write() as session:
        own = update(table).where(table.c.id == one.id)
        await session.execute(own.values(sealed=anew))
    await do(service, "confirmDeclaredEngagement", token, id=one.node)
    async with service.write() as session:
        await session.execute(own.values(decided_at=LONG_AGO))
    await purge(service.platform)

    await service.work()

    assert mails_to(service, email) == []


@pytest.mark.parametrize("state", S)
async def test_with_a_provider_that_is_erased_what_is_open_of_it_is_closed(
    service: Service, state: S
) -> None:
    activator, _ = await provider(service)
    declared = await add_engagement(service, activator, state=state)

    async with service.write() as session:
        await erase_activator(session, activator, service.clock())
        await record_changes(session, Subject.ACTIVATOR, [activator])

    becomes = S.WITHDRAWN if state in OPEN else state
    assert (await row_of(service, declared.id)).state is becomes
    assert all(case.verdict is not None for case in await cases_of(service, declared.id))
