"""All that the service logs while tests run, and whose data is in it: nobody's may be.

Each process of a run writes into one folder: applications within the tests line by line, servers
and commands when they are over. Whoever began the run reads all of it at the end. The sentence
with which a command ends is no log: it is for whoever typed it, and may quote them.
"""

import json
import logging
import os
import re
import shutil
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog

FOLDER = "LOGS_OF_TESTS"
"""The variable that names the folder to the processes of a run."""

SEED = tomllib.loads((Path(__file__).parents[1] / "data" / "seed.toml").read_text("utf-8"))
GIVEN = "|".join(map(re.escape, SEED["given"]))
FAMILY = "|".join(map(re.escape, SEED["family"]))

PERSONAL = {
    "an e-mail address": re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)*\.[a-zA-Z]{2,}"),
    "a phone number": re.compile(r"(?<![\w.+-])(\+[1-9]\d{8,14}|0[1-9]([ .-]?\d{2}){4})(?![\w.-])"),
    "an access or ID token": re.compile(r"eyJ[\w-]{8,}\.[\w-]{8,}"),
    "an API key": re.compile(r"mlg_\w{20,}"),
    "a secret of a link": re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]+_[0-9a-f]{64}(?![\w])"),
    "a token of a session or a link": re.compile(
        r"(?<![\w/-])(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{43}(?![\w-])"
    ),
    "a name of the tests": re.compile(r"\b(Martin|Garnier)\d+\b|\b(Bésson|Quenneville)\b"),
    "a name of the demonstration": re.compile(rf"\b({GIVEN})\W{{1,3}}({FAMILY})\b", re.IGNORECASE),
}


def personal_data_in(line: str) -> str | None:
    """Say what of somebody is in a line; None where nothing is."""
    with suppress(ValueError):  # a line that is not JSON is read as it is
        line = json.dumps(json.loads(line), ensure_ascii=False)
    return next((what for what, pattern in PERSONAL.items() if pattern.search(line)), None)


def lines_of(folder: Path) -> Iterator[str]:
    """Read all that was kept."""
    for file in sorted(folder.iterdir()):
        yield from file.read_text("utf-8", errors="replace").splitlines()


def judged(folder: Path) -> tuple[int, list[str]]:
    """Read all that was kept; give how many lines, and each that has something of somebody."""
    count, found = 0, []
    for line in lines_of(folder):
        count += 1
        if what := personal_data_in(line):
            found.append(f"{what}: {line[:1_000]}")
    return count, found


def keep_file(log: Path) -> None:
    """Keep what another process logged."""
    if (folder := os.environ.get(FOLDER)) and log.exists():
        shutil.copy(log, Path(folder) / f"{uuid4().hex}.log")


def keep_lines(text: str) -> None:
    """Keep what this process logged."""
    if folder := os.environ.get(FOLDER):
        with (Path(folder) / f"{os.getpid()}.log").open("a", encoding="utf-8") as file:
            file.write(text.rstrip("\n") + "\n")


class KeptLogger:
    """Passes on what is logged, and keeps it."""

    def __init__(self, logger: Any) -> None:
        """Wrap a logger."""
        self._logger = logger

    def __getattr__(self, level: str) -> Callable[[str], None]:
        """Log at a level."""

        def log(line: str) -> None:
            keep_lines(line)
            getattr(self._logger, level)(line)

        return log


class KeepingHandler(logging.Handler):
    """Keeps what libraries log."""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record, as it is written."""
        keep_lines(self.format(record))


def keeping(configure: Callable[[], None]) -> Callable[[], None]:
    """Wrap what configures the logs: they go where they went, and are kept."""

    def configure_and_keep() -> None:
        configure()
        factory = structlog.get_config()["logger_factory"]
        structlog.configure(logger_factory=lambda *names: KeptLogger(factory(*names)))
        root = logging.getLogger()
        handler = KeepingHandler()
        handler.setFormatter(root.handlers[0].formatter)
        root.addHandler(handler)

    return configure_and_keep
