"""What people are told by mail of their account."""

from models.accounts import Language
from resolvers.jobs.failures import Permanent
from resolvers.jobs.handling import TakenJob
from resolvers.mail.sending import send_mail
from resolvers.platform import Platform

ACCOUNT_DELETED = "account_deleted"
"""Its payload: `email` and `language`, which nothing else holds any more."""


async def tell_deletion(platform: Platform, job: TakenJob) -> None:
    """Tell somebody that their account is gone.

    Where no mail will ever arrive the job is done all the same, not dead: a dead one would keep
    the address.
    """
    try:
        await send_mail(
            platform,
            job,
            to=job.payload["email"],
            language=Language(job.payload["language"]),
            template=ACCOUNT_DELETED,
            values={},
        )
    except Permanent:
        return
