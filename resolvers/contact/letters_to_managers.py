"""What the managers of an activator are told of its requests: their state, never whose they are.

Managers are those of its structure and its networks, as they are when a letter is sent.
"""

from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Role
from resolvers.contact.letters import due_day, request_told_of
from resolvers.contact.links import page_of_request
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.mail.sending import send_mail
from resolvers.platform import Platform

CONTACT_MANAGER_LETTER = "contact_manager_letter"
"""Its payload: `request_id`, `account_id`, and the `template`."""

activator, enrolment = tables.activator, tables.enrolment
account, role = tables.account, tables.account_role


async def network_managers(session: AsyncSession, activator_id: int) -> list[int]:
    """List the accounts that manage a network which enrols an activator."""
    codes = select(enrolment.c.network_code).where(enrolment.c.activator_id == activator_id)
    manages = and_(role.c.role == Role.NETWORK_MANAGER, role.c.network_code.in_(codes))
    found = await session.execute(select(role.c.account_id).where(manages).distinct())
    return sorted(found.scalars())


async def all_managers(session: AsyncSession, activator_id: int) -> list[int]:
    """List the accounts that manage its structure or such a network."""
    own = select(activator.c.structure_id).where(activator.c.id == activator_id)
    manages = and_(role.c.role == Role.STRUCTURE_MANAGER, role.c.structure_id.in_(own))
    found = set((await session.execute(select(role.c.account_id).where(manages))).scalars())
    return sorted(found.union(await network_managers(session, activator_id)))


async def enqueue_manager_letters(
    session: AsyncSession, template: str, request_id: int, accounts: list[int], *, now: datetime
) -> None:
    """Have a letter about a request sent to each of these accounts, once."""
    for account_id in accounts:
        told = {"request_id": request_id, "account_id": account_id, "template": template}
        key = f"{template}:{request_id}:{account_id}"
        await enqueue(session, CONTACT_MANAGER_LETTER, told, now=now, dedupe_key=key)


async def send_manager_letter(platform: Platform, job: TakenJob) -> None:
    """Send a letter; nothing to one who does not manage it any more."""
    request_id, account_id = job.payload["request_id"], job.payload["account_id"]
    query = select(account.c.email, account.c.language).where(account.c.id == account_id)
    async with platform.database.read() as session:
        reader = (await session.execute(query)).one_or_none()
        row = await request_told_of(session, request_id)
        if reader is None or row is None:
            return
        if account_id not in await all_managers(session, row.activator_id):
            return
    await send_mail(
        platform,
        job,
        to=reader.email,
        language=reader.language,
        template=job.payload["template"],
        values={
            "activator": f"{row.given_name} {row.family_name}",
            "reference": row.reference,
            "due": due_day(row, reader.language),
            "link": page_of_request(platform, row.reference),
        },
    )
