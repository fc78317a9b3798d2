"""How often a page was consulted, as the wire says it (charter, article 5)."""

from datetime import date
from typing import Annotated

import strawberry

from models.consultations import ViewerKind
from permissions.guard import describe_values
from resolvers.consultations.comparing import Compared
from resolvers.consultations.statistics import Asked, Broken, By, Figures, sum_of
from resolvers.directory.cards import Card
from resolvers.paris_days import Period
from schema.context import Info
from schema.networks import Network

From = Annotated[
    date | None,
    strawberry.argument(
        name="from", description="The first day, by the clock of Paris; 29 before the last."
    ),
]
To = Annotated[
    date | None,
    strawberry.argument(
        name="to", description="The last day, by the clock of Paris; today, who has not ended yet."
    ),
]

strawberry.enum(ViewerKind, name="ConsultationViewer", description="Who looked at a page, by kind.")
describe_values(
    {
        ViewerKind.VISITOR: "Nobody signed in, a company, or whoever a portal asked for.",
        ViewerKind.MEMBER: "An active activator, or a manager of a structure or network.",
        ViewerKind.INSTITUTION: "The State or a region.",
        ViewerKind.STAFF: "A moderator or an administrator.",
    }
)


@strawberry.type(description="How often each thing was done with a page.")
class ConsultationCounts:
    """Counts."""

    views: int = strawberry.field(description="Times that `activator` showed the page.")
    contact_clicks: int = strawberry.field(description="Clicks on « contact » (`recordClick`).")
    website_clicks: int = strawberry.field(
        description="Clicks on the link to the website (`recordClick`)."
    )


@strawberry.type(description="A day, by the clock of Paris.")
class ConsultationDay(ConsultationCounts):
    """The counts of a day."""

    day: date = strawberry.field(description="The day.")


@strawberry.type(description="What came through one portal.")
class PortalConsultations(ConsultationCounts):
    """The counts of a portal."""

    network: Network | None = strawberry.field(
        description="The network whose key asked; null for what came without a key."
    )


@strawberry.type(description="What one kind of viewer did.")
class ViewerConsultations(ConsultationCounts):
    """The counts of a kind of viewer."""

    viewer: ViewerKind = strawberry.field(description="The kind.")


@strawberry.type(
    description="The medians of comparable pages over the same days: the other activators of the "
    "same kind whose address is in the same department, active and listed."
)
class ComparableConsultations:
    """Medians."""

    views: float = strawberry.field(description="Of their views.")
    contact_clicks: float = strawberry.field(description="Of their clicks on « contact ».")
    website_clicks: float = strawberry.field(description="Of their clicks on the website.")


@strawberry.type(
    description="How often a page was consulted over some days (charter, article 5). Counted are "
    "views by the query `activator`, by `id` or by `slug` (not those by `node`, `nodes`, lists or "
    "`_entities`), and clicks told by `recordClick`. Not counted are the owner's own (the "
    "activator's, and those of managers of its structure and networks), robots', and the same "
    "viewer's on the same thing within half an hour. No address and no identifier of anybody is "
    "kept. What was counted a second ago may not show yet."
)
class ConsultationStatistics:
    """The figures of a page."""

    card: strawberry.Private[Card]
    period: strawberry.Private[Period]

    @strawberry.field(name="from", description="The first day.")
    def first_day(self) -> date:
        """Say from when."""
        return self.period.first

    @strawberry.field(name="to", description="The last day.")
    def last_day(self) -> date:
        """Say until when."""
        return self.period.last

    @strawberry.field(description="Over all these days.")
    async def total(self, info: Info) -> ConsultationCounts:
        """Add them up."""
        figures = sum_of((await self._broken(info, By.VIEWER)).values())
        return ConsultationCounts(**figures._asdict())

    @strawberry.field(description="Day by day, each of them, in their order.")
    async def days(self, info: Info) -> list[ConsultationDay]:
        """List the days."""
        found = await self._broken(info, By.DAY)
        none = Figures()
        return [
            ConsultationDay(day=day, **found.get(day, none)._asdict()) for day in self.period.days()
        ]

    @strawberry.field(
        description="By the portal through which it was done, those where something was: without a "
        "portal first, then by the network's code."
    )
    async def portals(self, info: Info) -> list[PortalConsultations]:
        """List the portals."""
        found = sorted((await self._broken(info, By.PORTAL)).items())
        return [
            PortalConsultations(
                network=Network.find(info, code) if code else None, **figures._asdict()
            )
            for code, figures in found
        ]

    @strawberry.field(description="By the kind of viewer, each of them.")
    async def viewers(self, info: Info) -> list[ViewerConsultations]:
        """List the kinds."""
        found = await self._broken(info, By.VIEWER)
        none = Figures()
        return [
            ViewerConsultations(viewer=kind, **found.get(kind, none)._asdict())
            for kind in ViewerKind
        ]

    @strawberry.field(
        description="What is usual on comparable pages. Null where they are fewer than five, or "
        "fewer than five whose figures the viewer does not see anyway: nothing about a single one "
        "may be found out."
    )
    async def comparable(self, info: Info) -> ComparableConsultations | None:
        """Compare."""
        compared = Compared.of(self.card, self.period)
        if compared is None:
            return None
        found = await info.context.comparable_pages.load(compared)
        return None if found is None else ComparableConsultations(**found._asdict())

    async def _broken(self, info: Info, by: By) -> Broken:
        found = await info.context.consultations.load(Asked(self.card.id, self.period, by))
        return found or {}
