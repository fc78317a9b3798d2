"""What activators are told by mail."""

from sqlalchemy import func, select

from models import tables
from models.accounts import Language
from resolvers.jobs.handling import TakenJob
from resolvers.mail.sending import send_mail
from resolvers.platform import Platform

STATE_CHANGED = "state_changed"
"""Its payload: `activator_id` and the `template` that tells it."""


async def tell_state(platform: Platform, job: TakenJob) -> None:
    """Tell an activator what became of its membership and why, if it has an address.

    Address and reason are those of the moment; an account that has the address says the language,
    French otherwise.
    """
    activator, account = tables.activator, tables.account
    query = (
        select(
            activator.c.email,
            activator.c.given_name,
            activator.c.state_reason,
            account.c.language,
        )
        .outerjoin_from(activator, account, account.c.email == func.lower(activator.c.email))
        .where(activator.c.id == job.payload["activator_id"])
    )
    async with platform.database.read() as session:
        found = (await session.execute(query)).one_or_none()
    if found is None or not found.email:
        return
    await send_mail(
        platform,
        job,
        to=found.email,
        language=found.language or Language.FR,
        template=job.payload["template"],
        values={
            "given_name": found.given_name,
            "reason": found.state_reason or "",
            "days": str(platform.policy.withdrawn_days),
        },
    )
