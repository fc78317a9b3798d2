"""Whether a company may review what it was helped with: the rule book, and no review of oneself."""

from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorKind, ActivatorState
from permissions.audiences import Facts
from permissions.permission import Permission
from permissions.rulebook import may
from permissions.viewer import VISITOR, Viewer
from resolvers.platform import Platform
from resolvers.refusal import Forbidden
from resolvers.reviews.occasions import Occasion

activator, structure = tables.activator, tables.structure
account, role = tables.account, tables.account_role

KINDS = tuple(
    kind
    for kind in ActivatorKind
    if may(
        Permission.REVIEW,
        VISITOR.standing(owner=False, helped=True),
        Facts(kind, ActivatorState.ACTIVE),
    )
)
"""The kinds that are reviewed at all."""
NOT_HELPED = {
    "request_id": "It is reviewed once its activator has answered it.",
    "engagement_id": "It is reviewed once it is confirmed.",
}
NEVER = "Activators of this kind are not reviewed."
NOT_NOW = "This cannot be reviewed now."
OWN = "A company does not review itself, nor those who work for it."


async def check_may_review(
    platform: Platform, session: AsyncSession, viewer: Viewer, occasion: Occasion
) -> None:
    """Raise Forbidden, with a sentence that says why, where the occasion is not to be reviewed.

    Its activator stays as it is until the transaction ends: who is being erased is not reviewed.
    """
    query = (
        select(activator, structure.c.siret)
        .join(structure, structure.c.id == activator.c.structure_id)
        .where(activator.c.id == occasion.activator_id)
        .with_for_update(of=activator, key_share=True)
    )
    row = (await session.execute(query)).one()
    facts = Facts(row.kind, row.state, listed=row.lapsed_at is None and row.left_at is None)
    standing = viewer.standing(owner=False, helped=occasion.helped)
    if not may(Permission.REVIEW, standing, facts):
        raise Forbidden(_why_not(occasion, facts))
    if await _is_its_own(platform, session, viewer, occasion, row):
        raise Forbidden(OWN)


def _why_not(occasion: Occasion, facts: Facts) -> str:
    if not facts.shown:
        return NOT_NOW
    return NEVER if occasion.helped else NOT_HELPED[occasion.column]


async def _is_its_own(
    platform: Platform, session: AsyncSession, viewer: Viewer, occasion: Occasion, row: Row[Any]
) -> bool:
    """Say whether who asked is the activator, its structure, or works or manages there."""
    held = {} if occasion.sealed is None else platform.sealer.open(occasion.sealed)
    if row.siret is not None and row.siret == held.get("siret"):
        return True
    email = str(held.get("email", "")).lower()
    accounts = [one for one in (occasion.account_id, viewer.account_id) if one is not None]
    colleagues = select(activator.c.id).where(activator.c.structure_id == row.structure_id)
    who = or_(account.c.id.in_(accounts), account.c.email == email)
    there = or_(role.c.structure_id == row.structure_id, role.c.activator_id.in_(colleagues))
    by_account = exists().where(role.c.account_id == account.c.id, who, there)
    by_address: ColumnElement[bool] = exists().where(
        activator.c.structure_id == row.structure_id, func.lower(activator.c.email) == email
    )
    return bool(await session.scalar(select(or_(by_account, by_address))))
