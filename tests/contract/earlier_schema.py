"""The schema that clients had before: the committed one, as it last landed."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Earlier:
    """`text` is None where there is nothing to compare with; `origin` then says why."""

    text: str | None
    origin: str
    landed: bool = False  # the change since then has landed as well, and may be released


def earlier_schema(root: Path, path: Path) -> Earlier:
    """The schema at `MAILLAGE_SCHEMA_BASE` where it is set, else at the last landed commit."""
    if base := os.environ.get("MAILLAGE_SCHEMA_BASE"):
        if _git(root, "rev-parse", "--verify", f"{base}^{{commit}}") is None:
            raise SystemExit(f"MAILLAGE_SCHEMA_BASE names no commit here: {base}")
        return _at(root, base, path)
    head = _git(root, "rev-parse", "HEAD")
    if head is None:
        return Earlier(None, "this is not a git checkout with a commit")
    landed = _git(root, "merge-base", "HEAD", "origin/main")
    if landed not in (None, head):  # work on top of what landed
        return _at(root, str(landed), path)
    if _git(root, "diff", "--quiet", "HEAD", "--", str(path)) is None:  # work not yet committed
        return _at(root, head, path)
    versions = (_git(root, "log", "-2", "--format=%H", "--", str(path)) or "").split()
    if len(versions) < 2:
        return Earlier(None, f"{path} has no earlier version in this history")
    return _at(root, versions[1], path, landed=True)


def _at(root: Path, commit: str, path: Path, *, landed: bool = False) -> Earlier:
    text = _git(root, "show", f"{commit}:./{path}")
    return Earlier(text, f"{path} at commit {commit[:12]}", landed)


def _git(root: Path, *command: str) -> str | None:
    done = subprocess.run(
        ["git", "-C", str(root), *command], check=False, capture_output=True, text=True
    )
    return done.stdout.strip() if done.returncode == 0 else None
