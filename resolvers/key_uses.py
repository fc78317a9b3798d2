"""When each API key was last used: written beside the answers, at most once a minute."""

import asyncio
from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_, update
from sqlalchemy.exc import SQLAlchemyError

from models import tables
from models.database import Database

log = structlog.get_logger()

INTERVAL = timedelta(minutes=1)


class KeyUses:
    """Writes uses in tasks of its own: no answer waits for one, or fails with one."""

    def __init__(self, database: Database) -> None:
        """Nothing was used yet."""
        self._database = database
        self._noted: dict[int, datetime] = {}
        self._writing: set[asyncio.Task[None]] = set()

    def note(self, key_id: int, now: datetime) -> None:
        """Remember a use, and write it unless this worker wrote one a moment ago."""
        before = self._noted.get(key_id)
        if before is not None and now - before < INTERVAL:
            return
        self._noted[key_id] = now
        task = asyncio.create_task(self._write(key_id, now))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def stop(self) -> None:
        """Wait for what is being written."""
        await asyncio.gather(*self._writing)

    async def _write(self, key_id: int, now: datetime) -> None:
        key = tables.api_key
        long_ago = or_(key.c.last_used_at.is_(None), key.c.last_used_at <= now - INTERVAL)
        used = update(key).where(key.c.id == key_id, long_ago).values(last_used_at=now)
        try:
            async with self._database.write() as session:
                await session.execute(used)
        except (SQLAlchemyError, OSError) as error:
            log.warning("key_use_not_written", error=type(error).__name__)
