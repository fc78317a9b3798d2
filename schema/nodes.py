"""Global object identification (Relay): opaque ids, a type and a key."""

import binascii
from base64 import b64decode, b64encode

import strawberry

from resolvers.refusal import InvalidInput, NotFound

LONGEST_ID = 120
LARGEST = 2**63
"""The databases hold numbers below this one."""
CALLED = {
    "ApiKey": "key",
    "ContactRequest": "contact request",
    "DeclaredEngagement": "declared engagement",
    "MarkLicence": "licence",
    "ModerationCase": "case",
}
"""How sentences name types, but for those that they name as the schema does."""


@strawberry.interface(description="An object with an id that is unique over the whole service.")
class Node:
    """An object that `node(id:)` finds again."""

    id: strawberry.ID = strawberry.field(
        description="Opaque and unique; `node(id:)` finds the object again."
    )


def global_id(type_name: str, key: int | str) -> strawberry.ID:
    """Write the id of an object."""
    return strawberry.ID(b64encode(f"{type_name}:{key}".encode()).decode())


def read_id(field: str, text: str) -> tuple[str, str]:
    """Read (type, key) from an id; raises InvalidInput for what this service never wrote."""
    try:
        if len(text) > LONGEST_ID:
            raise ValueError("too long")
        type_name, colon, key = b64decode(text, validate=True).decode().partition(":")
        if not (type_name and colon and key):
            raise ValueError("not a type and a key")
    except (ValueError, UnicodeError, binascii.Error):
        raise InvalidInput(field, text, "an id that this service gave") from None
    return type_name, key


def read_number(field: str, text: str, type_name: str) -> int | None:
    """Read the number of an object of this type; None for an id of another type."""
    found, key = read_id(field, text)
    is_number = key.isascii() and key.isdigit() and len(key) < 20 and key[0] != "0"
    number = int(key) if found == type_name and is_number else LARGEST
    return number if number < LARGEST else None


def find_number(field: str, text: str, type_name: str) -> int:
    """Read the number of an object that an action is about.

    Raises NotFound for an id of another type, as for one that does not exist.
    """
    number = read_number(field, text, type_name)
    if number is None:
        raise NotFound(f"No such {CALLED.get(type_name, type_name.lower())}.", field)
    return number
