"""What the schema is compared with, in every state that a checkout may be in."""

import subprocess
from pathlib import Path

import pytest

from tests.contract import breaking_changes
from tests.contract.earlier_schema import earlier_schema

SCHEMA = Path("schema.graphql")
NAMES = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main"]


class Checkout:
    """A repository with a schema."""

    def __init__(self, root: Path) -> None:
        root.mkdir()
        self.root = root
        self.git("init", "--quiet")

    def git(self, *command: str) -> str:
        done = subprocess.run(
            ["git", *NAMES, *command], cwd=self.root, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, field: str, note: str = "") -> str:
        self.write(field, note)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", field)
        return self.git("rev-parse", "HEAD")

    def write(self, field: str, note: str = "") -> None:
        (self.root / SCHEMA).write_text(f"type Query {{ {field}: Int }}\n")
        (self.root / "CHANGELOG.md").write_text(f"## Unreleased\n\n### Schema\n\n{note}\n")


@pytest.fixture(autouse=True)
def nothing_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MAILLAGE_SCHEMA_BASE", "MAILLAGE_REQUIRE_ALL", "CI"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "checkout")


def earlier_field(root: Path) -> str:
    """The field of the schema that is compared with; why there is none."""
    earlier = earlier_schema(root, SCHEMA)
    return earlier.text.split()[3] if earlier.text else earlier.origin


def verdict(root: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(breaking_changes, "ROOT", root)
    monkeypatch.setattr(breaking_changes, "SCHEMA", SCHEMA)
    return breaking_changes.main()


def test_without_a_release_it_is_the_first_schema_however_many_commits_followed(
    checkout: Checkout,
) -> None:
    for field in ("first", "second", "second", "third"):
        checkout.commit(field)

    assert earlier_field(checkout.root) == "first:"


def test_after_a_release_it_is_that_of_the_release(checkout: Checkout) -> None:
    for field in ("first", "second"):
        checkout.commit(field)
    checkout.git("tag", "v1")
    checkout.commit("third")

    assert earlier_field(checkout.root) == "second:"


def test_on_top_of_what_landed_it_is_what_landed(checkout: Checkout) -> None:
    checkout.commit("first")
    landed = checkout.commit("second")
    checkout.git("update-ref", "refs/remotes/origin/main", landed)

    assert earlier_field(checkout.root) == "first:"
    checkout.write("third")
    assert earlier_field(checkout.root) == "second:"
    checkout.commit("third")
    assert earlier_field(checkout.root) == "second:"


def test_another_owner_of_the_folder_is_no_reason_to_see_nothing(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout.commit("first")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")

    assert earlier_field(checkout.root) == "first:"


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [("MAILLAGE_REQUIRE_ALL", "1", 1), ("CI", "true", 1), ("CI", "", 0)],
)
def test_a_clone_without_history_passes_but_in_ci(
    checkout: Checkout,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    setting: str,
    value: str,
    code: int,
) -> None:
    checkout.commit("first")
    checkout.commit("second")
    shallow = checkout.root.parent / "shallow"
    checkout.git("clone", "--quiet", "--depth=1", checkout.root.as_uri(), str(shallow))
    checkout.git("-C", str(shallow), "update-ref", "-d", "refs/remotes/origin/main")
    monkeypatch.setenv(setting, value)

    assert verdict(shallow, monkeypatch) == code
    assert "this clone is shallow: fetch the whole history" in "".join(capsys.readouterr())


def test_an_old_note_does_not_cover_a_new_break(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = "- `Query.first` is guarded."
    landed = checkout.commit("first", note)
    checkout.git("update-ref", "refs/remotes/origin/main", landed)
    checkout.commit("second", note)

    assert verdict(checkout.root, monkeypatch) == 1
    checkout.commit("second", f"{note}\n- `Query.first` is gone.")
    assert verdict(checkout.root, monkeypatch) == 0
