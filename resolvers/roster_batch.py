"""Some rows of a roster, read and decided on together: of a file, or of a call of the API."""

import asyncio
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from resolvers.csv_file import Record
from resolvers.current_reference import CurrentReference
from resolvers.directory.reference import Reference
from resolvers.imports import Rejection
from resolvers.roster_changes import Changes, changes_of
from resolvers.roster_intake import Intake, Taken
from resolvers.roster_reading import read_row
from resolvers.roster_row import LINES, Form, RosterRow
from resolvers.roster_store import read_stored


class Batch:
    """Some records, read against the reference data: anew only where another is given."""

    def __init__(self, records: Sequence[Record | Rejection], form: Form = LINES) -> None:
        """Read nothing yet."""
        self._records = records
        self._form = form
        self._reference: Reference | None = None
        self._rows: list[RosterRow | Rejection] = []

    async def rows(self, reference: Reference) -> list[RosterRow | Rejection]:
        """Read them, in a thread: a thousand take half a second, and others wait for the loop."""
        if reference is not self._reference:
            self._rows = await asyncio.to_thread(self._read, reference)
            self._reference = reference
        return self._rows

    def _read(self, reference: Reference) -> list[RosterRow | Rejection]:
        return [
            one if isinstance(one, Rejection) else read_row(one, reference, self._form)
            for one in self._records
        ]


async def decide(
    session: AsyncSession,
    batch: Batch,
    reference: CurrentReference,
    intake: Intake,
    *,
    lock: bool = False,
    network: str | None = None,
) -> tuple[Taken, Changes]:
    """Say what becomes of each row; locked, what it is about stays so in the transaction.

    `network` is the one that sends them by itself: it says nothing of what others tend.
    """
    rows = await batch.rows(await reference.read(session))
    good = [row for row in rows if not isinstance(row, Rejection)]
    stored = await read_stored(session, good, lock=lock, network=network)
    taken = intake.take(rows, stored)
    return taken, changes_of(taken.rows, stored)
