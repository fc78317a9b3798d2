"""What a job is to the one who does it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from resolvers.platform import Platform


@dataclass(frozen=True, slots=True)
class TakenJob:
    """A job that a worker holds until `leased_until`; `attempts` counts this one too."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    attempts: int
    created_at: datetime
    leased_until: datetime


Handler = Callable[[Platform, TakenJob], Awaitable[None]]
"""Does a job, or raises (`Permanent` where it never will be done).

It may be run twice for one job, gets less time than the lease, and reads the database, never the
directory: a process that only works holds none.
"""
