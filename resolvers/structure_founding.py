"""Structures that people name when they join or change: found by SIRET, or founded.

One that is founded waits for its manager or a moderator to confirm it.
"""

from functools import partial
from typing import NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.base import new_id
from resolvers import cells
from resolvers.cells import optional, required
from resolvers.directory.reference import Reference
from resolvers.given_address import checked_address
from resolvers.input_checks import InputChecks
from resolvers.roster_row import StructureDetails


class GivenStructure(NamedTuple):
    """What somebody says of a structure; `commune_code` as in `COM-01283`."""

    siret: str
    name: str
    postal_code: str
    city: str
    legal_form: str | None = None
    address_line: str | None = None
    commune_code: str | None = None


def checked_structure(
    checks: InputChecks, reference: Reference, given: GivenStructure
) -> StructureDetails | None:
    """Check all fields; None where one is wrong, which `checks` then tells.

    All are asked for even where the structure exists: whether it does is not told.
    """
    siret = checks.field("siret", given.siret, cells.siret)
    name = checks.field("name", given.name, partial(required, longest=200))
    legal_form = checks.field("legalForm", given.legal_form, partial(optional, longest=100))
    address = checked_address(checks, reference, given)
    if siret is None or name is None or address is None:
        return None
    return StructureDetails(siret, name, legal_form, *address)


async def find_or_found(session: AsyncSession, details: StructureDetails) -> int:
    """Give the number of the structure of a SIRET, founding it where there is none.

    Of two at once that found it, one breaks the unique key: call it in `in_one_transaction`.
    """
    table = tables.structure
    query = select(table.c.id).where(table.c.siret == details.siret)
    found: int | None = (await session.execute(query)).scalar_one_or_none()
    if found is not None:
        return found
    row = {"id": new_id(), **details._asdict(), "awaits_confirmation": True}
    await session.execute(insert(table).values(row))
    return int(row["id"])


async def awaits_confirmation(session: AsyncSession, structure_id: int) -> bool:
    """Say whether nobody has confirmed yet that a structure is what it says."""
    table = tables.structure
    query = select(table.c.awaits_confirmation).where(table.c.id == structure_id)
    return bool((await session.execute(query)).scalar_one())
