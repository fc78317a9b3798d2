"""Who may be asked for contact, and is there to answer: what the rule book says, in SQL.

Jobs ask it too, in processes that hold no directory. A test holds it to the rule book.
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorKind, ActivatorState
from models.request_steps import OPEN
from permissions.audiences import Facts
from permissions.permission import Permission
from permissions.rulebook import may
from permissions.viewer import VISITOR

activator, request = tables.activator, tables.contact_request

KINDS = tuple(
    kind
    for kind in ActivatorKind
    if may(
        Permission.REQUEST_CONTACT,
        VISITOR.standing(owner=False),
        Facts(kind, ActivatorState.ACTIVE),
    )
)
"""The kinds that a visitor may ask."""


def is_contactable() -> ColumnElement[bool]:
    """Whether a visitor may ask it: a member of such a kind, whose page is shown."""
    return and_(
        activator.c.kind.in_(KINDS),
        activator.c.state == ActivatorState.ACTIVE,
        activator.c.lapsed_at.is_(None),
        activator.c.left_at.is_(None),
        activator.c.erased_at.is_(None),
    )


def is_there(today: date) -> ColumnElement[bool]:
    """Whether it has not said that it is away today."""
    return or_(
        activator.c.away_from.is_(None),
        activator.c.away_from > today,
        activator.c.away_until < today,
    )


async def asked_already(session: AsyncSession, row: Row[Any]) -> set[int]:
    """List whom the company asked before in the chain of a request, or asks now in another one."""
    first = row.root_id or row.id
    chain = or_(request.c.id == first, request.c.root_id == first)
    now = and_(request.c.email_hash == row.email_hash, request.c.state.in_(OPEN))
    query = select(request.c.activator_id).where(or_(chain, now))
    return set((await session.execute(query)).scalars())


async def of_these_askable(
    session: AsyncSession, row: Row[Any], activator_ids: list[int], today: date
) -> list[int]:
    """Leave of these those to whom a request may go on, in their order.

    They stay as they are until the transaction ends.
    """
    query = select(activator.c.id).where(
        activator.c.id.in_(activator_ids), is_contactable(), is_there(today)
    )
    locked = query.order_by(activator.c.id).with_for_update(read=True)
    found = set((await session.execute(locked)).scalars()) - await asked_already(session, row)
    return [one for one in activator_ids if one in found]
