"""The CHECK constraints of the models and of a database, compared: Alembic leaves them out."""

import re

from sqlalchemy import CheckConstraint, Connection, Table, inspect

from models.tables import metadata

WORD = re.compile(r"'([A-Za-z][^']*)'")
"""A quoted word; PostgreSQL quotes negative numbers, too."""


def differing_checks(connection: Connection) -> list[str]:
    """List the constraints that the models or the database lack, or that say something else.

    SQLite keeps a constraint's text. PostgreSQL writes its own, of which the quoted words are
    compared: the members of an enum.
    """
    kept_as_written = connection.dialect.name == "sqlite"
    there = set(inspect(connection).get_table_names())
    found = []
    for table in metadata.sorted_tables:
        if table.name in there:  # else Alembic tells of the table
            said, stored = _said(table, connection), _stored(table, connection)
            for name in sorted(said.keys() | stored.keys()):
                ours, theirs = (_meaning(one.get(name), kept_as_written) for one in (said, stored))
                if ours != theirs:
                    found.append(f"check {name}: {stored.get(name)} is to be {said.get(name)}")
    return found


def _said(table: Table, connection: Connection) -> dict[str, str]:
    """What the models say, under the names that the naming convention gives."""
    naming = connection.dialect.identifier_preparer
    return {
        str(naming.format_constraint(one)): str(one.sqltext)
        for one in table.constraints
        if isinstance(one, CheckConstraint)
    }


def _stored(table: Table, connection: Connection) -> dict[str, str]:
    return {
        str(one["name"]): one["sqltext"]
        for one in inspect(connection).get_check_constraints(table.name)
    }


def _meaning(text: str | None, kept_as_written: bool) -> str | list[str] | None:
    if text is None:
        return None
    return " ".join(text.split()) if kept_as_written else sorted(WORD.findall(text))
