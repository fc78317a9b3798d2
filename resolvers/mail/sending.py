"""Sending: the one way in which handlers of jobs write to people."""

from collections.abc import Mapping

from models.accounts import Language
from resolvers.jobs.handling import TakenJob
from resolvers.mail.message import write_message
from resolvers.platform import Platform


async def send_mail(
    platform: Platform,
    job: TakenJob,
    *,
    to: str,
    language: Language,
    template: str,
    values: Mapping[str, str],
) -> None:
    """Send the mail of a job, one a job: its Message-ID is made of the job's id.

    `template` names a file in `templates/`, without its language; it may use `values` and
    `public_url`. Raises MailRefused where it will never arrive.
    """
    mail = platform.mail
    message = write_message(
        template,
        language,
        {"public_url": mail.public_url, **values},
        sender=mail.sender,
        to=to,
        at=platform.now(),
        message_id=mail.message_id(job.id),
    )
    await mail.delivery.deliver(message)
