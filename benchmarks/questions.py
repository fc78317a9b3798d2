"""What the benchmarks ask: drawn at random, the same each time, as people would ask."""

from random import Random

from benchmarks import invented
from benchmarks.population import Communes
from models.activators import ActivatorKind
from resolvers.directory.criteria import Criteria, circle, criteria
from resolvers.directory.reference import Reference
from resolvers.directory.rows import TerritoryRow

RADIUS_KM = 30.0
KINDS = [ActivatorKind.ADVISER, ActivatorKind.FUNDING_ADVISER]


class Questions:
    """Random searches over a reference; two with the same seed ask the same."""

    def __init__(self, reference: Reference, seed: int = 2026) -> None:
        """Prepare."""
        self._reference = reference
        self._draw = Random(seed)
        self._communes = Communes(reference)

    def everything(self) -> Criteria:
        """Ask for nothing in particular."""
        return criteria(self._reference)

    def place(self) -> TerritoryRow:
        """Draw a commune by its inhabitants."""
        return self._communes.drawn(self._draw, 1)[0]

    def field(self) -> str:
        """Draw a field of expertise."""
        return self._draw.choice(self._reference.fields.items).code

    def in_field(self) -> Criteria:
        """Ask for a field, anywhere."""
        return criteria(self._reference, expertise=[self.field()])

    def near(self) -> Criteria:
        """Ask for two kinds and a field around a place."""
        around = circle(self._reference, radius_km=RADIUS_KM, commune_code=self.place().code)
        return criteria(self._reference, kinds=KINDS, expertise=[self.field()], near=around)

    def text_near(self) -> Criteria:
        """Ask for a trade around a place."""
        around = circle(self._reference, radius_km=RADIUS_KM, commune_code=self.place().code)
        return criteria(self._reference, text=self._draw.choice(invented.TRADES), near=around)

    def misspelled(self) -> Criteria:
        """Ask for a family name with two letters swapped."""
        name = self._draw.choice([name for name in invented.FAMILY if len(name) > 5])
        place = self._draw.randrange(1, len(name) - 2)
        swapped = name[:place] + name[place + 1] + name[place] + name[place + 2 :]
        return criteria(self._reference, text=swapped)

    def begun(self) -> Criteria:
        """Ask for the beginning of a family name."""
        name = self._draw.choice(invented.FAMILY)
        return criteria(self._reference, text=name[: max(3, len(name) // 2)])

    def typed(self) -> str:
        """Begin to type a commune's name."""
        return self.place().name[: self._draw.randint(2, 6)]
