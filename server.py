"""Maillage: settings, the ASGI application, and the command line."""

import asyncio
import gc
import logging
import os
import secrets
import signal
import socket
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, NoReturn, TypeVar

import orjson
import structlog
import typer
import uvicorn
from alembic.util import CommandError
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from structlog.typing import Processor

from models import migration
from models.accounts import Role
from models.api_keys import Scope
from models.database import Database
from models.drivers import driver_url
from permissions.viewer import VISITOR, Viewer
from resolvers.account_actions import create_account, find_account
from resolvers.api_key_actions import MadeKey, make_api_key
from resolvers.api_key_terms import terms_of
from resolvers.audit import Audit
from resolvers.audit_check import verify_audit
from resolvers.charter_document import read_document
from resolvers.charter_installing import Installed, install_charter
from resolvers.consultations.counting import Consultations
from resolvers.consultations.recent import memory_to_share
from resolvers.directory.directory import Directory
from resolvers.directory.follower import Follower
from resolvers.directory.reading import check_readable
from resolvers.first_start import make_ready, prepare_local
from resolvers.imports import ImportReport
from resolvers.imports import Progress as ProgressCallback
from resolvers.jobs.worker import Worker
from resolvers.key_rotation import rotate_keys
from resolvers.key_secrets import KeySecrets, is_key
from resolvers.link_secrets import LinkSecrets
from resolvers.links.asking import LinkAsker
from resolvers.live_keys import LiveKeys
from resolvers.mail.delivery import Delivery, FolderDelivery, NoDelivery, delivery_to
from resolvers.mail.outgoing import OutgoingMail, check_sender
from resolvers.openid.issuers import Issuers
from resolvers.openid.reach import unknown_networks
from resolvers.openid.settings import IssuerSettings, named_once
from resolvers.platform import Platform
from resolvers.policy import Policy
from resolvers.purge import purge
from resolvers.rate_limits import RateLimits, counts_of
from resolvers.reference_actions import SHIPPED_CHARTER, check_installed
from resolvers.refusal import Refusal, Refusals
from resolvers.roster_import import import_roster
from resolvers.sealing import Sealer, checked_key
from resolvers.seed import seed as seed_directory
from resolvers.territory_import import import_territories
from resolvers.tokens import Tokens
from resolvers.viewers import Viewers
from resolvers.withdrawals import erase_those_withdrawn
from schema.client_address import ClientAddresses, ForwardedHeader, Network, read_network
from schema.door import Door
from schema.endpoint import Endpoint, EndpointLimits
from schema.graphiql import graphiql_files
from schema.in_time import InTime
from schema.limits.bounds import Limits
from schema.live.live import Live
from schema.live.transports import Sockets
from schema.mark.badge import badge_routes
from schema.operation import operation_routes
from schema.requests import RequestLog
from schema.reviews.page import review_pages
from schema.schema import build_schema

