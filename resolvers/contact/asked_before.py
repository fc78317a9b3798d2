"""What was asked before is not asked twice: under one idempotency key, or by one address.

An address that asks the same activator again is written to, with its link: so the one whose it is
knows of it, whoever typed it.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.contact_requests import Author
from models.request_steps import OPEN
from permissions.viewer import Viewer
from resolvers.contact.given_request import CheckedRequest, GivenRequest
from resolvers.contact.letters import enqueue_letter
from resolvers.refusal import Conflict
from resolvers.sealing import Sealer

request = tables.contact_request

PAUSE = timedelta(hours=1)
"""How long a company that was written to is not sent its link again."""


class Names(NamedTuple):
    """By what an asking is known again: who asked it under which key, what it was, and for whom."""

    idempotency_hash: str
    asked_hash: str
    email_hash: str


def names_of(sealer: Sealer, viewer: Viewer, given: GivenRequest, checked: CheckedRequest) -> Names:
    """Name an asking: keys are each network's own, each account's, and those of all visitors."""
    account = "" if viewer.account_id is None else f"account {viewer.account_id}"
    who = account if viewer.network_code is None else f"network {viewer.network_code}"
    asked = [
        *(f"{given.activator_id}", checked.content),
        *(checked.size.value, checked.sector_code, checked.expertise),
        *(given.language.value, given.agrees_to_redirection),
    ]
    return Names(
        sealer.hash("idempotency", f"{who} {checked.key}"),
        sealer.hash("asked", orjson.dumps(asked).decode()),
        sealer.hash("email", checked.content["email"]),
    )


async def asked_under_key(session: AsyncSession, names: Names) -> int | None:
    """Find what was asked under the key; raises Conflict where it was something else."""
    columns = (request.c.id, request.c.asked_hash)
    query = select(*columns).where(request.c.idempotency_hash == names.idempotency_hash)
    found = (await session.execute(query)).one_or_none()
    if found is None:
        return None
    if found.asked_hash != names.asked_hash:
        raise Conflict("Something else was asked under this key.", "idempotencyKey")
    return int(found.id)


async def asked_and_open(session: AsyncSession, names: Names, activator_id: int) -> Row[Any] | None:
    """Find what the address has asked the activator, of which something may still come."""
    same = (request.c.email_hash == names.email_hash, request.c.activator_id == activator_id)
    query = select(request).where(*same, request.c.state.in_(OPEN)).order_by(request.c.created_at)
    found: Row[Any] | None = (await session.execute(query.limit(1))).one_or_none()
    return found


async def mail_link_again(session: AsyncSession, row: Row[Any], *, now: datetime) -> None:
    """Write to who asked, at most once an hour; to nobody while the request is held."""
    if row.sent_at is None or row.sent_at + PAUSE > now:
        return
    key = f"again:{now:%Y%m%d%H}"
    await enqueue_letter(session, row.id, Author.COMPANY, "contact_again", key, now=now)
