"""Companies that were helped are invited once to say how it went; nothing is given in return."""

import pytest

from models.activators import ActivatorKind, ActivatorState
from models.request_steps import RequestState
from resolvers.reviews.invitations import REVIEW_INVITATIONS
from tests.contact import COMPANY, Asked, revoke_links
from tests.jobs import add_job, forget_jobs
from tests.people import add_activator
from tests.registrations import text_of
from tests.reviews import add_answered_request, add_review
from tests.service import NOW, Service

WRITE = """mutation ($token: String, $on: Date!) {
  writeReview(input: {token: $token, stars: 5, experiencedOn: $on}) { userErrors { message } } }"""


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all of these, with nothing to be done, on the same morning."""
    shared_service.clock.now = NOW
    await forget_jobs(shared_service.database)
    return shared_service


async def add_adviser(
    service: Service, kind: ActivatorKind = ActivatorKind.ADVISER, **values: ActivatorState
) -> int:
    """Add one that answers."""
    async with service.write() as session:
        return await add_activator(session, kind=kind, networks=["cci"], **values)


async def invited(service: Service) -> list[str]:
    """Have the walk of the day done; read who was invited."""
    before = {str(mail["Message-ID"]) for mail in service.mails()}
    await add_job(service.database, REVIEW_INVITATIONS, {})
    await service.work()
    new = [mail for mail in service.mails() if str(mail["Message-ID"]) not in before]
    return [text_of(mail) for mail in new if "dites comment" in str(mail["Subject"])]


async def answered(service: Service, state: RequestState = RequestState.ANSWERED) -> Asked:
    """Add a request that was answered now."""
    return await add_answered_request(service, await add_adviser(service), state=state)


async def test_the_letter_comes_a_month_after_the_answer_with_the_private_link(
    service: Service,
) -> None:
    asked = await answered(service)

    service.clock.advance(days=29)
    early = await invited(service)
    service.clock.advance(days=1)
    (letter,) = await invited(service)

    assert early == []
    assert f"#write-review={asked.token}" in letter
    assert "Rien n'est donné en échange" in letter
    assert COMPANY["need"] not in letter


async def test_or_once_the_engagement_was_completed(service: Service) -> None:
    asked = await answered(service, RequestState.COMPLETED)

    (letter,) = await invited(service)

    assert asked.token in letter


async def test_nobody_is_invited_twice(service: Service) -> None:
    await answered(service, RequestState.COMPLETED)
    first = await invited(service)

    service.clock.advance(days=60)
    again = await invited(service)

    assert (len(first), again) == (1, [])


async def test_who_has_said_how_it_went_is_not_invited(service: Service) -> None:
    done = {"state": RequestState.COMPLETED}
    await add_review(service, await add_adviser(service), request_values=done)

    assert await invited(service) == []


async def test_nor_who_says_so_before_the_letter_is_sent(service: Service) -> None:
    asked = await answered(service, RequestState.COMPLETED)
    given = {"token": asked.token, "on": "2026-11-24"}
    await add_job(service.database, REVIEW_INVITATIONS, {})
    await add_job(service.database, "review_invitation", {"request_id": asked.id})

    answer = await service.data(WRITE, given)

    assert answer["writeReview"]["userErrors"] == []
    assert await invited(service) == []


@pytest.mark.parametrize(
    "state", [RequestState.DECLINED, RequestState.REDIRECTED, RequestState.CANCELLED]
)
async def test_nor_whose_request_ended_without_help(service: Service, state: RequestState) -> None:
    await answered(service, state)
    service.clock.advance(days=40)

    assert await invited(service) == []


async def test_nobody_is_invited_to_review_who_is_not_reviewed(service: Service) -> None:
    for activator in (
        await add_adviser(service, ActivatorKind.CHAMPION),
        await add_adviser(service, state=ActivatorState.SUSPENDED),
    ):
        await add_answered_request(service, activator, state=RequestState.COMPLETED)

    assert await invited(service) == []


async def test_who_revoked_its_links_is_sent_none(service: Service) -> None:
    asked = await answered(service, RequestState.COMPLETED)
    await revoke_links(service, asked.id)

    (letter,) = await invited(service)

    assert "#write-review=" not in letter
