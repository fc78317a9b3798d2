"""How a viewer stands to a contact request: facts, from which the rule book decides."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Role
from models.activators import ActivatorState
from permissions.requests import RequestStanding
from permissions.viewer import Viewer
from resolvers.contact.departments import REGION, located

request, activator, enrolment = tables.contact_request, tables.activator, tables.enrolment


@dataclass(frozen=True, slots=True)
class Asked:
    """What counts of the activator that was asked, as it is now."""

    id: int
    state: ActivatorState
    structure_id: int
    network_codes: frozenset[str]
    region_code: str | None
    """Where it is; None where nothing says so."""


def requests_with_asked() -> Select[Any]:
    """Select requests, each with its activator's state, structure and region."""
    query = select(
        request,
        activator.c.state.label("asked_state"),
        activator.c.structure_id.label("asked_structure_id"),
        REGION.label("asked_region_code"),
    )
    return located(query.join(activator, activator.c.id == request.c.activator_id))


async def enrolling(session: AsyncSession, activator_ids: set[int]) -> dict[int, frozenset[str]]:
    """Read the codes of the networks that enrol these activators."""
    query = select(enrolment.c.activator_id, enrolment.c.network_code).where(
        enrolment.c.activator_id.in_(activator_ids)
    )
    codes: dict[int, set[str]] = {one: set() for one in activator_ids}
    for activator_id, code in await session.execute(query):
        codes[activator_id].add(code)
    return {one: frozenset(found) for one, found in codes.items()}


def asked_of(row: Row[Any], network_codes: frozenset[str]) -> Asked:
    """Take them from a row of `requests_with_asked`."""
    return Asked(
        row.activator_id,
        row.asked_state,
        row.asked_structure_id,
        network_codes,
        row.asked_region_code,
    )


def standing_of(
    viewer: Viewer, row: Row[Any], asked: Asked, *, by_link: bool = False
) -> RequestStanding:
    """Say how somebody stands to a request; by its private link, as the company and no more.

    An activator reads what it was asked while it is a member: who was suspended or has left does
    not. Managers are those of its structure and networks of today.
    """
    facts = {"agreed": row.may_redirect, "sent": row.sent_at is not None}
    if by_link:
        return RequestStanding(company=True, **facts)
    return replace(
        standing_to_asked(viewer, asked),
        company=viewer.account_id is not None and viewer.account_id == row.account_id,
        portal=viewer.network_code is not None and viewer.network_code == row.network_code,
        **facts,
    )


def standing_to_asked(viewer: Viewer, asked: Asked) -> RequestStanding:
    """Say how somebody stands to what an activator was asked, whoever asked and through whom."""
    reach = not viewer.region_codes or asked.region_code in viewer.region_codes
    active = asked.state is ActivatorState.ACTIVE
    return RequestStanding(
        asked=asked.id in viewer.activator_ids and active,
        owner=viewer.owns(-1, asked.structure_id, asked.network_codes),
        institution=Role.INSTITUTION in viewer.roles and reach,
        moderator=Role.MODERATOR in viewer.roles,
        administrator=Role.ADMINISTRATOR in viewer.roles,
    )
