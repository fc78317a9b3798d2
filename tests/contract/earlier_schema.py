"""The schema that clients had before: what the committed one is compared with.

On top of what landed, that is the landed one. On what landed itself, and where no `origin/main`
tells, it is that of the last release (tag), else the first that was ever published: a break that
several commits ago went in unnoticed is still seen.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

CHANGELOG = "CHANGELOG.md"


@dataclass(frozen=True)
class Earlier:
    """`text` is None where there is nothing to compare with; `origin` then says why.

    `changelog` is that of the same commit, whose notes speak of earlier changes.
    """

    text: str | None
    origin: str
    changelog: str = ""


def earlier_schema(root: Path, path: Path) -> Earlier:
    """The schema at `MAILLAGE_SCHEMA_BASE` where it is set, else at the last landed commit."""
    if base := os.environ.get("MAILLAGE_SCHEMA_BASE"):
        if _git(root, "rev-parse", "--verify", f"{base}^{{commit}}") is None:
            raise SystemExit(f"MAILLAGE_SCHEMA_BASE names no commit here: {base}")
        return _at(root, base, path)
    head = _git(root, "rev-parse", "HEAD")
    if head is None:
        return Earlier(None, "this is not a git checkout with a commit")
    base = _landed(root, head, path) or _released(root, path)
    if base is not None:
        return _at(root, base, path)
    if _git(root, "rev-parse", "--is-shallow-repository") == "true":
        return Earlier(None, "this clone is shallow: fetch the whole history")
    return Earlier(None, f"no commit holds {path}")


def _landed(root: Path, head: str, path: Path) -> str | None:
    """Name the commit that landed, where there is work on top of it."""
    landed = _git(root, "merge-base", "HEAD", "origin/main")
    changed = _git(root, "diff", "--quiet", "HEAD", "--", str(path)) is None
    return landed if landed != head or changed else None


def _released(root: Path, path: Path) -> str | None:
    """Name the last release that holds a schema, else the first commit that does."""
    tag = _git(root, "describe", "--tags", "--abbrev=0")
    if tag is not None and _git(root, "show", f"{tag}:./{path}") is not None:
        return tag
    if _git(root, "rev-parse", "--is-shallow-repository") == "true":
        return None  # its first commit is not the first
    added = _git(root, "log", "--reverse", "--diff-filter=A", "--format=%H", "--", str(path))
    return added.split()[0] if added else None


def _at(root: Path, commit: str, path: Path) -> Earlier:
    text = _git(root, "show", f"{commit}:./{path}")
    changelog = _git(root, "show", f"{commit}:./{CHANGELOG}") or ""
    known = (_git(root, "rev-parse", "--verify", f"{commit}^{{commit}}") or commit)[:12]
    missing = "" if text else ", which does not hold it"
    return Earlier(text, f"{path} at commit {known}{missing}", changelog)


def _git(root: Path, *command: str) -> str | None:
    """Ask git, whoever owns the folder: it runs in containers, as another user."""
    safe = ("-c", f"safe.directory={root}")
    done = subprocess.run(
        ["git", "-C", str(root), *safe, *command], check=False, capture_output=True, text=True
    )
    return done.stdout.strip() if done.returncode == 0 else None
