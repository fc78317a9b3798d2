"""The stars of an activator: counted with each review, shown to everyone from the fifth on."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from models import tables
from models.accounts import Language, Role
from models.activators import ActivatorKind
from models.base import new_id
from models.declared_engagements import DeclarationState
from models.request_steps import RequestState
from models.review_steps import ReviewState, ReviewStep
from models.reviews import ReviewAuthor
from resolvers.reviews.steps import write_step
from schema.nodes import global_id
from tests.contact import add_request
from tests.people import add_account, add_activator, add_structure
from tests.reviews import add_answered_request, add_review
from tests.service import Service
from tests.statements import statements

RATING = """query ($id: ID!) { activator(id: $id) {
  rating { average count distribution { stars count } }
} }"""
BEST = """query ($field: String!) {
  activators(filter: {expertise: [$field]}, orderBy: RATING) { edges { cursor node { id } } }
}"""
MAY = "query ($id: ID!) { activator(id: $id) { viewerMay { review } } }"
EDIT = """mutation ($id: ID!, $version: Int!, $headline: String!) {
  updateActivatorProfile(input: {id: $id, version: $version, headline: $headline}) {
    activator { version headline rating { count } } userErrors { code field }
  }
}"""


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own."""
    return shared_service


async def activator_of(service: Service, **values: Any) -> int:
    """Add an activator without a review."""
    async with service.write() as session:
        return await add_activator(session, **{"networks": ["cci"], **values})


async def account_with(service: Service, *roles: Role, **about: Any) -> str:
    """Add an account; give its token."""
    async with service.write() as session:
        return service.token(await add_account(session, *roles, **about))


async def rating(service: Service, number: int, token: str | None = None) -> Any:
    """Read the rating of an activator, as somebody sees it."""
    found = await service.data(RATING, {"id": global_id("Activator", number)}, token=token)
    return found["activator"]["rating"]


async def take_step(service: Service, review_id: int, step: ReviewStep) -> None:
    """Have the service take a step with a review."""
    review = tables.review
    async with service.write() as session:
        row = (await session.execute(select(review).where(review.c.id == review_id))).one()
        author, now = ReviewAuthor.SERVICE, service.clock()
        await write_step(service.platform, session, None, row, step, author, now=now)


async def test_the_fifth_review_shows_all_stars_and_a_withdrawal_hides_them_again(
    service: Service,
) -> None:
    number = await activator_of(service)
    owner = await account_with(service, Role.ACTIVATOR, activator_id=number)
    before = await rating(service, number), await rating(service, number, owner)
    for stars in (5, 4, 4, 2):
        await add_review(service, number, stars=stars)
    four = await rating(service, number), await rating(service, number, owner)

    fifth = await add_review(service, number, stars=5)
    five = await rating(service, number), await rating(service, number, owner)
    await take_step(service, fifth.id, ReviewStep.WITHDRAW)
    again = await rating(service, number), await rating(service, number, owner)

    counts = [{"stars": n, "count": c} for n, c in enumerate((0, 1, 0, 2, 1), 1)]
    assert before == (None, None)
    assert four == (None, {"average": 3.75, "count": 4, "distribution": counts})
    assert five[0] == five[1]
    assert (five[0]["average"], five[0]["count"]) == (4.0, 5)
    assert again == four


async def test_one_that_is_doubted_counts_and_one_that_waits_was_refused_or_is_closed_does_not(
    service: Service,
) -> None:
    number = await activator_of(service)

    for state in ReviewState:
        await add_review(service, number, stars=3, state=state)

    moderator = await account_with(service, Role.MODERATOR)
    assert (await rating(service, number, moderator))["count"] == 2


async def test_reviews_that_are_published_at_once_are_all_counted(service: Service) -> None:
    number = await activator_of(service)

    await asyncio.gather(*(add_review(service, number, stars=1 + n % 5) for n in range(6)))

    assert (await rating(service, number))["count"] == 6


@pytest.mark.parametrize("kind", [ActivatorKind.CHAMPION, ActivatorKind.INSTITUTIONAL])
async def test_nobody_sees_stars_of_those_who_are_not_reviewed(
    service: Service, kind: ActivatorKind
) -> None:
    number = await activator_of(service, kind=kind, stars=[0, 0, 0, 0, 9])

    for role in (Role.MODERATOR, Role.ADMINISTRATOR, Role.INSTITUTION):
        assert await rating(service, number, await account_with(service, role)) is None


async def test_a_review_that_comes_while_a_profile_is_edited_collides_with_nothing(
    service: Service,
) -> None:
    number = await activator_of(service)
    owner = await account_with(service, Role.ACTIVATOR, activator_id=number)
    await add_review(service, number)

    given = {"id": global_id("Activator", number), "version": 1, "headline": "Un titre"}
    answer = await service.data(EDIT, given, token=owner)

    assert answer["updateActivatorProfile"] == {
        "activator": {"version": 3, "headline": "Un titre", "rating": {"count": 1}},
        "userErrors": [],
    }


