"""Addresses that people give: of an activator or of a structure, checked alike."""

from functools import partial
from typing import NamedTuple, Protocol

from models.territories import TerritoryLevel
from resolvers import cells
from resolvers.cells import optional, required
from resolvers.directory.reference import Reference
from resolvers.input_checks import InputChecks
from resolvers.placing import commune_of


class Given(Protocol):
    """What somebody says of an address; `commune_code` as in `COM-01283`."""

    @property
    def address_line(self) -> str | None:
        """Number and street."""

    @property
    def postal_code(self) -> str:
        """Five digits."""

    @property
    def city(self) -> str:
        """Its name."""

    @property
    def commune_code(self) -> str | None:
        """The code of its commune."""


class GivenAddress(NamedTuple):
    """What somebody says of where an activator works."""

    postal_code: str
    city: str
    address_line: str | None = None
    commune_code: str | None = None


class Address(NamedTuple):
    """A checked one; fields are columns of activators and structures."""

    address_line: str | None
    postal_code: str
    city: str
    commune_code: str | None


def checked_address(checks: InputChecks, reference: Reference, given: Given) -> Address | None:
    """Check all fields; None where one is wrong, which `checks` then tells."""
    postal_code = checks.field("postalCode", given.postal_code, cells.postal_code)
    code = given.commune_code
    commune = None if code is None else reference.territories.get(code)
    if code is not None and (commune is None or commune.level is not TerritoryLevel.COMMUNE):
        checks.refuse("communeCode", code, "the code of a commune, as COM-01283")
    elif code is None and postal_code and commune_of(reference, postal_code) is None:
        checks.refuse("postalCode", postal_code, "a known postal code, or a commune's code")
    line = checks.field("addressLine", given.address_line, partial(optional, longest=300))
    city = checks.field("city", given.city, partial(required, longest=100))
    if postal_code is None or city is None:
        return None
    return Address(line, postal_code, city, code)
