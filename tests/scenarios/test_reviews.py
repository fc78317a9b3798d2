"""A review, as each viewer sees it (charter, article 4)."""

import pytest

from models.review_steps import ReviewState
from tests.contact_viewers import ADMINISTRATOR, MODERATOR, Everybody, add_everybody
from tests.reviews import COMMENT, Reviewed, add_review
from tests.service import Service

REVIEW = "query ($id: ID, $token: String) { review(id: $id, token: $token) { id comment state } }"
PUBLISHED = (ReviewState.PUBLISHED, ReviewState.UNDER_DOUBT)


@pytest.fixture
def service(shared_service: Service) -> Service:
    """Ask one application."""
    return shared_service


async def review_of(service: Service, everybody: Everybody, state: ReviewState) -> Reviewed:
    """Add a review of the company about the activator."""
    return await add_review(service, everybody.activator, comment=COMMENT, state=state)


@pytest.mark.parametrize("state", ReviewState)
async def test_who_sees_the_page_sees_a_review_while_it_is_published(
    service: Service, state: ReviewState
) -> None:
    everybody = await add_everybody(service)
    review = await review_of(service, everybody, state)

    found = {
        name: (await service.data(REVIEW, {"id": review.node}, token=token))["review"]
        for name, token in everybody.tokens.items()
        if "portal" not in name
    }

    for name, one in found.items():
        if name in {MODERATOR, ADMINISTRATOR}:
            assert one["state"] == state.value
        elif state in PUBLISHED:
            assert one == {"id": review.node, "comment": COMMENT, "state": None}, name
        else:
            assert one is None, name


async def test_its_author_sees_it_by_the_private_link(service: Service) -> None:
    everybody = await add_everybody(service)
    review = await review_of(service, everybody, ReviewState.PENDING)

    found = await service.data(REVIEW, {"token": review.token})

    assert found["review"] == {"id": review.node, "comment": None, "state": "PENDING"}


async def test_a_link_that_was_never_written_opens_no_review(service: Service) -> None:
    found = await service.data(REVIEW, {"token": "made-up"})

    assert found["review"] is None
