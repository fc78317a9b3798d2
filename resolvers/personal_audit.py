"""What the audit says of one account, without what it says of others."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import BigInteger, Select, and_, cast, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables

entry = tables.audit_entry


async def entries_about(
    session: AsyncSession, account_id: int, its_own: Mapping[str, Collection[int]]
) -> list[dict[str, Any]]:
    """List what an account did and what was done to it or to what is its own, in order.

    What it did to others is told without whom it was done to and what was so: that is theirs.
    What others did to it is told without who they are.
    """
    own = {kind: {str(one) for one in ids} for kind, ids in its_own.items()}
    own["Account"] = {str(account_id)}
    to_it = or_(
        *(and_(entry.c.subject == kind, entry.c.subject_id.in_(ids)) for kind, ids in own.items())
    )
    query = select(entry).where(or_(entry.c.account_id == account_id, to_it))
    told = []
    for row in await session.execute(query.order_by(entry.c.sequence)):
        one = {"at": row.at.isoformat(), "action": row.action, "subject": row.subject}
        one["byMyself"] = row.account_id == account_id
        if one["byMyself"]:
            one["client"] = row.client
        if row.subject_id in own.get(row.subject, ()):
            one |= {"subjectId": row.subject_id, "before": row.before, "after": row.after}
        told.append(one)
    return told


def keys_made_by(account_id: int) -> Select[Any]:
    """Select the numbers of the API keys that an account made: the audit alone knows."""
    return select(cast(entry.c.subject_id, BigInteger)).where(
        entry.c.account_id == account_id, entry.c.action == "api_key.create"
    )
