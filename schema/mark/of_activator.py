"""What an activator's owner and staff see of its right to use the mark: a part of `Activator`."""

import strawberry

from permissions.mark import LicenceGrants, LicencePermission
from resolvers.activators import Grants, Seen
from resolvers.directory.cards import Card
from resolvers.mark.finding import SeenLicence, grants_to
from resolvers.mark.loading import current
from schema.context import Info
from schema.mark.conditions import MarkConditionFinding
from schema.mark.licence import MarkLicence

WHO = "For itself, the managers of its structure and networks, and staff; null for others."


@strawberry.type
class MarkOfActivator:
    """Its licences and conditions."""

    row: strawberry.Private[Card]
    grants: strawberry.Private[Grants]

    @strawberry.field(
        description=f"Which conditions of the mark it meets (charter, article 5). {WHO}"
    )
    async def mark_conditions(self, info: Info) -> list[MarkConditionFinding] | None:
        """Load them."""
        if self._mark_grants(info) is None:
            return None
        found = await info.context.mark_findings.load(self.row.id)
        return [MarkConditionFinding(row=one) for one in found or ()]

    @strawberry.field(
        description="Its licence to use the mark: the one that is granted and ends last, or else "
        f"the one asked for last; null where it has none. {WHO}"
    )
    async def mark_licence(self, info: Info) -> MarkLicence | None:
        """Load it."""
        granted = self._mark_grants(info)
        if granted is None:
            return None
        row = current(await info.context.mark_licences.load(self.row.id) or [])
        seen = Seen(self.row, self.grants)
        return None if row is None else MarkLicence.of(SeenLicence(row, seen, granted))

    @strawberry.field(
        description="All its licences that are kept, the one asked for last first: that which "
        f"follows another waits beside it. {WHO}"
    )
    async def mark_licences(self, info: Info) -> list[MarkLicence] | None:
        """Load them."""
        granted = self._mark_grants(info)
        if granted is None:
            return None
        rows, seen = await info.context.mark_licences.load(self.row.id), Seen(self.row, self.grants)
        return [MarkLicence.of(SeenLicence(row, seen, granted)) for row in rows or ()]

    def _mark_grants(self, info: Info) -> LicenceGrants | None:
        """Give what the viewer may do with its licences; None where it sees none."""
        context = info.context
        granted = grants_to(context.platform, context.viewer, self.row)
        return granted if LicencePermission.SEE in granted else None
