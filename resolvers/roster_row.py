"""What one row of a roster says."""

from dataclasses import dataclass
from typing import NamedTuple

from models.activators import ActivatorKind
from models.territories import PositionPrecision


class Form(NamedTuple):
    """A form of roster: how it says where a row is, and which codes a list may hold."""

    place: str
    codes: str


LINES = Form("on line {}", "known {}, separated by ;")
"""A file: a line a row."""

ENTRIES = Form("in entry {}", "known {}")
"""A call of the API: an entry a row, counted from 0."""

Key = tuple[str, str]
"""A network's code, and the number that the network gives an activator."""

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
    """A good row.

    Of the rows of a file that name a SIRET, the first sets the structure's details; the first of
    a network joins it to the network. Of those of one activator, whom several networks may enrol,
    the first sets its profile. Decided once, whatever the batches are. One whose activator keeps
    the structure that somebody chose for it here says nothing of the one it names.
    """

    line: int
    network: str
    external_id: str
    structure: StructureDetails
    profile: Profile
    codes: CodeSets
    sets_profile: bool = False
    sets_structure: bool = False
    joins_network: bool = False
    keeps_structure: bool = False

    @property
    def key(self) -> Key:
        """Tell it from all others."""
        return self.network, self.external_id

    def says_the_same(self, other: "RosterRow") -> bool:
        """Say whether both describe an activator alike, and place it in one structure."""
        return (self.structure.siret, self.profile, self.codes) == (
            other.structure.siret,
            other.profile,
            other.codes,
        )
