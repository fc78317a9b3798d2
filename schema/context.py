"""What a resolver of the wire finds beside its arguments."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from strawberry.types import Info as StrawberryInfo

from models.database import Database
from permissions.viewer import Viewer
from resolvers.directory.directory import Directory


@dataclass(frozen=True)
class Context:
    """One operation: who asks, when, and of what."""

    viewer: Viewer
    directory: Directory
    database: Database
    clock: Callable[[], datetime]
    request_id: str


Info = StrawberryInfo[Context, None]
