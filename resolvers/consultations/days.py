"""The days of which consultations are asked for."""

from datetime import date, timedelta

from resolvers.paris_days import Period
from resolvers.refusal import InvalidInput

USUAL_DAYS, MOST_DAYS = 30, 366
FIRST_DAY = date(2020, 1, 1)
"""Before the service began."""


def period_of(first: date | None, last: date | None, today: date) -> Period:
    """Read the days that are asked for: by default the last thirty, today included.

    Raises InvalidInput for days that have not come, are in no order, or are more than 366.
    """
    last = today if last is None else last
    if not FIRST_DAY <= last <= today:
        raise InvalidInput("to", last, f"a day from {FIRST_DAY} to {today}, today in Paris")
    if first is None:
        return Period(last - timedelta(days=USUAL_DAYS - 1), last)
    if not FIRST_DAY <= first <= last:
        raise InvalidInput("from", first, f"a day from {FIRST_DAY} to {last}")
    earliest = last - timedelta(days=MOST_DAYS - 1)
    if first < earliest:
        raise InvalidInput("from", first, f"{earliest} or later: at most {MOST_DAYS} days")
    return Period(first, last)
