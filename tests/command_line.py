"""The command line for tests: each command in a process of its own.

Importing the service takes seconds, so one process does it once and forks for each command.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.live_server import ROOT, environment
from tests.logs import keep_lines

WAITING = """
import json, os, sys, traceback
import server

for line in sys.stdin:
    arguments, environment, folder = json.loads(line)
    child = os.fork()
    if child == 0:
        break
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
else:
    sys.exit()
for number, (name, flags) in enumerate((
    (os.devnull, os.O_RDONLY), (f"{folder}/out", 0o1101), (f"{folder}/err", 0o1101)
)):
    os.dup2(os.open(name, flags, 0o600), number)
os.environ.clear()
os.environ.update(environment)
sys.argv = ["server.py", *arguments]
code = 1
try:
    server.cli()
except SystemExit as ended:
    code = ended.code or 0
except BaseException:
    traceback.print_exc()
sys.stdout.flush()
sys.stderr.flush()
os._exit(code)
"""


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object that it printed."""
        (line,) = self.out.splitlines()
        return json.loads(line)

    @property
    def sentence(self) -> str:
        """Why it could not: on standard error alone, and no traceback."""
        assert self.code != 0, self.out
        assert self.out == ""
        assert "Traceback" not in self.err
        return " ".join(self.err.replace("│", " ").split())


@dataclass(frozen=True)
class CommandLine:
    """Runs commands, one after the other."""

    process: subprocess.Popen[str]
    folder: Path

    def __call__(self, *arguments: str, database: str, **settings: str) -> Outcome:
        """Run a command on a database, with some settings."""
        assert self.process.stdin
        assert self.process.stdout
        variables = environment(database, **settings)
        asked = json.dumps([arguments, variables, str(self.folder)])
        self.process.stdin.write(asked + "\n")
        self.process.stdin.flush()
        code = int(self.process.stdout.readline())
        printed = [(self.folder / name).read_text("utf-8") for name in ("out", "err")]
        for line in printed[1].splitlines():
            if line.startswith("{"):
                keep_lines(line)
        return Outcome(code, *printed)


@contextmanager
def command_line(folder: Path) -> Iterator[CommandLine]:
    """Start the process that forks."""
    with subprocess.Popen(
        [sys.executable, "-c", WAITING],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield CommandLine(process, folder)
