"""Writing counts of consultations: one statement a batch, which adds to what is there."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Date,
    FromClause,
    String,
    bindparam,
    column,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.dml import Insert

from models import tables
from models.consultations import ConsultationKind, ViewerKind
from models.database import Database

table, activator = tables.consultation, tables.activator

AT_ONCE = 1_000
"""Counts in one statement: a few milliseconds of SQLite's lock."""


class Counted(NamedTuple):
    """What is counted together: a row of the table."""

    activator_id: int
    day: date
    kind: ConsultationKind
    portal: str
    viewer: ViewerKind


GIVEN: dict[str, Any] = {
    "activator_id": BigInteger,
    "day": Date,
    "kind": String,
    "portal": String,
    "viewer": String,
    "count": BigInteger,
}
"""What a batch says of each count, and its type."""


async def write_counts(database: Database, counts: Mapping[Counted, int]) -> None:
    """Add counts to those of their days; those of an activator that is gone are dropped.

    All rows are taken in one order, so that no two workers wait for each other.
    """
    rows = [
        {
            "activator_id": one.activator_id,
            "day": one.day.isoformat(),
            "kind": one.kind.value,
            "portal": one.portal,
            "viewer": one.viewer.value,
            "count": count,
        }
        for one, count in sorted(counts.items(), key=_place)
    ]
    statement = _adding(database)
    async with database.write() as session:
        for start in range(0, len(rows), AT_ONCE):
            await session.execute(statement, {"rows": rows[start : start + AT_ONCE]})


def _place(counted: tuple[Counted, int]) -> tuple[int, date, str, str, str]:
    """Give the place of a count in the order in which rows are taken."""
    one, _count = counted
    return one.activator_id, one.day, one.kind.value, one.portal, one.viewer.value


def _adding(database: Database) -> Insert:
    """Write the statement; the batch comes as JSON, so that its text is always the same."""
    given, value = _given_to_sqlite() if database.is_sqlite else _given_to_postgresql()
    own = [value[name] for name in GIVEN]
    keys = [one for name, one in value.items() if name != "count"]
    there = (
        select(*own)
        .select_from(given)
        .join(activator, activator.c.id == value["activator_id"])
        .where(activator.c.erased_at.is_(None))
        .order_by(*keys)
    )
    insert = sqlite.insert if database.is_sqlite else postgresql.insert
    adding = insert(table).from_select([table.c[name] for name in GIVEN], there)
    primary: list[Column[Any]] = list(table.primary_key)
    return adding.on_conflict_do_update(
        index_elements=primary, set_={"count": table.c.count + adding.excluded["count"]}
    )


def _given_to_sqlite() -> tuple[FromClause, dict[str, ColumnElement[Any]]]:
    rows = func.json_each(bindparam("rows", type_=JSON)).table_valued("value", name="given")
    return rows, {name: func.json_extract(rows.c.value, f"$.{name}") for name in GIVEN}


def _given_to_postgresql() -> tuple[FromClause, dict[str, ColumnElement[Any]]]:
    columns = [column(name, type_) for name, type_ in GIVEN.items()]
    rows = func.jsonb_to_recordset(bindparam("rows", type_=JSONB)).table_valued(
        *columns, name="given"
    )
    given = rows.render_derived(with_types=True)
    return given, {name: given.c[name] for name in GIVEN}
