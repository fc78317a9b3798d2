"""Text search: words, prefixes and small typos, ranked.

A row's score is a function of the row and the query alone: no frequency over the directory
enters it, and a misspelling is forgiven whether or not the exact word exists. So a hidden row
can never change what is found or in which order.
"""

from array import array
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from resolvers.directory.sets import joined_ranges
from resolvers.directory.spelling import Vocabulary
from resolvers.directory.words import SMALL_WORDS, words_of

NAME, EXPERTISE, STRUCTURE, HEADLINE, PRESENTATION = 1, 2, 4, 8, 16
"""The places where a word stands, a bit each."""

WEIGHTS = {NAME: 8, EXPERTISE: 4, STRUCTURE: 3, HEADLINE: 3, PRESENTATION: 1}
"""What a word weighs by its place; one that stands in several weighs as in the best."""

WEIGHT_OF = np.array(
    [max([WEIGHTS[p] for p in WEIGHTS if p & places], default=0) for places in range(32)],
    dtype=np.float32,
)
"""The same by all the places where a word stands."""

TOGETHER = 2
"""How often the words count that all stand, as they were typed, in one place."""

MOST_WORDS = 12
"""Words of a query that are looked at; more are refused by the wire."""

Scores = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]


class TextIndex:
    """Inverted index: a sorted vocabulary, and for each word its rows and its places there."""

    def __init__(
        self,
        words: list[str],
        starts: npt.NDArray[np.int64],
        rows: npt.NDArray[np.int32],
        places: npt.NDArray[np.uint8],
    ) -> None:
        """Keep the postings: those of word w are `rows[starts[w]:starts[w + 1]]`."""
        self.vocabulary = Vocabulary(words)
        self.starts = starts
        self.rows = rows
        self.places = places

    def scores(self, query: list[str], size: int) -> Scores:
        """Score every row for the query's words; 0 where one of them is missing.

        Small words count but may be missing, unless there are no others.
        """
        required = [word for word in query if word not in SMALL_WORDS] or query
        total = np.zeros(size, dtype=np.float32)
        everywhere = np.ones(size, dtype=np.bool_)
        for word in required:
            scores = self._scored(self.vocabulary.matching(word, last=word == query[-1]), size)
            total += scores
            everywhere &= scores > 0
        if len(required) > 1:
            total[self._together(required, size)] *= TOGETHER
        for word in set(query) - set(required):
            total += self._scored(self.vocabulary.small(word, last=word == query[-1]), size)
        return np.where(everywhere, total, np.float32(0))

    def _scored(self, matched: dict[int, float], size: int) -> Scores:
        """Give each row the best of what it has of these words."""
        scores = np.zeros(size, dtype=np.float32)
        if not matched:
            return scores
        numbers = np.fromiter(matched.keys(), np.int64, len(matched))
        worths = np.fromiter(matched.values(), np.float32, len(matched))
        first, last = self.starts[numbers], self.starts[numbers + 1]
        worths = np.repeat(worths, last - first)
        postings = joined_ranges(first, last)
        np.maximum.at(scores, self.rows[postings], WEIGHT_OF.take(self.places[postings]) * worths)
        return scores

    def _together(self, words: list[str], size: int) -> npt.NDArray[np.int32]:
        """Find the rows that have all these words in one place."""
        rarest, *others = sorted(map(self._postings, words), key=lambda one: one.stop - one.start)
        rows, places = self.rows[rarest], self.places[rarest]
        for postings in others if len(rows) else ():
            places_of_word = np.zeros(size, dtype=np.uint8)
            places_of_word[self.rows[postings]] = self.places[postings]
            places = places & places_of_word[rows]
        return rows[places > 0]

    def _postings(self, word: str) -> slice:
        number = self.vocabulary.number(word)
        if number is None:
            return slice(0, 0)
        return slice(self.starts[number], self.starts[number + 1])

    def warm(self) -> None:
        """Compute now what the first queries would wait for."""
        self.vocabulary.warm()


