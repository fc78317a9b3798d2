"""Reading the whole directory, as it is at one moment."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass

from prometheus_client import Histogram

from models.database import Database
from models.revisions import current_revision
from resolvers.directory.loading import all_records
from resolvers.directory.places import Places
from resolvers.directory.records import SegmentBuilder
from resolvers.directory.reference import Reference, load_reference
from resolvers.directory.snapshot import Snapshot, whole

LOADING = Histogram("maillage_directory_load_seconds", "Time to read the whole directory.")


@dataclass(frozen=True)
class Whole:
    """All that a worker knows of the directory."""

    snapshot: Snapshot
    places: Places


async def read_whole(database: Database) -> Whole:
    """Read everything; what takes long without waiting is done away from the event loop."""
    with LOADING.time():
        async with database.read(at_one_moment=True) as session:
            revision = await current_revision(session)
            reference = await load_reference(session)
            builder = SegmentBuilder(reference)
            async for record in all_records(session, reference):
                builder.add(record)
        return await asyncio.to_thread(_built, revision, reference, builder)


def _built(revision: int, reference: Reference, builder: SegmentBuilder) -> Whole:
    segment = builder.build()
    segment.warm()
    return Whole(Snapshot(revision, reference, (whole(segment),)), Places(reference))


async def check_readable(database: Database) -> None:
    """Read the beginning, so that what a worker could not read is known before it starts."""
    async with database.read(at_one_moment=True) as session:
        await current_revision(session)
        reference = await load_reference(session)
        builder = SegmentBuilder(reference)
        async with aclosing(all_records(session, reference)) as records:
            async for record in records:
                builder.add(record)
                break
