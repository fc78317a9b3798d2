"""To whom mails go: addresses and languages as they are when a mail is sent."""

from typing import Any

from sqlalchemy import Column, Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables

activator, account = tables.activator, tables.account


async def find_activator(session: AsyncSession, activator_id: int) -> Row[Any] | None:
    """Read whom to write to, where it stands and the `language` of the account of its address.

    None for one that was erased, or has no address.
    """
    names = ("state", "state_reason", "email", "given_name", "confirmed_at", "lapsed_at", "left_at")
    columns: list[Column[Any]] = [*(activator.c[name] for name in names), account.c.language]
    query = (
        select(*columns)
        .outerjoin_from(activator, account, account.c.email == func.lower(activator.c.email))
        .where(
            activator.c.id == activator_id,
            activator.c.email.is_not(None),
            activator.c.erased_at.is_(None),
        )
    )
    return (await session.execute(query)).one_or_none()
