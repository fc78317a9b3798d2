"""What is held about a person in contact requests (RGPD, article 15), for the personal export.

A company is given all of what it asked, opened. An activator is given where each request stands
that it was asked, and its own messages: what the company wrote, and what was found out about it,
are the company's.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Table, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.contact_requests import Author
from resolvers.personal_rows import Told, camel, told, told_rows
from resolvers.sealing import Sealer

request, message = tables.contact_request, tables.contact_message

FINDING = ("email_hash", "text_hash", "idempotency_hash", "asked_hash")
"""Keyed hashes: they find a request again and tell nothing."""

ANSWERED = (
    *("id", "reference", "activator_id", "structure_id", "state", "sent_at", "due_at"),
    *("acknowledged_at", "answered_at", "answer_minutes", "expired_at", "closed_at"),
)
"""What an activator is told of a request that it was asked."""


async def asked_by(
    session: AsyncSession, sealer: Sealer, account_id: int, email: str
) -> list[Told]:
    """Tell all of the requests of an account, and of those of its address that have no account."""
    unbound = and_(
        request.c.account_id.is_(None), request.c.email_hash == sealer.hash("email", email)
    )
    query = select(request).where(or_(request.c.account_id == account_id, unbound))
    rows = (await session.execute(query.order_by(request.c.created_at))).all()
    ids = [row.id for row in rows]
    parts = {
        "links": await _parts(session, tables.contact_request_link, ids, without=("token_hash",)),
        "steps": await _parts(session, tables.contact_request_step, ids, without=("account_id",)),
        "offers": await _parts(session, tables.redirection_offer, ids),
        "messages": await _opened(session, sealer, message, ids),
        "diagnosis": await _opened(session, sealer, tables.diagnosis, ids),
        "engagement": await _opened(session, sealer, tables.engagement, ids),
    }
    asked = [
        told(row, without=("sealed", *FINDING)) | {"content": _open(sealer, row.sealed)}
        for row in rows
    ]
    return _within(asked, parts)


async def asked_of(
    session: AsyncSession, sealer: Sealer, activator_ids: Collection[int]
) -> list[Told]:
    """Tell activators where the requests stand that were sent to them, and their own messages."""
    query = (
        select(*(request.c[name] for name in ANSWERED))
        .where(request.c.activator_id.in_(activator_ids), request.c.sent_at.is_not(None))
        .order_by(request.c.sent_at)
    )
    asked = await told_rows(session, query)
    ids = [one["id"] for one in asked]
    messages = await _opened(session, sealer, message, ids)
    parts = {
        "steps": await _parts(session, tables.contact_request_step, ids, without=("account_id",)),
        "messages": [one for one in messages if one["author"] == Author.ACTIVATOR.name],
    }
    return _within(asked, parts)


async def _parts(
    session: AsyncSession, table: Table, ids: list[int], *, without: Sequence[str] = ()
) -> list[Told]:
    """Read the rows that stand on these requests, the first ones first."""
    own = select(table).where(table.c.request_id.in_(ids)).order_by(*table.primary_key)
    return await told_rows(session, own, without=without)


async def _opened(
    session: AsyncSession, sealer: Sealer, table: Table, ids: list[int]
) -> list[Told]:
    """Read them with what is sealed in them opened, as `content`."""
    parts = await _parts(session, table, ids)
    for one in parts:
        one["content"] = _open(sealer, one.pop("sealed"))
    return parts


def _open(sealer: Sealer, sealed: str | None) -> Told | None:
    if sealed is None:
        return None
    return {camel(name): value for name, value in sealer.open(sealed).items()}


def _within(asked: list[Told], parts: dict[str, list[Told]]) -> list[Told]:
    """Put the rows of each part within their request."""
    for one in asked:
        for name, rows in parts.items():
            one[name] = [row for row in rows if row["requestId"] == one["id"]]
    return asked
