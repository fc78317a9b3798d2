"""The links of profiles, and which of them are dead."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import Reference, Video
from models.database import Database
from resolvers.directory.cards import Card
from resolvers.loader import BatchLoader

check = tables.link_check

COLUMNS = frozenset({"website_url", "profile_references", "videos"})
"""The columns of an activator in which links are."""

FOR_EXAMPLES = ("example.org", "example.com", "example.net", "example", "test", "invalid")
"""Names that are nobody's (RFC 2606), as in the demonstration."""


def links_in(columns: Mapping[str, Any]) -> list[str]:
    """List the links of a row of an activator, each once."""
    return links_of(columns["website_url"], columns["profile_references"], columns["videos"])


def links_of(
    website_url: str | None, references: Iterable[Reference], videos: Iterable[Video]
) -> list[str]:
    """List the links of a profile, in its order, each once."""
    quoted = (one["url"] for one in references)
    links = (website_url, *quoted, *(one["url"] for one in videos))
    return list(dict.fromkeys(link for link in links if link))


def is_somebodys(link: str) -> bool:
    """Say whether there is anybody to ask; an example leads to nobody."""
    host = (urlsplit(link).hostname or "").rstrip(".")
    return not any(host == name or host.endswith(f".{name}") for name in FOR_EXAMPLES)


async def forget_other_links(
    session: AsyncSession, activator_id: int, links: Collection[str]
) -> None:
    """Forget what is known of links that are in a profile no more."""
    gone = delete(check).where(check.c.activator_id == activator_id, check.c.url.not_in(links))
    await session.execute(gone)


class DeadLinks(BatchLoader[int, frozenset[str]]):
    """Loads the dead links of activators: a statement a batch."""

    def __init__(self, database: Database) -> None:
        """Read nothing yet."""
        super().__init__()
        self._database = database

    async def read(self, keys: list[int]) -> dict[int, frozenset[str]]:
        """Read some."""
        columns = (check.c.activator_id, check.c.url)
        is_dead = check.c.activator_id.in_(keys), check.c.dead_since.is_not(None)
        found: dict[int, set[str]] = {}
        async with self._database.read() as session:
            for activator_id, url in await session.execute(select(*columns).where(*is_dead)):
                found.setdefault(activator_id, set()).add(url)
        return {activator_id: frozenset(urls) for activator_id, urls in found.items()}


async def broken_links(loader: DeadLinks, card: Card) -> list[str]:
    """List the links of a profile that are dead."""
    dead = await loader.load(card.id) or frozenset()
    return [one for one in links_of(card.website_url, card.references, card.videos) if one in dead]
