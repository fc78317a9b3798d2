"""One row of a roster: what it says, validated on its own against the reference data."""

from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from models.activators import ActivatorKind
from models.territories import PositionPrecision

T = TypeVar("T")

COLUMNS = (
    *("external_id", "kind", "given_name", "family_name", "email", "phone", "network", "siret"),
    *("structure_name", "structure_legal_form", "address", "postal_code", "commune_code", "city"),
    *("latitude", "longitude", "expertise", "sectors", "serves", "headline", "website", "remote"),
)


class StructureDetails(NamedTuple):
    """What a roster says of a structure; fields are columns of its table."""

    siret: str
    name: str
    legal_form: str | None
    address_line: str | None
    postal_code: str
    city: str
    commune_code: str | None


class Profile(NamedTuple):
    """What a roster says of an activator; fields are columns of its table."""

    kind: ActivatorKind
    given_name: str
    family_name: str
    email: str | None
    phone: str | None
    headline: str | None
    address_line: str | None
    postal_code: str
    city: str
    commune_code: str | None
    latitude: float | None
    longitude: float | None
    precision: PositionPrecision | None
    website_url: str | None
    remote: bool


class CodeSets(NamedTuple):
    """The codes of an activator, each set in a table of its own."""

    expertise: frozenset[str]
    sectors: frozenset[str]
    serves: frozenset[str]


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A good row; (network, external_id) is its key."""

    line: int
    network: str
    external_id: str
    structure: StructureDetails
    profile: Profile
    codes: CodeSets
