"""The real ASGI application for tests, asked over HTTP; its jobs run when a test says so."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette

from models.database import Database
from resolvers.directory.directory import Directory
from resolvers.jobs.worker import Worker
from resolvers.platform import Platform
from resolvers.policy import Policy
from server import Settings, create_app

SECRET = "a secret of the tests, and of nothing else"
UNHURRIED = {
    name: 10**9 for name in Policy.model_fields if name.startswith("rate_") and "_per_" in name
}
"""Rates for tests about limits, whose clock stands still, but for the ones that they set."""
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
"""When the application's clock begins."""


class Clock:
    """The application's clock: it stands still until a test moves it."""

    def __init__(self) -> None:
        """Begin at `NOW`."""
        self.now = NOW

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def advance(self, **time: float) -> None:
        """Move it on, by what `timedelta` takes."""
        self.now += timedelta(**time)


@dataclass
class Service:
    """A running application; what is written through it shows in it at once."""

    client: httpx.AsyncClient
    platform: Platform
    clock: Clock
    mailbox: Path
    """Where its mails go, unless a setting says otherwise."""
    app: Starlette

    @property
    def database(self) -> Database:
        """Where it keeps everything."""
        return self.platform.database

    @property
    def directory(self) -> Directory:
        """What it shows."""
        return self.platform.directory

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Write as the application itself does."""
        async with self.database.write() as session:
            yield session

    async def work(self) -> int:
        """Run the jobs that are due; give how many times one was run."""
        return await Worker(self.platform).run_due()

    async def begin_day(self) -> None:
        """Have the jobs written that each day has."""
        assert await Worker(self.platform).begin_day() is not None

    def mails(self) -> list[EmailMessage]:
        """Read what was sent."""
        return mails_in(self.mailbox)

    def token(self, account_id: int) -> str:
        """Give an access token for an account."""
        now = self.clock()
        return self.platform.tokens.write(account_id, now=now, lifetime=timedelta(hours=1))

    async def ask(
        self, query: str, variables: dict[str, Any] | None = None, *, token: str | None = None
    ) -> dict[str, Any]:
        """Ask a query, as a visitor or with a token; give the whole answer."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        response = await self.client.post(
            "/graphql", json={"query": query, "variables": variables}, headers=headers
        )
        answer: dict[str, Any] = response.json()
        return answer

    async def data(
        self, query: str, variables: dict[str, Any] | None = None, *, token: str | None = None
    ) -> Any:
        """Ask a query that must succeed; give its data."""
        answer = await self.ask(query, variables, token=token)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]


def address_of(database: Database) -> str:
    """Give the address of a database, as a setting."""
    plain = database.url.set(drivername=database.url.get_backend_name())
    return plain.render_as_string(hide_password=False)


def settings_of(database: Database, **values: Any) -> Settings:
    """Make the settings of an application on the same database.

    It limits nothing unless rates are given, so that a test may set its clock back.
    """
    limits = (
        UNHURRIED if any(name.startswith("rate_") for name in values) else {"rate_limits": "off"}
    )
    ours = {"database_url": address_of(database), "secret_key": SecretStr(SECRET)}
    return Settings(**{**ours, "work_in_serve": False, "check_links": False, **limits, **values})


def read_mail(content: bytes) -> EmailMessage:
    """Read a mail as it was sent."""
    return BytesParser(EmailMessage, policy=SMTP).parsebytes(content)


def mails_in(folder: Path) -> list[EmailMessage]:
    """Read the mails of a folder."""
    return [read_mail(file.read_bytes()) for file in folder.glob("*.eml")]


@asynccontextmanager
async def running(database: Database, **settings: Any) -> AsyncIterator[Service]:
    """Run an application on a database, with some settings of its own, or another `clock`."""
    clock = settings.pop("clock", None) or Clock()
    with TemporaryDirectory(prefix="maillage-mailbox-") as mailbox:
        ours = {"smtp_url": SecretStr(f"file://{mailbox}"), **settings}
        app = create_app(settings_of(database, **ours), clock=clock)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://maillage.test") as client,
        ):
            yield Service(client, app.state.platform, clock, Path(mailbox), app)
