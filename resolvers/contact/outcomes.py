"""What came of contact requests, as the parties read it: diagnoses and engagements."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from models import tables
from models.engagements import Outcome, SupportKind
from resolvers.contact.diagnosing import DiagnosisWords
from resolvers.contact.engaging import EngagementWords, opened
from resolvers.loader import BatchLoader
from resolvers.platform import Platform


@dataclass(frozen=True, slots=True)
class DiagnosisRow:
    """A first diagnosis."""

    recorded_at: datetime
    expertise: list[str]
    words: DiagnosisWords


@dataclass(frozen=True, slots=True)
class EngagementRow:
    """An engagement."""

    kind: SupportKind
    expertise: list[str]
    started_at: datetime
    completed_at: datetime | None
    outcome: Outcome | None
    words: EngagementWords


class Diagnoses(BatchLoader[int, DiagnosisRow]):
    """Loads diagnoses by the number of the request; none once it was purged."""

    def __init__(self, platform: Platform) -> None:
        """Read there."""
        super().__init__()
        self._platform = platform

    async def read(self, keys: list[int]) -> dict[int, DiagnosisRow]:
        """Read a batch."""
        table, open_ = tables.diagnosis, self._platform.sealer.open
        query = select(table).where(table.c.request_id.in_(keys), table.c.sealed.is_not(None))
        async with self._platform.database.read() as session:
            rows = (await session.execute(query)).all()
        return {
            row.request_id: DiagnosisRow(row.recorded_at, row.expertise, open_(row.sealed))
            for row in rows
        }


class Engagements(BatchLoader[int, EngagementRow]):
    """Loads engagements by the number of the request; none once it was purged."""

    def __init__(self, platform: Platform) -> None:
        """Read there."""
        super().__init__()
        self._platform = platform

    async def read(self, keys: list[int]) -> dict[int, EngagementRow]:
        """Read a batch."""
        table, found = tables.engagement, dict[int, EngagementRow]()
        query = select(table).where(table.c.request_id.in_(keys))
        async with self._platform.database.read() as session:
            rows = (await session.execute(query)).all()
        for row in rows:
            words = opened(self._platform, row)
            if words is not None:
                times = row.started_at, row.completed_at
                found[row.request_id] = EngagementRow(
                    row.kind, row.expertise, *times, row.outcome, words
                )
        return found
