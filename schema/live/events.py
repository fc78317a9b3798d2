"""What a subscription tells, whatever carries it."""

from dataclasses import dataclass
from typing import Any, Literal

import orjson

from schema.answers import refusal_told
from schema.http import HttpRefusal


@dataclass(frozen=True, slots=True)
class Event:
    """An answer (`next`), why there are no more (`error`), or that nothing happened (`quiet`)."""

    kind: Literal["next", "error", "quiet"]
    payload: bytes = b""
    """Of an answer, the answer; of an error, the list of errors; as JSON."""


QUIET = Event("quiet")


def failure(errors: list[dict[str, Any]]) -> Event:
    """Say why there are no more."""
    return Event("error", orjson.dumps(errors, default=str))


def refusal_event(refusal: HttpRefusal) -> Event:
    """Say that it was refused."""
    return failure([refusal_told(refusal)])