ROOT = Path(__file__).parent
LOCAL_DATABASE = f"sqlite:///{ROOT / 'var' / 'maillage.sqlite'}"
SHORTEST_SECRET = 32
STATEMENT_WITHIN = 30
"""Seconds for a statement of a worker. Commands wait: one import for another, or for an index."""
SOCKET_PING = 20
"""Seconds between two pings of a socket, and for its answer: without one it is closed."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

T = TypeVar("T")


def networks_of(text: object) -> object:
    """Read networks separated by commas."""
    if not isinstance(text, str):
        return text
    return tuple(read_network(one) for one in text.split(",") if one.strip())


def keys_of(text: object) -> object:
    """Read encryption keys separated by commas."""
    if not isinstance(text, str):
        return text
    return tuple(checked_key(one.strip()) for one in text.split(",") if one.strip())


class Settings(BaseSettings, Policy):
    """Environment variables, each with the prefix `MAILLAGE_`."""

    model_config = SettingsConfigDict(env_prefix="MAILLAGE_")

    database_url: str = LOCAL_DATABASE
    """`sqlite:///path` or `postgresql://user:password@host/name`."""
    database_pool: Annotated[int, Field(ge=1, le=100)] = 5
    secret_key: SecretStr | None = None
    """Signs tokens; at least 32 characters. Drawn and kept beside a local SQLite database."""
    data_keys: Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(keys_of)] = ()
    """Keys that encrypt what companies write (Fernet: 32 random bytes in URL-safe base64),
    separated by commas: the first one writes, all of them read. Without any, one is made of the
    secret key."""
    public_url: str = "http://127.0.0.1:8000"
    served_at: str | None = None
    """Where mails lead if nobody named a public address: `serve` says where it listens."""
    viewers_memory: Path | None = None
    """What workers share so as to count a viewer once: `serve` makes it for several."""
    smtp_url: SecretStr | None = None
    """`smtp://`, `smtp+starttls://` or `smtps://user:password@host:port`; `file:///folder` to look
    at mails instead of sending them, which a start on SQLite does by itself."""
    mail_from: str = "Maillage <maillage@localhost>"
    work_in_serve: bool = True
    """Whether `serve` runs jobs, mail among them; where it does not, `work` has to."""
    metrics_token: SecretStr | None = None
    """Bearer of `/metrics`, which does not exist without one."""
    oidc_issuers: Annotated[tuple[IssuerSettings, ...], AfterValidator(named_once)] = ()
    """OpenID Connect issuers that may vouch for people, as JSON."""
    token_hours: Annotated[float, Field(gt=0, le=24 * 366)] = 12
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(networks_of)] = ()
    """Networks of the proxies in front of us, separated by commas: they say where clients are."""
    forwarded_header: ForwardedHeader = "X-Forwarded-For"
    """The header in which they say it; they must write it, or it is whatever a client wrote."""
    card_cache_size: Annotated[int, Field(ge=100)] = 50_000
    shutdown_seconds: Annotated[int, Field(ge=0)] = 15
    max_body_bytes: Annotated[int, Field(ge=1_000)] = EndpointLimits.body_bytes
    max_variables_bytes: Annotated[int, Field(ge=100)] = EndpointLimits.variables_bytes
    max_roster_bytes: Annotated[int, Field(ge=1_000)] = EndpointLimits.roster_bytes
    max_operation_seconds: Annotated[float, Field(gt=0, le=3_600)] = EndpointLimits.seconds
    max_tokens: Annotated[int, Field(ge=200)] = Limits.tokens
    max_lines: Annotated[int, Field(ge=100)] = Limits.lines
    max_fragments: Annotated[int, Field(ge=3)] = Limits.fragments
    max_introspection_lists: Annotated[int, Field(ge=1)] = Limits.introspection_lists
    max_introspection_aliases: Annotated[int, Field(ge=0)] = Limits.introspection_aliases
    max_depth: Annotated[int, Field(ge=1)] = Limits.depth
    max_aliases: Annotated[int, Field(ge=0)] = Limits.aliases
    max_root_fields: Annotated[int, Field(ge=1)] = Limits.root_fields
    max_cost: Annotated[int, Field(ge=1)] = Limits.cost

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        driver_url(url)
        return url

    @field_validator("secret_key")
    @classmethod
    def _long_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and len(secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"expected at least {SHORTEST_SECRET} random characters")
        return secret

    @field_validator("smtp_url")
    @classmethod
    def _known_delivery(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            delivery_to(url.get_secret_value())
        return url

    @field_validator("mail_from")
    @classmethod
    def _one_sender(cls, sender: str) -> str:
        return check_sender(sender)

    @property
    def is_local(self) -> bool:
        """Whether nobody chose a database: then it is made, migrated and seeded at need."""
        return self.database_url == LOCAL_DATABASE

    def secret(self) -> str:
        """Give the secret; on SQLite one is drawn at the first start and kept beside the file."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        url = driver_url(self.database_url)
        if url.get_backend_name() != "sqlite" or not url.database:
            stop("MAILLAGE_SECRET_KEY is missing: give at least 32 random characters.")
        path = Path(f"{url.database}.secret")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                keep_new(path, secrets.token_urlsafe(48))
            return kept_secret(path)
        except OSError as error:
            stop(f"No secret can be kept beside the database: {error.strerror}.")

    def sealer(self) -> Sealer:
        """Give what seals and opens the words of companies."""
        return Sealer(self.secret(), [one.get_secret_value() for one in self.data_keys])

    def delivery(self) -> Delivery:
        """Say how mail goes: on SQLite, where nobody said, into a folder beside the file."""
        if self.smtp_url is not None:
            return delivery_to(self.smtp_url.get_secret_value())
        url = driver_url(self.database_url)
        if url.get_backend_name() != "sqlite" or not url.database:
            return NoDelivery()
        path = Path(url.database).absolute()
        name = "mailbox" if self.is_local else f"{path.name}.mailbox"
        return FolderDelivery(path.with_name(name))

    @property
    def schema_limits(self) -> Limits:
        """What a document may hold."""
        return Limits(
            tokens=self.max_tokens,
            lines=self.max_lines,
            fragments=self.max_fragments,
            introspection_lists=self.max_introspection_lists,
            introspection_aliases=self.max_introspection_aliases,
            depth=self.max_depth,
            aliases=self.max_aliases,
            root_fields=self.max_root_fields,
            cost=self.max_cost,
        )

    @property
    def endpoint_limits(self) -> EndpointLimits:
        """What a request may weigh and take."""
        return EndpointLimits(
            body_bytes=self.max_body_bytes,
            variables_bytes=self.max_variables_bytes,
            seconds=self.max_operation_seconds,
            roster_bytes=self.max_roster_bytes,
        )

    def expect_database(self) -> None:
        """End where there is no file of the database, as when its path is mistyped."""
        url = driver_url(self.database_url)
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
            stop(f"There is no database at {url.database}: run `server.py migrate`.")

    def open_database(
        self, *, make: bool = False, statement_within: float | None = None
    ) -> Database:
        """Prepare the database, which is there; or make it, with its folder, where it is a file."""
        url = driver_url(self.database_url)
        if not make:
            self.expect_database()
        if url.get_backend_name() == "sqlite" and url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
            sqlite3.connect(url.database).close()  # fails in fewer words than its driver would
        return Database(
            self.database_url, pool_size=self.database_pool, statement_within=statement_within
        )


