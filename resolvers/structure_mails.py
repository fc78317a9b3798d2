"""What people are told by mail about structures: an invitation, and the end of a role."""

from sqlalchemy import select

from models import tables
from models.accounts import Role
from resolvers.jobs.handling import TakenJob
from resolvers.link_secrets import LinkTo
from resolvers.mail.days import written
from resolvers.mail.sending import send_mail
from resolvers.platform import Platform
from resolvers.sign_in_mails import page_of_links

MANAGER_REMOVED = "structure_manager_removed"
"""Its payload: `account_id`, who it was, and `structure_id`."""

TEMPLATES = {
    Role.STRUCTURE_MANAGER: "invitation_manager",
    Role.ACTIVATOR: "invitation_activator",
}

structure = tables.structure


async def send_invitation(platform: Platform, job: TakenJob) -> None:
    """Send an invitation, unless it was accepted or withdrawn meanwhile, or is over."""
    table = tables.invitation
    query = (
        select(table, structure.c.name)
        .join_from(table, structure)
        .where(
            table.c.id == job.payload["invitation_id"],
            table.c.accepted_at.is_(None),
            table.c.expires_at > platform.now(),
        )
    )
    async with platform.database.read() as session:
        found = (await session.execute(query)).one_or_none()
    if found is None:
        return
    secret = platform.link_secrets.write(LinkTo.INVITATION, found.id)
    await send_mail(
        platform,
        job,
        to=found.email,
        language=found.language,
        template=TEMPLATES[found.role],
        values={
            "structure": found.name,
            "link": f"{page_of_links(platform)}#invitation={secret}",
            "token": secret,
            "until": written(found.expires_at, found.language),
        },
    )


async def tell_removed_manager(platform: Platform, job: TakenJob) -> None:
    """Tell an account that it no longer manages a structure, if both are still there."""
    account, payload = tables.account, job.payload
    query = (
        select(account.c.email, account.c.language, structure.c.name)
        .join_from(account, structure, structure.c.id == payload["structure_id"])
        .where(account.c.id == payload["account_id"])
    )
    async with platform.database.read() as session:
        found = (await session.execute(query)).one_or_none()
    if found is None:
        return
    await send_mail(
        platform,
        job,
        to=found.email,
        language=found.language,
        template=MANAGER_REMOVED,
        values={"structure": found.name},
    )
