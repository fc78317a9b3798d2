"""A search: what a viewer finds, how much, in which pages, and with which facets."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from models.activators import ActivatorKind
from permissions.permission import Permission
from permissions.scopes import CELLS, KINDS
from permissions.viewer import Viewer
from resolvers.directory import orders
from resolvers.directory.criteria import Criteria
from resolvers.directory.cursors import Cursor
from resolvers.directory.filters import (
    exact_distances,
    filters_of,
    permitted,
    rows_around,
    visible,
)
from resolvers.directory.match import Match
from resolvers.directory.orders import Keys, Order, PlainKey
from resolvers.directory.segment import Rows, Segment
from resolvers.directory.sets import SetColumn
from resolvers.directory.snapshot import Part, Snapshot
from resolvers.directory.text import Scores
from resolvers.refusal import InvalidInput

Counts = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Hit:
    """An activator on a page: `distance` in metres where the search has a centre."""

    id: int
    cursor: Cursor
    segment: Segment
    row: int
    distance: float | None


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a list."""

    hits: list[Hit] = field(default_factory=list)
    has_previous: bool = False
    has_next: bool = False


class Search:
    """One search over one snapshot by one viewer; counts are made when they are asked for."""

    def __init__(self, snapshot: Snapshot, viewer: Viewer, asked: Criteria) -> None:
        """Find the rows of each segment.

        A search by place looks only at those whose place the viewer may know: for anyone else,
        being found would tell where they are.
        """
        self.snapshot = snapshot
        self.asked = asked
        self._viewer = viewer
        self.permission = Permission.SEE if asked.near is None else Permission.SEE_ON_MAP
        self._filters = filters_of(asked, snapshot.reference)
        self.matches = [self._match(part) for part in snapshot.parts]

    def _match(self, part: Part) -> Match:
        segment, asked = part.segment, self.asked
        scores = segment.text.scores(list(asked.words), len(segment)) if asked.words else None
        rows = self._candidates(segment, scores)
        shown = visible(part, rows, self._viewer, self.permission, self.snapshot.reference)
        rows = np.flatnonzero(shown) if isinstance(rows, slice) else rows[shown]
        return Match(segment, rows, self._filters, scores)

    def _candidates(self, segment: Segment, scores: Scores | None) -> Rows | slice:
        if self.asked.structure_id is not None:
            rows = segment.rows_of_structure(self.asked.structure_id)
        elif self.asked.near is not None:
            rows = rows_around(segment, self.asked.near)
        else:
            return slice(None) if scores is None else np.flatnonzero(scores)
        return rows if scores is None else rows[scores[rows] > 0]

    @cached_property
    def total(self) -> int:
        """Count what is found."""
        return sum(len(match.found) for match in self.matches)

    def default_order(self) -> Order:
        """Choose: by relevance for a text, by distance for a place, else by turns."""
        if self.asked.words:
            return Order.RELEVANCE
        return Order.ROTATION if self.asked.near is None else Order.DISTANCE

    def check_order(self, order: Order) -> None:
        """Refuse an order that the search has no keys for."""
        if order is Order.DISTANCE and self.asked.near is None:
            raise InvalidInput("orderBy", order.value, "an order other than DISTANCE without near")
        if order is Order.RELEVANCE and not self.asked.words:
            expected = "an order other than RELEVANCE without filter.text"
            raise InvalidInput("orderBy", order.value, expected)

    def _keys(self, match: Match, order: Order, day: date) -> Keys:
        segment, rows = match.segment, match.found
        if order is Order.DISTANCE and self.asked.near is not None:
            return orders.distance_keys(segment, rows, self.asked.near)
        if order is Order.RELEVANCE and match.scores is not None:
            return orders.exactly(-match.scores[rows].astype(np.float64))
        if order is Order.ROTATION:
            return orders.rotation_keys(segment, rows, day)
        if order is Order.RECENTLY_CONFIRMED:
            return orders.confirmation_keys(segment, rows)
        if order is Order.RATING:
            stars, reference = Permission.SEE_STARS, self.snapshot.reference
            seen = permitted(segment, rows, self._viewer, stars, reference)
            return orders.rating_keys(segment, rows, seen)
        return orders.name_keys(segment, rows)

    def page(
        self,
        order: Order,
        *,
        today: date,
        count: int,
        backwards: bool = False,
        after: Cursor | None = None,
        before: Cursor | None = None,
    ) -> Page:
        """Take the first `count` after a cursor, or the last `count` before one, in order."""
        days = {cursor.day for cursor in (after, before) if cursor is not None and cursor.day}
        if len(days) > 1:
            raise InvalidInput("before", "another day's", "a cursor of the same day as after")
        day = days.pop() if days else today
        start, stop = (before, after) if backwards else (after, before)
        hits = self._run(order, day, count + 1, start, backwards=backwards)
        if stop is not None:
            sign = -1 if backwards else 1
            hits = [h for h in hits if _compare(h.cursor, stop) == -sign]
        more, hits = len(hits) > count, hits[:count]
        behind = start is not None and self._something_behind(order, day, hits, backwards=backwards)
        if backwards:
            return Page(hits[::-1], has_previous=more, has_next=behind)
        return Page(hits, has_previous=behind, has_next=more)

    def _something_behind(
        self, order: Order, day: date, hits: list[Hit], *, backwards: bool
    ) -> bool:
        """Say whether the list goes on on the other side of a page that began at a cursor."""
        if not hits:
            return self.total > 0
        return bool(self._run(order, day, 1, hits[0].cursor, backwards=not backwards))

    def _run(
        self, order: Order, day: date, count: int, start: Cursor | None, *, backwards: bool
    ) -> list[Hit]:
        """Take rows from a cursor on, in either direction, from all segments."""
        found: list[tuple[Segment, int, PlainKey, int]] = []
        for match in self.matches:
            keys, ids = self._keys(match, order, day), match.segment.ids[match.found]
            after = None if start is None else _local(match.segment, start)
            if backwards:
                keys, ids = orders.reversed_keys(keys), -ids
                after = None if after is None else (-after[0], -after[1])
            for key, activator_id, place in orders.first_after(keys, ids, count, after):
                row = int(match.found[place])
                plain = _plain(match.segment, row, order, -key if backwards else key)
                found.append((match.segment, row, plain, abs(activator_id)))
        found.sort(key=lambda one: one[2:], reverse=backwards)
        dated = day if order is Order.ROTATION else None
        return list(self._hits(found[:count], order, dated))

    def _hits(
        self, found: list[tuple[Segment, int, PlainKey, int]], order: Order, day: date | None
    ) -> Iterator[Hit]:
        for segment, row, key, activator_id in found:
            cursor = Cursor(order, key, activator_id, day)
            yield Hit(activator_id, cursor, segment, row, self._distance(segment, row, cursor))

    def _distance(self, segment: Segment, row: int, cursor: Cursor) -> float | None:
        if self.asked.near is None:
            return None
        if cursor.order is Order.DISTANCE:
            return float(cursor.key)
        return float(exact_distances(segment, np.array([row]), self.asked.near)[0])

    def kind_counts(self) -> dict[ActivatorKind, int]:
        """Count by kind, as if no kind were asked for."""
        counts = np.zeros(len(CELLS), dtype=np.intp)
        for match in self.matches:
            cells = match.segment.cells[match.rows(ignoring="kinds")]
            counts += np.bincount(cells, minlength=len(counts))
        by_kind = counts.reshape(len(KINDS), -1).sum(axis=1)
        return {kind: int(n) for kind, n in zip(KINDS, by_kind, strict=True) if n}

    def expertise_counts(self) -> Counts:
        """Count by field of expertise, as if none were asked for."""
        return self._member_counts("expertise", "expertise", len(self.snapshot.reference.fields))

    def network_counts(self) -> Counts:
        """Count by network, as if none were asked for."""
        return self._member_counts("networks", "networks", len(self.snapshot.reference.networks))

    def department_counts(self) -> Counts:
        """Count by department served (as `serves` filters), as if none were asked for."""
        size = len(self.snapshot.reference.departments)
        return self._member_counts("departments", "serves", size)

    def _member_counts(self, column: str, ignoring: str, size: int) -> Counts:
        counts = np.zeros(size, dtype=np.intp)
        for match in self.matches:
            members: SetColumn = getattr(match.segment, column)
            counts += members.member_counts(match.rows(ignoring=ignoring), size)
        return counts


def _local(segment: Segment, cursor: Cursor) -> tuple[float, int]:
    """Place a cursor among a segment's keys."""
    if isinstance(cursor.key, str):
        return orders.name_rank(segment, cursor.key, cursor.id), cursor.id
    return cursor.key, cursor.id


def _plain(segment: Segment, row: int, order: Order, key: float) -> PlainKey:
    """Make a segment's key comparable across segments."""
    return segment.names[row].decode("latin-1") if order is Order.NAME else key


def _compare(left: Cursor, right: Cursor) -> int:
    one, other = (left.key, left.id), (right.key, right.id)
    return (one > other) - (one < other)
