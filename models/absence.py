"""Absences of activators: the days on which one is away, by the clock of where it is."""

from datetime import date
from typing import NamedTuple

LONGEST_DAYS = 366
"""A year; who is gone for longer leaves the programme or comes back to say so."""


class Absence(NamedTuple):
    """From a day to another, both included; open-ended where there is no second one."""

    begins: date
    ends: date | None

    def is_over(self, today: date) -> bool:
        """Say whether its last day has passed."""
        return self.ends is not None and self.ends < today

    def lasts(self, today: date) -> bool:
        """Say whether it has begun, and is not over."""
        return self.begins <= today and not self.is_over(today)
