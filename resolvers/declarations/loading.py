"""Declared engagements as the wire loads them: those of a page of cases are read at once."""

from permissions.declarations import DeclarationPermission
from permissions.viewer import Viewer
from resolvers.contact.standing import asked_of, enrolling
from resolvers.declarations.finding import SeenEngagement
from resolvers.declarations.standing import engagement, engagements_with_provider, standing_of
from resolvers.loader import BatchLoader
from resolvers.platform import Platform


class SeenEngagements(BatchLoader[int, SeenEngagement]):
    """Loads them by number, as a viewer sees them; none that it may not see."""

    def __init__(self, platform: Platform, viewer: Viewer) -> None:
        """Read there, for this viewer."""
        super().__init__()
        self._platform = platform
        self._viewer = viewer

    async def read(self, keys: list[int]) -> dict[int, SeenEngagement]:
        """Read a batch."""
        query = engagements_with_provider().where(engagement.c.id.in_(keys))
        async with self._platform.database.read() as session:
            rows = (await session.execute(query)).all()
            networks = await enrolling(session, {row.activator_id for row in rows})
        found = {}
        for row in rows:
            provider = asked_of(row, networks[row.activator_id])
            seen = SeenEngagement(row, standing_of(self._viewer, row, provider))
            if DeclarationPermission.SEE in seen.grants:
                found[row.id] = seen
        return found
