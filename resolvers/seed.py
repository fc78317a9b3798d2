"""Filling a database with invented people at real places, for demonstrations and trials."""

import tomllib
from datetime import datetime

from models.accounts import Role
from models.database import Database
from resolvers.account_actions import create_account
from resolvers.directory.reference import load_reference
from resolvers.imports import BATCH, Progress, chunks
from resolvers.reference_actions import DATA, check_installed
from resolvers.sealing import Sealer
from resolvers.seed_people import People
from resolvers.seed_reviews import Reviews
from resolvers.seed_structures import Structures, invented_siret
from resolvers.seed_writing import add_missing

ACCOUNTS: dict[str, tuple[Role, dict[str, str]]] = {
    "activator": (Role.ACTIVATOR, {"activator": "cci:demo-000001"}),
    "structure-manager": (Role.STRUCTURE_MANAGER, {"structure": invented_siret(0)}),
    "network-manager": (Role.NETWORK_MANAGER, {"network": "cci"}),
    "moderator": (Role.MODERATOR, {}),
    "institution": (Role.INSTITUTION, {}),
    "institution-ara": (Role.INSTITUTION, {"region": "84"}),
    "administrator": (Role.ADMINISTRATOR, {}),
}
"""Who can sign in on a seeded database, each at example.org."""


PEOPLE = 2_000
"""How many there are, where nobody says otherwise."""


async def seed(
    database: Database,
    *,
    now: datetime,
    count: int = PEOPLE,
    sealer: Sealer | None = None,
    progress: Progress | None = None,
) -> int:
    """Add `count` invented activators and an account of each role; give how many were missing.

    The same people on every database with the same communes, whatever else it holds: those who
    are there are left as they are, so that a second run adds none and gives 0. Companies that some
    of them helped say so in reviews, if there is a `sealer` for their words. Raises Conflict where
    there is no reference data.
    """
    await check_installed(database)
    async with database.read() as session:
        reference = await load_reference(session)
    words = tomllib.loads((DATA / "seed.toml").read_text("utf-8"))
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    structures, people = Structures(reference, words), People(reference, words, today)
    reviews = None if sealer is None else Reviews(words, today, sealer)
    added = 0
    for numbers in chunks(range(count), BATCH):
        at_work = [(number, structures.invent(structure_of(number))) for number in numbers]
        pairs = [(people.invent(number, structure), structure) for number, structure in at_work]
        if reviews is not None:
            pairs = [
                (reviews.invent(number, person, structure), structure)
                for number, (person, structure) in zip(numbers, pairs, strict=True)
            ]
        added += await add_missing(database, pairs)
        if progress is not None:
            progress(numbers[-1] + 1, count)
    for name, (role, about) in ACCOUNTS.items() if count else ():
        address = f"{name}@example.org"
        await create_account(database, email=address, role=role, now=now, audit=None, **about)
    return added


def structure_of(person: int) -> int:
    """Say where a person works: structures have one or two people."""
    return person * 2 // 3
