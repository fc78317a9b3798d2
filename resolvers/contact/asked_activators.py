"""The activators that were asked: those of a page of contact requests are read at once."""

from permissions.viewer import Viewer
from resolvers.activators import Seen, get_activators
from resolvers.directory.directory import Directory
from resolvers.loader import BatchLoader


class AskedActivators(BatchLoader[int, Seen]):
    """Loads activators by their number, as a viewer sees them; none that it may not see."""

    def __init__(self, directory: Directory, viewer: Viewer) -> None:
        """Read there, for this viewer."""
        super().__init__()
        self._directory = directory
        self._viewer = viewer

    async def read(self, keys: list[int]) -> dict[int, Seen]:
        """Read a batch."""
        found = await get_activators(self._directory, self._viewer, keys)
        return {key: seen for key, seen in zip(keys, found, strict=True) if seen is not None}
