"""A review, as each viewer sees it: what is shown to everyone, the rest to author and staff."""

from datetime import date, datetime
from typing import Annotated, Any, Self

import strawberry

from models.review_law import DISPLAY, FAIR_INFORMATION, cited
from permissions.guard import of_row
from permissions.reviews import ReviewPermission
from resolvers.rate_limits import Limit
from resolvers.reviews.finding import (
    SeenReview,
    WhichReview,
    read_review,
    review_of_party,
)
from resolvers.reviews.replying import reply_of
from resolvers.reviews.texts import comment_of
from schema.activators import Activator
from schema.context import Info
from schema.nodes import Node, global_id, read_number
from schema.reviews.doubt import ReviewDoubt
from schema.reviews.life import ReviewLife
from schema.reviews.states import ReviewState

Id = Annotated[
    strawberry.ID | None, strawberry.argument(description="Its id; or else give a token.")
]
Token = Annotated[
    str | None,
    strawberry.argument(
        description="The secret of its author's private link, for the review of what that opens."
    ),
]


@strawberry.type(description="The activator's one reply to a review (charter, article 4).")
class ReviewReply:
    """A reply."""

    text: str = strawberry.field(description="What it says: plain text.")
    at: datetime = strawberry.field(description="When it was given.")


@strawberry.type(
    description="What a company says of the help that it got from an activator (charter, article "
    "4). Its author is named nowhere. Who sees the activator's page sees it while it is published; "
    "its author, and moderators and administrators without an interest in it, always."
)
class Review(ReviewLife, Node):
    """A review."""

    row: strawberry.Private[Any]
    published_at: datetime | None = of_row(
        f"When it was first published ({cited(DISPLAY)}); null until then."
    )
    changed_at: datetime | None = of_row(
        "When another text of its author took the place of what was published; null if none did "
        f"({cited(FAIR_INFORMATION)})."
    )
    experienced_on: date | None = of_row(
        f"The day of the experience that it is about, by its author ({cited(DISPLAY)}); null until "
        "it is published."
    )

    @strawberry.field(description="Its comment; null where it has none, or none that is published.")
    def comment(self, info: Info) -> str | None:
        """Open it."""
        return comment_of(info.context.platform.sealer, self.row.text_sealed)

    @strawberry.field(
        description="Its stars, from 1 to 5; null until it is published, and for who may not see "
        "them: everyone from the activator's fifth published review on (charter, article 4); the "
        "activator, the managers of its structure and networks, staff and institutions always; and "
        "the author."
    )
    def stars(self) -> int | None:
        """Show them to who may see them."""
        return self.row.stars if ReviewPermission.SEE_STARS in self.seen.grants else None

    @strawberry.field(
        description="The activator's reply; null where there is none, and where a moderator took "
        "it away."
    )
    def reply(self, info: Info) -> ReviewReply | None:
        """Open it."""
        if self.row.reply_removed_at is not None:
            return None
        text = reply_of(info.context.platform.sealer, self.row.sealed)
        return None if text is None else ReviewReply(text=text, at=self.row.replied_at)

    @strawberry.field(
        description="Whether its author lets the activator quote what is published of it; for the "
        "author, the activator, moderators and administrators without an interest in it: null for "
        "others, and until it is published."
    )
    def may_be_quoted(self) -> bool | None:
        """Say whether, to who may know."""
        told = ReviewPermission.SEE_QUOTABLE in self.seen.grants
        return self.row.text_may_quote if told else None

    @strawberry.field(
        description="The last doubt about its authenticity; for the author, the activator, "
        "moderators and administrators without an interest in it. Null for others, and where there "
        "was none."
    )
    async def doubt(self, info: Info) -> ReviewDoubt | None:
        """Load it."""
        if ReviewPermission.LEARN_DOUBT not in self.seen.grants:
            return None
        found = await info.context.review_doubts.load(self.row.id)
        return None if found is None else ReviewDoubt.of(found, self.seen.grants)

    @strawberry.field(
        description="Where it stands; for its author, moderators and administrators without an "
        "interest in it. For others, it is published: null."
    )
    def state(self) -> ReviewState | None:
        """Say where."""
        return self.row.state if ReviewPermission.FOLLOW in self.seen.grants else None

    @strawberry.field(
        description="The activator that it is about; null where the viewer may not see it (any "
        "more)."
    )
    async def activator(self, info: Info) -> Activator | None:
        """Find it."""
        found = await info.context.asked_activators.load(self.row.activator_id)
        return None if found is None else Activator.of(found)

    @classmethod
    def of(cls, seen: SeenReview) -> Self:
        """Wrap one that the viewer sees."""
        return cls(id=global_id("Review", seen.row.id), seen=seen, row=seen.row)

    @classmethod
    def of_party(cls, info: Info, row: Any, *, company: bool) -> Self | None:
        """Wrap the one of what the viewer is a party to; None where it may not see it (yet)."""
        context = info.context
        seen = review_of_party(context.platform, context.viewer, row, company=company)
        return None if seen is None else cls.of(seen)

    @classmethod
    async def find(
        cls, info: Info, *, id: strawberry.ID | None = None, token: str | None = None
    ) -> Self | None:
        """Find one by what names it; None for none that the viewer may see."""
        number = None if id is None else read_number("id", id, "Review")
        if id is not None and number is None:
            return None
        context = info.context
        seen = await read_review(context.platform, context.viewer, WhichReview(number, token))
        return None if seen is None else cls.of(seen)


@strawberry.type
class ReviewQueries:
    """The queries of reviews."""

    @strawberry.field(
        description="A review, by its id or its author's private link; null for one that does not "
        "exist or that the viewer may not see."
    )
    async def review(self, info: Info, id: Id = None, token: Token = None) -> Review | None:
        """Find one."""
        if token is not None:
            await info.context.check_rate(Limit.SECRETS)
        return await Review.find(info, id=id, token=token)
