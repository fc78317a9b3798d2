"""A breaking change is seen, and passes only when the changelog names it."""

import pytest

from tests.contract.breaking_changes import Change, breaking_changes, is_noted, new_notes

BEFORE = """
directive @guarded(by: Permission!) on FIELD_DEFINITION | OBJECT
directive @key(fields: String!) on OBJECT
enum Permission { SEE READ }
union Found = Activator | Network
type Activator @key(fields: "id") { id: ID! email: String @guarded(by: READ) phone: String }
type Network @guarded(by: SEE) { code: String! }
type Query { activators(first: Int, after: String): [Activator!]! found: Found }
"""

CHANGELOG = """
# Changelog

## Unreleased

### Added
- `Network.code`

### Schema
- `Activator.email` is gone; ask `Activator.contact`.

## 1.0.0

### Schema
- `Activator.phone` is guarded.
"""


@pytest.mark.parametrize(
    ("was", "now", "key"),
    [
        ("phone: String", "", "Activator.phone"),
        ("phone: String", "phone: Int", "Activator.phone"),
        ("after: String", "", "Query.activators(after:)"),
        ("first: Int", "first: Int, in: ID!", "Query.activators(in:)"),
        ("SEE READ", "READ", "Permission.SEE"),
        ("= Activator | Network", "= Activator", "Network"),
        ("type Network @guarded(by: SEE)", "interface Network @guarded(by: SEE)", "Network"),
        ("directive @key(fields: String!) on OBJECT", "", "@key"),
        ("email: String @guarded(by: READ)", "email: String", "Activator.email"),
        ("email: String @guarded(by: READ)", "email: String @guarded(by: SEE)", "Activator.email"),
        ("phone: String", "phone: String @guarded(by: READ)", "Activator.phone"),
        ("type Network @guarded(by: SEE)", "type Network", "Network"),
    ],
)
def test_a_breaking_change_is_named_by_its_key(was: str, now: str, key: str) -> None:
    changed = BEFORE.replace(was, now)
    assert changed != BEFORE
    assert key in {change.key for change in breaking_changes(BEFORE, changed)}


def test_what_adds_breaks_nothing() -> None:
    added = BEFORE.replace("first: Int", "first: Int, last: Int").replace(
        "phone:", "fax: ID phone:"
    )
    assert breaking_changes(BEFORE, added) == []


EARLIER = CHANGELOG.replace("- `Activator.email` is gone; ask `Activator.contact`.", "")
"""The changelog of the commit compared with."""


@pytest.mark.parametrize(
    ("key", "noted"),
    [
        ("Activator.email", True),
        ("Activator.mail", False),
        ("Activator.e", False),
        ("Activator", False),
        ("Network.code", False),  # noted, but not as a change of the schema
        ("Activator.phone", False),  # noted then: it speaks of an earlier change
    ],
)
def test_only_new_notes_of_the_schema_section_count(key: str, noted: bool) -> None:
    assert is_noted(Change(key, ""), new_notes(CHANGELOG, EARLIER)) is noted


def test_a_note_that_was_released_since_counts() -> None:
    released = CHANGELOG.replace("## Unreleased", "## Unreleased\n\n## 1.1.0")

    assert is_noted(Change("Activator.email", ""), new_notes(released, EARLIER))
