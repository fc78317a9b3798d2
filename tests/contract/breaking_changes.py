"""No unannounced breaking change: `make check-schema` runs `python -m` on this module.

The committed SDL is compared with an earlier one (`earlier_schema` says which). A change that can
break a client, or that changes who may see a field, must be named in CHANGELOG.md, under
"Unreleased", "Schema", by a note that the changelog did not hold then.
"""

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graphql import build_schema, find_breaking_changes, parse, print_ast

from tests.contract.earlier_schema import CHANGELOG, earlier_schema

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


def new_notes(changelog: str, earlier: str = "") -> str:
    """The notes of the "Schema" sections that the earlier changelog did not hold.

    Under whatever release: what is unreleased on one commit is released on the next.
    """
    old = set(_notes(earlier))
    return "\n".join(note for note in _notes(changelog) if note not in old)


def _notes(changelog: str) -> Iterator[str]:
    """Each item of the "Schema" sections, its lines made one."""
    for section in re.split(r"^##+ ", changelog, flags=re.MULTILINE)[1:]:
        heading, _, text = section.partition("\n")
        if heading.strip().lower().startswith("schema"):
            for item in re.split(r"^[-*] ", text, flags=re.MULTILINE):
                yield " ".join(item.split())


def is_noted(change: Change, notes: str) -> bool:
    """Say whether the notes name exactly this part: `Activator.email`, not `Activator.emails`."""
    return bool(re.search(rf"(?<![\w.@]){re.escape(change.key)}(?![\w(]|\.\w)", notes))


def main() -> int:
    """Print the verdict; 1 when a change is not noted, or where nothing can be compared in CI."""
    earlier = earlier_schema(ROOT, SCHEMA)
    if earlier.text is None:
        required = os.environ.get("MAILLAGE_REQUIRE_ALL") == "1" or os.environ.get("CI") == "true"
        (sys.stderr if required else sys.stdout).write(
            f"No earlier schema to compare with: {earlier.origin}.\n"
        )
        return int(required)
    changes = breaking_changes(earlier.text, (ROOT / SCHEMA).read_text())
    changelog = ROOT / CHANGELOG
    notes = new_notes(changelog.read_text() if changelog.exists() else "", earlier.changelog)
    if missing := [change for change in changes if not is_noted(change, notes)]:
        listed = "".join(f"  {change.key}: {change.sentence}\n" for change in missing)
        sys.stderr.write(
            f"The schema breaks with {earlier.origin}. Undo it, or name each of these in a new"
            f' note of CHANGELOG.md, under "## Unreleased", "### Schema":\n{listed}'
        )
        return 1
    found = f"{len(changes)} breaking changes, all noted" if changes else "no breaking change"
    sys.stdout.write(f"Compared with {earlier.origin}: {found}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
