"""Rosters that are sent through the API, and what is left of them between two tests."""

from typing import Any

from sqlalchemy import delete, select

from models import tables
from models.api_keys import Scope
from models.base import new_id
from models.revisions import Subject, record_changes
from tests.portals import make_key
from tests.service import Service

SYNC = """mutation ($input: SyncRosterInput!) { syncRoster(input: $input) {
  report {
    inserted updated unchanged rejected absentCount unenrolled withdrawn
    entries { index externalId outcome activatorId field value expected }
    absent { externalId activatorId }
  }
  userErrors { code field message }
} }"""
WRITTEN = (
    *("activator", "activator_expertise", "activator_sector", "activator_territory", "enrolment"),
    *("membership", "structure", "revision", "change", "job", "audit_entry", "audit_head"),
)
"""The tables that a roster of the API may write."""


async def roster_key(service: Service, network: str = "cci") -> str:
    """Make a key that may send the roster of a network, and nothing else."""
    return (await make_key(service, network=network, scopes=[Scope.ROSTER_WRITE])).text


async def sync(service: Service, token: str | None, sent: Any, **more: Any) -> Any:
    """Send entries of cci; give the payload."""
    asked = {"input": {"network": "cci", "entries": sent, **more}}
    return (await service.data(SYNC, asked, token=token))["syncRoster"]


async def report(service: Service, token: str | None, sent: Any, **more: Any) -> Any:
    """Send entries that must be taken; give the report."""
    payload = await sync(service, token, sent, **more)
    assert payload["userErrors"] == []
    return payload["report"]


def counts(told: Any) -> tuple[int, ...]:
    """Inserted, updated, unchanged, rejected."""
    return told["inserted"], told["updated"], told["unchanged"], told["rejected"]


async def person(service: Service, external_id: str, network: str = "cci") -> Any:
    """Read the activator of a number."""
    table, enrolment = tables.activator, tables.enrolment
    query = select(table).join(enrolment).where(enrolment.c.external_id == external_id)
    async with service.database.read() as session:
        found = await session.execute(query.where(enrolment.c.network_code == network))
    return found.one()


async def leave_nobody(service: Service) -> None:
    """Take everybody away, with what leads to them."""
    table = tables.activator
    async with service.write() as session:
        ids = list((await session.execute(select(table.c.id))).scalars())
        emptied = (tables.job, tables.account_role, tables.api_key, table)
        for one in (*emptied, tables.membership, tables.structure):
            await session.execute(delete(one))
        await record_changes(session, Subject.ACCOUNT, [new_id()])
        await record_changes(session, Subject.ACTIVATOR, ids or [new_id()])
