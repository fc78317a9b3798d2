"""`python -m benchmarks`: measure, and say so. Nothing here is a test: no figure fails a run."""

from typing import Annotated

import typer
from rich.console import Console

from benchmarks import compare as comparison
from benchmarks import consulting, following, growth

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
console = Console(width=110)


@cli.callback(invoke_without_command=True)
def everything(context: typer.Context) -> None:
    """Measure Maillage: alone as it grows, side by side, followed. Without a command: all."""
    if context.invoked_subcommand is None:
        snapshot()
        compare()
        follow()
        consult()


@cli.command()
def snapshot(
    size: Annotated[list[int] | None, typer.Option(help="Activators; give several.")] = None,
    url: Annotated[
        str, typer.Option(help="An empty PostgreSQL database, or one filled before, for one size.")
    ] = "",
) -> None:
    """Load the directory as a worker does, and search it: time, memory, growth with its size."""
    growth.report(console, size or [20_000, 1_000_000], url)


@cli.command()
def compare(
    size: Annotated[list[int] | None, typer.Option(help="Activators; give several.")] = None,
    seconds: Annotated[float, typer.Option(help="How long each stretch of load lasts.")] = 10,
) -> None:
    """Drive Maillage and PostGraphile 5 over HTTP, on one PostgreSQL, with the same searches."""
    for one in size or [20_000, 200_000]:
        comparison.report(console, one, seconds)


@cli.command()
def follow(
    sockets: Annotated[int, typer.Option(min=1, help="Each with one subscription.")] = 1_000,
    url: Annotated[str, typer.Option(help="An empty PostgreSQL database, or SQLite.")] = "",
) -> None:
    """Open subscriptions on one worker, change what they show on another: memory and delay."""
    following.report(console, sockets, url)


@cli.command()
def consult(
    size: Annotated[int, typer.Option(help="Activators.")] = 20_000,
) -> None:
    """Look at pages: what it takes to count views, of them and of searches beside them."""
    consulting.report(console, size)


if __name__ == "__main__":
    cli()
