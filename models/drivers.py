"""The drivers of SQLite and PostgreSQL: what an address means to them, and how they connect."""

from typing import Any

import asyncpg
from sqlalchemy import URL, Dialect, make_url
from sqlalchemy.exc import SQLAlchemyError

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")

CONNECT_WITHIN = 10
"""Seconds."""

KEEP_ALIVE = {
    "tcp_keepalives_idle": "60",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
"""PostgreSQL forgets a client whose machine is gone within 90 s, not two hours: it may hold the
lock that all writers need."""

ENGINE_ONLY = frozenset({"prepared_statement_cache_size", "prepared_statement_name_func"})
"""What an address may tell SQLAlchemy, and the driver does not know."""


def driver_url(address: str) -> URL:
    """Give SQLAlchemy's address of `sqlite:///path` or `postgresql://…`; the driver is ours.

    PostgreSQL's `?sslmode=` is said as to any of its clients. Raises ValueError for any other
    database, SQLite in memory included: each connection would have its own.
    """
    try:
        url = make_url(address)
        backend = url.get_backend_name()
    except SQLAlchemyError:
        raise ValueError("expected sqlite:///path or postgresql://…") from None
    if backend not in DRIVERS:
        raise ValueError(f"expected sqlite:///path or postgresql://…, not {backend}")
    if backend == "sqlite" and url.database in {None, "", ":memory:"}:
        raise ValueError("expected the path of a file, as in sqlite:///path")
    url = url.set(drivername=DRIVERS[backend])
    return _with_ssl(url) if backend == "postgresql" else url


def _with_ssl(url: URL) -> URL:
    """Say libpq's `sslmode` in the driver's word."""
    mode = url.query.get("sslmode")
    if mode is None:
        return url
    if mode not in SSL_MODES:
        raise ValueError(f"expected sslmode to be one of {', '.join(SSL_MODES)}")
    return url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})


def postgresql_arguments(statement_within: float | None) -> dict[str, Any]:
    """Say how to connect to PostgreSQL, besides the address; a statement may have a time limit."""
    return {
        "timeout": CONNECT_WITHIN,
        "command_timeout": statement_within,
        "server_settings": KEEP_ALIVE,
    }


async def connect_postgresql(
    dialect: Dialect, url: URL, arguments: dict[str, Any]
) -> asyncpg.Connection:
    """Open one of the driver's own connections, as the engine opens them."""
    _, told = dialect.create_connect_args(url)
    kept = {name: value for name, value in told.items() if name not in ENGINE_ONLY}
    return await asyncpg.connect(**(kept | arguments))
