"""Reviews are published for so long, and their words kept for so long, and no longer (D.111-17)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.moderation import Verdict
from models.review_steps import ReviewState
from models.revisions import Subject, record_changes
from resolvers.erasing import erase_activator
from resolvers.imports import in_one_transaction
from resolvers.purge import WORDS, purge
from schema.nodes import global_id
from tests.people import add_account, add_activator
from tests.reviews import (
    COMMENT,
    Reviewed,
    add_answered_request,
    add_review,
    state_of_review,
)
from tests.service import Service

STARS = "query ($id: ID) { activator(id: $id) { rating { count } } }"
MONTH = timedelta(days=31)
DO = {
    name: f"mutation ($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{"
    " userErrors { code } } }"
    for name in ("writeReview", "changeReview", "withdrawReview")
}


@pytest.fixture
def service(shared_service: Service) -> Service:
    """Ask one application."""
    return shared_service


async def activator_of(service: Service) -> int:
    """Add an adviser."""
    async with service.write() as session:
        activator_id = await add_activator(session)
        await record_changes(session, Subject.ACTIVATOR, [activator_id])
    return activator_id


async def published(service: Service, months: int, *, of: int, **values: Any) -> Reviewed:
    """Add a review that was published so long ago."""
    at = service.clock() - months * MONTH
    return await add_review(service, of, comment=COMMENT, published_at=at, **values)


async def words_in(service: Service, review_id: int) -> list[str]:
    """Read what is sealed of a review."""
    text, history, review = tables.review_text, tables.review_history, tables.review
    found: list[str] = []
    async with service.database.read() as session:
        for column, own in (
            (text.c.sealed, text.c.review_id),
            (history.c.sealed, history.c.review_id),
            (review.c.sealed, review.c.id),
        ):
            query = select(column).where(own == review_id, column.is_not(None))
            found += (await session.execute(query)).scalars()
    return found


async def test_a_review_is_published_for_36_months_and_then_ends(service: Service) -> None:
    activator = await activator_of(service)
    old = await published(service, 37, of=activator, state=ReviewState.UNDER_DOUBT)
    young = await published(service, 35, of=activator)
    others = [await published(service, 1, of=activator) for _ in range(4)]
    seen = await service.data(STARS, {"id": global_id("Activator", activator)})
    assert seen["activator"]["rating"] == {"count": 6}

    await service.begin_day()
    await service.work()

    assert await state_of_review(service, old.id) is ReviewState.ENDED
    assert await state_of_review(service, young.id) is ReviewState.PUBLISHED
    states = {await state_of_review(service, one.id) for one in others}
    assert states == {ReviewState.PUBLISHED}
    seen = await service.data(STARS, {"id": global_id("Activator", activator)})
    assert seen["activator"]["rating"] == {"count": 5}
    case = tables.moderation_case
    query = select(case.c.verdict, case.c.decided_by).where(case.c.subject_id == old.id)
    async with service.database.read() as session:
        assert (await session.execute(query)).all() == [(Verdict.WITHDRAWN, None)]


@pytest.mark.parametrize(
    "state",
    [ReviewState.REJECTED, ReviewState.WITHDRAWN, ReviewState.REMOVED, ReviewState.ENDED],
)
async def test_its_words_are_erased_12_months_after_it_was_closed(
    service: Service, state: ReviewState
) -> None:
    activator = await activator_of(service)
    now = service.clock()
    reply = {"sealed": service.platform.sealer.seal({"text": "Merci."}), "replied_at": now}
    said: dict[str, Any] = {"comment": COMMENT, "state": state, **reply}
    old = await add_review(service, activator, closed_at=now - 13 * MONTH, **said)
    young = await add_review(service, activator, closed_at=now - 11 * MONTH, **said)

    counts = [(await purge(service.platform))[WORDS] for _ in range(2)]

    assert counts == [1, 0]
    assert await words_in(service, old.id) == []
    assert len(await words_in(service, young.id)) == 2
    assert await state_of_review(service, old.id) is state


async def test_what_is_published_keeps_its_words(service: Service) -> None:
    activator = await activator_of(service)
    review = await published(service, 35, of=activator)

    await purge(service.platform)

    assert len(await words_in(service, review.id)) == 1


@pytest.mark.parametrize("state", ReviewState)
async def test_with_an_activator_that_is_erased_its_reviews_end(
    service: Service, state: ReviewState
) -> None:
    activator = await activator_of(service)
    review = await add_review(service, activator, comment=COMMENT, state=state)
    was_open = state in {ReviewState.PENDING, ReviewState.PUBLISHED, ReviewState.UNDER_DOUBT}

    async with service.write() as session:
        await erase_activator(session, activator, service.clock())
        await record_changes(session, Subject.ACTIVATOR, [activator])

    becomes = ReviewState.ENDED if was_open else state
    assert await state_of_review(service, review.id) is becomes
    assert await words_in(service, review.id) == []
    case = tables.moderation_case
    waits = select(case.c.id).where(case.c.subject_id == review.id, case.c.decided_at.is_(None))
    async with service.database.read() as session:
        assert (await session.execute(waits)).all() == []


async def test_what_its_author_does_beside_an_erasure_leaves_no_review(service: Service) -> None:
    activator = await activator_of(service)
    reviews = [await add_review(service, activator) for _ in range(4)]
    asked = await add_answered_request(service, activator)
    said = {"stars": 1, "experiencedOn": service.clock().date().isoformat()}
    table = tables.activator

    async def erase(session: AsyncSession) -> None:
        own = select(table.c.id).where(table.c.id == activator)
        await session.execute(own.with_for_update())
        await asyncio.sleep(0.2)
        await erase_activator(session, activator, service.clock())

    erasing = asyncio.create_task(in_one_transaction(service.database, erase))
    await asyncio.sleep(0.05)
    written, *_ = await asyncio.gather(
        service.data(DO["writeReview"], {"input": {"token": asked.token, **said}}),
        *(
            service.data(DO["changeReview"], {"input": {"token": one.token, **said}})
            for one in reviews[:2]
        ),
        *(service.data(DO["withdrawReview"], {"input": {"token": one.token}}) for one in reviews),
        erasing,
    )

    assert {one["code"] for one in written["writeReview"]["userErrors"]} <= {"FORBIDDEN"}
    of_it = select(tables.review.c.state).where(tables.review.c.activator_id == activator)
    async with service.database.read() as session:
        states = {*(await session.execute(of_it)).scalars()}
    assert states <= {ReviewState.ENDED, ReviewState.WITHDRAWN}
    query = select(table.c.stars).where(table.c.id == activator)
    async with service.database.read() as session:
        assert (await session.execute(query)).scalar_one() == []


async def test_with_which_account_it_was_written_goes_with_its_company(service: Service) -> None:
    activator = await activator_of(service)
    async with service.write() as session:
        account = await add_account(session)
    asked = await add_answered_request(service, activator, account_id=account)
    said = {"stars": 1, "experiencedOn": service.clock().date().isoformat()}
    given = {"input": {"id": asked.node, **said}}
    await service.data(DO["writeReview"], given, token=service.token(account))
    history, request = tables.review_history, tables.contact_request
    own = update(request).where(request.c.id == asked.id)
    async with service.write() as session:
        await session.execute(own.values(closed_at=service.clock() - 25 * MONTH))
    query = select(history.c.id).where(history.c.account_id == account)
    async with service.database.read() as session:
        assert len((await session.execute(query)).all()) == 1

    await purge(service.platform)

    async with service.database.read() as session:
        assert (await session.execute(query)).all() == []


async def test_decided_cases_and_lifted_sanctions_go_after_24_months(service: Service) -> None:
    activator = await activator_of(service)
    reviews = [
        await add_review(service, activator, comment=COMMENT, state=ReviewState.PENDING)
        for _ in range(3)
    ]
    case = tables.moderation_case
    async with service.write() as session:
        for one, months in zip(reviews, (25, 23), strict=False):
            decided = {"verdict": Verdict.REFUSED, "decided_at": service.clock() - months * MONTH}
            own = update(case).where(case.c.subject_id == one.id)
            await session.execute(own.values(decided))

    await purge(service.platform)

    ids = [one.id for one in reviews]
    query = select(case.c.subject_id).where(case.c.subject_id.in_(ids))
    async with service.database.read() as session:
        assert {*(await session.execute(query)).scalars()} == {reviews[1].id, reviews[2].id}
