"""Checking the audit: every entry there, in its place, sealed as it was written."""

import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.database import Database
from resolvers.audit import Audit

BATCH = 2_000
"""Entries read at once."""

FIRST = -(2**63)
"""Before every number, those that nobody should have given too."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Where the audit is not as it was written: an entry's number, and what is wrong there."""

    sequence: int
    what: str


@dataclass(slots=True)
class AuditReport:
    """How many entries there are, and where they are not as they were written."""

    entries: int
    faults: list[Fault]


async def verify_audit(database: Database, audit: Audit) -> AuditReport:
    """Read every entry; the seals of one that was altered, removed or inserted do not fit.

    A seal that does not fit is told once: the entries after it are held against what stands there.
    """
    report, sequence, seal = AuditReport(0, []), 0, ""
    async with database.read(at_one_moment=True) as session:
        async for row in _entries(session):
            report.entries += 1
            report.faults += _faults(audit, row, sequence, seal)
            sequence, seal = row.sequence, audit.head(row.seal)
        head = (await session.execute(select(tables.audit_head))).one()
    if (head.sequence, head.seal) != (sequence, seal):
        report.faults.append(Fault(head.sequence, "the last entry is not the one written last"))
    return report


def _faults(audit: Audit, row: Row[tuple[object, ...]], sequence: int, seal: str) -> list[Fault]:
    entry = row._asdict()
    given = entry.pop("seal")
    if row.sequence <= sequence:
        return [Fault(row.sequence, "it stands out of order")]
    if row.sequence > sequence + 1:
        return [Fault(row.sequence, f"entries {sequence + 1} to {row.sequence - 1} are missing")]
    if not hmac.compare_digest(audit.seal(seal, entry), given):
        return [Fault(row.sequence, "it was altered, or another stood before it")]
    return []


async def _entries(session: AsyncSession) -> AsyncIterator[Row[tuple[object, ...]]]:
    table, last = tables.audit_entry, FIRST
    while True:
        query = select(table).where(table.c.sequence > last).order_by(table.c.sequence)
        rows = (await session.execute(query.limit(BATCH))).all()
        if not rows:
            return
        for row in rows:
            yield row
        last = rows[-1].sequence
