"""A company says how it went, once, and what it says is counted or waits (charter, article 4)."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from models.moderation import CaseKind
from tests.authors import (
    REVIEW,
    WRITTEN,
    answered,
    cases,
    codes,
    letters,
    stars_of,
    write,
)
from tests.contact_viewers import (
    COMPANY_ACCOUNT,
    Everybody,
    add_everybody,
)
from tests.jobs import forget_jobs
from tests.portals import forget_keys
from tests.registrations import text_of
from tests.reviews import COMMENT
from tests.rules.world import rows_of
from tests.service import NOW, Service


@pytest.fixture
async def service(shared_service: Service) -> AsyncIterator[Service]:
    """One application for all of these, with nothing to be done, on the same day."""
    shared_service.clock.now = NOW
    await forget_jobs(shared_service.database)
    yield shared_service
    await forget_keys(shared_service)


@pytest.fixture
async def everybody(service: Service) -> Everybody:
    return await add_everybody(service)


async def test_stars_alone_are_published_at_once_and_counted(
    service: Service, everybody: Everybody
) -> None:
    asked = await answered(service, everybody)

    answer = await write(service, asked)

    review, now = answer["review"], service.clock().isoformat()
    assert answer["userErrors"] == []
    assert (review["state"], review["publishedAt"], review["changedAt"]) == ("PUBLISHED", now, None)
    assert review["controls"] == ["ADDRESS_VERIFIED", "REQUEST_ANSWERED"]
    assert [step["step"] for step in review["history"]] == ["WRITE"]
    assert await stars_of(service, everybody.activator) == [0, 0, 0, 1, 0]
    assert await cases(service, everybody.activator) == []
    activator, author = await letters(service)
    assert activator.startswith("Un nouvel avis sur vous")
    assert author.startswith("Votre avis sur")


async def test_a_comment_waits_for_a_moderator_and_is_told_to_nobody(
    service: Service, everybody: Everybody
) -> None:
    asked = await answered(service, everybody)

    answer = await write(service, asked, comment=f"  {COMMENT}\r\n\r\nMerci. ", mayBeQuoted=True)

    review = answer["review"]
    assert (review["state"], review["publishedAt"], review["comment"]) == ("PENDING", None, None)
    assert review["texts"] == [
        {
            "number": 1,
            "state": "WAITING",
            "stars": 4,
            "comment": f"{COMMENT}\n\nMerci.",
            "experiencedOn": "2026-11-24",
            "mayBeQuoted": True,
        }
    ]
    assert review["viewerMay"] == {
        "change": True,
        "withdraw": True,
        "reply": False,
        "doubt": False,
        "decide": False,
    }
    assert await stars_of(service, everybody.activator) == []
    assert await cases(service, everybody.activator) == [(CaseKind.REVIEW, None)]
    (subject,) = await letters(service)
    assert subject.endswith("nous est bien parvenu")


async def test_the_letter_says_by_when_it_is_read_and_leads_to_the_review(
    service: Service, everybody: Everybody
) -> None:
    asked = await answered(service, everybody)
    await write(service, asked, comment=COMMENT)
    await service.work()

    (text,) = [text_of(mail) for mail in service.mails() if asked.token in text_of(mail)]

    assert "01/12/2026" in text
    assert f"#review={asked.token}" in text
    assert COMMENT not in text


async def test_stars_are_published_alone_once_a_decision_was_due(
    service: Service, everybody: Everybody
) -> None:
    asked = await answered(service, everybody)
    review = (await write(service, asked, comment=COMMENT))["review"]
    await service.work()

    service.clock.advance(days=6, hours=23)
    await service.work()
    before = await stars_of(service, everybody.activator)
    service.clock.advance(hours=1)
    subjects = await letters(service)

    assert (before, await stars_of(service, everybody.activator)) == ([], [0, 0, 0, 1, 0])
    document = f"query ($token: String) {{ {REVIEW.partition('userErrors')[0]} }}"
    shown = await service.data(
        document.replace("review {", "review(token: $token) {", 1), {"token": asked.token}
    )
    assert (shown["review"]["id"], shown["review"]["comment"]) == (review["id"], None)
    assert [one["state"] for one in shown["review"]["texts"]] == ["WAITING", "SHOWN"]
    assert [one["step"] for one in shown["review"]["history"]] == ["WRITE", "PUBLISH_STARS"]
    assert shown["review"]["history"][-1]["actor"] == "SERVICE"
    assert await cases(service, everybody.activator) == [(CaseKind.REVIEW_CHANGE, None)]
    assert len(subjects) == 2


async def test_the_same_again_changes_nothing_and_another_is_a_conflict(
    service: Service, everybody: Everybody
) -> None:
    asked = await answered(service, everybody)
    first = await write(service, asked, comment=COMMENT)
    before = await rows_of(service.database, *WRITTEN)

    again = await write(service, asked, comment=COMMENT)
    signed_in = await write(service, asked, everybody.tokens[COMPANY_ACCOUNT], comment=COMMENT)
    others = [
        await write(service, asked, comment=COMMENT, **said)
        for said in ({"stars": 5}, {"mayBeQuoted": True}, {"experiencedOn": "2026-11-23"})
    ]

    assert again == first == signed_in
    assert [codes(one) for one in [*others, await write(service, asked)]] == [
        [("CONFLICT", None)]
    ] * 4
    assert await rows_of(service.database, *WRITTEN) == before


async def test_many_at_once_are_one_review(service: Service, everybody: Everybody) -> None:
    asked = await answered(service, everybody)
    signed_in = everybody.tokens[COMPANY_ACCOUNT]

    answers = await asyncio.gather(
        *(
            write(service, asked, token, stars=stars)
            for stars in (3, 4)
            for token in (None, signed_in) * 5
        )
    )

    won = [one["review"]["id"] for one in answers if one["review"]]
    lost = [codes(one) for one in answers if not one["review"]]
    assert (len(won), len(set(won)), lost) == (10, 1, [[("CONFLICT", None)]] * 10)
    assert sum(await stars_of(service, everybody.activator)) == 1
