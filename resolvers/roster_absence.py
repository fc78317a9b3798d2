"""Who is in the directory by the roster of a network, and not in the roster any more."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import EnrolmentSource
from resolvers.refusal import Conflict

MOST_AT_ONCE = 5
"""A fifth of a network's activators: more at once is a mistake, until somebody insists."""

enrolment = tables.enrolment


class Absentee(NamedTuple):
    """An activator that the roster does not name."""

    external_id: str
    activator_id: int


@dataclass(frozen=True, slots=True)
class Absence:
    """Those that a roster does not name, by number, of so many that a roster brought in."""

    absentees: tuple[Absentee, ...]
    enrolled: int

    def check_bearable(self) -> None:
        """Let pass what withdraws at most a fifth; raises Conflict."""
        count = len(self.absentees)
        if count * MOST_AT_ONCE > self.enrolled:
            raise Conflict(
                f"{count} of the network's {self.enrolled} activators are not in this roster: "
                "more than 20 % are withdrawn with `force` only. Nothing was written.",
                "force",
            )


async def read_absence(session: AsyncSession, network: str, named: AbstractSet[str]) -> Absence:
    """Compare whom rosters of a network enrolled with those that are named now.

    Those that registered by themselves, and named the network, are in no roster.
    """
    query = select(enrolment.c.external_id, enrolment.c.activator_id).where(
        enrolment.c.network_code == network, enrolment.c.source == EnrolmentSource.ROSTER
    )
    enrolled = sorted(Absentee(*row) for row in await session.execute(query))
    absentees = tuple(one for one in enrolled if one.external_id not in named)
    return Absence(absentees, len(enrolled))
