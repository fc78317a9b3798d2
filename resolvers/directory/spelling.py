"""The words of an index, and which of them a typed word stands for.

What a typed word finds, and what each match is worth, depends on the two words alone: a slip is
forgiven whether or not the exact word exists.
"""

from bisect import bisect_left
from functools import cached_property

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

EXACT, BEGUN = 1.0, 2.0**-4
SLIPS = (EXACT, 2.0**-8, 2.0**-12)
BEGUN_SLIP = 2.0**-16
"""What a match is worth: exact, begun, by the number of slips, begun with a slip.

Places weigh 1 to 8, and each worth is a sixteenth of the one above: so an exact word in a
presentation still ranks over one begun in a name. Powers of two add up exactly, in any order.
"""

SMALL = 2.0**-3
"""What a small word is worth: a little more than one begun, so that few ranks turn on it."""

SHORT = 3
"""Letters from which a word may be only begun wherever it stands in a query."""

BEGINNING, LONG = 3, 6
"""A slip in a beginning is forgiven after so many letters, in a word of so many."""

LONGEST = 40
"""Letters of a word above which no slip is forgiven."""

Bags = npt.NDArray[np.uint64]


def slips_forgiven(word: str) -> int:
    """Say how many slips are forgiven: none in a short word, one from 4 letters, two from 8."""
    return 0 if len(word) < 4 or len(word) > LONGEST else 1 if len(word) < 8 else 2


class Vocabulary:
    """Distinct words, sorted; each is known by its place."""

    def __init__(self, words: list[str]) -> None:
        """Take them sorted."""
        self.words = words

    def number(self, word: str) -> int | None:
        """Find a word as it is."""
        place = bisect_left(self.words, word)
        return place if place < len(self.words) and self.words[place] == word else None

    def matching(self, word: str, *, last: bool) -> dict[int, float]:
        """Find the words that a typed one may stand for, and what each match is worth.

        The last word typed may be one that goes on, however short it is, and its beginning may
        hold a slip.
        """
        matched = self._begun_with_a_slip(word) if last else {}
        matched |= self._with_slips(word)
        if last or len(word) >= SHORT:
            matched |= dict.fromkeys(self._begun(word), BEGUN)
        exact = self.number(word)
        return matched if exact is None else matched | {exact: EXACT}

    def small(self, word: str, *, last: bool) -> dict[int, float]:
        """Find what a small word stands for: itself, and what it may become if typed last."""
        matched = dict.fromkeys(self._begun(word), BEGUN) if last else {}
        exact = self.number(word)
        return matched if exact is None else matched | {exact: SMALL}

    def _begun(self, start: str) -> range:
        return range(bisect_left(self.words, start), bisect_left(self.words, start + "\U0010ffff"))

    def _begun_with_a_slip(self, word: str) -> dict[int, float]:
        """Find words whose beginning is this one but for a slip before its last letter."""
        if len(word) < LONG or not slips_forgiven(word):
            return {}
        near: set[int] = set()
        alike = self._begun(word[:BEGINNING])
        spelled = self.words[alike.start : alike.stop]
        for size in (len(word) - 1, len(word), len(word) + 1):
            likely = [n for n, other in enumerate(spelled) if other[size - 1 : size] == word[-1]]
            starts = [spelled[n][:size] for n in likely]
            found = process.extract(word, starts, scorer=OSA.distance, score_cutoff=1, limit=None)
            near |= {alike[likely[place]] for *_, place in found}
        return dict.fromkeys(near, BEGUN_SLIP)

    def _with_slips(self, word: str) -> dict[int, float]:
        """Find words of letters added, dropped, changed or swapped with their neighbour."""
        slips = slips_forgiven(word)
        if not slips:
            return {}
        numbers = self._likely(word, slips)
        spelled = [self.words[number] for number in numbers]
        near = process.extract(word, spelled, scorer=OSA.distance, score_cutoff=slips, limit=None)
        return {numbers[place]: SLIPS[int(distance)] for _, distance, place in near}

    def _likely(self, word: str, slips: int) -> list[int]:
        """Leave out, by their letters alone, the most of the words that are too far.

        A slip adds a letter, drops one, or does both.
        """
        order, lengths, bags = self._by_length
        first, last = np.searchsorted(lengths, (len(word) - slips, len(word) + slips + 1))
        apart = np.bitwise_count(bags[first:last] ^ np.uint64(_bag(word)))
        most = 2 * slips - np.abs(lengths[first:last] - len(word))
        likely: list[int] = order[first:last][apart <= most].tolist()
        return likely

    def warm(self) -> None:
        """Compute now what the first misspelt word would wait for."""
        _ = self._by_length

    @cached_property
    def _by_length(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Bags]:
        """Order the words by length, with their lengths and bags; no longer ones than needed."""
        lengths = np.fromiter(map(len, self.words), np.intp, len(self.words))
        order = np.argsort(lengths, kind="stable")
        order = order[: np.searchsorted(lengths[order], LONGEST + len(SLIPS) - 1, "right")]
        return order, lengths[order], _bags([self.words[number] for number in order])


def _bag(word: str) -> int:
    """Note which letters a word has, in the lower 32 bits, and which twice, in the upper ones.

    Letters may share a bit; one letter more or less changes one bit at most.
    """
    once = twice = 0
    for letter in word:
        bit = 1 << ord(letter) % 32
        twice |= once & bit
        once |= bit
    return once | twice << 32


def _bags(words: list[str]) -> Bags:
    """Note the same of all words, given by length: letter after letter, all words at once."""
    letters = np.frombuffer("".join(words).encode("utf-32-le"), np.uint32)
    bits = np.left_shift(np.uint64(1), (letters % 32).astype(np.uint64))
    lengths = np.fromiter(map(len, words), np.intp, len(words))
    starts = np.cumsum(lengths) - lengths
    once, twice = np.zeros(len(words), np.uint64), np.zeros(len(words), np.uint64)
    for place in range(lengths[-1] if words else 0):
        first = np.searchsorted(lengths, place, "right")
        bit = bits[starts[first:] + place]
        twice[first:] |= once[first:] & bit
        once[first:] |= bit
    return once | twice << np.uint64(32)
