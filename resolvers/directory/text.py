"""Text search: words, prefixes and small typos, ranked.

A row's score is a function of the row and the query alone: no frequency over the directory
enters it, and a misspelling is forgiven whether or not the exact word exists. So a hidden row
can never change what is found or in which order.
"""

from array import array
from bisect import bisect_left
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from resolvers.directory.sets import joined_ranges
from resolvers.directory.words import words_of

NAME, EXPERTISE, STRUCTURE, HEADLINE, PRESENTATION = 8, 4, 3, 3, 1
"""What a word weighs by the place where it stands."""

EXACT, PREFIX, TYPO, TWO_TYPOS = 1.0, 0.75, 0.5, 0.25
"""What a match is worth by how the word was typed."""

WORTH = (EXACT, TYPO, TWO_TYPOS)
"""The same by the number of slips."""

MOST_WORDS = 12
"""Words of a query that are looked at; more are refused by the wire."""

Scores = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]


def typos_forgiven(word: str) -> int:
    """Say how many slips are forgiven: none in a short word, one from 4 letters, two from 8."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


class TextIndex:
    """Inverted index: a sorted vocabulary, and for each word its rows and weights."""

    def __init__(
        self,
        words: list[str],
        starts: npt.NDArray[np.int64],
        rows: npt.NDArray[np.int32],
        weights: npt.NDArray[np.uint8],
    ) -> None:
        """Keep the postings: those of word w are `rows[starts[w]:starts[w + 1]]`."""
        self.words = words
        self.starts = starts
        self.rows = rows
        self.weights = weights
        self._by_length: dict[int, tuple[list[int], list[str]]] = {}
        for number, word in enumerate(words):
            numbers, spelled = self._by_length.setdefault(len(word), ([], []))
            numbers.append(number)
            spelled.append(word)

    def scores(self, query: list[str], size: int) -> Scores:
        """Score every row for the query's words; 0 where one of them is missing."""
        total = np.zeros(size, dtype=np.float32)
        everywhere = np.ones(size, dtype=np.bool_)
        for word in query:
            scores = self._word_scores(word, size)
            total += scores
            everywhere &= scores > 0
        return np.where(everywhere, total, np.float32(0))

    def _word_scores(self, word: str, size: int) -> Scores:
        matched = self._matching_words(word)
        scores = np.zeros(size, dtype=np.float32)
        if not matched:
            return scores
        numbers = np.fromiter(matched.keys(), np.int64, len(matched))
        qualities = np.fromiter(matched.values(), np.float32, len(matched))
        first, last = self.starts[numbers], self.starts[numbers + 1]
        qualities = np.repeat(qualities, last - first)
        postings = joined_ranges(first, last)
        np.maximum.at(scores, self.rows[postings], self.weights[postings] * qualities)
        return scores

    def _matching_words(self, word: str) -> dict[int, float]:
        matched = dict(self._near_words(word))
        first = bisect_left(self.words, word)
        last = bisect_left(self.words, word + "\U0010ffff")
        for number in range(first, last):
            matched[number] = PREFIX
        if first < last and self.words[first] == word:
            matched[first] = EXACT
        return matched

    def _near_words(self, word: str) -> list[tuple[int, float]]:
        slips = typos_forgiven(word)
        near = []
        for length in range(len(word) - slips, len(word) + slips + 1):
            numbers, spelled = self._by_length.get(length, ([], []))
            found = process.extract(
                word, spelled, scorer=OSA.distance, score_cutoff=slips, limit=None
            )
            near += [(numbers[place], WORTH[int(distance)]) for _, distance, place in found]
        return near


class TextIndexBuilder:
    """Collects the words of one row after the other."""

    def __init__(self) -> None:
        """Start empty."""
        self._numbers: dict[str, int] = {}
        self._split: dict[str, list[int]] = {}
        self._words = array("i")
        self._weights = array("B")
        self._sizes = array("i")

    def add(self, texts: list[tuple[str, int]]) -> None:
        """Append a row: its texts, each with the weight of its place."""
        weights: dict[int, int] = {}
        for text, weight in sorted(texts, key=lambda one: one[1]):
            for number in self._numbered(text):
                weights[number] = weight
        self._words.extend(weights.keys())
        self._weights.extend(weights.values())
        self._sizes.append(len(weights))

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
        return _index(list(self._numbers), words, rows, np.array(self._weights, dtype=np.uint8))


def merged(parts: list[tuple[TextIndex, Rows, int]]) -> TextIndex:
    """Join indexes, keeping only these rows of each (its size is given), renumbered in order.

    Each word's postings stay in order, so that they are copied to their place and never sorted.
    """
    vocabulary = sorted({word for index, _, _ in parts for word in index.words})
    number_of = {word: number for number, word in enumerate(vocabulary)}
    places = [np.array([number_of[word] for word in index.words], np.intp) for index, *_ in parts]
    kept = _kept_postings(parts)
    sizes = np.zeros(len(vocabulary), dtype=np.int64)
    for words, postings in zip(places, kept, strict=True):
        sizes[words] += postings.counts
    starts = np.concatenate([[0], np.cumsum(sizes)])
    rows, weights = np.empty(starts[-1], dtype=np.int32), np.empty(starts[-1], dtype=np.uint8)
    ends = starts[:-1].copy()
    for words, postings in zip(places, kept, strict=True):
        to = joined_ranges(ends[words], ends[words] + postings.counts)
        rows[to], weights[to] = postings.rows, postings.weights
        ends[words] += postings.counts
    return TextIndex(vocabulary, starts, rows, weights)


class Postings(NamedTuple):
    """Rows and weights, word after word, and how many each word has."""

    counts: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]
    weights: npt.NDArray[np.uint8]


def _kept_postings(parts: list[tuple[TextIndex, Rows, int]]) -> list[Postings]:
    """Choose the postings of the rows that stay, with their new numbers."""
    found, offset = [], 0
    for index, rows, size in parts:
        renumbered = np.full(size, -1, dtype=np.int32)
        renumbered[rows] = np.arange(offset, offset + len(rows), dtype=np.int32)
        numbers = renumbered[index.rows]
        kept = np.flatnonzero(numbers >= 0)
        counts = np.diff(np.searchsorted(kept, index.starts))
        found.append(Postings(counts, numbers[kept], index.weights[kept]))
        offset += len(rows)
    return found


def _index(
    vocabulary: list[str],
    words: npt.NDArray[np.int32],
    rows: npt.NDArray[np.int32],
    weights: npt.NDArray[np.uint8],
) -> TextIndex:
    """Sort the vocabulary and bring each word's postings together."""
    order = sorted(range(len(vocabulary)), key=vocabulary.__getitem__)
    rank = np.empty(len(vocabulary), dtype=np.int32)
    rank[order] = np.arange(len(vocabulary), dtype=np.int32)
    ranked = rank[words] if len(words) else words
    postings = np.argsort(ranked, kind="stable")
    starts = np.zeros(len(vocabulary) + 1, dtype=np.int64)
    np.cumsum(np.bincount(ranked, minlength=len(vocabulary)), out=starts[1:])
    return TextIndex([vocabulary[n] for n in order], starts, rows[postings], weights[postings])
