"""What is written about registrations: to who registered, and to those who may admit them."""

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language, Role
from models.activators import ActivatorState
from models.networks import AdmissionPolicy
from resolvers.claiming import declared_under
from resolvers.directory.slugs import digits_of
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.link_secrets import LinkTo
from resolvers.mail.sending import send_mail
from resolvers.platform import Platform
from resolvers.sign_in_mails import page_of_links

REGISTRATION_AWAITS = "registration_awaits"
"""Its payload: `activator_id`, and `account_id` of one who may admit it."""

account, role = tables.account, tables.account_role


async def write_to_registered(platform: Platform, job: TakenJob) -> None:
    """Send the link that proves an address; to one who has a page already, word of that.

    Nothing for a registration that another replaced, or whose time is over.
    """
    table, now = tables.registration, platform.now()
    query = select(table.c.id, table.c.email, table.c.language).where(
        table.c.id == job.payload["registration_id"], table.c.expires_at > now
    )
    async with platform.database.read() as session:
        found = (await session.execute(query)).one_or_none()
        if found is None:
            return
        known = await _has_page(session, found.email)
    secret = platform.link_secrets.write(LinkTo.REGISTRATION, found.id)
    page = page_of_links(platform)
    link = {"link": f"{page}#registration={secret}", "token": secret}
    await send_mail(
        platform,
        job,
        to=found.email,
        language=found.language,
        template="registration_known" if known else "registration",
        values={"page": page}
        if known
        else {**link, "hours": f"{platform.policy.registration_hours:g}"},
    )


async def _has_page(session: AsyncSession, email: str) -> bool:
    """Say whether an address has a page that is not withdrawn, or may claim one."""
    activator = tables.activator
    query = (
        select(activator.c.id)
        .join(role, role.c.activator_id == activator.c.id)
        .join(account, account.c.id == role.c.account_id)
        .where(account.c.email == email, activator.c.state != ActivatorState.WITHDRAWN)
    )
    own = (await session.execute(query.limit(1))).first()
    return own is not None or bool(await declared_under(session, email))


async def enqueue_awaiting(
    platform: Platform, session: AsyncSession, activator_id: int, network: str | None
) -> None:
    """Have those told who may admit a registration: moderators, and its network where it may."""
    table = tables.network
    admitting = exists().where(
        table.c.code == network, table.c.admission == AdmissionPolicy.BY_NETWORK
    )
    manages = and_(role.c.role == Role.NETWORK_MANAGER, role.c.network_code == network, admitting)
    query = select(role.c.account_id).where(or_(role.c.role == Role.MODERATOR, manages))
    for account_id in (await session.execute(query.distinct())).scalars().all():
        told = {"activator_id": activator_id, "account_id": account_id}
        key = f"{REGISTRATION_AWAITS}:{activator_id}:{account_id}"
        await enqueue(session, REGISTRATION_AWAITS, told, now=platform.now(), dedupe_key=key)


async def tell_registration_awaits(platform: Platform, job: TakenJob) -> None:
    """Tell one who may admit it that a registration awaits them, if it still does."""
    reader = await _reader(platform, job)
    if reader is None:
        return
    page, number = page_of_links(platform), digits_of(job.payload["activator_id"])
    await send_mail(
        platform,
        job,
        to=reader[0],
        language=reader[1],
        template="registration_awaits",
        values={"link": f"{page}#activator={number}"},
    )


async def _reader(platform: Platform, job: TakenJob) -> tuple[str, Language] | None:
    activator = tables.activator
    waiting = exists().where(
        activator.c.id == job.payload["activator_id"], activator.c.state == ActivatorState.PENDING
    )
    query = select(account.c.email, account.c.language).where(
        account.c.id == job.payload["account_id"], waiting
    )
    async with platform.database.read() as session:
        found = (await session.execute(query)).one_or_none()
    return None if found is None else (found.email, found.language)
