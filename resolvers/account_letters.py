"""What managers and moderators are told by mail of the people in structures (article 3)."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Role
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.mail.sending import send_mail
from resolvers.platform import Platform

ACCOUNT_LETTER = "account_letter"
"""Its payload: `letter`, `account_id`, `structure_id`, and `activator_id`, none if about nobody."""

DEPARTURE, ARRIVAL = "departure", "arrival"
NEW_KIND, EMPLOYMENT = "new_kind", "employment"
"""Letters, by their templates."""

account, role = tables.account, tables.account_role
activator, structure = tables.activator, tables.structure


async def managers_of(session: AsyncSession, structure_id: int) -> list[int]:
    """List the accounts that manage a structure."""
    query = select(role.c.account_id).where(role.c.structure_id == structure_id)
    return list((await session.execute(query.order_by(role.c.account_id))).scalars())


async def moderators(session: AsyncSession) -> list[int]:
    """List the accounts that moderate."""
    query = select(role.c.account_id).where(role.c.role == Role.MODERATOR)
    return list((await session.execute(query.order_by(role.c.account_id))).scalars())


async def enqueue_letters(
    session: AsyncSession,
    letter: str,
    accounts: Iterable[int],
    *,
    structure_id: int,
    activator_id: int | None = None,
    now: datetime,
) -> None:
    """Have a letter sent to each of these accounts; the same once a day, whatever is declared."""
    told = {"letter": letter, "structure_id": structure_id, "activator_id": activator_id}
    for account_id in accounts:
        payload = {**told, "account_id": account_id}
        key = f"{letter}:{structure_id}:{activator_id}:{account_id}:{now:%Y-%m-%d}"
        await enqueue(session, ACCOUNT_LETTER, payload, now=now, dedupe_key=key)


async def send_letter(platform: Platform, job: TakenJob) -> None:
    """Send a letter, if whom and what it is about are still there."""
    asked = job.payload
    about = (
        select(account.c.email, account.c.language, structure.c.name)
        .join_from(account, structure, structure.c.id == asked["structure_id"])
        .where(account.c.id == asked["account_id"])
    )
    person = select(activator.c.given_name, activator.c.family_name).where(
        activator.c.id == asked["activator_id"], activator.c.erased_at.is_(None)
    )
    async with platform.database.read() as session:
        found = (await session.execute(about)).one_or_none()
        named = (await session.execute(person)).one_or_none()
    if found is None or (named is None and asked["activator_id"] is not None):
        return
    await send_mail(
        platform,
        job,
        to=found.email,
        language=found.language,
        template=asked["letter"],
        values={"structure": found.name, "person": " ".join(named or ())},
    )
