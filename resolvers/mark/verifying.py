"""Verifying a licence by its number, as anybody may: whether it is good, and whose it is then.

It is read anew each time: what was revoked, or whose holder was suspended, is good no more at once.
A number that was never granted is answered as one that is good no more.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from models import tables
from models.activators import ActivatorKind, ActivatorState
from models.mark_licences import LicenceState
from permissions.audiences import Facts
from permissions.permission import Permission
from permissions.rulebook import may
from permissions.viewer import Viewer
from resolvers.mark.numbers import read_number
from resolvers.platform import Platform

licence, activator, structure = tables.mark_licence, tables.activator, tables.structure


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the right to use the mark."""

    display_name: str
    kind: ActivatorKind
    structure_name: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What is told of a number: until when it is good, or nothing."""

    number: str
    valid_until: datetime | None = None
    holder: Holder | None = None
    """None where it is not good, or the viewer may not see the holder."""


async def verify_licence(platform: Platform, viewer: Viewer, text: str) -> Verification:
    """Look up a number: one statement, whatever it finds; raises InvalidInput for what is none."""
    number = read_number(text)
    query = (
        select(
            licence.c.expires_at,
            activator.c.kind,
            activator.c.given_name,
            activator.c.family_name,
            structure.c.name,
        )
        .join(activator, activator.c.id == licence.c.activator_id)
        .join(structure, structure.c.id == activator.c.structure_id)
        .where(
            licence.c.number == number,
            licence.c.state == LicenceState.GRANTED,
            licence.c.expires_at > platform.now(),
            activator.c.state == ActivatorState.ACTIVE,
            activator.c.lapsed_at.is_(None),
            activator.c.left_at.is_(None),
            activator.c.erased_at.is_(None),
        )
    )
    async with platform.database.read() as session:
        row = (await session.execute(query)).one_or_none()
    if row is None:
        return Verification(number)
    facts = Facts(row.kind, ActivatorState.ACTIVE)
    seen = may(Permission.SEE, viewer.standing(owner=False), facts)
    holder = Holder(f"{row.given_name} {row.family_name}", row.kind, row.name)
    return Verification(number, row.expires_at, holder if seen else None)
