"""What activators are told by mail."""

from sqlalchemy import func, select

from models import tables
from models.accounts import Language
from models.activators import ActivatorState
from resolvers.jobs.handling import TakenJob
from resolvers.mail.sending import send_mail
from resolvers.platform import Platform

STATE_CHANGED = "state_changed"
"""Its payload: `activator_id` and `state`, the one that it came to."""


async def tell_state(platform: Platform, job: TakenJob) -> None:
    """Tell an activator that it was admitted, suspended or withdrawn, if it has an address.

    The address is that of the moment; an account that has it says the language, French otherwise.
    """
    activator, account = tables.activator, tables.account
    query = (
        select(activator.c.email, activator.c.given_name, account.c.language)
        .outerjoin_from(activator, account, account.c.email == func.lower(activator.c.email))
        .where(activator.c.id == job.payload["activator_id"])
    )
    async with platform.database.read() as session:
        found = (await session.execute(query)).one_or_none()
    if found is None or not found.email:
        return
    state = ActivatorState(job.payload["state"])
    await send_mail(
        platform,
        job,
        to=found.email,
        language=found.language or Language.FR,
        template=f"state_{state.value.lower()}",
        values={"given_name": found.given_name},
    )
