"""Entries of a roster that come through the API: read as a line of a file would be."""

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import Any, NamedTuple

from models.activators import ActivatorKind
from models.territories import PREFIXES, TerritoryLevel
from resolvers.cells import Unexpected, cleaned
from resolvers.csv_file import Record, shortened
from resolvers.imports import Rejection

LONGEST = 1_000
"""Characters of a text. More is nothing that any field takes, and may be slow to compose."""

TOO_LONG = f"at most {LONGEST:,} characters"
ONE_CODE = "one code an item"


class GivenEntry(NamedTuple):
    """What a network says of one of its activators; fields are the columns of a roster."""

    external_id: str
    kind: ActivatorKind
    given_name: str
    family_name: str
    siret: str
    structure_name: str
    postal_code: str
    email: str | None = None
    phone: str | None = None
    structure_legal_form: str | None = None
    address: str | None = None
    commune_code: str | None = None
    city: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    expertise: Sequence[str] = ()
    sectors: Sequence[str] = ()
    serves: Sequence[str] = ()
    headline: str | None = None
    website: str | None = None
    remote: bool = False


def record_of(index: int, entry: GivenEntry, network: str) -> Record | Rejection:
    """Write an entry of a network as a line of a roster, whose number is its index."""
    cells = {"network": network}
    for column, value in entry._asdict().items():
        for text in _texts(value):
            if len(text) > LONGEST:
                return Rejection(index, column, shortened(text), TOO_LONG)
            if value is not text and ";" in text:
                return Rejection(index, column, shortened(text), ONE_CODE)
        cells[column] = _cell(value)
    cells["commune_code"] = cells["commune_code"].removeprefix(PREFIXES[TerritoryLevel.COMMUNE])
    return Record(index, cells)


def numbers_of(texts: Iterable[str]) -> Iterator[str]:
    """Give the numbers that these texts name, as rosters write them."""
    for text in texts:
        if len(text) <= LONGEST:
            try:
                yield cleaned(text)
            except Unexpected:
                continue


def _texts(value: Any) -> Sequence[str]:
    if isinstance(value, str):
        return (value,)
    return value if isinstance(value, list | tuple) else ()


def _cell(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ";".join(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