def keep_new(path: Path, text: str) -> None:
    """Write a file that its owner alone reads, whole or not at all, where there is none."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent) as file:  # its mode is 0600
        file.write(text)
        file.flush()
        with suppress(FileExistsError):
            os.link(file.name, path)


def kept_secret(path: Path) -> str:
    """Read a secret that was kept; end where it is none, for whoever guesses it signs tokens."""
    try:
        secret = path.read_text("utf-8")
    except UnicodeDecodeError:
        secret = ""
    if len(secret.strip()) < SHORTEST_SECRET:
        stop(
            f"The secret in {path} is not of {SHORTEST_SECRET} characters or more: remove the "
            "file, and another is drawn. Tokens that were issued end with it."
        )
    return secret


def stop(message: str) -> NoReturn:
    """End a command that could not do its work, with the reason on standard error."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(message, style="red", markup=False)
    raise typer.Exit(1)


def read_settings() -> Settings:
    """Read the environment; end with a clear sentence where a variable is wrong."""
    try:
        return Settings()
    except ValidationError as wrong:
        stop(" ".join(told_of(error["loc"], error["msg"]) for error in wrong.errors()))
    except SettingsError:
        stop("MAILLAGE_OIDC_ISSUERS: expected a list of issuers, as JSON.")


def told_of(location: tuple[int | str, ...], message: str) -> str:
    """Say which variable is wrong, and where within it; lists count from 1.

    Of several that do not fit together, the message says which.
    """
    if not location:
        return f"{message.removeprefix('Value error, ')}."
    steps = [str(one + 1) if isinstance(one, int) else one for one in location]
    place = ", ".join([f"MAILLAGE_{steps[0].upper()}", *steps[1:]])
    return f"{place}: {message.removeprefix('Value error, ')}."


def now() -> datetime:
    """Tell the time, in UTC."""
    return datetime.now(UTC)


def configure_logs() -> None:
    """Write structured logs, those of libraries too: for people on a terminal, JSON elsewhere.

    Tracebacks come without the values of variables, which may be personal data.
    """
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    first: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Processor] = (
        [plain]
        if sys.stderr.isatty()
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*first, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *first],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def build_platform(
    settings: Settings, database: Database, clock: Callable[[], datetime]
) -> Platform:
    """Assemble what actions and jobs work with; the directory is not read yet."""
    secret = settings.secret()
    return Platform(
        database=database,
        directory=Directory(database, card_cache_size=settings.card_cache_size),
        audit=Audit(secret),
        tokens=Tokens(secret, settings.public_url),
        key_secrets=KeySecrets(secret),
        link_secrets=LinkSecrets(secret),
        sealer=settings.sealer(),
        issuers=Issuers(settings.oidc_issuers),
        policy=settings,
        rate_limits=RateLimits(settings, counts_of(settings, database, secret), clock),
        clock=clock,
        mail=OutgoingMail(
            settings.delivery(), settings.mail_from, settings.served_at or settings.public_url
        ),
        link_asker=LinkAsker(f"Maillage link check (+{settings.public_url})"),
        consultations=Consultations(database, clock, settings.viewers_memory),
    )


