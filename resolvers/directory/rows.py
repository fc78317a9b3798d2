"""Rows: immutable things that cards and reference data are made of."""

from dataclasses import dataclass, field

from models.activators import EnrolmentSource
from models.networks import AdmissionPolicy, NetworkKind
from models.territories import PositionPrecision, TerritoryLevel


@dataclass(frozen=True, slots=True)
class Label:
    """What people read, in the two languages."""

    fr: str
    en: str


@dataclass(frozen=True, slots=True)
class ExpertiseFieldRow:
    """A field of expertise."""

    code: str
    theme: str
    label: Label


@dataclass(frozen=True, slots=True)
class SectorRow:
    """A NAF section."""

    code: str
    label: Label


@dataclass(frozen=True, slots=True)
class NetworkRow:
    """A partner network."""

    code: str
    name: str
    kind: NetworkKind
    admission: AdmissionPolicy = AdmissionPolicy.BY_STAFF


@dataclass(frozen=True, slots=True)
class PositionRow:
    """Degrees (WGS 84), and what they stand for."""

    latitude: float
    longitude: float
    precision: PositionPrecision


@dataclass(frozen=True, slots=True)
class TerritoryRow:
    """A territory, with the one above it and, of a commune, its postal codes."""

    code: str
    level: TerritoryLevel
    name: str
    parent: "TerritoryRow | None"
    population: int | None
    position: PositionRow | None
    postal_codes: tuple[str, ...] = field(default=(), compare=False)

    def department(self) -> "TerritoryRow | None":
        """Climb to the department; none above a region."""
        here: TerritoryRow | None = self
        while here is not None and here.level is not TerritoryLevel.DEPARTMENT:
            here = here.parent
        return here


@dataclass(frozen=True, slots=True)
class AddressRow:
    """A postal address."""

    line: str | None
    postal_code: str
    city: str
    commune: TerritoryRow | None


@dataclass(frozen=True, slots=True)
class StructureRow:
    """A structure, with the networks that federate it."""

    id: int
    siret: str
    name: str
    legal_form: str | None
    address: AddressRow
    networks: tuple[NetworkRow, ...]
    awaits_confirmation: bool = False

    @property
    def network_codes(self) -> frozenset[str]:
        """The codes of the networks that federate it."""
        return frozenset(network.code for network in self.networks)


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """The number that a network gives an activator in its roster."""

    network: NetworkRow
    external_id: str
    source: EnrolmentSource
