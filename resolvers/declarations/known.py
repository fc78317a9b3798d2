"""What was declared before is not declared twice: under one key, or by one address.

An address that declares again what its provider has not answered yet is written to, with its link:
so the one whose it is knows of it, whoever typed it, and finds a link that was lost.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.contact_requests import Author
from models.declared_engagements import OPEN, DeclarationState
from permissions.viewer import Viewer
from resolvers.declarations.given import CheckedEngagement, GivenEngagement
from resolvers.declarations.letters import enqueue_letter
from resolvers.refusal import Conflict
from resolvers.sealing import Sealer

engagement = tables.declared_engagement

PAUSE = timedelta(hours=1)
"""How long a company that was written to is not sent its link again."""


class Names(NamedTuple):
    """By what a declaration is known again: its key, what it was, of whom, and its proof."""

    idempotency_hash: str | None
    declared_hash: str
    email_hash: str
    proof_hash: str


def names_of(
    sealer: Sealer, viewer: Viewer, given: GivenEngagement, checked: CheckedEngagement
) -> Names:
    """Name a declaration: keys are each network's own, each account's, and all visitors'."""
    account = "" if viewer.account_id is None else f"account {viewer.account_id}"
    who = account if viewer.network_code is None else f"network {viewer.network_code}"
    content = checked.content
    declared = [
        *(f"{given.activator_id}", content),
        *(given.engaged_on.isoformat(), given.language.value),
    ]
    proof = "".join(filter(str.isalnum, content["proof"].casefold())) or content["proof"]
    return Names(
        checked.key and sealer.hash("declaration", f"{who} {checked.key}"),
        sealer.hash("declared", orjson.dumps(declared).decode()),
        sealer.hash("email", content["email"]),
        sealer.hash("proof", proof),
    )


async def declared_under_key(session: AsyncSession, names: Names) -> int | None:
    """Find what was declared under the key; raises Conflict where it was something else."""
    if names.idempotency_hash is None:
        return None
    columns = (engagement.c.id, engagement.c.declared_hash)
    query = select(*columns).where(engagement.c.idempotency_hash == names.idempotency_hash)
    found = (await session.execute(query)).one_or_none()
    if found is None:
        return None
    if found.declared_hash != names.declared_hash:
        raise Conflict("Something else was declared under this key.", "idempotencyKey")
    return int(found.id)


async def declared_before(
    session: AsyncSession, names: Names, activator_id: int
) -> Row[Any] | None:
    """Find the same engagement: of that proof, unless it was withdrawn or refused.

    By nothing else: two that share a day may be two, and who types an address that is another's
    would tell by their numbers whether it had declared that day.
    """
    query = (
        select(engagement)
        .where(
            engagement.c.email_hash == names.email_hash,
            engagement.c.activator_id == activator_id,
            engagement.c.proof_hash == names.proof_hash,
            engagement.c.state.in_(OPEN | {DeclarationState.CONFIRMED}),
        )
        .order_by(engagement.c.declared_at)
    )
    found: Row[Any] | None = (await session.execute(query.limit(1))).one_or_none()
    return found


async def mail_link_again(session: AsyncSession, row: Row[Any], *, now: datetime) -> None:
    """Write to who declared, at most once an hour."""
    if row.declared_at + PAUSE <= now:
        key = f"{now:%Y%m%d%H}"
        await enqueue_letter(session, row.id, Author.COMPANY, "engagement_again", now=now, key=key)