def create_app(
    settings: Settings, *, clock: Callable[[], datetime] = now, alone: bool = False
) -> Starlette:
    """Assemble one worker; the directory is read before the first request is taken.

    Where it is `alone` in its process, the cyclic collector is told that the directory stays: it
    would stop the worker again and again to look at it.
    """
    configure_logs()
    database = settings.open_database(statement_within=STATEMENT_WITHIN)
    platform = build_platform(settings, database, clock)
    directory, tokens = platform.directory, platform.tokens
    follower = Follower(database, directory)
    viewers = Viewers(database, directory, platform.issuers)
    worker = Worker(platform) if settings.work_in_serve else None
    live_keys = LiveKeys(database, directory, platform.key_secrets)

    async def authenticate(token: str | None) -> Viewer | None:
        if token is None:
            return VISITOR
        if is_key(token):
            return await live_keys.of(token, now=clock())
        bearer = tokens.read(token, now=clock())
        return None if bearer is None else await viewers.of(bearer)

    schema, limits = build_schema(settings.schema_limits), settings.endpoint_limits
    addresses = ClientAddresses(settings.trusted_proxies, settings.forwarded_header)
    door = Door(platform, authenticate, addresses)
    in_time = InTime(limits.seconds)
    live = Live(schema, door, in_time=in_time, allowance=limits.followed)
    endpoint = Endpoint(
        schema,
        door=door,
        live=live,
        live_origins=lambda: live_keys.origins(now=clock()),
        limits=limits,
        in_time=in_time,
    )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await directory.start()
        if alone:
            gc.collect()
            gc.freeze()
        follower.start()
        platform.consultations.start()
        if worker is not None:
            worker.start()
        if alone:
            on_signal(live.hub.stop)
        try:
            yield
        finally:
            live.hub.stop()
            if worker is not None:
                await worker.stop()
            await platform.consultations.stop()
            await follower.stop()
            await directory.stop()
            await live_keys.stop()
            await platform.rate_limits.stop()
            await platform.issuers.close()
            await database.close()

    async def home(_request: Request) -> Response:
        return RedirectResponse("/graphql")

    given = settings.metrics_token
    metrics_token = None if given is None else given.get_secret_value()
    routes: list[BaseRoute] = [
        Route("/", home),
        Route("/graphql", endpoint),
        WebSocketRoute("/graphql", Sockets(live)),
        graphiql_files(),
        badge_routes(door),
        review_pages(door),
        *operation_routes(directory, database, metrics_token),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(RequestLog)], lifespan=lifespan)
    app.state.platform, app.state.live = platform, live
    return app


