"""Cards of a worker: a bounded cache, and the loader behind it."""

from cachetools import LRUCache
from prometheus_client import Counter, Gauge

from models.database import Database
from resolvers.directory.cards import Card, read_cards
from resolvers.directory.reference import Reference
from resolvers.loader import BatchLoader

HITS = Counter("maillage_card_cache_hits", "Cards that a page found in memory.")
MISSES = Counter("maillage_card_cache_misses", "Cards that a page had to load.")
HELD = Gauge("maillage_card_cache_size", "Cards held in memory.", multiprocess_mode="livesum")


class Cards(BatchLoader[int, Card]):
    """The cache, and the loader behind it: at most three statements a batch."""

    def __init__(self, database: Database, size: int) -> None:
        """Hold at most `size` cards."""
        super().__init__()
        self.reference: Reference | None = None
        self._database = database
        self._held: LRUCache[int, Card] = LRUCache(size)

    def held(self, activator_id: int, version: int) -> Card | None:
        """Give the card of this version, if it is in memory."""
        card = self._held.get(activator_id)
        found = card if card is not None and card.version == version else None
        (MISSES if found is None else HITS).inc()
        return found

    def forget(self) -> None:
        """Forget all, when what the cards quote has changed."""
        self._held.clear()
        HELD.set(0)

    async def read(self, keys: list[int]) -> dict[int, Card]:
        """Load cards and keep them."""
        reference = self.reference
        if reference is None:
            raise RuntimeError("cards are read once the reference is")
        async with self._database.read() as session:
            cards = await read_cards(session, reference, keys)
        if reference is self.reference:
            self._held.update(cards)
        HELD.set(len(self._held))
        return cards
