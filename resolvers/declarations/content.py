"""What a declared engagement holds of the company, and what was said of it: sealed together."""

from typing import Any, TypedDict

from sqlalchemy import Row

from resolvers.sealing import Sealer


class Dispute(TypedDict):
    """Why the provider says that it was not so: a code, and its words."""

    reason: str
    message: str


class Decision(TypedDict):
    """How a moderator decided on a dispute: a coded ground, if there is one, and words."""

    ground: str | None
    words: str


class Content(TypedDict):
    """What is sealed of it; `siret` may be absent (null), and so is what was not said yet."""

    company: str
    siret: str | None
    name: str
    email: str
    what: str
    proof: str
    dispute: Dispute | None
    decision: Decision | None


def content_of(sealer: Sealer, row: Row[Any]) -> Content | None:
    """Open what it holds; None once it was purged."""
    return None if row.sealed is None else sealer.open(row.sealed)
