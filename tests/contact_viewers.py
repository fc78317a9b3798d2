"""Everybody who may have to do with a contact request, for tests of who may do what."""

from dataclasses import dataclass
from typing import Any

from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState
from models.api_keys import Scope
from tests.contact import Asked, add_request
from tests.people import add_account, add_activator, add_structure
from tests.portals import make_key
from tests.service import Service

COMPANY_ACCOUNT, ASKED = "the company, signed in", "the activator that was asked"
ANOTHER, VISITOR = "another activator", "a visitor"
STRUCTURE, NETWORK = "a manager of its structure", "a manager of its network"
STATE, REGION = "the State", "the institution of its region"
MODERATOR, ADMINISTRATOR = "a moderator", "an administrator"
PORTAL = "the portal that asked"
ONLOOKERS = frozenset({STRUCTURE, NETWORK, STATE, REGION, MODERATOR, ADMINISTRATOR, PORTAL})
"""Who sees a request, and is no party to it."""


@dataclass(frozen=True)
class Everybody:
    """An activator at Oyonnax, of the network `cci`, and a token for each viewer."""

    activator: int
    structure: int
    company: int
    """The account of the company."""
    other: int
    """Another activator, of another network."""
    tokens: dict[str, str | None]

    async def ask(self, service: Service, **values: Any) -> Asked:
        """Add a request of the company to the activator, through the portal."""
        own: dict[str, Any] = {"account_id": self.company, "network_code": "cci"}
        return await add_request(service, self.activator, **{**own, **values})


async def add_everybody(service: Service, kind: ActivatorKind = ActivatorKind.ADVISER) -> Everybody:
    """Add them; the keys are to be forgotten after the test."""
    async with service.write() as session:
        structure = await add_structure(session)
        activator = await add_activator(
            session, kind=kind, structure_id=structure, networks=["cci"]
        )
        other = await add_activator(session, networks=["adie"])
        state, own = ActivatorState.SUSPENDED, {"structure_id": structure}
        suspended = await add_activator(session, state=state, networks=["cci"], **own)
        company = await add_account(session)
        roles: dict[str, tuple[Role, dict[str, Any]]] = {
            ASKED: (Role.ACTIVATOR, {"activator_id": activator}),
            ANOTHER: (Role.ACTIVATOR, {"activator_id": other}),
            "a suspended colleague": (Role.ACTIVATOR, {"activator_id": suspended}),
            STRUCTURE: (Role.STRUCTURE_MANAGER, {"structure_id": structure}),
            NETWORK: (Role.NETWORK_MANAGER, {"network_code": "cci"}),
            "a manager of another network": (Role.NETWORK_MANAGER, {"network_code": "adie"}),
            STATE: (Role.INSTITUTION, {}),
            REGION: (Role.INSTITUTION, {"region_code": "REG-84"}),
            "the institution of another region": (Role.INSTITUTION, {"region_code": "REG-11"}),
            MODERATOR: (Role.MODERATOR, {}),
            ADMINISTRATOR: (Role.ADMINISTRATOR, {}),
        }
        accounts = {
            name: await add_account(session, role, **about) for name, (role, about) in roles.items()
        }
        accounts |= {COMPANY_ACCOUNT: company, "another account": await add_account(session)}
    tokens: dict[str, str | None] = {name: service.token(key) for name, key in accounts.items()}
    write = [Scope.CONTACT_WRITE]
    tokens[PORTAL] = (await make_key(service, scopes=write)).text
    tokens["a portal of another network"] = (
        await make_key(service, network="adie", scopes=write)
    ).text
    tokens[VISITOR] = None
    return Everybody(activator, structure, company, other, tokens)
