"""What a resolver of the wire finds beside its arguments."""

from dataclasses import dataclass

from strawberry.types import Info as StrawberryInfo

from models.api_keys import Scope
from permissions.viewer import Viewer
from resolvers.directory.directory import Directory
from resolvers.platform import Platform
from resolvers.portals import check_scope


@dataclass(frozen=True)
class Context:
    """One operation: who asks, and of what."""

    viewer: Viewer
    platform: Platform
    request_id: str

    @property
    def directory(self) -> Directory:
        """The live directory: what most resolvers read; raises Forbidden for a key that may not.

        Every field that reads it comes by here.
        """
        check_scope(self.viewer, Scope.DIRECTORY_READ)
        return self.platform.directory


Info = StrawberryInfo[Context, None]
