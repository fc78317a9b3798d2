"""An author changes, rewrites and withdraws; who else learns of it (charter, article 4)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from models.moderation import CaseKind, Verdict
from models.review_steps import ReviewState
from tests.authors import (
    WRITTEN,
    cases,
    change,
    codes,
    do,
    letters,
    stars_of,
    write,
)
from tests.contact_viewers import (
    ASKED,
    COMPANY_ACCOUNT,
    STRUCTURE,
    VISITOR,
    Everybody,
    add_everybody,
)
from tests.jobs import forget_jobs
from tests.portals import forget_keys
from tests.reviews import COMMENT, add_review
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


async def test_a_change_waits_while_what_is_published_stays(
    service: Service, everybody: Everybody
) -> None:
    review = await add_review(service, everybody.activator, comment=COMMENT)

    answer = await change(service, review, stars=1, comment="Finalement, non.")

    shown = answer["review"]
    assert (shown["state"], shown["comment"], shown["changedAt"]) == ("PUBLISHED", COMMENT, None)
    assert [one["state"] for one in shown["texts"]] == ["SHOWN", "WAITING"]
    assert await stars_of(service, everybody.activator) == [0, 0, 0, 0, 1]
    assert await cases(service, everybody.activator) == [(CaseKind.REVIEW_CHANGE, None)]
    (subject,) = await letters(service)
    assert "nouveau texte" in subject


async def test_another_change_takes_the_place_of_one_that_waits(
    service: Service, everybody: Everybody
) -> None:
    review = await add_review(
        service, everybody.activator, comment=COMMENT, state=ReviewState.PENDING
    )
    service.clock.advance(seconds=60)
    await change(service, review, comment="Un.")
    service.clock.advance(seconds=60)

    answer = await change(service, review, comment="Deux.")

    texts = [(one["state"], one["comment"]) for one in answer["review"]["texts"]]
    assert texts == [("REPLACED", COMMENT), ("REPLACED", "Un."), ("WAITING", "Deux.")]
    assert await cases(service, everybody.activator) == [
        (CaseKind.REVIEW, Verdict.WITHDRAWN),
        (CaseKind.REVIEW, Verdict.WITHDRAWN),
        (CaseKind.REVIEW, None),
    ]


async def test_a_change_to_stars_alone_is_shown_at_once_with_its_date(
    service: Service, everybody: Everybody
) -> None:
    review = await add_review(service, everybody.activator, comment=COMMENT)
    service.clock.advance(seconds=60)

    answer = await change(service, review, stars=2)

    shown = answer["review"]
    assert (shown["comment"], shown["changedAt"]) == (None, service.clock().isoformat())
    assert shown["publishedAt"] < shown["changedAt"]
    assert [one["state"] for one in shown["texts"]] == ["REPLACED", "SHOWN"]
    assert await stars_of(service, everybody.activator) == [0, 1, 0, 0, 0]
    assert len(await letters(service)) == 2


async def test_the_same_change_again_changes_nothing(
    service: Service, everybody: Everybody
) -> None:
    review = await add_review(service, everybody.activator, comment=COMMENT)
    first = await change(service, review, comment="Finalement, non.")
    before = await rows_of(service.database, *WRITTEN)

    again = await asyncio.gather(
        *(change(service, review, comment="Finalement, non.") for _ in range(5))
    )

    assert again == [first] * 5
    assert await rows_of(service.database, *WRITTEN) == before


async def test_what_was_refused_is_rewritten_once(service: Service, everybody: Everybody) -> None:
    rejected = {"comment": COMMENT, "state": ReviewState.REJECTED}
    once = await add_review(service, everybody.activator, **rejected, refusals=1)
    twice = await add_review(service, everybody.activator, **rejected, refusals=2)

    same = await change(service, once, stars=5, comment=COMMENT, experiencedOn="2026-11-21")
    rewritten = await change(service, once, comment="En un mot : efficace.")
    ended = await change(service, twice, comment="En un mot : efficace.")

    assert codes(same) == [("CONFLICT", "comment")]
    assert rewritten["review"]["state"] == "PENDING"
    assert rewritten["review"]["history"][-1]["step"] == "REWRITE"
    assert codes(ended) == [("CONFLICT", "state")]


async def test_a_withdrawal_ends_whatever_waits_and_cannot_be_undone(
    service: Service, everybody: Everybody
) -> None:
    review = await add_review(service, everybody.activator, comment=COMMENT)
    await change(service, review, comment="Finalement, non.")

    answers = [await do(service, "withdrawReview", {"token": review.token}) for _ in range(2)]

    shown = answers[0]["review"]
    assert answers[1] == answers[0]
    assert (shown["state"], shown["comment"]) == ("WITHDRAWN", None)
    assert {one["state"] for one in shown["texts"]} == {"REPLACED"}
    assert await stars_of(service, everybody.activator) == []
    assert await cases(service, everybody.activator) == [
        (CaseKind.REVIEW_CHANGE, Verdict.WITHDRAWN)
    ]
    assert codes(await change(service, review, comment="Non.")) == [("CONFLICT", "state")]
    written: Any = {"stars": 5, "comment": COMMENT, "experiencedOn": "2026-11-21"}
    assert codes(await write(service, review.request, **written)) == [("CONFLICT", None)]


async def test_a_change_beside_a_withdrawal_leaves_nothing_that_waits(
    service: Service, everybody: Everybody
) -> None:
    reviews = [await add_review(service, everybody.activator) for _ in range(5)]

    answers = await asyncio.gather(
        *(change(service, one, comment="Finalement, non.") for one in reviews),
        *(do(service, "withdrawReview", {"token": one.token}) for one in reviews),
    )

    assert [one["userErrors"] for one in answers[5:]] == [[]] * 5
    assert {tuple(codes(one)) for one in answers[:5]} <= {(), (("CONFLICT", "state"),)}
    assert {verdict for _, verdict in await cases(service, everybody.activator)} <= {
        Verdict.WITHDRAWN
    }
    assert await stars_of(service, everybody.activator) == []


CONTACT_REQUEST = """query ($id: ID, $token: String) {
  contactRequest(id: $id, token: $token) { review { id } } }"""


async def test_the_parties_alone_know_of_which_request_a_review_is(
    service: Service, everybody: Everybody
) -> None:
    own = {"account_id": everybody.company, "network_code": "cci"}
    states = [ReviewState.PENDING, ReviewState.PUBLISHED]
    waits, published = [
        await add_review(service, everybody.activator, state=state, request_values=own)
        for state in states
    ]

    knowing: dict[str, list[str]] = {"waits": [], "published": []}
    for name, token in everybody.tokens.items():
        for which, review in (("waits", waits), ("published", published)):
            given = {"id": review.request.node}
            found = await service.data(CONTACT_REQUEST, given, token=token)
            if found["contactRequest"] and found["contactRequest"]["review"]:
                knowing[which].append(name)
    by_link = await service.data(CONTACT_REQUEST, {"token": waits.token})

    assert knowing == {"waits": [COMPANY_ACCOUNT], "published": [ASKED, COMPANY_ACCOUNT]}
    assert by_link["contactRequest"]["review"]["id"] == waits.node


async def test_others_read_what_is_published_and_not_what_became_of_it(
    service: Service, everybody: Everybody
) -> None:
    review = await add_review(service, everybody.activator, comment=COMMENT)
    await change(service, review, comment="Un secret.")
    document = """query ($id: ID) { review(id: $id) {
      comment state texts { comment } history { step } controls } }"""

    answers = {
        name: await service.data(document, {"id": review.node}, token=token)
        for name, token in everybody.tokens.items()
        if name in (VISITOR, ASKED, STRUCTURE, "another account")
    }

    assert {str(one["review"]) for one in answers.values()} == {
        str(
            {
                "comment": COMMENT,
                "state": None,
                "texts": None,
                "history": None,
                "controls": ["ADDRESS_VERIFIED", "REQUEST_ANSWERED", "COMMENT_MODERATED"],
            }
        )
    }