def on_signal(stop: Callable[[], None]) -> None:
    """Have something stopped once the process is told to end, before what is under way is awaited.

    Streams would be awaited for ever: the lifespan ends after them.
    """
    loop = asyncio.get_running_loop()

    def wrap(before: Callable[[int, FrameType | None], Any]) -> Callable[..., None]:
        def handle(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(stop)
            before(number, frame)

        return handle

    for one in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(one)
        if callable(before):
            signal.signal(one, wrap(before))


def create_worker() -> Starlette:
    """Assemble the worker that this process is."""
    return create_app(read_settings(), alone=True)


cli = typer.Typer(
    help="Maillage: the directory of those who help small companies go digital.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]


def say(as_json: bool, message: str, **facts: Any) -> None:
    """Print what a command did: a sentence, or the facts as JSON."""
    print(orjson.dumps(facts).decode() if as_json else message)  # noqa: T201


def run(work: Callable[[Database], Awaitable[T]], *, make: bool = False) -> T:
    """Do a command's work on the database, and say in a sentence why it could not be done.

    A database file that is not there is made only if the command is to make it.
    """

    async def with_database() -> T:
        database = read_settings().open_database(make=make)
        try:
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(with_database())
    except Refusals as several:
        stop("\n".join(refusal.message for refusal in several.refusals))
    except Refusal as refusal:
        stop(refusal.message)
    except CommandError as error:
        stop(f"The database cannot be migrated: {error}.")
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        if "database is locked" in reason:
            stop("Another program keeps the database locked: try again when it is done.")
        hint = (
            " Run `server.py migrate` first."
            if "no such table" in reason or reason.startswith("relation")
            else ""
        )
        stop(f"The database could not be used: {reason}.{hint}")


@contextmanager
def progress_bar(title: str) -> Iterator[ProgressCallback]:
    """Show how far long work is, on standard error."""
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


async def known_revision(database: Database) -> str | None:
    """Name the revision of the database; end where a newer Maillage made it."""
    revision = await migration.current_revision(database)
    if not migration.is_known(revision):
        stop(
            f"This version of Maillage is older than the database, which is at revision {revision}:"
            " run a newer version."
        )
    return revision


def check_delivery(settings: Settings) -> None:
    """End where jobs would run and nobody said how mail goes."""
    if isinstance(settings.delivery(), NoDelivery):
        stop("MAILLAGE_SMTP_URL is missing: say how mail goes, as in smtp://user:password@host:25.")


def tell_delivery(settings: Settings) -> None:
    """Say where mail goes that is not sent, once, for those who look for it."""
    delivery = settings.delivery()
    if isinstance(delivery, FolderDelivery):
        log = structlog.get_logger()
        log.info("mails_are_written_to_a_folder_and_not_sent", folder=str(delivery.folder))


def check_address(host: str, port: int) -> None:
    """End where nothing can listen on an address, before the directory is read."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]
        stop(f"Cannot listen on {host}, port {port}: {reason}.")


async def prepare(settings: Settings, database: Database) -> None:
    """Make a database ready to be served from; end where it is not, and is not ours to make."""
    revision = await known_revision(database)
    if settings.is_local:
        await prepare_local(database, now=now(), sealer=settings.sealer())
    elif revision != migration.newest_revision():
        stop("The database is not migrated: run `server.py migrate` first.")
    await check_installed(database)
    try:
        await check_readable(database)
    except (LookupError, ValueError) as error:
        stop(f"The directory cannot be read: {error}.")
    if unknown := await unknown_networks(database, settings.oidc_issuers):
        stop(f"MAILLAGE_OIDC_ISSUERS: there is no network {', '.join(unknown)}.")


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes.")] = 1,
) -> None:
    """Answer at http://HOST:PORT/graphql until it is told to stop."""
    settings = read_settings()
    if settings.secret_key is None and host not in LOOPBACK:
        stop("MAILLAGE_SECRET_KEY is missing: it is drawn for a local start only.")
    if not settings.is_local:
        settings.expect_database()
    settings.secret()
    if settings.work_in_serve:
        check_delivery(settings)
    check_address(host, port)

    run(partial(prepare, settings), make=settings.is_local)
    configure_logs()
    if settings.work_in_serve:
        tell_delivery(settings)
    shown = f"[{host}]" if ":" in host else host
    structlog.get_logger().info("serving", url=f"http://{shown}:{port}/graphql", workers=workers)
    with ExitStack() as stack:
        if workers > 1:
            folder = tempfile.TemporaryDirectory(prefix="maillage-metrics-")
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = stack.enter_context(folder)
            try:
                viewers = stack.enter_context(memory_to_share())
            except OSError as error:
                stop(f"No memory can be shared between workers: {error.strerror}.")
            os.environ["MAILLAGE_VIEWERS_MEMORY"] = str(viewers)
        if "public_url" not in settings.model_fields_set and host in LOOPBACK:
            os.environ["MAILLAGE_SERVED_AT"] = f"http://{shown}:{port}"
        if settings.rate_limits is None:
            os.environ["MAILLAGE_RATE_LIMITS"] = "memory" if workers == 1 else "database"
        uvicorn.run(
            "server:create_worker",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            app_dir=str(ROOT),
            timeout_worker_healthcheck=30,  # importing this takes a slow machine more than 5
            **listening(settings),
        )


def listening(settings: Settings) -> dict[str, Any]:
    """Say how uvicorn listens: what it reads and writes, and for how long."""
    return {
        "loop": "uvloop",
        "http": "schema.live.patience:PatientHttp",
        "ws": "schema.live.patience:PatientSocket",
        "ws_max_size": settings.max_body_bytes,
        "ws_ping_interval": SOCKET_PING,
        "ws_ping_timeout": SOCKET_PING,
        "ws_per_message_deflate": False,  # it takes more memory than a socket does
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,  # it would believe any that come from this machine
        "timeout_graceful_shutdown": settings.shutdown_seconds,
    }


@cli.command()
def work() -> None:
    """Run jobs, such as mail, until it is told to stop; several may run side by side."""
    settings = read_settings()
    settings.expect_database()
    settings.secret()
    check_delivery(settings)

    async def until_stopped(database: Database) -> None:
        if await known_revision(database) != migration.newest_revision():
            stop("The database is not migrated: run `server.py migrate` first.")
        configure_logs()
        tell_delivery(settings)
        told = asyncio.Event()
        for one in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(one, told.set)
        worker = Worker(build_platform(settings, database, now))
        worker.start()
        structlog.get_logger().info("working")
        await told.wait()
        await worker.stop()

    run(until_stopped)


@cli.command()
def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; fail where models and database differ.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the database to the newest revision and add the missing reference data."""

    async def work(database: Database) -> int:
        revision = await known_revision(database)
        if not check:
            return await make_ready(database)
        if revision != migration.newest_revision():
            stop("The database is not at the newest revision: run `server.py migrate`.")
        if found := await migration.differences(database):
            stop("No migration says what the models say: " + "; ".join(found))
        return 0

    added = run(work, make=not check)
    revision = migration.newest_revision()
    done = "the models say the same" if check else f"{added} reference rows added"
    message = f"The database is at revision {revision}; {done}."
    say(as_json, message, revision=revision, reference_rows_added=added)


@cli.command()
def seed(as_json: AsJson = False) -> None:
    """Fill the directory with invented people at real places, the same ones each time."""
    settings = read_settings()
    with progress_bar("Seeding") as progress:
        added = run(
            lambda database: seed_directory(
                database, now=now(), sealer=settings.sealer(), progress=progress
            )
        )
    say(as_json, f"{added} invented activators added.", inserted=added)


ImportedFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Write nothing, report the same.")]


@cli.command("import-territories")
def import_territories_command(
    file: ImportedFile, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Import communes with better positions from a CSV file."""
    with progress_bar("Importing territories") as progress:
        report = run(
            lambda database: import_territories(database, file, dry_run=dry_run, progress=progress)
        )
    tell(report, dry_run=dry_run, as_json=as_json)


@cli.command("import-roster")
def import_roster_command(
    file: ImportedFile, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Import a partner's roster of activators from a CSV file."""
    with progress_bar("Importing the roster") as progress:
        report = run(
            lambda database: import_roster(
                database, file, now=now(), dry_run=dry_run, progress=progress
            )
        )
    tell(report, dry_run=dry_run, as_json=as_json)


def tell(report: ImportReport, *, dry_run: bool, as_json: bool) -> None:
    """Print what an import did, and each row that it left out."""
    lines = [
        f"line {one.line}, {one.column or 'row'}: {one.value!r}, expected {one.expected}"
        for one in report.rejected
    ]
    counts = (
        f"{report.inserted} inserted, {report.updated} updated, {report.unchanged} unchanged, "
        f"{len(report.rejected)} rejected"
    )
    lines.append(counts + (" (dry run: nothing was written)." if dry_run else "."))
    say(as_json, "\n".join(lines), **asdict(report), dry_run=dry_run)


@cli.command("create-account")
def create_account_command(
    email: Annotated[str, typer.Option()],
    role: Annotated[Role, typer.Option()],
    network: Annotated[str | None, typer.Option(help="Code, for a network-manager.")] = None,
    structure: Annotated[str | None, typer.Option(help="SIRET, for a structure-manager.")] = None,
    activator: Annotated[
        str | None, typer.Option(help="NETWORK:EXTERNAL_ID, for an activator.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="INSEE code, for an institution of one region.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Give a person's account a role; the account is made if there is none."""
    settings = read_settings()
    settings.expect_database()
    audit = Audit(settings.secret())
    added = run(
        lambda database: create_account(
            database,
            email=email,
            role=role,
            now=now(),
            network=network,
            structure=structure,
            activator=activator,
            region=region,
            audit=audit,
        )
    )
    message = f"The account is now {role.value}." if added else f"It was {role.value} already."
    say(as_json, message, role=role.value, added=added)


@cli.command("issue-token")
def issue_token(
    email: Annotated[str, typer.Option(help="The account.")], as_json: AsJson = False
) -> None:
    """Print an access token for an account, alone on standard output."""
    settings = read_settings()
    settings.expect_database()
    tokens = Tokens(settings.secret(), settings.public_url)
    account_id = run(lambda database: find_account(database, email))
    if account_id is None:
        stop("There is no account with this address: run `server.py create-account` first.")
    lifetime = timedelta(hours=settings.token_hours)
    token = tokens.write(account_id, now=now(), lifetime=lifetime)
    say(as_json, token, token=token, expires_at=now() + lifetime)


@cli.command("create-api-key")
def create_api_key_command(
    network: Annotated[str, typer.Option(help="Code of the network to which it belongs.")],
    name: Annotated[str, typer.Option(help="What people call it.")],
    scope: Annotated[list[Scope], typer.Option(help="What it may be used for; once for each.")],
    origin: Annotated[
        list[str] | None,
        typer.Option(help="Origin of web pages that may use it; once for each."),
    ] = None,
    days: Annotated[
        int | None, typer.Option(help="How long it lasts; MAILLAGE_KEY_DAYS by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print a new API key of a network, alone on standard output: nobody can give it again."""
    settings = read_settings()

    async def work(database: Database) -> MadeKey:
        platform = build_platform(settings, database, now)
        terms = terms_of(name=name, scopes=scope, origins=origin or [])
        return await make_api_key(platform, None, network=network, terms=terms, days=days)

    made = run(work)
    say(as_json, made.text, key=made.text, expires_at=made.row.expires_at)


@cli.command("purge")
def purge_command(as_json: AsJson = False) -> None:
    """Delete what is over: links, sessions, invitations, jobs, what is personal of who left."""
    settings = read_settings()

    async def work(database: Database) -> dict[str, int]:
        platform = build_platform(settings, database, now)
        counts = await purge(platform)
        return {**counts, "withdrawn_activators": await erase_those_withdrawn(platform)}

    counts = run(work)
    rows = ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in counts.items() if count)
    say(as_json, f"Deleted: {rows or 'nothing'}.", **counts)


@cli.command("install-charter")
def install_charter_command(
    folder: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="By default what ships.")
    ] = SHIPPED_CHARTER,
    accept_within: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=3660,
            help="Days that members have to accept it; MAILLAGE_CHARTER_DAYS by default.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put a version of the charter in force, and ask all members to accept it."""
    settings = read_settings()

    async def work(database: Database) -> tuple[str, Installed]:
        document = read_document(folder)
        platform = build_platform(settings, database, now)
        return document.data.version, await install_charter(platform, document, days=accept_within)

    version, done = run(work)
    by = "" if done.accept_by is None else f"; members accept it by {done.accept_by.date()}"
    what = f"is installed{by}" if done.added else "was installed already: unchanged"
    message = f"Version {version} of the charter {what}."
    say(as_json, message, version=version, added=done.added, accept_by=done.accept_by)


@cli.command("verify-audit")
def verify_audit_command(as_json: AsJson = False) -> None:
    """Check that no entry of the audit was altered, removed or inserted."""
    settings = read_settings()
    settings.expect_database()
    audit = Audit(settings.secret())
    report = run(lambda database: verify_audit(database, audit))
    lines = [f"entry {fault.sequence}: {fault.what}" for fault in report.faults]
    lines.append(f"{report.entries} entries, {len(report.faults)} faults.")
    say(as_json, "\n".join(lines), **asdict(report))
    if report.faults:
        stop("The audit is not as it was written.")


@cli.command("rotate-keys")
def rotate_keys_command(as_json: AsJson = False) -> None:
    """Encrypt with the newest key what is under another; may be interrupted and run again."""
    settings = read_settings()
    settings.expect_database()

    with progress_bar("Encrypting anew") as progress:
        done = run(
            lambda database: rotate_keys(build_platform(settings, database, now), progress=progress)
        )
    lines = [f"{one.table} {one.id}: no key opens it" for one in done.unreadable]
    anew = sum(done.sealed.values())
    needed = f"{done.left} need another key" if done.left else "nothing needs another key"
    lines.append(f"{anew} texts encrypted anew with the key {done.key}; {needed}.")
    say(as_json, "\n".join(lines), **asdict(done))
    if done.unreadable:
        stop("Some texts open with none of the keys: keep those that they were written with.")
    if done.left:
        stop("Something still writes with another key: restart it with the new one, and run again.")


@cli.command("export-schema")
def export_schema(as_json: AsJson = False) -> None:
    """Print the schema (SDL)."""
    schema = build_schema(Limits()).as_str()
    say(as_json, schema, schema=schema)


if __name__ == "__main__":
    cli()
