"""The thread of a contact request: what its two parties write to each other, sealed."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Self

from sqlalchemy import func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.base import new_id
from models.contact_requests import Author
from resolvers.loader import BatchLoader
from resolvers.paging import Window, number_behind
from resolvers.platform import Platform

table = tables.contact_message

LONGEST_THREAD = 10**9
"""Messages; no number is greater, so that the database can hold it."""


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message, as the parties read it."""

    number: int
    at: datetime
    author: Author
    text: str

    @property
    def cursor(self) -> str:
        """Its place in the thread."""
        return str(self.number)


class PageOfThread(NamedTuple):
    """The messages of a request behind a number, one more than a page holds."""

    request_id: int
    after: int
    size: int

    @classmethod
    def of(cls, request_id: int, asked: Window) -> Self:
        """Name the page that is asked for; raises InvalidInput for a cursor of another hand."""
        after = 0 if asked.after is None else number_behind(asked.after)
        return cls(request_id, min(after, LONGEST_THREAD), asked.count + 1)

    def holds(self, number: int) -> bool:
        """Say whether a message of this number is among them."""
        return self.after < number <= self.after + self.size


async def is_last(
    platform: Platform, session: AsyncSession, request_id: int, author: Author, text: str
) -> bool:
    """Say whether the thread ends with this text of this author: it came a second time."""
    query = (
        select(table.c.author, table.c.sealed)
        .where(table.c.request_id == request_id)
        .order_by(table.c.number.desc())
        .limit(1)
    )
    last = (await session.execute(query)).one_or_none()
    if last is None or last.author is not author:
        return False
    return bool(platform.sealer.open(last.sealed)["text"] == text)


async def add_message(
    platform: Platform,
    session: AsyncSession,
    request_id: int,
    author: Author,
    text: str,
    *,
    now: datetime,
) -> int:
    """Add a message to the thread of a locked request; give its number."""
    written = select(func.count()).where(table.c.request_id == request_id)
    number = int((await session.execute(written)).scalar_one()) + 1
    row = {"id": new_id(), "request_id": request_id, "number": number, "at": now, "author": author}
    await session.execute(insert(table).values(**row, sealed=platform.sealer.seal({"text": text})))
    return number


class Threads(BatchLoader[PageOfThread, list[MessageRow]]):
    """Loads pages of threads, the first message first."""

    def __init__(self, platform: Platform) -> None:
        """Read there."""
        super().__init__()
        self._platform = platform

    async def read(self, keys: list[PageOfThread]) -> dict[PageOfThread, list[MessageRow]]:
        """Read a batch."""
        pages = [
            (table.c.request_id == page.request_id)
            & table.c.number.between(page.after + 1, page.after + page.size)
            for page in keys
        ]
        query = select(table).where(or_(*pages)).order_by(table.c.number)
        found: dict[PageOfThread, list[MessageRow]] = {page: [] for page in keys}
        async with self._platform.database.read() as session:
            rows = (await session.execute(query)).all()
        for row in rows:
            text = self._platform.sealer.open(row.sealed)["text"]
            message = MessageRow(row.number, row.at, row.author, text)
            for page in keys:
                if page.request_id == row.request_id and page.holds(row.number):
                    found[page].append(message)
        return found
