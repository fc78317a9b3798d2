"""What the law of 2016 itself wants of who publishes reviews: that what is told of them is so.

Code de la consommation, L.111-7-2; RGPD. The decree has a file of its own, `test_review_decree`.
"""

from datetime import timedelta

import pytest

from models import review_law as law
from models.moderation import CaseKind
from models.review_steps import ReviewState
from tests.decree import Helping, add_helping, policy_of
from tests.moderation import case_about
from tests.registrations import mails_to, text_of
from tests.reviews import COMMENT, add_review
from tests.service import NOW, Service

WHY = "Cette entreprise ne nous a jamais ouvert son atelier."
ANSWER = "Nous avons vu la facture de cet accompagnement."
STARS = "query ($id: ID!) { activator(id: $id) { rating { count } reviews { totalCount } } }"


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all, each item with people of its own."""
    shared_service.clock.now = NOW
    return shared_service


async def published(service: Service) -> Helping:
    """Have a review with a comment published."""
    helped = await add_helping(service)
    request = {"request": helped.asked}
    await add_review(service, helped.activator, comment=COMMENT, **request)
    return helped


async def doubt(helped: Helping, **reason: str) -> list[str]:
    """Have the activator report a doubt; give the codes of its refusals."""
    said = {"ground": "NOT_A_CLIENT", "words": WHY, **reason}
    return await helped.do("doubtReview", helped.itself, id=await helped.node(), **said)


async def test_every_article_has_what_it_wants_told(service: Service) -> None:
    items = (await policy_of(service))["items"].values()

    sources = " ".join(one["source"] for one in items)

    articles = (law.FAIR_INFORMATION, law.DEFINITION, law.DISPLAY, law.CONTROL, law.REFUSAL)
    assert [one for one in articles if one not in sources] == []


async def test_l_111_7_2_a_doubt_about_authenticity_is_reported_with_a_reason(
    service: Service,
) -> None:
    helped = await published(service)

    assert await doubt(helped, words="") == ["BAD_USER_INPUT"]
    assert await helped.state() == "PUBLISHED"
    assert await doubt(helped) == []
    assert await helped.state() == "UNDER_DOUBT"


async def test_l_111_7_2_a_doubt_hides_nothing_and_is_examined_within_the_days_that_we_tell(
    service: Service,
) -> None:
    days = (await policy_of(service))["doubtDays"]
    helped = await published(service)
    before = await helped.shown(), await service.data(STARS, {"id": helped.page})

    await doubt(helped)

    after = await helped.shown(), await service.data(STARS, {"id": helped.page})
    assert after == before
    case = await case_about(service, await helped.number())
    read = "query ($id: ID!) { node(id: $id) { ... on ModerationCase { kind openedAt dueAt } } }"
    found = (await service.data(read, {"id": case.node}, token=helped.moderator))["node"]
    assert found == {
        "kind": CaseKind.REVIEW_DOUBT.value,
        "openedAt": NOW.isoformat(),
        "dueAt": (NOW + timedelta(days=days)).isoformat(),
    }


async def test_l_111_7_2_a_doubt_is_answered_to_both(service: Service) -> None:
    helped = await published(service)
    await doubt(helped)

    without = await helped.decide("REFUSE", ground="DOUBT_UNFOUNDED")
    answered = await helped.decide("REFUSE", ground="DOUBT_UNFOUNDED", words=ANSWER)

    assert (without, answered) == (["BAD_USER_INPUT"], [])
    assert await helped.shown() is not None
    assert any("reste publié" in letter for letter in await helped.letters())
    letters = [text_of(mail) for mail in mails_to(service, await helped.address())]
    assert any(ANSWER in " ".join(letter.split()) for letter in letters)


async def test_rgpd_what_nobody_published_is_read_by_nobody_but_author_and_staff(
    service: Service,
) -> None:
    helped = await add_helping(service)
    await helped.say()

    number = {"id": await helped.node()}
    read = "query ($id: ID!) { review(id: $id) { comment state } }"
    itself = await service.data(read, number, token=helped.itself)
    staff = await service.data(read, number, token=helped.moderator)

    assert itself == {"review": None}
    assert staff["review"]["state"] == ReviewState.PENDING.value


async def test_charter_4_stars_are_seen_from_as_many_reviews_on_as_we_tell(
    service: Service,
) -> None:
    enough = (await policy_of(service))["starsShownFrom"]
    helped = await add_helping(service)
    page = {"id": helped.page}

    for _ in range(enough - 1):
        await add_review(service, helped.activator)
    before = await service.data(STARS, page)
    await add_review(service, helped.activator)
    after = await service.data(STARS, page)

    assert before["activator"]["rating"] is None
    assert after["activator"]["rating"] == {"count": enough}


async def test_charter_4_the_activator_replies_once(service: Service) -> None:
    helped = await published(service)
    named = {"id": await helped.node()}

    first = await helped.do("replyToReview", helped.itself, **named, text="Merci.")
    second = await helped.do("replyToReview", helped.itself, **named, text="Encore merci.")

    assert (first, second) == ([], ["CONFLICT"])
