"""Killing this process in the middle, without a process: from some step on, nothing is done.

A step is a statement, a commit, or a mail before and after the server takes it.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from email.message import EmailMessage
from typing import Any

from sqlalchemy import event

from resolvers.mail.delivery import Delivery
from resolvers.platform import Platform


class Killed(asyncio.CancelledError):
    """Nobody catches it but who collects the pieces."""


@dataclass
class Life:
    """How many steps are left, and what was done at the last one."""

    left: int
    over: bool = False

    def step(self) -> None:
        """Take a step, or die; who is dead takes none."""
        self.left -= 1
        if self.left < 0:
            self.over = True
            raise Killed


mine: ContextVar[Life | None] = ContextVar("mine", default=None)
"""The life of the task that runs; followers and the like are not killed."""


def step(*_about: Any) -> None:
    """Take a step of whatever life this is."""
    life = mine.get()
    if life is not None:
        life.step()


@dataclass(frozen=True)
class MortalDelivery:
    """Hands mails over, between two steps."""

    delivery: Delivery

    async def deliver(self, message: EmailMessage) -> None:
        """Hand it over."""
        step()
        await self.delivery.deliver(message)
        step()


@contextmanager
def mortal(platform: Platform) -> Iterator[Platform]:
    """Give the same platform, on which lives end."""
    engine = platform.database.engine.sync_engine

    def before_statement(*_about: Any) -> None:
        step()

    event.listen(engine, "before_cursor_execute", before_statement)
    event.listen(engine, "commit", step)
    try:
        mail = replace(platform.mail, delivery=MortalDelivery(platform.mail.delivery))
        yield replace(platform, mail=mail)
    finally:
        event.remove(engine, "before_cursor_execute", before_statement)
        event.remove(engine, "commit", step)
