"""What a request holds of the company: sealed together, read by the parties alone."""

from typing import Any, TypedDict

from sqlalchemy import Row

from resolvers.sealing import Sealer


class Content(TypedDict):
    """What is sealed of a contact request; `phone`, `siret` and `commune` may be absent (null)."""

    company: str
    siret: str | None
    commune: str | None
    """Its code, `COM-…`; the department stands in clear."""
    name: str
    email: str
    phone: str | None
    need: str


def content_of(sealer: Sealer, row: Row[Any]) -> Content | None:
    """Open what a request holds; None once it was purged."""
    return None if row.sealed is None else sealer.open(row.sealed)
