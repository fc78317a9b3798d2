"""Delivery: a mail goes to an SMTP server, or into a folder where people look at it.

The address of a server holds its password: it is never part of an error or a log.
"""

import asyncio
import os
import tempfile
from copy import deepcopy
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

import aiosmtplib

from resolvers.jobs.failures import Permanent

SMTP_SECONDS = 15.0
"""How long the server may take for each of its answers."""
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
EXPECTED = "expected smtp://, smtp+starttls:// or smtps://user:password@host:port, or file:///path"


class MailRefused(Permanent):
    """The server refuses this recipient or this message for good (5xx)."""


class Delivery(Protocol):
    """A way that mails go."""

    async def deliver(self, message: EmailMessage) -> None:
        """Hand it over, or raise: MailRefused where it will never go, else what went wrong."""


def delivery_to(address: str) -> "SmtpDelivery | FolderDelivery":
    """Read `smtp://`, `smtp+starttls://`, `smtps://` or `file:///folder`; raises ValueError."""
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError:
        raise ValueError(EXPECTED) from None
    if url.scheme == "file" and url.path.startswith("/") and not url.netloc:
        return FolderDelivery(Path(unquote(url.path)))
    if url.scheme not in PORTS or not url.hostname or url.path.strip("/") or url.query:
        raise ValueError(EXPECTED)
    return _smtp(url, url.hostname, port or PORTS[url.scheme])


def _smtp(url: SplitResult, host: str, port: int) -> "SmtpDelivery":
    user, password = (None if one is None else unquote(one) for one in (url.username, url.password))
    return SmtpDelivery(
        host,
        port,
        user or None,
        password,
        use_tls=url.scheme == "smtps",
        start_tls=url.scheme == "smtp+starttls",
    )


@dataclass(frozen=True, slots=True)
class SmtpDelivery:
    """A server, a connection a mail; certificates are checked where there is TLS.

    A 5xx for the sender, the recipient or the message is for good. All else is tried again: 4xx,
    no connection, no answer in time, and a password that is refused, which is not the mail's fault.
    """

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    use_tls: bool = False
    start_tls: bool = False
    seconds: float = SMTP_SECONDS

    async def deliver(self, message: EmailMessage) -> None:
        """Send it."""
        try:
            await aiosmtplib.send(
                message,
                hostname=self.host,
                port=self.port,
                username=self.user,
                password=self.password,
                use_tls=self.use_tls,
                start_tls=self.start_tls,
                timeout=self.seconds,
            )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            if all(one.code >= 500 for one in refused.recipients):
                raise MailRefused from None
            raise
        except (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPDataError) as refused:
            if refused.code >= 500:
                raise MailRefused from None
            raise


@dataclass(frozen=True, slots=True)
class FolderDelivery:
    """A folder, for trials: a mail is a file named by its Message-ID, for its owner alone.

    Its text stands there as it is, so that a link can be copied out of it.
    """

    folder: Path

    async def deliver(self, message: EmailMessage) -> None:
        """Write it, whole or not at all."""
        await asyncio.to_thread(self._write, message)

    def _write(self, message: EmailMessage) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = message["Message-ID"].strip("<>").replace("/", "_")
        descriptor, path = tempfile.mkstemp(dir=self.folder, suffix=".part")  # its mode is 0600
        with os.fdopen(descriptor, "wb") as file:
            file.write(readable(message).as_bytes(policy=SMTP))
        Path(path).replace(self.folder / f"{name}.eml")


def readable(message: EmailMessage) -> EmailMessage:
    """Copy a mail, with its text not encoded for the way."""
    copy = deepcopy(message)
    text = copy.get_body(("plain",))
    if isinstance(text, EmailMessage):
        text.set_content(text.get_content(), cte="8bit")
    return copy


class NoDelivery:
    """None: a process that does no jobs sends nothing, and need not know how."""

    async def deliver(self, message: EmailMessage) -> None:
        """Refuse for now."""
        raise RuntimeError("nobody said how mail goes")
