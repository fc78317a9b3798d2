"""To whom mails go: addresses and languages as they are when a mail is sent."""

from typing import Any

from sqlalchemy import Column, Row, Select, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language

activator, account = tables.activator, tables.account


async def find_activator(session: AsyncSession, activator_id: int) -> Row[Any] | None:
    """Read whom to write to, where it stands, and the `language`.

    An account that has the address says the language, French otherwise. None for one that was
    erased, or has no address.
    """
    names = (
        "state",
        "state_reason",
        "state_changed_at",
        "email",
        "given_name",
        "confirmed_at",
        "lapsed_at",
        "left_at",
    )
    columns: list[Column[Any]] = [activator.c[name] for name in names]
    french = literal(Language.FR, account.c.language.type)
    query: Select[Any] = (
        select(*columns, func.coalesce(account.c.language, french).label("language"))
        .outerjoin_from(activator, account, account.c.email == func.lower(activator.c.email))
        .where(
            activator.c.id == activator_id,
            activator.c.email.is_not(None),
            activator.c.erased_at.is_(None),
        )
    )
    found: Row[Any] | None = (await session.execute(query)).one_or_none()
    return found
