"""Cards: what a page shows of an activator, resolved and immutable."""

from collections.abc import Hashable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Row, Select, bindparam, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorKind, ActivatorState, EnrolmentSource, Reference, Video
from models.networks import AdmissionPolicy
from permissions.audiences import Facts
from resolvers.directory.completion import Completion, completion_of
from resolvers.directory.rating import Rating, is_rated, rating_of
from resolvers.directory.reference import NotRead
from resolvers.directory.reference import Reference as ReferenceData
from resolvers.directory.rows import (
    AddressRow,
    EnrolmentRow,
    ExpertiseFieldRow,
    NetworkRow,
    PositionRow,
    SectorRow,
    StructureRow,
    TerritoryRow,
)
from resolvers.directory.slugs import slug_of


@dataclass(frozen=True)
class Card:
    """An activator, whole. Who may see what of it is not its business."""

    id: int
    version: int
    kind: ActivatorKind
    state: ActivatorState
    given_name: str
    family_name: str
    headline: str | None
    presentation: str | None
    structure: StructureRow
    address: AddressRow
    position: PositionRow | None
    website_url: str | None
    email: str | None
    phone: str | None
    remote: bool
    pricing: str | None
    languages: tuple[str, ...]
    references: tuple[Reference, ...]
    videos: tuple[Video, ...]
    confirmed_at: datetime | None
    state_reason: str | None
    state_changed_at: datetime | None
    lapsed_at: datetime | None
    left_at: datetime | None
    employed_at: datetime | None
    away_from: date | None
    away_until: date | None
    stars: tuple[int, ...]
    facts: Facts
    expertise: tuple[ExpertiseFieldRow, ...]
    sectors: tuple[SectorRow, ...]
    serves: tuple[TerritoryRow, ...]
    enrolments: tuple[EnrolmentRow, ...]
    rendered: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)
    """What the wire has made of it; gone with the card when the activator changes."""

    @property
    def display_name(self) -> str:
        """Name it as people do."""
        return f"{self.given_name} {self.family_name}"

    @cached_property
    def slug(self) -> str:
        """Name it in an address; the name may change, the end stays."""
        return slug_of(self.display_name, self.id)

    @property
    def listed(self) -> bool:
        """Whether its profile was confirmed in time, by one who is with its structure."""
        return self.facts.listed

    @cached_property
    def rating(self) -> Rating | None:
        """What its published reviews say of it in stars; None where it has none."""
        return rating_of(self.stars)

    @cached_property
    def completion(self) -> Completion:
        """How much of its profile is filled in."""
        return completion_of(self)

    @cached_property
    def networks(self) -> tuple[NetworkRow, ...]:
        """The networks that enrol it."""
        return tuple(dict.fromkeys(enrolment.network for enrolment in self.enrolments))

    @cached_property
    def network_codes(self) -> frozenset[str]:
        """The codes of the networks that enrol it."""
        return frozenset(network.code for network in self.networks)

    @cached_property
    def admitting_codes(self) -> frozenset[str]:
        """The codes of those that are allowed to admit it."""
        by_network = AdmissionPolicy.BY_NETWORK
        return frozenset(one.code for one in self.networks if one.admission is by_network)


Members = dict[str, list[tuple[str, ...]]]
"""The sets of an activator, by name: codes, each with the number and source of an enrolment."""

NO_MORE = literal("").label("number"), literal("").label("source")
NUMBER_AND_SOURCE = tables.enrolment.c.external_id, tables.enrolment.c.source

MEMBERS = union_all(
    *(
        select(
            table.c.activator_id, literal(name).label("what"), table.c[column].label("code"), *more
        ).where(table.c.activator_id.in_(bindparam("ids", expanding=True)))
        for table, name, column, more in (
            (tables.activator_expertise, "fields", "field_code", NO_MORE),
            (tables.activator_sector, "sectors", "sector_code", NO_MORE),
            (tables.activator_territory, "territories", "territory_code", NO_MORE),
            (tables.enrolment, "enrolments", "network_code", NUMBER_AND_SOURCE),
        )
    )
)


