"""A temporary PostgreSQL cluster from the installed binaries, gone when the tests end."""

import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

OLDEST_VERSION = 15

_PROGRAMS = ("postgres", "initdb", "pg_ctl")

_MEMORY = Path("/dev/shm")  # noqa: S108 - a name of its own in there, made by mkdtemp
"""Files in memory, on Linux: copying a database takes 0.05 s there, and up to 0.4 s on a disk."""
_ROOM = 2 * 2**30
"""Bytes that must be free there; a cluster takes up to 0.7 GB."""

# Nothing in it outlives the tests, so nothing has to reach the disk. Their queries are short: it
# would take longer to compile them, and their tables are gone before they are worth a vacuum.
_SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{sockets}'
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
jit = off
max_wal_size = 256MB
max_connections = 200
timezone = 'UTC'
"""

# The cluster lives as long as the guard's standard input is open. However this process ends, by
# SIGKILL too, the system closes it: the guard then stops the server and removes its directory.
_GUARD = """
trap '' HUP INT TERM PIPE
if "$1/pg_ctl" start -D "$2/data" -l "$2/log" -w -t 60 >/dev/null 2>&1
then echo ready; read -r _
else cat "$2/log"
fi
"$1/pg_ctl" stop -D "$2/data" -m immediate >/dev/null 2>&1
rm -rf "$2"
"""


class PostgresUnavailable(Exception):
    """No PostgreSQL can be had; its text is the reason, fit for a skipped test."""


@contextmanager
def temporary_cluster() -> Iterator[str]:
    """The URL of a new cluster's first database, as its superuser."""
    binaries = _binaries()
    owner = _owner()
    password = secrets.token_urlsafe(16)  # other users of this machine reach 127.0.0.1 as well
    home = Path(tempfile.mkdtemp(prefix="maillage-postgres-", dir=_folder()))
    try:
        _initialise(binaries, home, owner, password)
        port = _configure(home)
        with _guarded(binaries, home, owner):
            yield f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _folder() -> Path | None:
    """Where it is kept: in memory where there is room, else among the temporary files."""
    in_memory = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)
    return _MEMORY if in_memory and shutil.disk_usage(_MEMORY).free > _ROOM else None


def _initialise(binaries: Path, home: Path, owner: dict[str, Any], password: str) -> None:
    secret = home / "password"
    secret.write_text(password)
    if owner:
        os.chown(home, owner["user"], owner["group"])
        os.chown(secret, owner["user"], owner["group"])
    options = f"--pgdata={home}/data --username=postgres --pwfile={secret} --auth=password"
    locale = "--encoding=UTF8 --locale=C.UTF-8 --no-sync --no-instructions"
    _run([f"{binaries}/initdb", *options.split(), *locale.split()], owner)


def _configure(home: Path) -> int:
    """Write the settings and return the port, free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with (home / "data" / "postgresql.conf").open("a") as configuration:
        configuration.write(_SETTINGS.format(port=port, sockets=home))
    return port


@contextmanager
def _guarded(binaries: Path, home: Path, owner: dict[str, Any]) -> Iterator[None]:
    with subprocess.Popen(
        ["sh", "-c", _GUARD, "guard", str(binaries), str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        env=_environment(),
        start_new_session=True,  # an interrupt from the keyboard is for the tests
        **owner,
    ) as guard:
        assert guard.stdout is not None
        if (said := guard.stdout.readline()) != "ready\n":
            raise PostgresUnavailable(f"PostgreSQL does not start: {said}{guard.stdout.read()}")
        yield


def _owner() -> dict[str, Any]:
    """Whose the cluster is, as `subprocess` takes it: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    try:
        account = pwd.getpwnam("postgres")
    except KeyError:
        raise PostgresUnavailable(
            "PostgreSQL does not run as root, and there is no user 'postgres' to run it as"
        ) from None
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _binaries() -> Path:
    """The directory of the first programs that are new enough: in PATH, then the newest."""
    for directory in _directories():
        if all((directory / program).is_file() for program in _PROGRAMS):
            version = re.search(r"\d+", _run([f"{directory}/postgres", "--version"], {}))
            if version and int(version[0]) >= OLDEST_VERSION:
                return directory
    raise PostgresUnavailable(
        f"no PostgreSQL {OLDEST_VERSION} or newer is installed (Debian: apt-get install"
        " postgresql), none answers on 127.0.0.1:5432, and MAILLAGE_TEST_POSTGRES_URL is not set"
    )


def _directories() -> Iterator[Path]:
    if initdb := shutil.which("initdb"):
        yield Path(initdb).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    yield from sorted(installed, key=lambda path: int(path.parent.name), reverse=True)
    if pg_config := shutil.which("pg_config"):
        yield Path(_run([pg_config, "--bindir"], {}).strip())


def _run(command: list[str], owner: dict[str, Any]) -> str:
    try:
        done: subprocess.CompletedProcess[str] = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
            cwd="/",
            env=_environment(),
            **owner,
        )
    except subprocess.CalledProcessError as error:
        raise PostgresUnavailable(f"{Path(command[0]).name} failed: {error.stderr}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PostgresUnavailable(f"{Path(command[0]).name} failed: {error}") from error
    return done.stdout


def _environment() -> dict[str, str]:
    """Ours without the PG* variables, which would point the programs at another server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}
