"""Reports, sanctions and cases for tests, put straight in the database."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language
from models.base import new_id
from models.moderation import CaseKind, ReportReason
from resolvers.moderation.cases import open_case
from schema.nodes import global_id
from tests.service import Service

WRONG = "Le diplôme affiché sur cette page n'existe pas."
"""What a report says."""


@dataclass(frozen=True)
class Case:
    """A case in the queue, and what it is about."""

    id: int
    subject: int

    @property
    def node(self) -> str:
        """Its id on the wire."""
        return global_id("ModerationCase", self.id)


async def put_report(
    service: Service, session: AsyncSession, activator_id: int, **values: Any
) -> Case:
    """Add a report of a page, with its case."""
    now, number = service.clock(), new_id()
    row = {
        "id": number,
        "activator_id": activator_id,
        "reason": ReportReason.FALSE_INFORMATION,
        "language": Language.FR,
        "reported_at": now,
        "sealed": service.platform.sealer.seal({"words": WRONG, "email": None}),
        **values,
    }
    await session.execute(insert(tables.profile_report).values(row))
    kind, due = CaseKind.PROFILE_REPORT, now + timedelta(days=15)
    case = await open_case(session, kind, number, activator_id, now=now, due_at=due)
    return Case(case, number)


async def add_report(service: Service, activator_id: int, **values: Any) -> Case:
    """Add one by itself."""
    async with service.write() as session:
        return await put_report(service, session, activator_id, **values)


async def put_sanction(service: Service, session: AsyncSession, activator_id: int) -> int:
    """Add a sanction of an activator."""
    number, sealed = new_id(), service.platform.sealer.seal({"words": "Retirez ce diplôme."})
    row = {"id": number, "activator_id": activator_id, "ground": ReportReason.FALSE_INFORMATION}
    values = {**row, "opened_at": service.clock(), "sealed": sealed}
    await session.execute(insert(tables.sanction).values(values))
    return number


async def case_about(service: Service, subject: int) -> Case:
    """Find the open case about something."""
    table = tables.moderation_case
    query = select(table.c.id).where(table.c.subject_id == subject, table.c.decided_at.is_(None))
    async with service.database.read() as session:
        return Case((await session.execute(query)).scalar_one(), subject)
