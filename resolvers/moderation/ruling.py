"""A decision that is being made: all that its consequences need."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from permissions.viewer import Viewer
from resolvers.moderation.decisions import Decision
from resolvers.platform import Platform


@dataclass(frozen=True, slots=True)
class Ruling:
    """Somebody decides on a case, which is closed; `subject`, what it is about, is locked."""

    platform: Platform
    session: AsyncSession
    viewer: Viewer
    case: Row[Any]
    subject: Any
    """A review as the viewer sees it, or the row of a declared engagement or a report."""
    decision: Decision
    now: datetime
