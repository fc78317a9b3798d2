"""Finding objects again: Relay's `node` and Federation's `_entities` share these ways.

Both pass by the root fields, so each type's own `find` asks what the viewer may see.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import strawberry

from resolvers.paging import PAGE_LIMIT
from resolvers.refusal import InvalidInput, Refusal
from schema.activators import Activator
from schema.contact.request import ContactRequest
from schema.context import Info
from schema.declarations.engagement import DeclaredEngagement
from schema.mark.licence import MarkLicence
from schema.moderation.case import ModerationCase
from schema.networks import Network
from schema.nodes import Node, read_id
from schema.reviews.review import Review
from schema.structures import Structure

MOST_ENTITIES = 1_000
"""A gateway asks at once for all that one of its pages quotes; the cost limits them too."""


async def find_node(info: Info, id: strawberry.ID) -> Node | None:
    """Find an object by its id; None for what does not exist or is hidden."""
    type_name, key = read_id("id", id)
    if type_name == "Activator":
        return await Activator.find(info, id=id)
    if type_name == "Structure":
        return await Structure.find(info, id=id)
    if type_name == "ContactRequest":
        return await ContactRequest.find(info, id=id)
    if type_name == "MarkLicence":
        return await MarkLicence.find(info, id=id)
    if type_name == "DeclaredEngagement":
        return await DeclaredEngagement.find(info, id=id)
    if type_name == "Review":
        return await Review.find(info, id=id)
    if type_name == "ModerationCase":
        return await ModerationCase.find(info, id=id)
    return Network.find(info, key) if type_name == "Network" else None


async def find_nodes(info: Info, ids: list[strawberry.ID]) -> list[Node | None]:
    """Find objects by their ids, together."""
    if len(ids) > PAGE_LIMIT:
        raise InvalidInput("ids", len(ids), f"at most {PAGE_LIMIT} ids")
    for id in ids:
        read_id("ids", id)
    return list(await asyncio.gather(*(find_node(info, id) for id in ids)))


async def _network(info: Info, code: str) -> Network | None:
    return Network.find(info, code)


KEYS: dict[tuple[str, str], Callable[..., Awaitable[Node | None]]] = {
    ("Activator", "id"): lambda info, key: Activator.find(info, id=key),
    ("Structure", "id"): lambda info, key: Structure.find(info, id=key),
    ("Structure", "siret"): lambda info, key: Structure.find(info, siret=key),
    ("Network", "code"): _network,
}
"""How the gateway may name an entity: its type and one key field."""


async def find_entities(info: Info, representations: list[Any]) -> list[Node | Refusal | None]:
    """Find what a gateway names; None for what does not exist or is hidden.

    One that is not understood is an error at its own place, and takes no other with it.
    """
    if len(representations) > MOST_ENTITIES:
        expected = f"at most {MOST_ENTITIES} representations"
        raise InvalidInput("representations", len(representations), expected)
    asked = (_find_entity(info, number, one) for number, one in enumerate(representations))
    return list(await asyncio.gather(*asked))


async def _find_entity(info: Info, number: int, representation: Any) -> Node | Refusal | None:
    try:
        type_key, value = _named(f"representations[{number}]", representation)
        return await KEYS[type_key](info, value)
    except Refusal as refusal:
        return refusal


def _named(field: str, representation: Any) -> tuple[tuple[str, str], str]:
    if isinstance(representation, dict):
        type_name = representation.get("__typename")
        for known, key in KEYS:
            value = representation.get(key)
            if type_name == known and isinstance(value, str):
                return (known, key), value
    expected = ", ".join(f"{known} by {key}" for known, key in KEYS)
    raise InvalidInput(field, representation, f"an entity and its key: {expected}")
