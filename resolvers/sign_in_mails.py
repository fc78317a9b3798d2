"""Links to sign in, as they are sent by mail: the job that looks whether there is an account."""

import secrets
from datetime import timedelta

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language
from models.sessions import secret_hash
from resolvers.claiming import account_of
from resolvers.imports import in_one_transaction
from resolvers.jobs.handling import TakenJob
from resolvers.mail.sending import send_mail
from resolvers.platform import Platform

WAITED_FOR = timedelta(hours=6)
"""How long somebody waits for a link: one that could not be sent sooner is not sent any more."""


async def send_sign_in_link(platform: Platform, job: TakenJob) -> None:
    """Send an account a link that opens one session; nothing to an address without an account.

    An activator that a network declared under the address gets an account now. Each try has a link
    of its own, so that whichever mail arrives is good.
    """
    if platform.now() > job.created_at + WAITED_FOR:
        return
    token, language = secrets.token_urlsafe(32), Language(job.payload["language"])

    async def write_link(session: AsyncSession) -> bool:
        now = platform.now()
        account_id = await account_of(platform, session, job.payload["email"], language, now)
        if account_id is None:
            return False
        values = {"token_hash": secret_hash(token), "account_id": account_id}
        values["expires_at"] = now + platform.policy.sign_in_link_lifetime
        await session.execute(insert(tables.sign_in_link).values(values))
        return True

    if not await in_one_transaction(platform.database, write_link):
        return
    await send_mail(
        platform,
        job,
        to=job.payload["email"],
        language=language,
        template="sign_in",
        values={
            "link": f"{page_of_links(platform)}#token={token}",
            "token": token,
            "minutes": f"{platform.policy.sign_in_link_minutes:g}",
        },
    )


def page_of_links(platform: Platform) -> str:
    """Say where a link leads; what stands behind # is never sent to a server, nor logged there."""
    return platform.policy.sign_in_url or f"{platform.mail.public_url.rstrip('/')}/graphql"
