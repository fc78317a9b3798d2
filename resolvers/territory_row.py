"""One row of a file of communes: what it says, validated on its own."""

import re
from dataclasses import replace
from functools import partial

from models.territories import PositionPrecision, TerritoryLevel, territory_code
from resolvers import cells
from resolvers.cells import Unexpected, required
from resolvers.csv_file import Record
from resolvers.directory.reference import Reference
from resolvers.directory.rows import PositionRow, TerritoryRow
from resolvers.imports import Rejection
from resolvers.record_cells import BadCell, RecordCells

COLUMNS = (
    *("code_insee", "nom", "arrondissement_municipal", "codes_postaux", "code_departement"),
    *("code_region", "population", "latitude", "longitude", "source_coord"),
)

DISTRICTS = ((r"751[0-9]{2}", "75056"), (r"6938[0-9]", "69123"), (r"132[0-9]{2}", "13055"))
"""The municipal districts (arrondissements) of Paris, Lyon and Marseille, and their communes."""

LEVEL = TerritoryLevel.COMMUNE
MOST_PEOPLE = 100_000_000


def read_commune(record: Record, reference: Reference) -> TerritoryRow | Rejection:
    """Say what a commune shall be, or what is wrong with its row.

    An empty cell leaves what is there; so does a parent, once the commune is known.
    """
    try:
        return _CommuneCells(record, reference).commune()
    except BadCell as bad:
        return bad.rejection


class _CommuneCells(RecordCells):
    def __init__(self, record: Record, reference: Reference) -> None:
        super().__init__(record)
        self._reference = reference

    def commune(self) -> TerritoryRow:
        insee_code = self.cell("code_insee", _insee_code)
        name = self.cell("nom", partial(required, longest=100))
        district = self.cell("arrondissement_municipal", _flag)
        postal_codes = self.cell("codes_postaux", _postal_codes)
        department = self.cell("code_departement", self._department)
        self.cell("code_region", partial(self._region, department=department))
        population = self.cell("population", _population)
        own = self.coordinates()
        position = PositionRow(*own, PositionPrecision.COMMUNE) if own else None
        parent = self._whole(insee_code) if district else department
        code = territory_code(LEVEL, insee_code)
        old = self._reference.territories.get(code)
        if old is None:
            return TerritoryRow(code, LEVEL, name, parent, population, position, postal_codes)
        return replace(
            old,
            name=name,
            population=old.population if population is None else population,
            position=position or old.position,
            postal_codes=postal_codes or old.postal_codes,
        )

    def _department(self, text: str) -> TerritoryRow:
        code = territory_code(TerritoryLevel.DEPARTMENT, text)
        department = self._reference.territories.get(code)
        if department is None:
            raise Unexpected("the code of a department, as 01, 2A or 974")
        return department

    def _region(self, text: str, department: TerritoryRow) -> None:
        region = department.parent
        if (
            text
            and region is not None
            and region.code != territory_code(TerritoryLevel.REGION, text)
        ):
            raise Unexpected("the code of the region of that department")

    def _whole(self, insee_code: str) -> TerritoryRow:
        """Find the commune that a municipal district is part of."""
        for pattern, whole in DISTRICTS:
            commune = self._reference.territories.get(territory_code(LEVEL, whole))
            if commune is not None and re.fullmatch(pattern, insee_code):
                return commune
        expected = "1 for the districts of Paris, Lyon and Marseille alone"
        raise self.bad("arrondissement_municipal", "1", expected)


def _insee_code(text: str) -> str:
    code = cells.insee_code(text)
    if code is None:
        raise Unexpected("the INSEE code of a commune, as 01283 or 2A004")
    return code


def _flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise Unexpected("1 for a municipal district, else 0")
    return text == "1"


def _postal_codes(text: str) -> tuple[str, ...]:
    codes = [code for code in text.split("|") if code]
    for code in codes:
        if not cells.POSTAL_CODE.fullmatch(code):
            raise Unexpected("postal codes of 5 digits, separated by |", code)
    return tuple(sorted(set(codes)))


def _population(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch("[0-9]{1,9}", text) or int(text) > MOST_PEOPLE:
        raise Unexpected("a number of inhabitants")
    return int(text)
