"""Places: communes as people type them, by name or by postal code."""

from bisect import bisect_left

from models.territories import TerritoryLevel
from resolvers.directory.reference import Reference
from resolvers.directory.rows import TerritoryRow
from resolvers.directory.words import words_of
from resolvers.refusal import InvalidInput

LONGEST_SEARCH = 100
ABBREVIATIONS = {"st": "saint", "ste": "sainte"}


class Places:
    """The communes that have a position, ready for autocompletion."""

    def __init__(self, reference: Reference) -> None:
        """Index each name from each of its words on, and each postal code."""
        located = [
            item
            for item in reference.territories.items
            if item.level is TerritoryLevel.COMMUNE and item.position is not None
        ]
        self._communes = sorted(located, key=lambda one: (-(one.population or 0), one.code))
        names: list[tuple[str, int]] = []
        codes: list[tuple[str, int]] = []
        for rank, item in enumerate(self._communes):
            words = words_of(item.name)
            names += [(" ".join(words[start:]), rank) for start in range(len(words))]
            codes += [(code, rank) for code in item.postal_codes]
        self._names, self._codes = sorted(names), sorted(codes)

    def search(self, text: str, count: int) -> list[TerritoryRow]:
        """Find the communes whose name has these words, the last one begun; the larger first.

        Digits are the beginning of a postal code, beside the words or alone. Accents, case and
        hyphens do not matter, `st` is `saint`.
        """
        if len(text) > LONGEST_SEARCH:
            raise InvalidInput("search", len(text), f"at most {LONGEST_SEARCH} characters")
        words = words_of(text)
        begun = words[-1:] if text[-1:].isalnum() else []
        ended = words[: len(words) - len(begun)]
        spelled = [ABBREVIATIONS.get(word, word) for word in ended] + begun
        name = " ".join(word for word in spelled if not word.isdigit())
        found = [_ranks(self._codes, word) for word in spelled if word.isdigit()]
        found += [_ranks(self._names, name)] if name else []
        ranks = sorted(set.intersection(*found)) if found else []
        return [self._communes[rank] for rank in ranks[:count]]


def _ranks(index: list[tuple[str, int]], start: str) -> set[int]:
    first = bisect_left(index, (start, -1))
    last = bisect_left(index, (start + "\U0010ffff", -1))
    return {rank for _, rank in index[first:last]}
