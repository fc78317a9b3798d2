"""Figures of moderation, as the wire shows them."""

from datetime import date
from typing import Annotated

import strawberry

from permissions.guard import of_row
from resolvers.moderation.figures import Figures, moderation_figures
from resolvers.paris_days import Period
from schema.context import Info
from schema.moderation.states import CaseKind

From = Annotated[
    date,
    strawberry.argument(name="from", description="The first day, by the clock of Paris."),
]
To = Annotated[
    date,
    strawberry.argument(description="The last day, which counts too; 366 days at most."),
]


@strawberry.type(
    description="How much moderators decide in some days, and how quickly: about nobody in "
    "particular. Delays are in minutes, of every day and hour, from when a case was opened."
)
class ModerationFigures:
    """Figures."""

    row: strawberry.Private[Figures]
    opened: int = of_row("How many cases were opened in these days.")
    decided: int = of_row("How many a moderator decided in these days.")
    accepted: int = of_row("How many of these were accepted.")
    refused: int = of_row("How many of these were refused.")
    withdrawn: int = of_row("How many became void in these days, without a decision.")
    median_minutes: float | None = of_row(
        "The median delay of the decisions; null where there is none."
    )
    ninetieth_percentile_minutes: float | None = of_row(
        "Nine decisions of ten came within this delay (interpolated linearly)."
    )
    decided_in_time: float | None = of_row(
        "The share of the decisions that came when they were due or before, 0 to 1; null where "
        "there is none."
    )
    open_now: int = of_row("How many cases wait now, whenever they were opened.")
    overdue_now: int = of_row("How many of these wait for longer than they should.")


@strawberry.type(description="The figures of one kind of cases.")
class ModerationKindFigures:
    """A kind."""

    kind: CaseKind = strawberry.field(description="The kind.")
    figures: ModerationFigures = strawberry.field(description="Its figures.")


@strawberry.type(description="Figures of moderation: of all cases, and by what they are about.")
class ModerationReport:
    """All of them."""

    total: ModerationFigures = strawberry.field(description="Of all cases.")
    by_kind: list[ModerationKindFigures] = strawberry.field(description="Of each kind.")


@strawberry.type
class ModerationFiguresQueries:
    """The query of figures."""

    @strawberry.field(
        description="Count what moderators decide, and how quickly (charter, article 4): for "
        "moderators, administrators and institutions. Others get an error with the code "
        "`UNAUTHENTICATED` or `FORBIDDEN`."
    )
    async def moderation_figures(self, info: Info, from_: From, to: To) -> ModerationReport:
        """Count."""
        context, period = info.context, Period(from_, to)
        total, kinds = await moderation_figures(context.platform, context.viewer, period)
        return ModerationReport(
            total=ModerationFigures(row=total),
            by_kind=[
                ModerationKindFigures(kind=kind, figures=ModerationFigures(row=figures))
                for kind, figures in kinds.items()
            ],
        )
