"""Reading activators: one page of a search, or some of them by id."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from models.base import ID_BITS
from permissions.permission import Permission
from permissions.rulebook import grants
from permissions.viewer import Viewer
from resolvers.directory.cards import Card
from resolvers.directory.criteria import Criteria
from resolvers.directory.cursors import decode
from resolvers.directory.directory import Directory
from resolvers.directory.filters import visible
from resolvers.directory.orders import Order
from resolvers.directory.search import Hit, Page, Search
from resolvers.directory.segment import Segment
from resolvers.directory.snapshot import Snapshot
from resolvers.paging import Window

ATTEMPTS = 3
"""How often a page is made again when its activators changed while it was read."""

Grants = frozenset[Permission]


@dataclass(frozen=True, slots=True)
class Seen:
    """An activator, and what the viewer may do with it."""

    card: Card
    grants: Grants


@dataclass(frozen=True, slots=True)
class Found:
    """A page of activators, and the search that found them."""

    search: Search
    page: Page
    seen: Sequence[Seen]


@dataclass(frozen=True, slots=True)
class Located:
    """Where an activator stands in the snapshot."""

    id: int
    segment: Segment
    row: int


def grants_of(viewer: Viewer, card: Card, *, helped: bool = False) -> Grants:
    """List what the viewer may do with an activator, which helped it or did not."""
    owner = viewer.owns(card.id, card.structure.id, card.network_codes)
    itself = card.id in viewer.activator_ids
    admits = owner and not viewer.network_codes.isdisjoint(card.admitting_codes)
    standing = viewer.standing(owner=owner, itself=itself, admits=admits, helped=helped)
    return grants(standing, card.facts)


async def find_activators(
    directory: Directory,
    viewer: Viewer,
    asked: Criteria,
    *,
    order: Order | None,
    window: Window,
    today: date,
) -> Found:
    """Search, and load what the page shows; raises InvalidInput for an order or cursor."""
    for _ in range(ATTEMPTS):
        search = Search(directory.snapshot, viewer, asked)
        page = _page(search, order, window, today)
        cards = await load_cards(directory, page.hits)
        if all(card is not None for card in cards):
            break
        await directory.catch_up()
    else:
        page = replace(page, hits=[h for h, c in zip(page.hits, cards, strict=True) if c])
    seen = [Seen(card, grants_of(viewer, card)) for card in cards if card is not None]
    return Found(search, page, seen)


def _page(search: Search, order: Order | None, window: Window, today: date) -> Page:
    chosen = order or search.default_order()
    search.check_order(chosen)
    return search.page(
        chosen,
        today=today,
        count=window.count,
        backwards=window.backwards,
        after=None if window.after is None else decode("after", window.after, chosen),
        before=None if window.before is None else decode("before", window.before, chosen),
    )


async def load_cards(directory: Directory, hits: Sequence[Hit | Located]) -> list[Card | None]:
    """Give the cards of a page, from memory where they are; None for one that has changed."""
    versions = {hit.id: int(hit.segment.versions[hit.row]) for hit in hits}
    cards = {key: directory.cards.held(key, version) for key, version in versions.items()}
    missing = [key for key, card in cards.items() if card is None]
    if missing:
        for card in await directory.cards.load_many(missing):
            if card is not None and card.version == versions[card.id]:
                cards[card.id] = card
    return [cards[hit.id] for hit in hits]


async def get_activators(
    directory: Directory, viewer: Viewer, ids: Sequence[int]
) -> list[Seen | None]:
    """Give activators by id; None for one that does not exist or that the viewer may not see.

    What is hidden is decided before anything is read, so that it takes no more time than what
    does not exist.
    """
    cards: dict[int, Card | None] = {}
    for _ in range(ATTEMPTS):
        hits = _hits(directory.snapshot, viewer, ids)
        cards = dict(zip(hits, await load_cards(directory, list(hits.values())), strict=True))
        if None not in cards.values():
            break
        await directory.catch_up()
    found = {key: Seen(card, grants_of(viewer, card)) for key, card in cards.items() if card}
    return [found.get(key) for key in ids]


def may_see(directory: Directory, viewer: Viewer, activator_id: int) -> bool:
    """Say whether there is such an activator that the viewer may see."""
    return is_granted(directory, viewer, activator_id, Permission.SEE)


def is_granted(
    directory: Directory, viewer: Viewer, activator_id: int, permission: Permission
) -> bool:
    """Say whether there is such an activator with which the viewer has the permission."""
    return bool(_hits(directory.snapshot, viewer, [activator_id], permission))


def _hits(
    snapshot: Snapshot,
    viewer: Viewer,
    ids: Sequence[int],
    permission: Permission = Permission.SEE,
) -> dict[int, Located]:
    """Find those with which the viewer has the permission: that it may see, unless said."""
    found: dict[int, Located] = {}
    wanted = np.array([one for one in ids if one < 1 << ID_BITS], dtype=np.int64)
    for part in snapshot.parts:
        rows = part.segment.rows_of(wanted)
        seen = rows[visible(part, rows, viewer, permission, snapshot.reference)]
        for row in seen.tolist():
            activator_id = int(part.segment.ids[row])
            found[activator_id] = Located(activator_id, part.segment, row)
    return found
