"""The generic cell rate algorithm (ITU-T I.371): so much at once, then evenly as it is regained.

Of each client it keeps one moment: when all that was used will be regained, its "arrival".
"""

import math
from typing import NamedTuple


class Rate(NamedTuple):
    """So many units at once, regained evenly within so many seconds."""

    units: int
    seconds: int

    def times(self, factor: float) -> "Rate":
        """Give so many times as much, within the same time."""
        return Rate(max(int(self.units * factor), 1), self.seconds)

    def cost(self, units: int) -> float:
        """Give the seconds in which units are regained; nothing costs more than there is."""
        return min(units, self.units) * self.seconds / self.units

    def slack(self) -> float:
        """Give half a unit, which sums of fractions may be off: moments are exact to 0.25 us."""
        return self.seconds / self.units / 2

    def capped(self, arrival: float, now: float) -> float:
        """Bring an arrival near that is too far away to have been written before now."""
        latest = now + self.seconds
        return latest if arrival > latest + self.slack() else arrival

    def left(self, arrival: float, now: float) -> int:
        """Say how many units are left."""
        regained = self.seconds - self.until_all(arrival, now)
        return int((regained + self.slack()) * self.units / self.seconds)

    def until_all(self, arrival: float, now: float) -> float:
        """Say in how many seconds all of it is there."""
        return min(max(arrival - now, 0.0), self.seconds)


class Verdict(NamedTuple):
    """When all will be regained, and how many seconds to wait: 0 for what was let through."""

    arrival: float
    wait: float


def charge(rate: Rate, arrival: float, units: int, now: float) -> Verdict:
    """Take units from a client, or tell it to wait and take nothing; times in Unix seconds.

    Where the clock was set back, a client waits no longer than for all that it may use.
    """
    after = max(rate.capped(arrival, now), now) + rate.cost(units)
    if after <= now + rate.seconds + rate.slack():
        return Verdict(after, 0.0)
    return refused(rate, arrival, units, now)


def refused(rate: Rate, arrival: float, units: int, now: float) -> Verdict:
    """Say how long a client waits that asks for more than is left."""
    arrival = rate.capped(arrival, now)
    return Verdict(arrival, max(arrival + rate.cost(units) - now - rate.seconds, rate.slack()))


def whole_seconds(seconds: float) -> int:
    """Round a time to wait up: whoever waits for it is let through."""
    return max(math.ceil(seconds), 1)
