"""The conditions of the mark, and whether an activator meets them."""

import strawberry

from models.accounts import Language
from permissions.guard import of_row
from resolvers.mark.conditions import Condition, Finding
from resolvers.mark.loading import mark_conditions
from schema.context import Info
from schema.expertise import LanguageArgument, label_in
from schema.mark.states import ConditionCode


@strawberry.type(description="A condition under which the programme's mark may be used.")
class MarkCondition:
    """A condition."""

    row: strawberry.Private[Condition]
    code: ConditionCode = of_row("Its code.")
    required: str | None = of_row(
        "The value that it requires, in the unit that its code says: a number, or the version of "
        "the charter; null where none is in force."
    )

    @strawberry.field(description="What people read, with the value.")
    def sentence(self, language: LanguageArgument = Language.FR) -> str:
        """Say it in a language."""
        return label_in(language, self.row.sentence)


@strawberry.type(description="Whether an activator meets a condition of the mark, today.")
class MarkConditionFinding:
    """What was found."""

    row: strawberry.Private[Finding]
    condition: MarkCondition = of_row(
        "The condition.", wrap=lambda condition: MarkCondition(row=condition)
    )
    met: bool = of_row("Whether it is met.")
    found: str | None = of_row(
        "The value that was found, in the unit of the code; null where there is none."
    )


@strawberry.type
class MarkConditionQueries:
    """What is required."""

    @strawberry.field(
        description="The conditions under which an activator may use the programme's mark "
        "(charter, article 5). Everybody may read them; `Activator.markConditions` says which ones "
        "an activator meets."
    )
    async def mark_conditions(self, info: Info) -> list[MarkCondition]:
        """List them."""
        return [MarkCondition(row=one) for one in await mark_conditions(info.context.platform)]
