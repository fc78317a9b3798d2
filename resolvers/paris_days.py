"""Days by the clock of Paris: those that are counted, and that people are told."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def day_of(moment: datetime) -> date:
    """Give the day of a moment."""
    return moment.astimezone(PARIS).date()


class Period(NamedTuple):
    """The days from one to another, both included."""

    first: date
    last: date

    def days(self) -> list[date]:
        """List them."""
        number = (self.last - self.first).days + 1
        return [self.first + timedelta(days=one) for one in range(number)]

    @property
    def begin(self) -> datetime:
        """When it begins."""
        return datetime.combine(self.first, time(), PARIS)

    @property
    def end(self) -> datetime:
        """When it is over."""
        return datetime.combine(self.last + timedelta(days=1), time(), PARIS)

    def holds(self, at: datetime | None) -> bool:
        """Say whether a time is within it."""
        return at is not None and self.begin <= at < self.end
