"""Who follows changes as they are committed, in this worker: each has one flag, whatever happens.

A flag, not a queue: who is slow finds what there is when it looks again, and nothing piles up.
"""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress

from prometheus_client import Gauge

from permissions.viewer import Viewer
from resolvers.directory.directory import Directory

FOLLOWING = Gauge(
    "maillage_live_followers",
    "Subscriptions and open sockets that wait for changes.",
    multiprocess_mode="livesum",
)


class Watch:
    """Tells one follower that it should look again."""

    def __init__(self, *, of_requests: bool) -> None:
        """Follow the viewer, and contact requests or not: any, until it is known which."""
        self.request_ids: Collection[int] | None = None if of_requests else ()
        self.viewer: Viewer | None = None
        """Who looks; None while that is not known."""
        self._flag = asyncio.Event()

    @property
    def follows_all(self) -> bool:
        """Whether it does not know yet which request it shows."""
        return self.request_ids is None

    def look(self) -> None:
        """Begin to look: what changes from here on is told."""
        self._flag.clear()

    def follow(self, request_id: int) -> None:
        """Be told of one request alone."""
        self.request_ids = (request_id,)

    async def told(self, *, within: float) -> bool:
        """Wait until there is something to look at, for so many seconds; say whether there is."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._flag.wait()
        return self._flag.is_set()

    def tell(self) -> None:
        """Have it look."""
        self._flag.set()

    def shows(self, request_ids: Collection[int] | None) -> bool:
        """Say whether it shows one of these requests, or may (None: any of them)."""
        if request_ids is None or self.request_ids is None:
            return self.request_ids != ()
        return any(one in request_ids for one in self.request_ids)

    def is_for(self, account_ids: Collection[int] | None) -> bool:
        """Say whether it is for one of these accounts; a key is looked up whichever changed."""
        if account_ids is None or self.viewer is None or self.viewer.api_key_id is not None:
            return True
        return self.viewer.account_id in account_ids


class Hub:
    """All who follow in this worker, told by the directory's follower what was committed where."""

    def __init__(self, directory: Directory) -> None:
        """Listen to a directory."""
        self.stopping = False
        self._watches: set[Watch] = set()
        directory.on_requests.append(self._tell_of_requests)
        directory.on_accounts.append(self._tell_of_accounts)

    def __len__(self) -> int:
        """How many follow."""
        return len(self._watches)

    @contextmanager
    def watch(self, *, of_requests: bool) -> Iterator[Watch]:
        """Follow meanwhile."""
        watch = Watch(of_requests=of_requests)
        self._watches.add(watch)
        FOLLOWING.inc()
        try:
            yield watch
        finally:
            self._watches.remove(watch)
            FOLLOWING.dec()

    def stop(self) -> None:
        """Have everybody end: the worker stops."""
        self.stopping = True
        for watch in self._watches:
            watch.tell()

    def _tell_of_requests(self, ids: Collection[int] | None) -> None:
        for watch in self._watches:
            if watch.shows(ids):
                watch.tell()

    def _tell_of_accounts(self, ids: Collection[int] | None) -> None:
        for watch in self._watches:
            if watch.is_for(ids):
                watch.tell()
