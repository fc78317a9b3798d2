"""Coming to a structure, which says that an activator works there."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from resolvers.directory.reference import Reference
from resolvers.given_address import Address
from resolvers.profile_checks import placed
from resolvers.profile_edits import PLACE


def columns_of_employment(
    reference: Reference, activator: Row[Any], structure: Row[Any], now: datetime
) -> dict[str, Any]:
    """Give what changes of an activator of whom a structure says that it works there.

    It is listed again if it had left. One that comes from elsewhere moves: it works where its
    structure is, and a roster leaves both as they are from now on.
    """
    version = activator.version + 1
    values = {
        "employed_at": now,
        "left_at": None,
        "next_structure_id": None,
        "version": version,
    }
    if activator.structure_id != structure.id:
        address = Address(*(getattr(structure, name) for name in Address._fields))
        values |= {"structure_id": structure.id, **placed(reference, address)}
        values["edited"] = activator.edited | dict.fromkeys((*PLACE, "structure"), version)
    return values
