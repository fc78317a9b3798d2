"""A real SMTP server for tests, in a thread of this process: it keeps what it accepts."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from tests.live_server import free_port
from tests.service import read_mail

Reply = Callable[[int], str | None]
"""What to answer to the message of this number, from 1 on; None accepts it."""


@dataclass
class MailServer:
    """A server; `reply` and `refused` may be changed while it runs."""

    port: int
    seconds: float = 0.0
    """How long it takes for a message, before it accepts it."""
    reply: Reply = lambda _: None
    refused: dict[str, str] = field(default_factory=dict)
    """Recipients that it refuses, and with which words."""
    envelopes: list[Envelope] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """The Message-IDs of what it accepted, in order."""
    tried: int = 0

    @property
    def url(self) -> str:
        """Its address, as a setting."""
        return f"smtp://127.0.0.1:{self.port}"

    def mails(self) -> list[EmailMessage]:
        """Read what it accepted."""
        return [read_mail(one.original_content or b"") for one in self.envelopes]

    async def handle_RCPT(  # noqa: N802  aiosmtpd names it so
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient or refuse it."""
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        """Take a message or refuse it."""
        self.tried += 1
        answer = self.reply(self.tried)
        await asyncio.sleep(self.seconds)
        if answer is None:
            self.envelopes.append(envelope)
            self.names.append(str(read_mail(envelope.original_content or b"")["Message-ID"]))
        return answer or "250 OK"


@contextmanager
def mail_server(
    *,
    tls: ssl.SSLContext | None = None,
    start_tls: ssl.SSLContext | None = None,
    password: str | None = None,
    port: int | None = None,
    **behaviour: Any,
) -> Iterator[MailServer]:
    """Run a server, on a free port if none is given; who gives another password sends nothing."""

    def knows(_server: Any, _session: Any, _envelope: Any, _way: str, given: Any) -> AuthResult:
        good = password is not None and given.password == password.encode()
        return AuthResult(success=good, handled=good)

    server = MailServer(port or free_port(), **behaviour)
    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=server.port,
        ssl_context=tls,
        tls_context=start_tls,
        require_starttls=start_tls is not None,
        auth_required=password is not None and start_tls is not None,
        auth_require_tls=start_tls is not None,
        authenticator=knows,
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
