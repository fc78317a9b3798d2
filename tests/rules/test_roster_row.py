"""A row of a roster is judged on its own: what is accepted, and what is said of what is not."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.activators import ActivatorKind
from models.networks import NetworkKind
from models.territories import PositionPrecision, TerritoryLevel
from resolvers.csv_file import Record
from resolvers.directory.reference import Codes, Reference
from resolvers.directory.rows import (
    ExpertiseFieldRow,
    Label,
    NetworkRow,
    PositionRow,
    SectorRow,
    TerritoryRow,
)
from resolvers.imports import Rejection
from resolvers.roster_reading import read_row
from resolvers.roster_row import COLUMNS, RosterRow
from tests.rosters import GOOD


def _reference() -> Reference:
    region = TerritoryRow("REG-84", TerritoryLevel.REGION, "Rhône-Alpes", None, None, None)
    ain = TerritoryRow("DEP-01", TerritoryLevel.DEPARTMENT, "Ain", region, None, None)

    def commune(code: str, name: str, population: int, *where: Any, codes: str) -> TerritoryRow:
        position = PositionRow(*where) if where else None
        level = TerritoryLevel.COMMUNE
        return TerritoryRow(code, level, name, ain, population, position, tuple(codes.split()))

    listed, shared = PositionPrecision.COMMUNE, PositionPrecision.INTERCOMMUNALITY
    territories = [
        region,
        ain,
        commune("COM-01283", "Oyonnax", 22_000, 46.25, 5.65, listed, codes="01100"),
        commune("COM-01014", "Arbent", 3_000, 46.29, 5.68, listed, codes="01100"),
        commune("COM-01006", "Ambléon", 100, 45.75, 5.6, shared, codes="01300"),
        commune("COM-39478", "Saint-Claude", 9_000, 46.38, 5.86, listed, codes="39200"),
        commune("COM-98901", "Clipperton", 0, codes="98799"),
    ]
    label = Label("-", "-")
    fields = [ExpertiseFieldRow(code, "t", label) for code in ("site-internet", "cybersecurite")]
    return Reference(
        Codes(fields),
        Codes([SectorRow(code, label) for code in "GI"]),
        Codes([NetworkRow("cci", "CCI", NetworkKind.CHAMBER)]),
        Codes(territories),
    )


REFERENCE = _reference()


def read(**changed: str) -> RosterRow | Rejection:
    """Read the good row, but for some cells."""
    return read_row(Record(7, GOOD | changed), REFERENCE)


def accepted(**changed: str) -> RosterRow:
    """Read a row that is good."""
    row = read(**changed)
    assert isinstance(row, RosterRow), row
    return row


REFUSED = [
    ("external_id", "", "1 to 100 characters"),
    ("external_id", "x" * 101, "1 to 100 characters"),
    ("kind", "", "one of ADVISER"),
    ("kind", "adviser", "one of ADVISER"),
    ("given_name", " ", "1 to 100 characters"),
    ("given_name", "Zo\x00é", "without control"),
    ("given_name", "Zo\N{REPLACEMENT CHARACTER}", "unreadable"),
    ("family_name", "\N{RIGHT-TO-LEFT OVERRIDE}eèrvfeL", "without control"),
    ("given_name", "\N{ZERO WIDTH SPACE}\N{ZERO WIDTH JOINER}", "without control"),
    ("given_name", "Zo\N{LEFT-TO-RIGHT MARK}é", "without control"),
    ("given_name", "\N{ZERO WIDTH NO-BREAK SPACE}", "without control"),
    ("family_name", "\N{ARABIC LETTER MARK}", "without control"),
    ("family_name", "x" * 101, "1 to 100 characters"),
    ("email", "zoe", "an e-mail address"),
    ("email", "zoe@localhost", "an e-mail address"),
    ("email", "a@example.org, b@example.org", "an e-mail address"),
    ("phone", "12", "a phone number"),
    ("phone", "demander à l'accueil", "a phone number"),
    ("phone", "+999 1 23 45 67 89", "a phone number"),
    ("phone", "061234567", "a phone number"),
    ("phone", "+33 061234567", "a phone number"),
    ("phone", "01 99 00 12 34 ext. 12", "a phone number"),
    ("phone", "01 99 00 12 34 poste 12", "a phone number"),
    ("phone", "+33 1 99 00 12 34 x12", "a phone number"),
    ("network", "", "the code of a network: cci"),
    ("network", "CCI", "the code of a network: cci"),
    ("siret", "", "a SIRET: 14 digits"),
    ("siret", GOOD["siret"][:-1], "a SIRET: 14 digits"),
    ("siret", GOOD["siret"][:-1] + str((int(GOOD["siret"][-1]) + 1) % 10), "checksum"),
    ("siret", "2,00043E+13", "a SIRET: 14 digits"),
    ("structure_name", "", "1 to 200 characters"),
    ("structure_name", "x" * 201, "1 to 200 characters"),
    ("structure_legal_form", "x" * 101, "1 to 100 characters"),
    ("address", "x" * 301, "1 to 300 characters"),
    ("postal_code", "", "5 digits"),
    ("postal_code", "1100", "5 digits"),
    ("postal_code", "٠١١٠٠", "5 digits"),
    ("commune_code", "1283", "the INSEE code of a commune"),
    ("commune_code", "2C001", "the INSEE code of a commune"),
    ("city", "x" * 101, "1 to 100 characters"),
    ("latitude", "91", "between -90 and 90"),
    ("latitude", "nan", "between -90 and 90"),
    ("latitude", "46°15'", "between -90 and 90"),
    ("longitude", "-180.1", "between -180 and 180"),
    ("longitude", "1e99", "between -180 and 180"),
    ("longitude", "", "latitude and longitude go together"),
    ("latitude", "", "latitude and longitude go together"),
    ("expertise", "site-internet,cybersecurite", "known codes of expertise fields"),
    ("sectors", "Z", "sections of the NAF"),
    ("serves", "01", "territories, as REG-84"),
    ("headline", "x" * 201, "1 to 200 characters"),
    ("website", "www.example.org", "https://"),
    ("website", "javascript:alert(1)", "https://"),
    ("website", "https://", "https://"),
    ("website", "https://a..fr", "https://"),
    ("website", "https://a.-b.fr", "https://"),
    ("website", "https://a.fr.", "https://"),
    ("website", "https://user:secret@example.org/", "https://"),
    ("website", "https://example.org:99999/", "https://"),
    ("website", "https://exa mple.org/", "https://"),
    ("website", "https://[::1", "https://"),
    ("website", "https://example.org/" + "x" * 500, "at most 500 characters"),
    ("remote", "peut-être", "true or false"),
]


@pytest.mark.parametrize(("column", "value", "expected"), REFUSED)
def test_a_bad_cell_is_named_with_its_value_and_what_was_expected(
    column: str, value: str, expected: str
) -> None:
    rejection = read(**{column: value})

    assert isinstance(rejection, Rejection)
    assert (rejection.line, rejection.column) == (7, column)
    assert expected in rejection.expected
    assert len(rejection.value) <= 80
    assert rejection.value.rstrip("…") in value


def test_every_column_is_checked() -> None:
    assert {column for column, _, _ in REFUSED} == set(COLUMNS)


@pytest.mark.parametrize("column", ["expertise", "sectors", "serves"])
def test_of_a_list_the_bad_code_is_reported(column: str) -> None:
    rejection = read(**{column: f"{GOOD[column]};inconnu"})

    assert isinstance(rejection, Rejection)
    assert rejection.value == "inconnu"


@pytest.mark.parametrize(
    ("written", "postal_code", "stored"),
    [
        ("01 99 00 12 34", "01100", "+33199001234"),
        ("06.39.98.12.34", "01100", "+33639981234"),
        ("+33 6 39 98 12 34", "97400", "+33639981234"),
        ("0692 12 34 56", "97400", "+262692123456"),
        ("0692 12 34 56", "75001", "+262692123456"),
        ("+262 262 12 34 56", "75001", "+262262123456"),
        ("0590 81 12 34", "97100", "+590590811234"),
        ("0696 12 34 56", "97200", "+596696123456"),
        ("0694 12 34 56", "97300", "+594694123456"),
        ("27 31 00", "98800", "+687273100"),
        ("40 42 12 34", "98713", "+68940421234"),
        ("41 23 45", "97500", "+508412345"),
        ("+32 2 555 12 12", "59000", "+3225551212"),
        ("", "01100", None),
    ],
)
def test_a_phone_number_is_stored_as_it_is_dialled_from_anywhere(
    written: str, postal_code: str, stored: str | None
) -> None:
    row = accepted(phone=written, postal_code=postal_code)

    assert row.profile.phone == stored


@pytest.mark.parametrize(
    ("written", "remote"),
    [("VRAI", True), ("Oui", True), ("1", True), ("FAUX", False), ("non", False), ("", False)],
)
def test_yes_and_no_are_read_as_spreadsheets_write_them(written: str, remote: bool) -> None:
    assert accepted(remote=written).profile.remote is remote


def test_texts_are_composed_and_their_blanks_made_one() -> None:
    row = accepted(given_name=" Zoe\N{COMBINING ACUTE ACCENT}\n", address="57 rue\r\n\tdu  Lac")

    assert row.profile.given_name == "Zoé"
    assert row.profile.address_line == "57 rue du Lac"


def test_empty_cells_that_may_be_empty_are_nothing() -> None:
    optional = ("email", "phone", "structure_legal_form", "address", "expertise", "sectors")
    row = accepted(**dict.fromkeys((*optional, "serves", "headline", "website"), ""))

    profile = row.profile
    assert (profile.email, profile.phone, profile.headline, profile.website_url) == (None,) * 4
    assert row.structure.legal_form is None
    assert row.codes == (frozenset(), frozenset(), frozenset())


PLACED = [
    ({"latitude": "46,2629", "longitude": "5,6527"}, (46.2629, 5.6527, "ADDRESS")),
    ({"latitude": "48.1", "longitude": "3e-05"}, (48.1, 0.00003, "ADDRESS")),
    ({}, (46.25, 5.65, "COMMUNE")),
    ({"commune_code": "01006", "postal_code": "01300"}, (45.75, 5.6, "INTERCOMMUNALITY")),
    ({"commune_code": ""}, (46.25, 5.65, "POSTAL_CODE")),
    ({"commune_code": "01999"}, (46.25, 5.65, "POSTAL_CODE")),
    ({"commune_code": "", "postal_code": "01300"}, (45.75, 5.6, "INTERCOMMUNALITY")),
    ({"commune_code": "98901", "postal_code": "98799"}, (None, None, None)),
    ({"commune_code": "98901", "postal_code": "39200"}, (46.38, 5.86, "POSTAL_CODE")),
]


@pytest.mark.parametrize(("cells", "position"), PLACED)
def test_a_position_is_the_rows_else_its_communes_else_its_postal_codes(
    cells: dict[str, str], position: tuple[float | None, float | None, str | None]
) -> None:
    profile = accepted(**({"latitude": "", "longitude": ""} | cells)).profile

    precision = profile.precision and profile.precision.value
    assert (profile.latitude, profile.longitude, precision) == position


def test_a_commune_that_is_no_more_is_left_out_and_the_rows_own_position_kept() -> None:
    profile = accepted(commune_code="01999", postal_code="01999").profile

    assert (profile.commune_code, profile.latitude) == (None, 46.2629)


@pytest.mark.parametrize(
    ("code", "column", "value"),
    [("01999", "commune_code", "01999"), ("", "postal_code", "01999")],
)
def test_a_row_that_nothing_places_is_refused(code: str, column: str, value: str) -> None:
    rejection = read(commune_code=code, postal_code="01999", latitude="", longitude="")

    expected = "a commune of today, a known postal code, or coordinates"
    assert rejection == Rejection(7, column, value, expected)


@pytest.mark.parametrize("city", ["", "0"])
@pytest.mark.parametrize(("code", "name"), [("01014", "Arbent"), ("", "Oyonnax")])
def test_a_city_without_letters_takes_the_name_of_its_commune(
    city: str, code: str, name: str
) -> None:
    assert accepted(city=city, commune_code=code).profile.city == name


def test_a_good_row_says_what_its_cells_say() -> None:
    row = accepted()

    assert row.key == ("cci", "A-1")
    assert row.profile.kind is ActivatorKind.ADVISER
    assert row.codes.expertise == {"site-internet", "cybersecurite"}
    assert row.codes.serves == {"DEP-01", "COM-39478"}
    assert row.structure.commune_code == row.profile.commune_code == "COM-01283"


CELL = st.one_of(st.text(max_size=40), st.sampled_from([value for _, value, _ in REFUSED]))


# The first text takes seconds: Hypothesis lists all of Unicode.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cells=st.dictionaries(st.sampled_from(COLUMNS), CELL))
def test_whatever_a_cell_holds_a_row_is_read_or_refused(cells: dict[str, str]) -> None:
    row = read(**cells)

    if isinstance(row, Rejection):
        assert row.column in COLUMNS
        assert row.expected
    else:
        assert row.profile.given_name == row.profile.given_name.strip() != ""
