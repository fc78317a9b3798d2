"""The audit: each action that matters leaves an entry, in its own transaction.

Entries are numbered without a gap and sealed one over the other with a key of the service, so
that whoever holds the key finds an altered, removed or inserted row.
"""

import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from permissions.viewer import Viewer


class Done(NamedTuple):
    """What was done to one thing."""

    subject_id: int | str
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    def words(self) -> dict[str, Any]:
        """Say it as an entry does."""
        before, after = dict(self.before), dict(self.after)
        return {"subject_id": str(self.subject_id), "before": before, "after": after}


class Audit:
    """Writes entries, sealed with one key."""

    def __init__(self, secret: str) -> None:
        """Derive the key of the seals from the service's secret."""
        self._key = hmac.digest(secret.encode(), b"maillage audit", "sha256")

    async def record(
        self,
        session: AsyncSession,
        by: Viewer | None,
        action: str,
        subject: str,
        subject_id: int | str,
        *,
        now: datetime,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Write what somebody did, or the service itself (None), to a thing.

        `before` and `after` hold states, roles and names of fields: never personal data. Call it
        near the end: until the transaction ends, other actions wait to write theirs.
        """
        done = Done(subject_id, before or {}, after or {})
        await self.record_each(session, by, action, subject, [done], now=now)

    async def record_each(
        self,
        session: AsyncSession,
        by: Viewer | None,
        action: str,
        subject: str,
        things: Iterable[Done],
        *,
        now: datetime,
    ) -> None:
        """Write what was done to several things at once: an entry each, as `record` does."""
        head = tables.audit_head
        last = (await session.execute(select(head).with_for_update())).one()
        said = {
            "at": now.astimezone(UTC),
            "action": action,
            "account_id": None if by is None else by.account_id,
            "client": "service" if by is None else by.client,
            "subject": subject,
        }
        entries, seal = list[dict[str, Any]](), last.seal
        for sequence, one in enumerate(things, start=last.sequence + 1):
            entry = {**said, "sequence": sequence, **one.words()}
            own = self.seal(seal, entry)
            entries.append({**entry, "seal": own})
            seal = self.head(own)
        if entries:
            await session.execute(insert(tables.audit_entry), entries)
            values = {"sequence": entries[-1]["sequence"], "seal": seal}
            await session.execute(update(head).values(values))

    def head(self, seal: str) -> str:
        """Say what the head holds of the last entry, which nobody can make from the entries."""
        return hmac.new(self._key, b"head " + seal.encode(), "sha256").hexdigest()

    def seal(self, previous: str, entry: Mapping[str, Any]) -> str:
        """Authenticate an entry and the head before it (HMAC-SHA256, in hexadecimal)."""
        text = orjson.dumps([previous, dict(entry)], option=orjson.OPT_SORT_KEYS)
        return hmac.new(self._key, text, "sha256").hexdigest()
