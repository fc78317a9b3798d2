"""The grounds of moderators, with words to begin with, as the wire names them."""

from typing import Annotated, Self

import strawberry

from models.accounts import Language
from models.review_grounds import GROUNDS, Ground, GroundUse, ReviewGround, Wording
from models.review_law import CONTROL, FAIR_INFORMATION, cited
from permissions.guard import describe_values
from schema.expertise import LanguageArgument

__all__ = ["GroundUse", "ReviewGround"]

strawberry.enum(
    ReviewGround,
    description="Why moderators refuse, remove or keep a review "
    f"({cited(CONTROL, FAIR_INFORMATION)}).",
)
describe_values({one: ground.meaning.en for one, ground in GROUNDS.items()})
strawberry.enum(GroundUse, description="Which decision a ground is for.")
describe_values(
    {
        GroundUse.REFUSE: "Refusing a comment, or its change.",
        GroundUse.REMOVE: "Removing a published review, after a doubt or without.",
        GroundUse.REMOVE_REPLY: "Taking away an activator's reply.",
        GroundUse.KEEP: "Keeping a review whose authenticity was doubted.",
    }
)


@strawberry.type(description="A ground on which moderators decide about reviews.")
class ModerationGround:
    """A ground."""

    row: strawberry.Private[Ground]
    code: ReviewGround = strawberry.field(description="Its code, which never changes.")

    @classmethod
    def of(cls, code: ReviewGround) -> Self:
        """Wrap one."""
        return cls(row=GROUNDS[code], code=code)

    @strawberry.field(description="The decisions that may rest on it.")
    def uses(self) -> list[GroundUse]:
        """List them, in their order."""
        return [one for one in GroundUse if one in self.row.uses]

    @strawberry.field(description="What it means: a sentence for people.")
    def label(self, language: LanguageArgument = Language.FR) -> str:
        """Say it in a language."""
        return worded(language, self.row.meaning)

    @strawberry.field(
        description="Words to begin with when a decision is told: whoever decides may change them."
    )
    def template(self, language: LanguageArgument = Language.FR) -> str:
        """Say them in a language."""
        return worded(language, self.row.template)


def worded(language: Language | None, wording: Wording) -> str:
    """Choose the language of what people read."""
    return wording.en if language is Language.EN else wording.fr


def grounds_for(use: GroundUse | None) -> list[ModerationGround]:
    """List those for a decision, or all."""
    return [ModerationGround.of(one) for one in GROUNDS if use is None or use in GROUNDS[one].uses]


@strawberry.type
class GroundQueries:
    """The query of grounds."""

    @strawberry.field(
        description="The grounds on which moderators decide about reviews, for everyone to read "
        f"({cited(CONTROL)})."
    )
    def moderation_grounds(
        self,
        use: Annotated[
            GroundUse | None,
            strawberry.argument(description="Only those for this decision; all by default."),
        ] = None,
    ) -> list[ModerationGround]:
        """List them."""
        return grounds_for(use)
