"""Work that has a limit of time, even where it takes long to give up."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class InTime:
    """Does work, or raises TimeoutError.

    What waits for SQLite's lock cannot be interrupted: it is left to end by itself.
    """

    def __init__(self, seconds: float) -> None:
        """Give each so long."""
        self.seconds = seconds
        self._abandoned: set[asyncio.Task[Any]] = set()

    async def __call__(self, work: Coroutine[Any, Any, T]) -> T:
        """Do it."""
        task = asyncio.create_task(work)
        try:
            await asyncio.wait({task}, timeout=self.seconds)
        finally:
            if not task.done():
                task.cancel()
                self._abandoned.add(task)
                task.add_done_callback(self._abandoned.discard)
        if not task.done():
            raise TimeoutError
        return task.result()
