"""What a resolver of the wire finds beside its arguments."""

from dataclasses import dataclass

from strawberry.types import Info as StrawberryInfo

from permissions.viewer import Viewer
from resolvers.directory.directory import Directory
from resolvers.platform import Platform


@dataclass(frozen=True)
class Context:
    """One operation: who asks, and of what."""

    viewer: Viewer
    platform: Platform
    request_id: str

    @property
    def directory(self) -> Directory:
        """The live directory: what most resolvers read."""
        return self.platform.directory


Info = StrawberryInfo[Context, None]
