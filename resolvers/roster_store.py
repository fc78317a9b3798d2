"""What the database holds of the rows of a batch: read by a few statements, never one a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Table, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorState
from resolvers.directory.cards import read_memberships
from resolvers.roster_row import CodeSets, Key, Profile, RosterRow, StructureDetails

activator, enrolment, structure = tables.activator, tables.enrolment, tables.structure

PROFILE_COLUMNS = [activator.c[name] for name in Profile._fields]
HELD = [
    activator.c[name]
    for name in ("id", "state", "structure_id", "edited", "left_at", "next_structure_id")
]
DETAIL_COLUMNS = [structure.c[name] for name in StructureDetails._fields]
CODE_COLUMNS = (
    tables.activator_expertise.c.field_code,
    tables.activator_sector.c.sector_code,
    tables.activator_territory.c.territory_code,
)
"""Where the three sets of `CodeSets` are, in their order."""


class Content(NamedTuple):
    """What a roster says of an activator: whose it is, and its page."""

    structure_id: int
    profile: Profile
    codes: CodeSets


@dataclass(frozen=True, slots=True)
class StoredActivator:
    """An activator that a network enrolled; it is shared if others did, too.

    `edited` names what somebody edited of it here, which a roster leaves as it is. One that has
    `withdrawn` it leaves whole: whoever left the programme is not brought back, nor known better.
    """

    id: int
    content: Content
    shared: bool
    edited: frozenset[str]
    left_at: datetime | None
    next_structure_id: int | None
    withdrawn: bool

    @property
    def keeps_structure(self) -> bool:
        """Whether it stays where it is: it withdrew, or chose here and has not left."""
        return self.withdrawn or ("structure" in self.edited and self.left_at is None)


@dataclass(frozen=True, slots=True)
class StoredStructure:
    """A structure, with the codes of the networks that federate it.

    One whose details somebody edited here keeps them; for the roster of one network, so does one
    where people of others work.
    """

    id: int
    details: StructureDetails
    networks: frozenset[str]
    keeps_details: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """Activators by key, structures by SIRET."""

    activators: dict[Key, StoredActivator]
    structures: dict[str, StoredStructure]


async def read_stored(
    session: AsyncSession, rows: Sequence[RosterRow], *, lock: bool, network: str | None
) -> Stored:
    """Read what these rows are about; locked, it stays so until the transaction ends.

    `network` is whose word they are; none, an operator's.
    """
    if not rows:
        return Stored({}, {})
    activators = await _read_activators(session, {row.key for row in rows}, lock=lock)
    sirets = sorted({row.structure.siret for row in rows})
    structures = await _read_structures(session, sirets, lock=lock, network=network)
    return Stored(activators, structures)


async def _read_activators(
    session: AsyncSession, keys: set[Key], *, lock: bool
) -> dict[Key, StoredActivator]:
    key = (enrolment.c.network_code, enrolment.c.external_id)
    query = (
        select(*key, *HELD, *PROFILE_COLUMNS).join_from(enrolment, activator).where(_enrolled(keys))
    )
    found = await _fetch(session, query, locked=activator if lock else None)
    ids = [row.id for row in found]
    codes, shared = await _read_codes(session, ids), await _read_shared(session, ids)
    return {
        (row.network_code, row.external_id): StoredActivator(
            row.id,
            Content(
                row.structure_id,
                Profile(*(getattr(row, name) for name in Profile._fields)),
                codes[row.id],
            ),
            row.id in shared,
            frozenset(row.edited),
            row.left_at,
            row.next_structure_id,
            row.state is ActivatorState.WITHDRAWN,
        )
        for row in found
    }


async def _read_shared(session: AsyncSession, ids: list[int]) -> set[int]:
    """Find those that are enrolled more than once."""
    owner = enrolment.c.activator_id
    query = select(owner).where(owner.in_(ids)).group_by(owner).having(func.count() > 1)
    return set((await session.execute(query)).scalars())


def _enrolled(keys: set[Key]) -> ColumnElement[bool]:
    """Say it network by network: SQLite reads the whole table for a list of pairs."""
    numbers: dict[str, list[str]] = {}
    for network, external_id in sorted(keys):
        numbers.setdefault(network, []).append(external_id)
    return or_(
        *(
            and_(enrolment.c.network_code == network, enrolment.c.external_id.in_(some))
            for network, some in numbers.items()
        )
    )


async def _read_codes(session: AsyncSession, ids: list[int]) -> dict[int, CodeSets]:
    codes: dict[int, list[set[str]]] = {one: [set() for _ in CODE_COLUMNS] for one in ids}
    for number, column in enumerate(CODE_COLUMNS):
        owner = column.table.c.activator_id
        query = select(owner, column).where(owner.in_(ids))
        for activator_id, code in await session.execute(query):
            codes[activator_id][number].add(code)
    return {one: CodeSets(*map(frozenset, sets)) for one, sets in codes.items()}


async def _read_structures(
    session: AsyncSession, sirets: list[str], *, lock: bool, network: str | None
) -> dict[str, StoredStructure]:
    columns = (structure.c.id, structure.c.edited, *DETAIL_COLUMNS)
    query = select(*columns).where(structure.c.siret.in_(sirets))
    found = await _fetch(session, query, locked=structure if lock else None)
    ids = [one for one, *_ in found]
    networks = await read_memberships(session, ids)
    others = set() if network is None else await _with_people_of_others(session, ids, network)
    stored = (
        StoredStructure(
            one,
            StructureDetails(*details),
            frozenset(networks.get(one, ())),
            edited or one in others,
        )
        for one, edited, *details in found
    )
    return {one.details.siret: one for one in stored}


async def _with_people_of_others(
    session: AsyncSession, structure_ids: list[int], network: str
) -> set[int]:
    """Find structures where somebody works whom a network does not enrol: it does not tend them."""
    its_own = exists().where(
        enrolment.c.activator_id == activator.c.id, enrolment.c.network_code == network
    )
    query = select(activator.c.structure_id).where(
        activator.c.structure_id.in_(structure_ids),
        activator.c.state != ActivatorState.WITHDRAWN,
        ~its_own,
    )
    return set((await session.execute(query.distinct())).scalars())


async def _fetch(session: AsyncSession, query: Select[Any], locked: Table | None) -> list[Any]:
    """Run a query; lock its rows of a table against writers, not against references to them."""
    if locked is not None:
        query = query.with_for_update(of=locked, key_share=True)
    return list(await session.execute(query))
