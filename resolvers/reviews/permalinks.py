"""The permanent link of a review: where it leads, and what a visitor finds there (article 5)."""

from dataclasses import dataclass

from permissions.viewer import VISITOR
from resolvers.activators import Seen, get_activators
from resolvers.directory.slugs import digits_of, number_of
from resolvers.platform import Platform
from resolvers.reviews.finding import SeenReview, WhichReview, read_review


def permalink_of(platform: Platform, review_id: int) -> str:
    """Say where the page of a review is."""
    return f"{platform.mail.public_url.rstrip('/')}/reviews/{digits_of(review_id)}"


def page_of_activator(platform: Platform, slug: str) -> str:
    """Say where the page of an activator is."""
    return f"{platform.mail.public_url.rstrip('/')}/graphql#activator={slug}"


@dataclass(frozen=True, slots=True)
class OpenReview:
    """A review that everyone sees, and its activator."""

    review: SeenReview
    activator: Seen


async def read_permalink(platform: Platform, digits: str) -> OpenReview | None:
    """Read what a permanent link leads to; None for what a visitor may not see (any more)."""
    number = number_of(digits)
    if number is None:
        return None
    found = await read_review(platform, VISITOR, WhichReview(number))
    if found is None:
        return None
    ids = [found.row.activator_id]
    activator = (await get_activators(platform.directory, VISITOR, ids))[0]
    return None if activator is None else OpenReview(found, activator)
