"""A licence to use the mark, as its activator, its managers and staff see it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Self

import strawberry

from models.accounts import Language
from models.mark_licences import LicenceStep
from permissions.guard import of_row
from resolvers.mark.finding import SeenLicence, find_licence
from resolvers.refusal import NotFound
from schema.context import Info
from schema.expertise import LanguageArgument
from schema.mark.states import ConditionCode, LicenceState
from schema.nodes import Node, global_id, read_number

if TYPE_CHECKING:
    from schema.activators import Activator


@strawberry.type(description="What the viewer may do with a licence now.")
class MarkLicenceActions:
    """The rule book's answers."""

    seen: strawberry.Private[SeenLicence]

    @strawberry.field(description="Grant it (`grantMarkLicence`), if its conditions hold.")
    def grant(self) -> bool:
        """Say whether."""
        return self.seen.may(LicenceStep.GRANT)

    @strawberry.field(description="Refuse it (`refuseMarkLicence`).")
    def refuse(self) -> bool:
        """Say whether."""
        return self.seen.may(LicenceStep.REFUSE)

    @strawberry.field(description="Revoke it (`revokeMarkLicence`).")
    def revoke(self) -> bool:
        """Say whether."""
        return self.seen.may(LicenceStep.REVOKE)

    @strawberry.field(description="Give it back (`surrenderMarkLicence`).")
    def surrender(self) -> bool:
        """Say whether."""
        return self.seen.may(LicenceStep.SURRENDER)


@strawberry.type(
    description="An activator's right to use the programme's mark (charter, article 5). The "
    "activator, the managers of its structure and networks, and staff see it; everybody else "
    "verifies its number (`markLicence`)."
)
class MarkLicence(Node):
    """A licence."""

    row: strawberry.Private[Any]
    seen: strawberry.Private[SeenLicence]
    id: strawberry.ID = of_row("Opaque and unique.", wrap=lambda key: global_id("MarkLicence", key))
    number: str = of_row(
        "The number by which everybody may verify it once it is granted, as `K7M2-P9QX-4TRH`."
    )
    state: LicenceState = of_row("Where it stands.")
    requested_at: datetime = of_row("When it was asked for.")
    granted_at: datetime | None = of_row("When it was granted; null where it never was.")
    expires_at: datetime | None = of_row("When it ends, or ended, if it was granted.")
    failing_since: datetime | None = of_row(
        "Since when its conditions fail without a break, as the service found day after day; null "
        "while they hold. It is revoked after 30 days, unless the operator chose otherwise."
    )
    failing: list[ConditionCode] = of_row(
        "Which conditions fail, or failed when it was revoked.",
        wrap=lambda codes: [ConditionCode(code) for code in codes],
    )
    ground: str | None = of_row(
        "Why a moderator refused or revoked it; null else, and where its conditions failed."
    )
    closed_at: datetime | None = of_row("When it was refused or ended; null while it lasts.")

    @strawberry.field(
        description="Whether it gives the right to use the mark now, as the public is told: it is "
        "granted, not over, and its holder is active and listed."
    )
    def valid(self, info: Info) -> bool:
        """Say whether."""
        return self.seen.is_valid(info.context.platform.now())

    @strawberry.field(
        description="The stable address of its badge (SVG), which says whether it is valid."
    )
    def badge_url(self, info: Info, language: LanguageArgument = Language.FR) -> str:
        """Write it."""
        public_url = info.context.platform.mail.public_url.rstrip("/")
        spoken = (language or Language.FR).value.lower()
        return f"{public_url}/mark/{self.row.number}.svg?lang={spoken}"

    @strawberry.field(description="Whose it is.")
    def activator(self) -> Annotated["Activator", strawberry.lazy("schema.activators")]:
        """Show it."""
        from schema.activators import Activator  # noqa: PLC0415  it shows its licences

        return Activator.of(self.seen.activator)

    @strawberry.field(description="What the viewer may do with it now.")
    def viewer_may(self) -> MarkLicenceActions:
        """Give the rule book's answers."""
        return MarkLicenceActions(seen=self.seen)

    @classmethod
    def of(cls, seen: SeenLicence) -> Self:
        """Wrap one that the viewer sees."""
        return cls(row=seen.row, seen=seen)

    @classmethod
    async def find(cls, info: Info, *, id: strawberry.ID) -> Self | None:
        """Find one by its id; None where there is none that the viewer may see."""
        number = read_number("id", id, "MarkLicence")
        if number is None:
            return None
        try:
            context = info.context
            return cls.of(await find_licence(context.platform, context.viewer, number))
        except NotFound:
            return None
