"""Counting the statements that an application sends to its database, or holding some back."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import event
from sqlalchemy.util import await_only

from models.database import Database
from tests.service import Service

BOOKKEEPING = ("BEGIN", "SELECT revision.value", "INSERT INTO consultation")
"""What opens a transaction, and what the service does from time to time on its own: it asks for the
revision, and writes how often pages were consulted."""


class Statement(NamedTuple):
    """A statement and what it was given."""

    text: str
    parameters: Any

    def numbers(self) -> set[int]:
        """The whole numbers among its parameters."""
        given = self.parameters
        values = given.values() if isinstance(given, dict) else given
        return {value for value in values if isinstance(value, int)}


@contextmanager
def statements(service: Service) -> Iterator[list[Statement]]:
    """Collect the statements that the application sends within."""
    sent: list[Statement] = []
    engine = service.database.engine.sync_engine

    def note(_c: Any, _cursor: Any, text: str, parameters: Any, _x: Any, _many: bool) -> None:
        if not " ".join(text.split()).startswith(BOOKKEEPING):
            sent.append(Statement(text, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def holding(database: Database, words: str) -> Iterator[asyncio.Event]:
    """Hold back the statements with these words, as a slow database would; tell when one comes."""
    came, released = asyncio.Event(), asyncio.Event()
    engine = database.engine.sync_engine

    def hold(_c: Any, _cursor: Any, text: str, _parameters: Any, _x: Any, _many: bool) -> None:
        if words in " ".join(text.split()):
            came.set()
            await_only(released.wait())

    event.listen(engine, "before_cursor_execute", hold)  # not removed: it may be running
    try:
        yield came
    finally:
        released.set()
