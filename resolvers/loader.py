"""The one base of batch loaders: what is asked for in one turn of the loop is read at once.

It repairs three traps of aiodataloader: it keeps no futures (a cancelled waiter would leave a
dead one behind), holds its running batches (the loop alone would not), and turns a cancelled
batch into an error (its waiters would hang).
"""

import asyncio
from abc import abstractmethod
from collections.abc import Hashable
from typing import Any, Generic, TypeVar

from aiodataloader import DataLoader

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class BatchLoader(DataLoader[K, V], Generic[K, V]):
    """Loads values by key; a key that is not found gives None. Make it inside the loop."""

    cache = False

    def __init__(self) -> None:
        """Start idle."""
        super().__init__()
        self._running: set[asyncio.Task[Any] | None] = set()

    @abstractmethod
    async def read(self, keys: list[K]) -> dict[K, V]:
        """Read these distinct keys in one short session."""

    async def batch_load_fn(self, keys: list[K]) -> list[V | None]:  # type: ignore[override]
        """Read a batch."""
        task = asyncio.current_task()
        self._running.add(task)
        try:
            found = await self.read(list(dict.fromkeys(keys)))
        except asyncio.CancelledError:
            raise ConnectionAbortedError("the batch was cancelled") from None
        finally:
            self._running.discard(task)
        return [found.get(key) for key in keys]