async def read_cards(
    session: AsyncSession, reference: ReferenceData, ids: list[int]
) -> dict[int, Card]:
    """Read activators, their sets, and their structures' networks.

    One that quotes what this worker has not read yet is left out: its page catches up first.
    """
    found = (await session.execute(_activators().where(tables.activator.c.id.in_(ids)))).all()
    members: dict[int, Members] = {}
    for activator_id, what, *member in await session.execute(MEMBERS, {"ids": ids}):
        members.setdefault(activator_id, {}).setdefault(what, []).append(tuple(member))
    networks = await read_memberships(session, {row.structure_id for row in found})
    cards = {}
    for row in found:
        with suppress(NotRead):
            theirs = members.get(row.id, {}), networks.get(row.structure_id, [])
            cards[row.id] = _card(row, *theirs, reference)
    return cards


async def read_memberships(
    session: AsyncSession, structure_ids: Iterable[int]
) -> dict[int, list[str]]:
    """Read the codes of the networks that federate these structures."""
    table = tables.membership
    query = select(table).where(table.c.structure_id.in_(list(structure_ids)))
    networks: dict[int, list[str]] = {}
    for row in await session.execute(query.order_by(table.c.network_code)):
        networks.setdefault(row.structure_id, []).append(row.network_code)
    return networks


def _activators() -> Select[Any]:
    structure = tables.structure
    details = [one.label(f"structure_{one.name}") for one in structure.c if one.name != "id"]
    own = structure.c.id == tables.activator.c.structure_id
    joined = select(tables.activator, *details).join(structure, own)
    return joined.where(tables.activator.c.erased_at.is_(None))


def _card(
    row: Row[Any],
    members: Members,
    networks: list[str],
    reference: ReferenceData,
) -> Card:
    def codes(what: str) -> list[str]:
        return [code for code, *_ in members.get(what, [])]

    placed = row.latitude is not None
    listed = row.lapsed_at is None and row.left_at is None
    return Card(
        **{name: getattr(row, name) for name in COPIED},
        structure=structure_row(row, networks, reference, prefix="structure_"),
        address=_address(row, reference, prefix=""),
        position=PositionRow(row.latitude, row.longitude, row.precision) if placed else None,
        languages=tuple(row.languages),
        references=tuple(row.profile_references),
        videos=tuple(row.videos),
        stars=tuple(row.stars),
        facts=Facts(row.kind, row.state, row.publishes_coordinates, listed, is_rated(row.stars)),
        expertise=reference.fields.ordered(codes("fields")),
        sectors=reference.sectors.ordered(codes("sectors")),
        serves=reference.territories.ordered(codes("territories")),
        enrolments=tuple(
            EnrolmentRow(reference.networks[code], external_id, EnrolmentSource(source))
            for code, external_id, source in sorted(members.get("enrolments", []))
        ),
    )


COPIED = (
    *("id", "version", "kind", "state", "state_reason", "state_changed_at", "confirmed_at"),
    *("given_name", "family_name", "headline", "presentation", "website_url", "email", "phone"),
    *("remote", "pricing", "lapsed_at", "left_at", "employed_at", "away_from", "away_until"),
)


def structure_row(
    row: Row[Any], networks: list[str], reference: ReferenceData, *, prefix: str
) -> StructureRow:
    """Make a structure from a row whose columns have this prefix."""
    return StructureRow(
        id=getattr(row, f"{prefix}id"),
        siret=getattr(row, f"{prefix}siret"),
        name=getattr(row, f"{prefix}name"),
        legal_form=getattr(row, f"{prefix}legal_form"),
        address=_address(row, reference, prefix=prefix),
        networks=reference.networks.ordered(networks),
        awaits_confirmation=getattr(row, f"{prefix}awaits_confirmation"),
    )


def _address(row: Row[Any], reference: ReferenceData, *, prefix: str) -> AddressRow:
    commune = getattr(row, f"{prefix}commune_code")
    return AddressRow(
        line=getattr(row, f"{prefix}address_line"),
        postal_code=getattr(row, f"{prefix}postal_code"),
        city=getattr(row, f"{prefix}city"),
        commune=None if commune is None else reference.territories[commune],
    )
