"""The charter as files: what ships is good, and what is wrong is told by file and field."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from models.activators import ActivatorKind
from resolvers.charter_document import TEXTS, read_document
from resolvers.reference_actions import SHIPPED_CHARTER
from resolvers.refusal import Refusals
from tests.command_line import CommandLine

ALL = set(ActivatorKind)
ARTICLE_4 = ALL - {ActivatorKind.INSTITUTIONAL}
REVIEWED = ARTICLE_4 - {ActivatorKind.CHAMPION}


Spoil = Callable[[Path], object]
"""Makes a folder wrong."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the charter that ships."""
    return Path(shutil.copytree(SHIPPED_CHARTER, tmp_path / "charter"))


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> str:
    """A database with the reference data."""
    path = tmp_path / "maillage.sqlite"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


def edit(name: str, old: str, new: str) -> Spoil:
    """Put a text in the place of another, once, in a file of the folder."""

    def work(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), "utf-8")

    return work


def add(name: str, text: str) -> Spoil:
    """Add a line at the end of a file of the folder."""

    def work(folder: Path) -> None:
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(f"\n{text}\n")

    return work


def told(folder: Path) -> list[str]:
    """Read what is wrong with a folder."""
    with pytest.raises(Refusals) as refused:
        read_document(folder)
    return [one.message for one in refused.value.refusals]


def test_the_charter_that_ships_has_the_commitments_of_each_article_for_their_kinds() -> None:
    data, texts = read_document(SHIPPED_CHARTER)

    kinds = {one.code: (one.article, set(one.kinds)) for one in data.commitments}
    reviewed = kinds.pop("be-reviewed")
    assert reviewed == ("4", REVIEWED)
    assert [kind for article, kind in kinds.values() if article == "3"] == [ALL] * 2
    assert [kind for article, kind in kinds.values() if article == "4"] == [ARTICLE_4] * 9
    assert len(kinds) == 11
    for text in texts.values():
        assert "2017-1436" in text


TOML = "charter.toml"
LINKS = "expected links to whole http, https or mailto addresses."
WRONG: dict[str, tuple[Spoil, str]] = {
    "no data": (
        lambda folder: (folder / TOML).unlink(),
        "charter.toml: expected a file of this name in ",
    ),
    "no French": (
        lambda folder: (folder / "charter.fr.md").unlink(),
        "charter.fr.md: expected a file of this name in ",
    ),
    "no English": (
        lambda folder: (folder / "charter.en.md").unlink(),
        "charter.en.md: expected a file of this name in ",
    ),
    "an empty text": (
        lambda folder: (folder / "charter.en.md").write_text(" \n"),
        "charter.en.md: expected a text.",
    ),
    "another encoding": (
        lambda folder: (folder / "charter.fr.md").write_bytes("é".encode("latin-1")),
        "charter.fr.md: expected a text in UTF-8.",
    ),
    "no TOML": (add(TOML, "version"), "charter.toml: expected TOML: "),
    "no version": (
        edit(TOML, 'version = "2026-1"', ""),
        "charter.toml, version: Field required.",
    ),
    "a version with blanks": (
        edit(TOML, '"2026-1"', '"of 2026"'),
        "charter.toml, version: expected 1 to 20 letters, digits, dots or hyphens, as in 2026-1.",
    ),
    "a number as version": (
        edit(TOML, '"2026-1"', "2026"),
        "charter.toml, version: Input should be a valid string.",
    ),
    "no date": (
        edit(TOML, "2026-11-24", '"soon"'),
        "charter.toml, published_on: Input should be a valid date",
    ),
    "no such kind": (
        edit(TOML, '"INSTITUTIONAL"', '"KING"'),
        "charter.toml, commitments, 1, kinds, 2: Input should be 'ADVISER', 'INSTITUTIONAL',",
    ),
    "no kinds": (
        edit(TOML, 'kinds = ["ADVISER", "SOLUTION_PROVIDER", "FUNDING_ADVISER"]', "kinds = []"),
        "charter.toml, commitments, 12, kinds: List should have at least 1 item",
    ),
    "no such article": (
        edit(TOML, 'article = "3"', 'article = "7"'),
        "charter.toml, commitments, 1, article: Input should be '1', '2', '3', '4', '5' or '6'.",
    ),
    "a code twice": (
        edit(TOML, '"report-changes"', '"keep-up-to-date"'),
        "charter.toml, commitments: expected a code of its own for each commitment.",
    ),
    "a code of another form": (
        edit(TOML, '"report-changes"', '"Report changes"'),
        "charter.toml, commitments, 2, code: expected at most 64 small letters, digits and",
    ),
    "a long text": (
        add("charter.fr.md", "x" * 100_000),
        "charter.fr.md: expected at most 100000 characters.",
    ),
    "one language": (
        edit(TOML, "text.en", "text.de"),
        "charter.toml, commitments, 1, text, en: Field required.",
    ),
    "HTML in a commitment": (
        edit(TOML, 'text.en = "I', 'text.en = "<b>I</b>'),
        "charter.toml, commitments, 1, text, en: expected text or Markdown without HTML tags.",
    ),
    "a control character in a commitment": (
        edit(TOML, 'text.en = "I', 'text.en = "\\u0000I'),
        "charter.toml, commitments, 1, text, en: expected text without control or unreadable",
    ),
    "another key": (
        edit(TOML, "published_on", "published_by = 1\npublished_on"),
        "charter.toml, published_by: Extra inputs are not permitted.",
    ),
    "no commitments": (
        lambda folder: (folder / TOML).write_text('version = "1"\npublished_on = 2026-01-01\n'),
        "charter.toml, commitments: Field required.",
    ),
    **{
        f"{what} in the text": (add("charter.fr.md", text), f"charter.fr.md: {told}")
        for what, text, told in (
            ("a tag", "A <b>b</b>.", "got '<b>', expected text or Markdown without HTML tags."),
            ("a block of HTML", "</div>", "got '</div>', expected text or Markdown without HTML"),
            ("a comment", "<!-- rien -->", "got '<!-- rien -->', expected text or Markdown with"),
            ("a script as a link", "[a](javascript:b)", f"got 'javascript:b', {LINKS}"),
            ("a hidden script", "[a](java&#115;cript:b)", f"got 'javascript:b', {LINKS}"),
            ("a script apart", "[a]\n\n[a]: javascript:b", f"got 'javascript:b', {LINKS}"),
            ("an image", "![a](https://b.fr/c)", "got 'https://b.fr/c', expected text or Markdown"),
            ("a NUL", "a\0b", "expected text without control or unreadable characters."),
            ("a turned text", "a\u202eb", "expected text without control or unreadable"),
        )
    },
}


