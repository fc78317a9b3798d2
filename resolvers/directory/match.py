"""A match: what a search finds in one segment."""

from dataclasses import dataclass
from functools import cached_property

from resolvers.directory.filters import Filter
from resolvers.directory.segment import Rows, Segment
from resolvers.directory.text import Scores


@dataclass(frozen=True)
class Match:
    """What is found in one segment: candidates, and the filters that choose among them."""

    segment: Segment
    candidates: Rows
    filters: dict[str, Filter]
    scores: Scores | None = None

    def rows(self, *, ignoring: str) -> Rows:
        """Give the rows that every other filter than this one keeps."""
        return self._kept(ignoring) if ignoring in self.filters else self.found

    @cached_property
    def found(self) -> Rows:
        """Give the rows that every filter keeps."""
        return self._kept()

    def _kept(self, ignoring: str | None = None) -> Rows:
        rows = self.candidates
        for name, keep in self.filters.items():
            if name != ignoring:
                rows = rows[keep(self.segment, rows)]
        return rows
