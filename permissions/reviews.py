"""The rule book of reviews: who may know of one, follow it, and take which step.

Whose reviews may be written at all, and who sees stars, is for the activator's rule book (`REVIEW`,
`SEE_STARS`). Nothing else in the code decides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache

from models.review_steps import ReviewStep


class ReviewPermission(Enum):
    """A thing that a viewer may or may not do with one review, besides its steps."""

    SEE = "See that it exists, and the text that is shown."
    SEE_STARS = "See its stars."
    SEE_QUOTABLE = "See whether its author lets the activator quote it."
    LEARN_DOUBT = "Learn that its authenticity is doubted, and what was decided."
    READ_DOUBT = "Read why its authenticity is doubted."
    FOLLOW = "See its state, its decisions, and what is not shown of it."


@dataclass(frozen=True, slots=True)
class ReviewStanding:
    """How a viewer stands to one review: all that is looked at, of the viewer."""

    author: bool = False
    """It is the company that wrote it: by its private link, or signed in."""
    reviewed: bool = False
    """It is the activator that it is about, while it is a member."""
    staff: bool = False
    """It is a moderator or an administrator."""
    conflicted: bool = False
    """It has an interest in what is decided (`permissions.moderation`): as staff, it does nothing
    and is told nothing that others are not."""
    sees_page: bool = False
    """It sees the activator's page, which is of a kind that is reviewed."""
    sees_stars: bool = False
    """The rule book shows it the activator's stars."""
    shown: bool = False
    """Whether the review is published."""


Audience = Callable[[ReviewStanding], bool]


def author(standing: ReviewStanding) -> bool:
    """The company that wrote it."""
    return standing.author


def reviewed(standing: ReviewStanding) -> bool:
    """The activator that it is about, once it is published."""
    return standing.reviewed and standing.shown


def deciders(standing: ReviewStanding) -> bool:
    """Moderators and administrators without an interest in it."""
    return standing.staff and not standing.conflicted


def author_and_deciders(standing: ReviewStanding) -> bool:
    """The company that wrote it; who may decide."""
    return author(standing) or deciders(standing)


def reviewed_and_deciders(standing: ReviewStanding) -> bool:
    """The activator that it is about; who may decide."""
    return reviewed(standing) or deciders(standing)


def parties_and_deciders(standing: ReviewStanding) -> bool:
    """The company, the activator, who may decide."""
    return author(standing) or reviewed_and_deciders(standing)


def readers(standing: ReviewStanding) -> bool:
    """Whoever sees the activator's page, once it is published; its author and deciders always.

    What waits is hidden from staff who have an interest in it, as its case is.
    """
    return author_and_deciders(standing) or (standing.shown and standing.sees_page)


def readers_of_stars(standing: ReviewStanding) -> bool:
    """Whoever the rule book shows the activator's stars; its author and deciders always."""
    return author_and_deciders(standing) or (readers(standing) and standing.sees_stars)


def the_service(_standing: ReviewStanding) -> bool:
    """No viewer: the service takes such steps by itself."""
    return False


ALLOWED: dict[ReviewPermission, Audience] = {
    ReviewPermission.SEE: readers,
    ReviewPermission.SEE_STARS: readers_of_stars,
    ReviewPermission.SEE_QUOTABLE: parties_and_deciders,
    ReviewPermission.LEARN_DOUBT: parties_and_deciders,
    ReviewPermission.READ_DOUBT: reviewed_and_deciders,
    ReviewPermission.FOLLOW: author_and_deciders,
}

TAKES: dict[ReviewStep, Audience] = {
    ReviewStep.WRITE: author,
    ReviewStep.REWRITE: author,
    ReviewStep.CHANGE: author,
    ReviewStep.WITHDRAW: author,
    ReviewStep.APPROVE: deciders,
    ReviewStep.REFUSE: deciders,
    ReviewStep.APPROVE_CHANGE: deciders,
    ReviewStep.REFUSE_CHANGE: deciders,
    ReviewStep.PUBLISH_STARS: the_service,
    ReviewStep.REPLY: reviewed,
    ReviewStep.REMOVE_REPLY: deciders,
    ReviewStep.DOUBT: reviewed,
    ReviewStep.KEEP: deciders,
    ReviewStep.REMOVE: deciders,
    ReviewStep.END: the_service,
}
"""Whose each step is; `models.review_steps.STEPS` says in which states."""


def is_interested(standing: ReviewStanding, step: ReviewStep) -> bool:
    """Say whether an interest alone keeps somebody from a decision."""
    return TAKES[step] is deciders and standing.staff and standing.conflicted


@cache
def review_grants(standing: ReviewStanding) -> frozenset[ReviewPermission | ReviewStep]:
    """List all that such a viewer may do with a review, in some state or other."""
    seen = {one for one, audience in ALLOWED.items() if audience(standing)}
    return frozenset(seen | {one for one, audience in TAKES.items() if audience(standing)})
