"""Outgoing mail: the way it goes, in whose name, and the address of the service that it gives."""

from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.policy import SMTP
from urllib.parse import urlsplit

from resolvers.mail.delivery import Delivery


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """What each mail of this service has in common."""

    delivery: Delivery
    sender: str
    """`Name <address>`, or the address alone."""
    public_url: str

    def message_id(self, job_id: int) -> str:
        """Name the mail of a job: sent twice, it has the same name, and shows once."""
        return f"<job-{job_id}@{urlsplit(self.public_url).hostname or 'localhost'}>"


def check_sender(text: str) -> str:
    """Check `Name <address>`; raises ValueError for anything but one address."""
    header = SMTP.header_factory("From", text)
    addresses: tuple[Address, ...] = getattr(header, "addresses", ())
    defects: tuple[MessageError, ...] = header.defects
    if defects or len(addresses) != 1 or not addresses[0].domain or not text.isprintable():
        raise ValueError("expected one address, as in Maillage <maillage@example.org>")
    return text
