"""Viewers for tests, by how they stand to one activator: who may edit it, and who may not."""

from typing import Any

from models.accounts import Role
from models.api_keys import Scope
from tests.people import add_account, add_activator, add_structure
from tests.portals import make_key
from tests.service import Service

EDITORS = (
    "itself",
    "manager of its structure",
    "manager of its network",
    "moderator",
    "administrator",
)
OTHERS = (
    "visitor",
    "account without a role",
    "another activator",
    "manager of another structure",
    "manager of another network",
    "institution",
    "key of its network",
)


async def add_person(service: Service, **values: Any) -> tuple[int, int]:
    """Add an activator of network `cci`; give its number and its structure's."""
    async with service.write() as session:
        structure = await add_structure(session, networks=["cci"])
        number = await add_activator(
            session, **{"structure_id": structure, "networks": ["cci"], **values}
        )
    return number, structure


async def token_of(service: Service, viewer: str, number: int, structure: int) -> str | None:
    """Make such a viewer; give what it comes with."""
    if viewer == "visitor":
        return None
    if viewer == "key of its network":
        return (await make_key(service, scopes=Scope)).text
    async with service.write() as session:
        elsewhere = await add_structure(session, networks=["cma"])
        other = await add_activator(session, structure_id=elsewhere, networks=["cma"])
        roles: dict[str, tuple[tuple[Role, ...], dict[str, Any]]] = {
            "itself": ((Role.ACTIVATOR,), {"activator_id": number}),
            "manager of its structure": ((Role.STRUCTURE_MANAGER,), {"structure_id": structure}),
            "manager of its network": ((Role.NETWORK_MANAGER,), {"network_code": "cci"}),
            "moderator": ((Role.MODERATOR,), {}),
            "administrator": ((Role.ADMINISTRATOR,), {}),
            "account without a role": ((), {}),
            "another activator": ((Role.ACTIVATOR,), {"activator_id": other}),
            "manager of another structure": (
                (Role.STRUCTURE_MANAGER,),
                {"structure_id": elsewhere},
            ),
            "manager of another network": ((Role.NETWORK_MANAGER,), {"network_code": "cma"}),
            "institution": ((Role.INSTITUTION,), {}),
        }
        given, about = roles[viewer]
        return service.token(await add_account(session, *given, **about))
