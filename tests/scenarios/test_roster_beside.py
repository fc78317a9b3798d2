"""The roster that lies beside the repository, as its networks send it: in parts, and again."""

import csv
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import pytest
from strawberry.utils.str_converters import to_camel_case

from models.database import Database
from resolvers.imports import chunks
from tests.required import skip_or_fail
from tests.rosters import LISTS, SHARED, rows_of
from tests.service import Service, running
from tests.syncs import WRITTEN, counts, report, roster_key, sync

CALLS = 3


@pytest.fixture
async def service(whole_database: Database) -> AsyncIterator[Service]:
    """The application with all places: the roster is of all of France."""
    async with running(whole_database) as service:
        yield service


def shared_rosters() -> dict[str, list[dict[str, Any]]]:
    """Read the roster beside the repository as its networks would send it."""
    path = SHARED / "roster.csv"
    if not path.exists():
        skip_or_fail("there is no ../shared/data/roster.csv")
    rosters = defaultdict[str, list[dict[str, Any]]](list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rosters[row.pop("network")].append(as_entry(row))
    return rosters


def as_entry(row: dict[str, str]) -> dict[str, Any]:
    """Say a line of a file as the API takes it."""
    said: dict[str, Any] = {to_camel_case(name): text for name, text in row.items() if text}
    said |= {name: [one for one in row[name].split(";") if one] for name in LISTS}
    said |= {name: float(row[name]) for name in ("latitude", "longitude") if row[name]}
    return said | {"remote": row["remote"] == "true"}


async def test_the_roster_beside_the_repository_in_three_calls_a_network_twice(
    service: Service,
) -> None:
    rosters = shared_rosters()
    keys = {code: await roster_key(service, code) for code in rosters}

    async def send_all() -> tuple[int, ...]:
        told = [
            counts(await report(service, keys[code], list(part), network=code))
            for code, sent in rosters.items()
            for part in chunks(sent, -(-len(sent) // CALLS))
        ]
        return tuple(map(sum, zip(*told, strict=True)))

    first = await send_all()
    before = await rows_of(service.database, *WRITTEN)

    assert (first, await send_all()) == ((2_548, 0, 0, 5), (0, 0, 2_548, 5))
    assert await rows_of(service.database, *WRITTEN) == before

    some = rosters["cci"][: len(rosters["cci"]) * 7 // 10]
    refused = await sync(service, keys["cci"], some, full=True)

    assert [(one["code"], one["field"]) for one in refused["userErrors"]] == [("CONFLICT", "force")]
    assert await rows_of(service.database, *WRITTEN) == before
