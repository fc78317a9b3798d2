"""The score of a text search: what a row says and what is asked decide it, and nothing else."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resolvers.directory.spelling import slips_forgiven
from resolvers.directory.text import (
    EXPERTISE,
    HEADLINE,
    NAME,
    PRESENTATION,
    STRUCTURE,
    WEIGHTS,
    TextIndex,
    TextIndexBuilder,
    merged,
)
from resolvers.directory.words import SMALL_WORDS

Row = list[tuple[str, int]]

LIKE = ("abba", "baobab", "abracadabra", "abarcada", "abracdab", "abraadab", "la", "du", "le")
WORDS = st.text("ab", min_size=1, max_size=9) | st.sampled_from(LIKE)
TEXTS = st.lists(WORDS, max_size=3).map(" ".join)
ROWS = st.lists(st.lists(st.tuples(TEXTS, st.sampled_from(list(WEIGHTS)))), max_size=6)
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


def worth(asked: str, written: str, *, last: bool) -> float:
    """Exact above begun above one slip above two above a slip in a beginning."""
    if asked == written:
        return 1.0
    if written.startswith(asked) and (last or len(asked) >= 3):
        return 1 / 16
    made = slips(asked, written)
    if made <= (0 if len(asked) < 4 else 1 if len(asked) < 8 else 2):
        return {1: 1 / 16**2, 2: 1 / 16**3}[made]
    return 1 / 16**4 if last and begun_with_a_slip(asked, written) else 0.0


def begun_with_a_slip(asked: str, written: str) -> bool:
    """In 6 letters or more, after the third one and before the last one."""
    return len(asked) >= 6 and any(
        start.startswith(asked[:3]) and start[-1] == asked[-1] and slips(asked, start) <= 1
        for start in (written[:size] for size in range(3, len(written) + 1))
    )


def small_worth(asked: str, written: str, *, last: bool) -> float:
    """A small word counts a little, and what it may become, less."""
    return 1 / 8 if asked == written else 1 / 16 if last and written.startswith(asked) else 0.0


def expected(row: Row, query: list[str]) -> float:
    """Of each word asked the best that the row has; nothing where one is missing.

    Words that stand together in one place count double; small words may be missing.
    """
    required = [asked for asked in query if asked not in SMALL_WORDS] or query
    found = [best(worth, row, asked, last=asked == query[-1]) for asked in required]
    small = [
        best(small_worth, row, asked, last=asked == query[-1])
        for asked in query
        if asked not in required
    ]
    times = 2 if len(required) > 1 and stand_together(row, required) else 1
    return sum(found) * times + sum(small) if all(found) else 0.0


def best(worth: Callable[..., float], row: Row, asked: str, *, last: bool) -> float:
    """Of all words of a row the one that scores most."""
    scores = [
        WEIGHTS[place] * worth(asked, word, last=last)
        for text, place in row
        for word in text.split()
    ]
    return max(scores, default=0.0)


def stand_together(row: Row, words: list[str]) -> bool:
    """Whether one place of a row has all these words as they are."""
    said: dict[int, set[str]] = {}
    for text, place in row:
        said.setdefault(place, set()).update(text.split())
    return any(said_there.issuperset(words) for said_there in said.values())


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
def test_the_order_of_the_words_before_the_last_makes_no_difference(
    rows: list[Row], query: list[str]
) -> None:
    *before, last = query
    index = indexed(rows)

    turned = index.scores([*before[::-1], last], len(rows))

    assert (index.scores(query, len(rows)) == turned).all()


@given(
    asked=st.text("abcz9д", min_size=1, max_size=45),
    change=st.sampled_from(["add", "drop", "swap", "put another"]),
    place=st.integers(0, 44),
)
@example("abcd", "swap", 0)
@example("a" * 40, "add", 40)
def test_a_slip_is_forgiven_wherever_it_is_made(asked: str, change: str, place: int) -> None:
    before, after = asked[:place], asked[place:]
    written = {
        "add": f"{before}x{after}",
        "drop": before + after[1:],
        "swap": before + after[1:2] + after[:1] + after[2:],
        "put another": f"{before}x{after[1:]}" if after else asked,
    }[change]

    (score,) = indexed([[(written, NAME)]]).scores([asked], 1)

    assert score > 0 or (written != asked and not slips_forgiven(asked))


def ranked(query: str, *rows: Row) -> list[int]:
    """The rows that a query finds, those of the best score first."""
    scores = indexed(list(rows)).scores(query.split(), len(rows))
    return [int(row) for row in np.argsort(-scores, kind="stable") if scores[row] > 0]


def test_exact_ranks_over_begun_and_that_over_misspelt_wherever_they_stand() -> None:
    misspelt, begun, exact = ("lunete", NAME), ("lunettes", PRESENTATION), ("lunette", PRESENTATION)

    assert ranked("lunette", [misspelt], [begun], [exact]) == [2, 1, 0]
    assert ranked("lunette", [("lunettes", NAME)], [exact]) == [1, 0]
    assert ranked("mairie", [("marie", NAME)], [("mairie de lyon", STRUCTURE)]) == [1, 0]


@pytest.mark.parametrize("query", ["lunette", "lunet", "lunete"])
def test_a_name_ranks_over_a_headline_however_both_are_typed(query: str) -> None:
    assert ranked(query, [("lunette", HEADLINE)], [("lunette", NAME)]) == [1, 0]


def test_a_short_word_is_begun_only_where_it_is_typed_last() -> None:
    row = [("erik aubert", NAME), ("commerce", EXPERTISE)]

    assert ranked("e commerce", row) == []
    assert ranked("commerce e", row) == [0]
    assert ranked("eri commerce", row) == [0]


def test_small_words_may_be_missing_and_count_a_little() -> None:
    rows: list[Row] = [[("numerique", STRUCTURE)], [("au numerique", STRUCTURE)], [("au", NAME)]]

    assert ranked("au numerique", *rows) == [1, 0]
    assert ranked("l numerique", *rows) == [0, 1]


def test_a_small_word_typed_last_puts_first_those_whose_name_it_begins() -> None:
    rows: list[Row] = [[("jean", NAME), ("d", HEADLINE)], [("jean dupont", NAME)]]

    assert ranked("jean d", *rows) == [1, 0]


def test_small_words_are_all_required_where_there_are_no_others() -> None:
    rows: list[Row] = [[("de la tour", NAME)], [("de", NAME)], [("de lattre", NAME)]]

    assert ranked("de la", *rows) == [0, 2]


def test_words_that_stand_together_rank_over_the_same_apart() -> None:
    apart: Row = [("etienne", NAME), ("saint claude", STRUCTURE)]

    for place in (STRUCTURE, EXPERTISE):
        assert ranked("saint etienne", apart, [("saint etienne", place)]) == [1, 0]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        *(("cyberescuri", True), ("cybersceur", True), ("cyberseccu", True), ("cybrsecu", True)),
        *(("ybersecuri", False), ("cyberx", False), ("cybrs", False), ("cybrseucri", False)),
    ],
)
def test_a_long_word_may_be_begun_and_misspelt_once_inside(asked: str, found: bool) -> None:
    assert bool(ranked(asked, [("cybersecurite", NAME)])) is found
    assert ranked(f"{asked} conseil", [("cybersecurite conseil", NAME)]) == []


@pytest.mark.parametrize(
    ("word", "forgiven"),
    [("abc", 0), ("abcd", 1), ("a" * 7, 1), ("a" * 8, 2), ("a" * 40, 2), ("a" * 41, 0)],
)
def test_the_longer_a_word_the_more_slips_are_forgiven(word: str, forgiven: int) -> None:
    assert slips_forgiven(word) == forgiven


def test_a_name_weighs_most_and_a_presentation_least() -> None:
    name, expertise, structure, headline, presentation = WEIGHTS.values()
    assert name > expertise > structure == headline > presentation > 0
