"""How a viewer stands to a declared engagement: facts, from which the rule book decides."""

from typing import Any

from sqlalchemy import Row, Select, select

from models import tables
from permissions.declarations import DeclarationStanding
from permissions.viewer import Viewer
from resolvers.contact.departments import REGION, located
from resolvers.contact.standing import Asked, standing_to_asked

engagement, activator = tables.declared_engagement, tables.activator


def engagements_with_provider() -> Select[Any]:
    """Select declared engagements, each with its provider's state, structure and region."""
    query = select(
        engagement,
        activator.c.state.label("asked_state"),
        activator.c.structure_id.label("asked_structure_id"),
        REGION.label("asked_region_code"),
    )
    return located(query.join(activator, activator.c.id == engagement.c.activator_id))


def standing_of(
    viewer: Viewer, row: Row[Any], provider: Asked, *, by_link: bool = False
) -> DeclarationStanding:
    """Say how somebody stands to one; by its private link, as the company and no more."""
    if by_link:
        return DeclarationStanding(company=True)
    return _standing(
        viewer,
        provider,
        company=viewer.account_id is not None and viewer.account_id == row.account_id,
        portal=viewer.network_code is not None and viewer.network_code == row.network_code,
    )


def standing_to_provider(viewer: Viewer, provider: Asked) -> DeclarationStanding:
    """Say how somebody stands to what is declared of a provider, whoever declares it."""
    return _standing(viewer, provider, company=False, portal=False)


def _standing(
    viewer: Viewer, provider: Asked, *, company: bool, portal: bool
) -> DeclarationStanding:
    """Take who the provider is to the viewer as contact requests do."""
    to_it = standing_to_asked(viewer, provider)
    return DeclarationStanding(
        company=company,
        provider=to_it.asked,
        owner=to_it.owner,
        institution=to_it.institution,
        moderator=to_it.moderator,
        administrator=to_it.administrator,
        portal=portal,
    )
