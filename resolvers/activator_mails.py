"""What activators are told by mail."""

from resolvers.jobs.handling import TakenJob
from resolvers.mail.sending import send_mail
from resolvers.platform import Platform
from resolvers.recipients import find_activator

STATE_CHANGED = "state_changed"
"""Its payload: `activator_id`, the `template` that tells it, and the `network` it names, if any."""


async def tell_state(platform: Platform, job: TakenJob) -> None:
    """Tell an activator what became of its membership and why, if it has an address.

    Address and reason are those of the moment.
    """
    async with platform.database.read() as session:
        found = await find_activator(session, job.payload["activator_id"])
    if found is None:
        return
    await send_mail(
        platform,
        job,
        to=found.email,
        language=found.language,
        template=job.payload["template"],
        values={
            "given_name": found.given_name,
            "reason": found.state_reason or "",
            "days": str(platform.policy.withdrawn_days),
            "network": job.payload.get("network", ""),
        },
    )
