"""How reviews are handled, as data: what the law wants told, with the numbers that hold here."""

from dataclasses import dataclass

from models.review_grounds import GROUNDS, GroundUse, ReviewGround, Wording, is_for
from models.review_policy import POLICY, PolicyTopic
from models.review_steps import STEPS, ReviewStep
from models.reviews import FEWEST_STARS, MOST_REFUSALS, MOST_STARS, STARS_SHOWN_FROM
from resolvers.policy import Policy
from resolvers.reviews.doubting import MOST_DOUBTS
from resolvers.reviews.orders import DEFAULT_ORDER, ReviewOrder


@dataclass(frozen=True, slots=True)
class TopicRow:
    """What is told of one topic, and which article asks for it."""

    topic: PolicyTopic
    source: str
    text: Wording


@dataclass(frozen=True, slots=True)
class ReviewPolicyRow:
    """All that is told of reviews; days and months are those of the operator."""

    policy: Policy
    topics: tuple[TopicRow, ...]
    is_controlled: bool = bool(STEPS[ReviewStep.APPROVE].leaves)
    can_be_changed: bool = bool(STEPS[ReviewStep.CHANGE].leaves)
    stars_shown_from: int = STARS_SHOWN_FROM
    orders: tuple[ReviewOrder, ...] = tuple(ReviewOrder)
    default_order: ReviewOrder = DEFAULT_ORDER
    rewrites: int = MOST_REFUSALS - 1
    grounds: tuple[ReviewGround, ...] = tuple(
        ground for ground in GROUNDS if is_for(ground, GroundUse.REFUSE)
    )


def review_policy(policy: Policy) -> ReviewPolicyRow:
    """Say how reviews are handled where the operator has chosen these delays."""
    numbers = {
        "fewest_stars": FEWEST_STARS,
        "most_stars": MOST_STARS,
        "stars_shown_from": STARS_SHOWN_FROM,
        "moderation_days": policy.review_moderation_days,
        "most_doubts": MOST_DOUBTS,
        "doubt_days": policy.review_doubt_days,
        "published_months": policy.review_published_months,
        "kept_months": policy.review_kept_months,
        "contact_months": policy.contact_kept_months,
        "engagement_months": policy.engagement_kept_months,
        "cases_months": policy.moderation_kept_months,
    }
    topics = tuple(
        TopicRow(
            topic,
            told.source,
            Wording(told.text.fr.format(**numbers), told.text.en.format(**numbers)),
        )
        for topic, told in POLICY.items()
    )
    return ReviewPolicyRow(policy, topics)
