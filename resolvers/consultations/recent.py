"""Who consulted which page within the last half hour, so that nobody is counted twice.

No address and no name: hashes, by a salt that is drawn each day, lives in memory alone, and goes
with the day. The workers of one machine share the memory, by a lock that the system takes back from
a worker that is killed.
"""

import fcntl
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from hashlib import blake2b
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from struct import Struct
from tempfile import NamedTemporaryFile
from typing import cast

from resolvers.paris_days import day_of

HALF_HOUR = 30 * 60
PLACES = 1 << 20
"""Of those seen within half an hour; 10,000 a minute take 300,000."""
PROBES = 32
"""Places where one may stand; if all are taken, the one seen longest ago makes room."""
HEAD = Struct("<q32s")
"""The day, as a number, and its salt."""
PLACE = Struct("<Qd")
"""A hash, 0 where the place is free, and when it was counted, in seconds."""
SIZE = HEAD.size + PLACES * PLACE.size
"""Bytes: 16 MiB, of which the system gives those that are written to."""

Memory = bytearray | memoryview


class RecentViewers:
    """Remembers who was counted; a table of hashes, each near the place that it names."""

    def __init__(self, memory: Memory, lock: AbstractContextManager[object]) -> None:
        """Use a memory of `SIZE`, under a lock."""
        self._memory = memory
        self._lock = lock

    def note(self, viewer: str, now: datetime) -> bool:
        """Say whether somebody is to be counted: not within half an hour of the last time."""
        day = day_of(now).toordinal()
        name = viewer.encode("utf-8", "surrogatepass")
        with self._lock:
            digest = blake2b(name, key=self._salt(day), digest_size=8).digest()
            return self._note(int.from_bytes(digest, "little") or 1, now.timestamp())

    def _salt(self, day: int) -> bytes:
        """Give the salt of the day; the first who comes on a new one draws it, and forgets all."""
        salted: tuple[int, bytes] = HEAD.unpack_from(self._memory)
        if day <= salted[0]:
            return salted[1]
        if salted[0]:
            self._memory[:SIZE] = bytes(SIZE)
        salt = secrets.token_bytes(32)
        HEAD.pack_into(self._memory, 0, day, salt)
        return salt

    def _note(self, hashed: int, now: float) -> bool:
        room, longest_ago = 0, float("inf")
        for probe in range(PROBES):
            place = HEAD.size + (hashed + probe) % PLACES * PLACE.size
            found, at = PLACE.unpack_from(self._memory, place)
            if found == hashed:
                if abs(now - at) < HALF_HOUR:  # another may have come later and been first
                    return False
                room = place
                break
            if at < longest_ago:
                room, longest_ago = place, at
            if not found:
                break
        PLACE.pack_into(self._memory, room, hashed, now)
        return True


def own_viewers() -> RecentViewers:
    """Remember for this process alone."""
    return RecentViewers(bytearray(SIZE), nullcontext())


@contextmanager
def memory_to_share() -> Iterator[Path]:
    """Make a memory for several workers; give the file that names it and is its lock."""
    memory = SharedMemory(create=True, size=SIZE)
    try:
        with NamedTemporaryFile("w", prefix="maillage-viewers-") as file:
            file.write(memory.name)
            file.flush()
            yield Path(file.name)
    finally:
        memory.close()
        memory.unlink()


@contextmanager
def shared_viewers(path: Path) -> Iterator[RecentViewers]:
    """Remember with the other workers that were given this file."""
    with path.open() as file:
        memory = SharedMemory(file.read())
        try:
            yield RecentViewers(cast("memoryview", memory.buf), FileLock(file.fileno()))
        finally:
            memory.close()


class FileLock:
    """A lock between processes: whoever dies with it gives it back."""

    def __init__(self, file: int) -> None:
        """Lock this open file."""
        self._file = file

    def __enter__(self) -> None:
        """Take it; others have it for microseconds."""
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_about: object) -> None:
        """Give it back."""
        fcntl.flock(self._file, fcntl.LOCK_UN)
