"""A breaking change is seen, and passes only when the changelog names it."""

import pytest

from tests.contract.breaking_changes import Change, breaking_changes, is_noted, schema_notes

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


@pytest.mark.parametrize(
    ("key", "noted"),
    [
        ("Activator.email", True),
        ("Activator.mail", False),
        ("Activator.e", False),
        ("Activator", False),
        ("Network.code", False),  # noted, but not as a change of the schema
        ("Activator.phone", False),  # noted for an earlier release
    ],
)
def test_only_the_schema_section_of_what_is_unreleased_counts(key: str, noted: bool) -> None:
    assert is_noted(Change(key, ""), schema_notes(CHANGELOG)) is noted


def test_what_has_landed_may_have_been_released() -> None:
    assert is_noted(Change("Activator.phone", ""), schema_notes(CHANGELOG, releases=2))
