"""The rooms of the house: who may import whom, what a file may be called, how long it may be."""

import subprocess
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[2]
ROOMS = ("models", "permissions", "resolvers", "schema")
FILES = sorted(
    [Path("server.py")]
    + [path.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*.py")]
)
PACKAGES = sorted(
    path.relative_to(ROOT)
    for room in (*ROOMS, "tests")
    for path in (ROOT / room).rglob("__init__.py")
)

TOO_LONG = 250
LONGER = {
    "server.py": "settings, assembly and the command line stand together",
    "models/migrations/versions/0001_directory.py": "a migration is written once, by a tool",
    "models/migrations/versions/0002_identity.py": "a migration is written once, by a tool",
    "models/migrations/versions/0003_membership.py": "a migration is written once, by a tool",
    "models/migrations/versions/0004_contact_requests.py": "a migration is written once, by a tool",
    "models/migrations/versions/0005_reviews.py": "a migration is written once, by a tool",
}
"""Files that are too long, and why they may be."""

EMPTY_WORDS = {"utils", "util", "helpers", "helper", "manager", "service", "services", "common"}
AT_THE_TOP = {
    *(".ci", "benchmarks", "data", "docs", "requirements", "tests", "web"),
    *ROOMS,
}


def test_imports_run_one_way_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    broken = lint_imports(config_filename="pyproject.toml", no_cache=True, no_logo=True)

    assert broken == 0


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_file_has_one_subject_and_is_not_too_long(path: Path) -> None:
    length = len((ROOT / path).read_text().splitlines())

    assert (length > TOO_LONG) is (path.as_posix() in LONGER)


@pytest.mark.parametrize("path", PACKAGES, ids=str)
def test_a_package_has_an_empty_init(path: Path) -> None:
    assert (ROOT / path).read_bytes() == b""


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_module_is_named_by_a_word_of_its_subject(path: Path) -> None:
    words = {word for part in path.with_suffix("").parts for word in part.split("_")}

    assert words.isdisjoint(EMPTY_WORDS)


def test_nothing_else_stands_at_the_top() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is not a git checkout")
    done = subprocess.run(
        ["git", "ls-files", "*/*"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    folders = {line.partition("/")[0] for line in done.stdout.splitlines()}

    assert folders <= AT_THE_TOP