@pytest.mark.parametrize(("spoil", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_with_a_folder_is_told_by_file_and_field(
    folder: Path, spoil: Spoil, sentence: str
) -> None:
    spoil(folder)

    assert any(one.startswith(sentence) for one in told(folder)), told(folder)


def test_all_that_is_wrong_is_told_at_once(folder: Path) -> None:
    for name in TEXTS.values():
        add(name, "<br>")(folder)
    edit(TOML, "2026-11-24", '"soon"')(folder)
    edit(TOML, '"2026-1"', '""')(folder)

    assert len(told(folder)) == 4


@pytest.mark.parametrize(
    "text",
    [
        "[ici](https://www.example.org/page) ou <https://www.example.org>",
        "[nous](mailto:a@example.org), 3 < 4, a <3, \\[x\\]",
        "[ici]\n\n[ici]: https://www.example.org",
    ],
)
def test_links_and_signs_that_do_no_harm_are_taken(folder: Path, text: str) -> None:
    add("charter.fr.md", text)(folder)

    assert text in read_document(folder).texts["fr"]


def test_line_ends_and_marks_of_other_systems_are_no_other_content(folder: Path) -> None:
    for name in (TOML, *TEXTS.values()):
        content = (folder / name).read_text("utf-8").replace("\n", "\r\n")
        (folder / name).write_bytes(b"\xef\xbb\xbf" + content.encode())

    assert read_document(folder) == read_document(SHIPPED_CHARTER)


def test_the_command_installs_a_folder_once_and_says_so(
    command_lines: list[CommandLine], folder: Path, database: str
) -> None:
    run = command_lines[0]
    edit(TOML, '"2026-1"', '"2027-1"')(folder)
    install = ("install-charter", str(folder))

    shipped = run("install-charter", database=database)
    first = run(*install, "--accept-within", "30", "--json", database=database)
    again = run(*install, "--json", database=database)
    edit(TOML, "2026-11-24", "2026-11-25")(folder)
    otherwise = run(*install, database=database)

    assert shipped.out == "Version 2026-1 of the charter was installed already: unchanged.\n"
    assert (first.json["version"], first.json["added"]) == ("2027-1", True)
    assert again.json == {**first.json, "added": False}
    assert otherwise.sentence == (
        "Version 2027-1 of the charter is installed and says otherwise: a version never changes, "
        "give this one another name."
    )


def test_the_command_tells_all_that_is_wrong_and_installs_nothing(
    command_lines: list[CommandLine], folder: Path, database: str
) -> None:
    run = command_lines[0]
    edit(TOML, '"2026-1"', '"2027-1"')(folder)
    edit(TOML, '"INSTITUTIONAL"', '"KING"')(folder)
    add("charter.en.md", "<br>")(folder)

    wrong = run("install-charter", str(folder), "--json", database=database)
    (folder / TOML).unlink()
    no_days = run("install-charter", str(folder), "--accept-within", "0", database=database)

    assert "charter.toml, commitments, 1, kinds, 2: Input should be" in wrong.sentence
    assert "charter.en.md: got '<br>', expected text or Markdown without HTML" in wrong.sentence
    assert "'--accept-within'" in no_days.sentence
    assert json.loads(run("install-charter", "--json", database=database).out)["added"] is False
