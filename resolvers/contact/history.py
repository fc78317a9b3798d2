"""The history of contact requests: each step with its author, time and coded reason."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from models import tables
from models.contact_requests import Author
from models.database import Database
from models.request_steps import RequestState, Step
from resolvers.loader import BatchLoader

table = tables.contact_request_step


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step, as those see it who see the request."""

    at: datetime
    step: Step
    state: RequestState
    author: Author
    reason: str | None


class Histories(BatchLoader[int, list[StepRow]]):
    """Loads histories by the number of the request, the first step first."""

    def __init__(self, database: Database) -> None:
        """Read there."""
        super().__init__()
        self._database = database

    async def read(self, keys: list[int]) -> dict[int, list[StepRow]]:
        """Read a batch."""
        query = select(table).where(table.c.request_id.in_(keys)).order_by(table.c.number)
        found: dict[int, list[StepRow]] = {}
        async with self._database.read() as session:
            for row in await session.execute(query):
                line = StepRow(row.at, row.step, row.state, row.author, row.reason)
                found.setdefault(row.request_id, []).append(line)
        return found
