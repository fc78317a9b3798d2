"""Verifying a licence by its number, as everybody may."""

from datetime import datetime
from typing import Annotated

import strawberry

from models.activators import ActivatorKind
from permissions.guard import of_row
from resolvers.mark.verifying import Holder, Verification, verify_licence
from schema.context import Info


@strawberry.type(description="Who has the right to use the programme's mark.")
class MarkHolder:
    """A holder."""

    row: strawberry.Private[Holder]
    display_name: str = of_row("Given name and family name.")
    kind: ActivatorKind = of_row("Its kind.")
    structure_name: str = of_row("The name of the legal person that it is attached to.")


@strawberry.type(
    description="What everybody may know of a licence number. One that was made up is answered as "
    "one that was refused, revoked, or is over."
)
class MarkVerification:
    """The answer."""

    row: strawberry.Private[Verification]
    number: str = of_row("The number, as it is written: `K7M2-P9QX-4TRH`.")
    valid_until: datetime | None = of_row("Until when it is valid; null where it is not.")
    holder: MarkHolder | None = of_row(
        "Whose it is; null where it is not valid, and where the viewer may not see the holder: "
        "institutional activators are seen by members alone.",
        wrap=lambda holder: MarkHolder(row=holder),
    )

    @strawberry.field(
        description="Whether its holder has the right to use the mark now: the licence is granted "
        "and not over, and the holder is active and listed."
    )
    def valid(self) -> bool:
        """Say whether."""
        return self.row.valid_until is not None


@strawberry.type
class MarkVerificationQueries:
    """What the public asks."""

    @strawberry.field(
        description="Verify a licence to use the programme's mark by its number (charter, article "
        "5). Everybody may, and the answer is that of this moment. An error with the code "
        "`BAD_USER_INPUT` for what has not the form of a number."
    )
    async def mark_licence(
        self,
        info: Info,
        number: Annotated[
            str,
            strawberry.argument(
                description="12 letters and digits, as on the badge; case, blanks and hyphens do "
                "not matter."
            ),
        ],
    ) -> MarkVerification:
        """Verify it."""
        context = info.context
        found = await verify_licence(context.platform, context.viewer, number)
        return MarkVerification(row=found)
