"""Side by side with PostGraphile 5: same PostgreSQL, same search, same load."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import asyncpg
import httpx
from rich.console import Console
from rich.table import Table

from benchmarks.filling import fill
from benchmarks.load import Load, Seen, drive
from benchmarks.servers import Server, maillage, postgraphile
from benchmarks.timing import milliseconds
from benchmarks.wire import OURS, THEIRS, Answer, Wire
from models.database import Database
from resolvers.directory.reference import Reference, load_reference
from tests.postgres import postgres_server

SEARCH = Path(__file__).parent / "postgraphile" / "search.sql"
QUESTIONS = 500
"""Different searches, asked in turn."""
ROUNDS = 3
"""Each service is measured so often, in turn with the other; the median round is told."""
CONNECTIONS = (1, 8)


@dataclass(frozen=True)
class Round:
    """One stretch of load on one service."""

    seen: Seen
    cpu: float
    """Processor seconds of the service's own process; a database's are not in it."""


@dataclass(frozen=True)
class Side:
    """One of the two."""

    name: str
    wire: Wire
    server: Server
    bodies: list[str]

    def loaded(self, connections: int, seconds: float) -> Round:
        """Drive it for a while."""
        before = self.server.cpu_seconds()
        seen = drive(Load(self.server.port, self.bodies, connections, seconds))
        return Round(seen, self.server.cpu_seconds() - before)


def report(console: Console, size: int, seconds: float) -> None:
    """Fill a database, start both, check that they agree, measure, and print."""
    with postgres_server() as postgres, postgres.database() as url:
        with console.status(f"Inventing {size:,} activators"):
            reference = asyncio.run(_prepared(url, size))
        with (
            console.status("Starting both") as status,
            maillage(url) as our_server,
            postgraphile(url) as their_server,
        ):
            sides = [
                Side("Maillage", OURS, our_server, list(OURS.bodies(reference, QUESTIONS))),
                Side(
                    "PostGraphile", THEIRS, their_server, list(THEIRS.bodies(reference, QUESTIONS))
                ),
            ]
            status.update("Comparing answers")
            shown = _agreement([_answers(side) for side in sides])
            status.update("Measuring")
            rounds = _measured(sides, seconds)
    console.print(shown)
    console.print(_table(size, rounds))


async def _prepared(url: str, size: int) -> Reference:
    """Fill the database, and give PostGraphile what its users would write."""
    database = Database(url)
    await fill(database, size, lambda _: None)
    async with database.read() as session:
        reference = await load_reference(session)
    await database.close()
    connection = await asyncpg.connect(url)
    for statement in SEARCH.read_text().split(";\n\n"):
        await connection.execute(statement)
    await connection.close()
    return reference


def _answers(side: Side) -> list[Answer]:
    address = f"http://127.0.0.1:{side.server.port}/graphql"
    headers = {"content-type": "application/json", "accept": "application/json"}
    with httpx.Client(headers=headers, timeout=60) as client:
        return [side.wire.read(client.post(address, content=body).json()) for body in side.bodies]


def _agreement(answers: list[list[Answer]]) -> str:
    """Say in how many questions both find the same number and the same page, in order."""
    same = sum(ours == theirs for ours, theirs in zip(*answers, strict=True))
    found = median(answer.total for answer in answers[0])
    return (
        f"{same} of {len(answers[0])} answers hold the same total and the same ids in the same "
        f"order; the median search finds {found:.0f}."
    )


def _measured(sides: list[Side], seconds: float) -> dict[tuple[str, int], Round]:
    rounds: dict[tuple[str, int], list[Round]] = {}
    for _ in range(ROUNDS):
        for connections in CONNECTIONS:
            for side in sides:
                one = side.loaded(connections, seconds)
                rounds.setdefault((side.name, connections), []).append(one)
    return {
        key: sorted(some, key=lambda one: one.seen.rate)[len(some) // 2]
        for key, some in rounds.items()
    }


def _table(size: int, rounds: dict[tuple[str, int], Round]) -> Table:
    table = Table("connections", "service", title=f"{size:,} activators")
    for heading in ("requests/s", "median ms", "p90 ms", "p99 ms", "process ms/request", "ratio"):
        table.add_column(heading, justify="right")
    for (name, connections), one in rounds.items():
        seen, theirs = one.seen, rounds["PostGraphile", connections].seen
        table.add_row(
            str(connections),
            name,
            f"{seen.rate:,.0f}",
            *(f"{milliseconds(seen.latencies, percentile):.2f}" for percentile in (50, 90, 99)),
            f"{1000 * one.cpu / len(seen.latencies):.2f}",
            f"{seen.rate / theirs.rate:.2f}",
        )
    return table