async def test_in_the_order_by_rating_each_stands_by_what_the_viewer_sees(
    service: Service,
) -> None:
    field = {"expertise": ["contenus"]}
    many = await activator_of(service, **field, stars=[0, 0, 0, 20, 180])
    five = await activator_of(service, **field, stars=[0, 0, 0, 0, 5])
    poor = await activator_of(service, **field, stars=[9, 0, 0, 0, 0])
    four = await activator_of(service, **field, stars=[0, 0, 0, 0, 4])
    none = await activator_of(service, **field)
    moderator = await account_with(service, Role.MODERATOR)

    async def best(token: str | None) -> list[str]:
        found = await service.data(BEST, {"field": "contenus"}, token=token)
        return [edge["node"]["id"] for edge in found["activators"]["edges"]]

    def ids(*numbers: int) -> list[str]:
        return [global_id("Activator", number) for number in numbers]

    assert await best(None) == ids(many, five, poor, *sorted((four, none)))
    assert await best(moderator) == ids(many, five, four, poor, none)


async def test_a_warm_page_with_stars_takes_no_statement_and_who_may_review_takes_one(
    service: Service,
) -> None:
    number = await activator_of(service, stars=[0, 0, 0, 0, 5])
    company = await account_with(service)
    given = {"id": global_id("Activator", number)}
    for token in (None, company):
        await service.data(RATING, given, token=token)

    with statements(service) as of_stars:
        for token in (None, company):
            await service.data(RATING, given, token=token)
        await service.data(MAY, given)
    with statements(service) as of_company:
        await service.data(MAY, given, token=company)

    assert of_stars == []
    assert len(of_company) == 1


async def may_review(service: Service, number: int, token: str | None) -> bool:
    """Ask whether somebody may review an activator."""
    found = await service.data(MAY, {"id": global_id("Activator", number)}, token=token)
    answer: bool = found["activator"]["viewerMay"]["review"]
    return answer


async def test_a_company_may_review_who_answered_it_once(service: Service) -> None:
    number = await activator_of(service)
    async with service.write() as session:
        company, other = await add_account(session), await add_account(session)
    ours, theirs = service.token(company), service.token(other)

    asked = await add_request(service, number, account_id=company)
    told = [await may_review(service, number, ours)]
    answered = await add_answered_request(service, number, account_id=company)
    told += [await may_review(service, number, one) for one in (ours, theirs, None)]
    await add_review(service, number, request=answered, state=ReviewState.PENDING)
    told += [await may_review(service, number, ours)]

    assert asked.id != answered.id
    assert told == [False, True, False, False, False]


@pytest.mark.parametrize(
    "state", [RequestState.DECLINED, RequestState.REDIRECTED, RequestState.COMPLETED]
)
async def test_what_became_of_a_request_that_was_answered_takes_nothing_away(
    service: Service, state: RequestState
) -> None:
    number = await activator_of(service)
    async with service.write() as session:
        company = await add_account(session)

    await add_answered_request(service, number, account_id=company, state=state)

    assert await may_review(service, number, service.token(company))


async def test_a_company_that_was_forgotten_reviews_nobody(service: Service) -> None:
    number = await activator_of(service)
    async with service.write() as session:
        company = await add_account(session)

    now = service.clock()
    await add_answered_request(service, number, account_id=company, sealed=None, purged_at=now)

    assert not await may_review(service, number, service.token(company))


@pytest.mark.parametrize("state", DeclarationState)
async def test_a_company_may_review_a_provider_once_their_engagement_is_confirmed(
    service: Service, state: DeclarationState
) -> None:
    number = await activator_of(service, kind=ActivatorKind.SOLUTION_PROVIDER)
    now, declared = service.clock(), new_id()
    async with service.write() as session:
        company = await add_account(session)
        engagement = {
            "id": declared,
            "reference": f"S{declared % 10**12:012}",
            "version": 1,
            "activator_id": number,
            "account_id": company,
            "state": state,
            "language": Language.FR,
            "engaged_on": now.date(),
            "link_hash": str(declared),
            "declared_at": now,
            "due_at": now + timedelta(days=15),
        }
        await session.execute(insert(tables.declared_engagement).values(engagement))
    token = service.token(company)

    allowed = await may_review(service, number, token)
    async with service.write() as session:
        purged = update(tables.declared_engagement).values(purged_at=now)
        await session.execute(purged.where(tables.declared_engagement.c.id == declared))

    assert allowed is (state is DeclarationState.CONFIRMED)
    assert not await may_review(service, number, token)


async def test_nobody_may_review_those_with_whom_they_work(service: Service) -> None:
    async with service.write() as session:
        structure = await add_structure(session)
        number, colleague, other = [
            await add_activator(session, **own)
            for own in ({"structure_id": structure}, {"structure_id": structure}, {})
        ]
        there = [
            await add_account(session, Role.STRUCTURE_MANAGER, structure_id=structure),
            await add_account(session, Role.ACTIVATOR, activator_id=colleague),
            await add_account(session, Role.ACTIVATOR, activator_id=number),
        ]
        elsewhere = await add_account(session, Role.ACTIVATOR, activator_id=other)
    for account_id in (*there, elsewhere):
        await add_answered_request(service, number, account_id=account_id)

    told = [await may_review(service, number, service.token(one)) for one in there]

    assert told == [False] * 3
    assert await may_review(service, number, service.token(elsewhere))


@pytest.mark.parametrize("kind", [ActivatorKind.CHAMPION, ActivatorKind.INSTITUTIONAL])
async def test_champions_and_institutions_are_reviewed_by_nobody_whatever_they_answered(
    service: Service, kind: ActivatorKind
) -> None:
    number = await activator_of(service, kind=kind)
    async with service.write() as session:
        company = await add_account(session, Role.MODERATOR)

    await add_answered_request(service, number, account_id=company)

    assert not await may_review(service, number, service.token(company))
