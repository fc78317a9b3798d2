"""A CSV file is read as spreadsheets write it; what cannot be read costs no other line."""

import codecs
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resolvers.csv_file import CsvFile, Record
from resolvers.imports import Rejection
from resolvers.refusal import InvalidInput

COLUMNS = ("nom", "ville", "codes")


def read(path: Path, content: bytes) -> list[tuple[int, list[str] | str]]:
    """Read a file: of each record its line, and its cells or what was expected."""
    path.write_bytes(content)
    return [
        (one.line, [*one.cells.values()] if isinstance(one, Record) else one.expected)
        for one in CsvFile(path, COLUMNS)
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is."""
    return tmp_path / "file.csv"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_separators_and_line_ends_of_spreadsheets_are_recognised(
    path: Path, encoding: str, separator: str, newline: str
) -> None:
    rows = [["nom", "ville", "codes"], ["Zoé", "Besançon", '"a;b"'], ["Œuf", "L’Haÿ", ""]]
    text = newline.join(separator.join(row) for row in rows)

    assert read(path, text.encode(encoding)) == [
        (2, ["Zoé", "Besançon", "a;b"]),
        (3, ["Œuf", "L’Haÿ", ""]),
    ]


def test_columns_may_stand_in_any_order_and_be_spelled_in_capitals(path: Path) -> None:
    content = b"\n ;;\nVille; NOM ;codes\nOyonnax;Ana;x\n"
    path.write_bytes(content)

    (record,) = CsvFile(path, COLUMNS)

    assert record == Record(4, {"ville": "Oyonnax", "nom": "Ana", "codes": "x"})


DIALECTS = {
    "a line for Excel": b"sep=;\nnom;ville;codes\nAna;Oyonnax;x\n",
    "a line for Excel, marked": codecs.BOM_UTF8 + b'"SEP=;"\r\nnom;ville;codes\r\nAna;Oyonnax;x',
    "a doubled mark": codecs.BOM_UTF8 * 2 + b"\nnom,ville,codes\nAna,Oyonnax,x\n",
    "empty columns at the end": b"\nnom,ville,codes,,\nAna,Oyonnax,x,,\n",
    "empty columns in rows alone": b"\nnom,ville,codes\nAna,Oyonnax,x,, \n",
    "empty columns in the header alone": b"\nnom;ville;codes;\nAna;Oyonnax;x\n",
    "blanks after quotation marks": b'\n"nom" ,"ville","codes" \n"Ana"  ,Oyonnax,"x" \n',
}


@pytest.mark.parametrize("content", DIALECTS.values(), ids=DIALECTS.keys())
def test_what_spreadsheets_add_is_passed_over(path: Path, content: bytes) -> None:
    assert read(path, content) == [(3, ["Ana", "Oyonnax", "x"])]


def test_a_mark_is_passed_over_where_the_header_is_the_first_line(path: Path) -> None:
    content = codecs.BOM_UTF8 * 2 + b'"nom",ville,codes\nAna,Oyonnax,x\n'

    assert read(path, content) == [(2, ["Ana", "Oyonnax", "x"])]


def test_a_cell_may_run_over_lines_and_the_record_begins_on_its_first(path: Path) -> None:
    content = b'nom,ville,codes\nAna,"1 rue\nOyonnax",x\nBob,Nantua,y\n'

    assert read(path, content) == [(2, ["Ana", "1 rue\nOyonnax", "x"]), (4, ["Bob", "Nantua", "y"])]


def test_empty_lines_are_passed_over(path: Path) -> None:
    content = b"nom;ville;codes\n\n;;\n;;;;\nAna;Oyonnax;x\n\n"

    assert read(path, content) == [(5, ["Ana", "Oyonnax", "x"])]


BAD_LINES = [
    b"Ana,Oyonnax",
    b"Ana,Oyonnax,x,y",
    b'Ana,"Oyonnax,x',
    b'Ana,"Oyonnax" sur Ange,x',
    b'Ana,Oyonnax,"',
    b"a" * 200_000 + b",,",
]


@pytest.mark.parametrize("bad", BAD_LINES)
def test_a_bad_line_is_reported_and_costs_no_other(path: Path, bad: bytes) -> None:
    content = b"nom,ville,codes\nAna,Oyonnax,x\n" + bad + b'\nBob,"Nantua\nville",y\nCid,Dole,z\n'

    found = read(path, content)

    assert found == [
        (2, ["Ana", "Oyonnax", "x"]),
        (3, "3 cells separated by ',', each quotation mark closed"),
        (4, ["Bob", "Nantua\nville", "y"]),
        (6, ["Cid", "Dole", "z"]),
    ]


def test_a_quotation_mark_that_no_line_closes_costs_its_line_alone(path: Path) -> None:
    lines = [f"N{number},Oyonnax,x" for number in range(100)]
    content = "\n".join(["nom,ville,codes", 'Ana,"Oyonnax,x', *lines])

    found = read(path, content.encode())

    assert [line for line, _ in found] == [*range(2, 103)]
    assert isinstance(found[0][1], str)
    assert found[-1] == (102, ["N99", "Oyonnax", "x"])


def test_a_bad_record_of_several_lines_is_reported_once(path: Path) -> None:
    content = b'nom,ville,codes\nAna,"1 rue\ndu Lac\nOyonnax"\nBob,Nantua,y\n'

    found = read(path, content)

    assert found == [
        (2, "3 cells separated by ',', each quotation mark closed"),
        (5, ["Bob", "Nantua", "y"]),
    ]


def test_of_a_bad_line_the_report_quotes_the_beginning(path: Path) -> None:
    path.write_bytes(b"nom,ville,codes\n" + b"a" * 100)

    (rejection,) = CsvFile(path, COLUMNS)

    assert isinstance(rejection, Rejection)
    assert (rejection.line, rejection.column) == (2, "")
    assert rejection.value == "a" * 79 + "…"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_damaged_utf8_file_is_not_taken_for_another_encoding(path: Path, newline: str) -> None:
    lines = ["nom,ville,codes", "Zoé,Besançon,x", "Éva,Orléans,y", "Léa,Nîmes,z"]
    content = newline.join(lines).encode().replace("Léa".encode(), b"L\xe9a")

    found = read(path, content)

    assert found[0] == (2, ["Zoé", "Besançon", "x"])
    assert found[2] == (4, ["L\N{REPLACEMENT CHARACTER}a", "Nîmes", "z"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_are_counted_however_they_end(path: Path, encoding: str, newline: str) -> None:
    lines = ["nom,ville,codes", "Zoé,Besançon,x", "Éva,Orléans,y"]
    path.write_bytes(newline.join([*lines, ""]).encode(encoding))

    assert CsvFile(path, COLUMNS).lines == 3


def test_one_nul_costs_its_row_alone(path: Path) -> None:
    found = read(path, b"nom,ville,codes\nA\0na,Oyonnax,x\nBob,Nantua,y\n")

    assert found == [(2, ["A\0na", "Oyonnax", "x"]), (3, ["Bob", "Nantua", "y"])]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "this one is empty"),
        (b"\n\n", "a CSV file with a header line"),
        (b"PK\x03\x04\x14\x00\x06\x00", "this is a workbook: save it as CSV"),
        ("nom,ville,codes\n".encode("utf-16-le"), "this one is not text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "this one is not text"),
        (b"nom,ville\n", "the missing 'codes'"),
        (b"Ana,Oyonnax,x\n", "the missing 'nom', 'ville', 'codes'"),
        (b"nom,ville,codes,age\n", "only known columns, without 'age'"),
        (b"nom,ville,codes,nom\n", "once only 'nom'"),
    ],
)
def test_a_file_that_is_not_what_was_asked_for_is_refused_whole(
    path: Path, content: bytes, sentence: str
) -> None:
    path.write_bytes(content)

    with pytest.raises(InvalidInput) as refused:
        CsvFile(path, COLUMNS)

    assert sentence in refused.value.message


def test_a_file_that_is_not_there_is_refused(path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        CsvFile(path, COLUMNS)

    assert "a file that can be read" in refused.value.message


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200).map(lambda content: content.replace(b"\0", b"\1")))
def test_whatever_bytes_follow_the_header_each_record_is_read_or_rejected(
    path: Path, content: bytes
) -> None:
    found = [line for line, _ in read(path, b"nom,ville,codes\n" + content)]

    assert found == sorted({line for line in found if line > 1})
