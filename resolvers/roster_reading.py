"""Reading a row of a roster: each is validated on its own, against the reference data."""

from functools import partial
from typing import Any

from models.activators import ActivatorKind
from models.territories import PositionPrecision, TerritoryLevel, territory_code
from resolvers import cells
from resolvers.cells import Unexpected, listed, optional, required
from resolvers.csv_file import Record
from resolvers.directory.reference import Codes, Reference
from resolvers.directory.rows import NetworkRow, PositionRow, TerritoryRow
from resolvers.given_address import Address
from resolvers.imports import Rejection
from resolvers.placing import commune_of, position_of
from resolvers.record_cells import BadCell, RecordCells
from resolvers.roster_row import LINES, CodeSets, Form, Profile, RosterRow, StructureDetails

KINDS = {kind.value: kind for kind in ActivatorKind}
NAME = partial(required, longest=100)


def read_row(record: Record, reference: Reference, form: Form = LINES) -> RosterRow | Rejection:
    """Say what a row says, or what is wrong with it."""
    try:
        return _RosterCells(record, reference, form).row()
    except BadCell as bad:
        return bad.rejection


class _RosterCells(RecordCells):
    def __init__(self, record: Record, reference: Reference, form: Form) -> None:
        super().__init__(record)
        self._reference = reference
        self._form = form

    def row(self) -> RosterRow:
        cell = self.cell
        external_id, kind = cell("external_id", NAME), cell("kind", _kind)
        given_name, family_name = cell("given_name", NAME), cell("family_name", NAME)
        email, phone = cell("email", cells.email), cell("phone", self._phone)
        network = cell("network", partial(_known, known=self._reference.networks))
        siret = cell("siret", cells.siret)
        name = cell("structure_name", partial(required, longest=200))
        legal_form = cell("structure_legal_form", partial(optional, longest=100))
        address, position = self._place()
        codes = self._codes()
        profile = Profile(
            kind=kind,
            given_name=given_name,
            family_name=family_name,
            email=email,
            phone=phone,
            headline=cell("headline", partial(optional, longest=200)),
            **address._asdict(),
            latitude=position.latitude if position else None,
            longitude=position.longitude if position else None,
            precision=position.precision if position else None,
            website_url=cell("website", cells.website),
            remote=cell("remote", cells.boolean),
        )
        structure = StructureDetails(siret, name, legal_form, *address)
        return RosterRow(self._record.line, network, external_id, structure, profile, codes)

    def _phone(self, text: str) -> str | None:
        return cells.phone(text, self._record.cells["postal_code"].strip())

    def _place(self) -> tuple[Address, PositionRow | None]:
        """Find the place: by the row's coordinates, else its commune, else its postal code.

        A commune that is no more (merged since) is left out; an uninhabited one has no position.
        """
        line = self.cell("address", partial(optional, longest=300))
        postal_code = self.cell("postal_code", cells.postal_code)
        code = self.cell("commune_code", cells.insee_code)
        commune = self._commune(code)
        own = self.coordinates()
        standing = commune or commune_of(self._reference, postal_code)
        if own is None and standing is None:
            raise self.bad(
                "commune_code" if code else "postal_code",
                code or postal_code,
                "a commune of today, a known postal code, or coordinates",
            )
        city = self.cell("city", partial(_city, standing=standing))
        address = Address(line, postal_code, city, commune.code if commune else None)
        if own is not None:
            return address, PositionRow(*own, PositionPrecision.ADDRESS)
        return address, position_of(self._reference, commune, postal_code)

    def _commune(self, code: str | None) -> TerritoryRow | None:
        if code is None:
            return None
        return self._reference.territories.get(territory_code(TerritoryLevel.COMMUNE, code))

    def _codes(self) -> CodeSets:
        reference = self._reference
        known: dict[str, tuple[Codes[Any], str]] = {
            "expertise": (reference.fields, "codes of expertise fields, as site-internet"),
            "sectors": (reference.sectors, "sections of the NAF, A to U"),
            "serves": (reference.territories, "territories, as REG-84, DEP-01 or COM-01283"),
        }
        return CodeSets(
            **{
                column: self.cell(column, partial(self._known, codes=codes, words=words))
                for column, (codes, words) in known.items()
            }
        )

    def _known(self, text: str, codes: Codes[Any], words: str) -> frozenset[str]:
        found = listed(text)
        for code in found:
            if codes.get(code) is None:
                raise Unexpected(self._form.codes.format(words), code)
        return frozenset(found)


def _kind(text: str) -> ActivatorKind:
    if text not in KINDS:
        raise Unexpected(f"one of {', '.join(KINDS)}")
    return KINDS[text]


def _known(code: str, known: Codes[NetworkRow]) -> str:
    if known.get(code) is None:
        raise Unexpected(f"the code of a network: {', '.join(known.numbers)}")
    return code


def _city(text: str, standing: TerritoryRow | None) -> str:
    """Take a name; where there is none but a figure, that of the commune."""
    if standing is not None and not any(map(str.isalpha, text)):
        return standing.name
    return required(text, 100)
