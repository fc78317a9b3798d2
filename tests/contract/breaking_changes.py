"""No unannounced breaking change: `make check-schema` runs `python -m` on this module.

The committed SDL is compared with what last landed. A change that can break a client, or that
changes who may see a field, must be named in CHANGELOG.md, under "Unreleased", "Schema".
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graphql import build_schema, find_breaking_changes, parse, print_ast

from tests.contract.earlier_schema import earlier_schema

ROOT = Path(__file__).parents[2]
SCHEMA = Path("schema/schema.graphql")


@dataclass(frozen=True, order=True)
class Change:
    """One change; the changelog must hold its `key`: `Activator.email`, `Query.places(first:)`."""

    key: str
    sentence: str


def breaking_changes(before: str, now: str) -> list[Change]:
    """What breaks a client of the schema `before`, and each guard that came, went or changed."""
    old, new = (build_schema(text, assume_valid_sdl=True) for text in (before, now))
    found = [
        Change(_key(change.description, set(old.type_map)), change.description)
        for change in find_breaking_changes(old, new)
    ]
    return sorted([*found, *_changed_guards(_guards(before), _guards(now))])


def _key(sentence: str, types: set[str]) -> str:
    """The part of the schema that graphql-core's sentence is about: a member, else a type."""
    if member := re.search(r"(@\w+|\w+\.\w+)(\(\w+:\))?", sentence):
        return member[0]
    words: list[str] = re.findall(r"\w+", sentence)
    return next(word for word in words if word in types)


def _guards(schema: str) -> dict[str, str]:
    """Each type and field of the SDL with its guard as it is printed, "" where there is none."""
    guards: dict[str, str] = {}
    for definition in parse(schema).definitions:
        if not (name := getattr(definition, "name", None)):
            continue
        for node in (definition, *(getattr(definition, "fields", None) or ())):
            key = name.value if node is definition else f"{name.value}.{node.name.value}"
            uses = [use for use in node.directives or () if use.name.value == "guarded"]
            guards[key] = " ".join(map(print_ast, uses))
    return guards


def _changed_guards(before: dict[str, str], now: dict[str, str]) -> Iterator[Change]:
    for key in before.keys() & now.keys():
        if before[key] != now[key]:
            was, is_now = before[key] or "open to everyone", now[key] or "open to everyone"
            yield Change(key, f"{key} was {was} and is now {is_now}.")


def schema_notes(changelog: str, releases: int = 1) -> str:
    """The "Schema" sections under the first `releases` headings, "Unreleased" first."""
    chapters = re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]
    start = next((i for i, text in enumerate(chapters) if "unreleased" in _heading(text)), None)
    if start is None:
        return ""
    return "\n".join(
        section
        for chapter in chapters[start : start + releases]
        for section in re.split(r"^### ", chapter, flags=re.MULTILINE)[1:]
        if _heading(section).startswith("schema")
    )


def _heading(text: str) -> str:
    return text.partition("\n")[0].strip().lower()


def is_noted(change: Change, notes: str) -> bool:
    """Say whether the notes name exactly this part: `Activator.email`, not `Activator.emails`."""
    return bool(re.search(rf"(?<![\w.@]){re.escape(change.key)}(?![\w(]|\.\w)", notes))


def main() -> int:
    """Print the verdict; 1 when a change is not noted."""
    earlier = earlier_schema(ROOT, SCHEMA)
    if earlier.text is None:
        sys.stdout.write(f"No earlier schema to compare with: {earlier.origin}.\n")
        return 0
    changes = breaking_changes(earlier.text, (ROOT / SCHEMA).read_text())
    changelog = ROOT / "CHANGELOG.md"
    # What has landed may since have been released: its notes then stand under that release.
    notes = schema_notes(changelog.read_text() if changelog.exists() else "", 1 + earlier.landed)
    if missing := [change for change in changes if not is_noted(change, notes)]:
        listed = "".join(f"  {change.key}: {change.sentence}\n" for change in missing)
        sys.stderr.write(
            f"The schema breaks with {earlier.origin}. Undo it, or name each of these in"
            f' CHANGELOG.md, under "## Unreleased", "### Schema":\n{listed}'
        )
        return 1
    found = f"{len(changes)} breaking changes, all noted" if changes else "no breaking change"
    sys.stdout.write(f"Compared with {earlier.origin}: {found}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
