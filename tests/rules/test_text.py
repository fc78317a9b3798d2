"""The score of a text search: what a row says and what is asked decide it, and nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.directory.text import (
    EXPERTISE,
    HEADLINE,
    NAME,
    PRESENTATION,
    STRUCTURE,
    TextIndex,
    TextIndexBuilder,
    merged,
    typos_forgiven,
)

Row = list[tuple[str, int]]

WORDS = st.text("ab", min_size=1, max_size=9) | st.sampled_from(("abba", "baobab", "abracadabra"))
TEXTS = st.lists(WORDS, max_size=3).map(" ".join)
ROWS = st.lists(
    st.lists(st.tuples(TEXTS, st.sampled_from((NAME, EXPERTISE, STRUCTURE, PRESENTATION)))),
    max_size=6,
)
QUERIES = st.lists(WORDS, min_size=1, max_size=3, unique=True)


def slips(one: str, other: str) -> int:
    """Letters added, dropped, changed or swapped with their neighbour."""
    rows = [list(range(len(other) + 1))]
    for i, left in enumerate(one, 1):
        rows.append([i])
        for j, right in enumerate(other, 1):
            best = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                best = min(best, rows[i - 2][j - 2] + 1)
            rows[i].append(best)
    return rows[-1][-1]


def worth(asked: str, written: str) -> float:
    """Exact above begun above one slip above two; none in a short word, two in a long one."""
    if asked == written:
        return 1.0
    if written.startswith(asked):
        return 0.75
    made = slips(asked, written)
    forgiven = 0 if len(asked) < 4 else 1 if len(asked) < 8 else 2
    return {1: 0.5, 2: 0.25}[made] if made <= forgiven else 0.0


def expected(row: Row, query: list[str]) -> float:
    """Of each word asked the best that the row has; nothing where one is missing."""
    found = [
        max(
            (weight * worth(asked, word) for text, weight in row for word in text.split()),
            default=0,
        )
        for asked in query
    ]
    return sum(found) if all(found) else 0.0


def indexed(rows: list[Row]) -> TextIndex:
    builder = TextIndexBuilder()
    for row in rows:
        builder.add(row)
    return builder.build()


@given(rows=ROWS, query=QUERIES)
def test_each_row_scores_as_if_it_were_alone(rows: list[Row], query: list[str]) -> None:
    scores = indexed(rows).scores(query, len(rows))

    assert scores.tolist() == [expected(row, query) for row in rows]


@given(first=ROWS, second=ROWS, query=QUERIES, kept=st.lists(st.booleans(), min_size=12))
def test_rows_score_the_same_when_indexes_are_merged(
    first: list[Row], second: list[Row], query: list[str], kept: list[bool]
) -> None:
    parts, staying = [], []
    for rows, keep in ((first, kept[:6]), (second, kept[6:])):
        places = np.flatnonzero(keep[: len(rows)])
        parts.append((indexed(rows), places, len(rows)))
        staying += [rows[place] for place in places]

    scores = merged(parts).scores(query, len(staying))

    assert scores.tolist() == [expected(row, query) for row in staying]


@given(rows=ROWS, query=QUERIES)
def test_the_order_of_the_words_asked_makes_no_difference(
    rows: list[Row], query: list[str]
) -> None:
    index = indexed(rows)

    assert (index.scores(query, len(rows)) == index.scores(query[::-1], len(rows))).all()


@pytest.mark.parametrize(
    ("word", "forgiven"), [("abc", 0), ("abcd", 1), ("a" * 7, 1), ("a" * 8, 2)]
)
def test_the_longer_a_word_the_more_slips_are_forgiven(word: str, forgiven: int) -> None:
    assert typos_forgiven(word) == forgiven


def test_a_name_weighs_most_and_a_presentation_least() -> None:
    assert NAME > EXPERTISE > STRUCTURE == HEADLINE > PRESENTATION > 0
