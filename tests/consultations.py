"""Consultations for tests: looking at pages as browsers do, and reading what was counted."""

import itertools
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from models import tables
from models.consultations import ConsultationKind, ViewerKind
from schema.nodes import global_id
from tests.service import NOW, Service

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"
GOOGLE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
VIEW = "query ($id: ID!) { activator(id: $id) { id } }"
CLICK = """mutation ($input: RecordClickInput!) {
  recordClick(input: $input) { userErrors { code field message } }
}"""

TODAY = NOW.date()

_numbers = itertools.count(1)


def another_browser() -> str:
    """Name a browser that never came before: somebody else."""
    return f"{BROWSER} ({next(_numbers)})"


async def look(
    service: Service,
    activator: int,
    *,
    agent: str = BROWSER,
    token: str | None = None,
    query: str = VIEW,
    variables: dict[str, Any] | None = None,
    **headers: str,
) -> Any:
    """Look at a page, or do something else, with a browser; give the data."""
    sent = {"User-Agent": agent, **{name.replace("_", "-"): one for name, one in headers.items()}}
    if token is not None:
        sent["Authorization"] = f"Bearer {token}"
    given = {"id": global_id("Activator", activator)} if variables is None else variables
    body = {"query": query, "variables": given}
    response = await service.client.post("/graphql", json=body, headers=sent)
    answer = response.json()
    assert "errors" not in answer, answer
    return answer["data"]


async def click(service: Service, activator: int, kind: str, **how: Any) -> list[Any]:
    """Click on a page; give what was refused."""
    given = {"input": {"activator": global_id("Activator", activator), "kind": kind}}
    data = await look(service, activator, query=CLICK, variables=given, **how)
    refused: list[Any] = data["recordClick"]["userErrors"]
    return refused


Rows = dict[tuple[str, str, str], int]
"""Counts by kind, portal and kind of viewer."""


async def rows_of(service: Service, activator: int) -> dict[date, Rows]:
    """Write what was counted, and read what is counted of a page, by day."""
    assert await service.platform.consultations.write()
    table, found = tables.consultation, dict[date, Rows]()
    query = select(table).where(table.c.activator_id == activator)
    async with service.database.read() as session:
        for row in await session.execute(query):
            key = row.kind.value, row.portal, row.viewer.value
            found.setdefault(row.day, {})[key] = row._mapping["count"]
    return found


async def views_of(service: Service, activator: int) -> int:
    """Count all views of a page."""
    days = (await rows_of(service, activator)).values()
    return sum(count for rows in days for key, count in rows.items() if key[0] == "VIEW")


async def put_count(
    service: Service,
    activator: int,
    count: int,
    *,
    day: date = TODAY,
    kind: ConsultationKind = ConsultationKind.VIEW,
    portal: str = "",
    viewer: ViewerKind = ViewerKind.VISITOR,
) -> None:
    """Put a count straight in the database."""
    row = {"activator_id": activator, "day": day, "kind": kind, "portal": portal}
    async with service.write() as session:
        await session.execute(insert(tables.consultation).values(**row, viewer=viewer, count=count))