class TextIndexBuilder:
    """Collects the words of one row after the other."""

    def __init__(self) -> None:
        """Start empty."""
        self._numbers: dict[str, int] = {}
        self._split: dict[str, list[int]] = {}
        self._words = array("i")
        self._places = array("B")
        self._sizes = array("i")

    def add(self, texts: list[tuple[str, int]]) -> None:
        """Append a row: its texts, each with its place."""
        places: dict[int, int] = {}
        for text, place in texts:
            for number in self._numbered(text):
                places[number] = places.get(number, 0) | place
        self._words.extend(places.keys())
        self._places.extend(places.values())
        self._sizes.append(len(places))

    def _numbered(self, text: str) -> list[int]:
        numbers = self._split.get(text)
        if numbers is None:
            known = self._numbers
            numbers = [known.setdefault(word, len(known)) for word in words_of(text)]
            if len(self._split) < 200_000:
                self._split[text] = numbers
        return numbers

    def build(self) -> TextIndex:
        """Freeze."""
        rows = np.repeat(np.arange(len(self._sizes), dtype=np.int32), np.array(self._sizes))
        words = np.array(self._words, dtype=np.int32)
        return _index(list(self._numbers), words, rows, np.array(self._places, dtype=np.uint8))


def merged(parts: list[tuple[TextIndex, Rows, int]]) -> TextIndex:
    """Join indexes, keeping only these rows of each (its size is given), renumbered in order.

    Each word's postings stay in order, so that they are copied to their place and never sorted.
    """
    vocabulary = sorted({word for index, _, _ in parts for word in index.vocabulary.words})
    number_of = {word: number for number, word in enumerate(vocabulary)}
    targets = [
        np.array([number_of[word] for word in index.vocabulary.words], np.intp)
        for index, *_ in parts
    ]
    kept = _kept_postings(parts)
    sizes = np.zeros(len(vocabulary), dtype=np.int64)
    for words, postings in zip(targets, kept, strict=True):
        sizes[words] += postings.counts
    starts = np.concatenate([[0], np.cumsum(sizes)])
    rows, places = np.empty(starts[-1], dtype=np.int32), np.empty(starts[-1], dtype=np.uint8)
    ends = starts[:-1].copy()
    for words, postings in zip(targets, kept, strict=True):
        to = joined_ranges(ends[words], ends[words] + postings.counts)
        rows[to], places[to] = postings.rows, postings.places
        ends[words] += postings.counts
    return TextIndex(vocabulary, starts, rows, places)


class Postings(NamedTuple):
    """Rows and places, word after word, and how many each word has."""

    counts: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]
    places: npt.NDArray[np.uint8]


def _kept_postings(parts: list[tuple[TextIndex, Rows, int]]) -> list[Postings]:
    """Choose the postings of the rows that stay, with their new numbers."""
    found, offset = [], 0
    for index, rows, size in parts:
        renumbered = np.full(size, -1, dtype=np.int32)
        renumbered[rows] = np.arange(offset, offset + len(rows), dtype=np.int32)
        numbers = renumbered[index.rows]
        kept = np.flatnonzero(numbers >= 0)
        counts = np.diff(np.searchsorted(kept, index.starts))
        found.append(Postings(counts, numbers[kept], index.places[kept]))
        offset += len(rows)
    return found


def _index(
    vocabulary: list[str],
    words: npt.NDArray[np.int32],
    rows: npt.NDArray[np.int32],
    places: npt.NDArray[np.uint8],
) -> TextIndex:
    """Sort the vocabulary and bring each word's postings together."""
    order = sorted(range(len(vocabulary)), key=vocabulary.__getitem__)
    rank = np.empty(len(vocabulary), dtype=np.int32)
    rank[order] = np.arange(len(vocabulary), dtype=np.int32)
    ranked = rank[words] if len(words) else words
    postings = np.argsort(ranked, kind="stable")
    starts = np.zeros(len(vocabulary) + 1, dtype=np.int64)
    np.cumsum(np.bincount(ranked, minlength=len(vocabulary)), out=starts[1:])
    return TextIndex([vocabulary[n] for n in order], starts, rows[postings], places[postings])
