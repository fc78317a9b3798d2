"""Working days and hours, by the clock and the holidays of a department: delays run in these.

A working day is Monday to Friday, but for public holidays; work is from 09:00 to 18:00, local time.
"""

from datetime import UTC, date, datetime, time
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from holidays import country_holidays

from models.territories import PREFIXES, TerritoryLevel

OPENING = time(9)
CLOSING = time(18)
MINUTES_A_DAY = (CLOSING.hour - OPENING.hour) * 60
YEARS = range(2020, 2101)
"""Years whose holidays are known: from before the service began to where `holidays` ends."""


class Place(NamedTuple):
    """Where one clock and one list of holidays hold.

    The holidays are those of the Code du travail (L.3133-1), of the local law that `holidays` knows
    under `law`, and of the abolition of slavery, on `abolition` (month, day).
    """

    zone: str
    law: str | None = None
    abolition: tuple[int, int] | None = None


METROPOLITAN = Place("Europe/Paris")
REUNION = Place("Indian/Reunion", abolition=(12, 20))
PLACES = {
    "57": Place("Europe/Paris", law="57"),
    "67": Place("Europe/Paris", law="6AE"),
    "68": Place("Europe/Paris", law="6AE"),
    "971": Place("America/Guadeloupe", abolition=(5, 27)),
    "972": Place("America/Martinique", abolition=(5, 22)),
    "973": Place("America/Cayenne", abolition=(6, 10)),
    "974": REUNION,
    "975": Place("America/Miquelon"),
    "976": Place("Indian/Mayotte", abolition=(4, 27)),
    "977": Place("America/St_Barthelemy", abolition=(10, 9)),
    "978": Place("America/Marigot", abolition=(5, 28)),
    "984": REUNION,  # nobody lives in the austral lands: their offices are in Saint-Pierre
    "986": Place("Pacific/Wallis", law="WF"),
    "987": Place("Pacific/Tahiti", law="PF"),
    "988": Place("Pacific/Noumea", law="NC"),
}
"""The departments that differ from the rest.

- Alsace and Moselle: Good Friday and 26 December (Code du travail, L.3134-13). The law has Good
  Friday where there is a Protestant or a shared church: here it is taken to be everywhere.
- Overseas: the abolition of slavery (L.3422-2). These days are written here, since `holidays` adds
  days of custom to them, on which many work, and no law says otherwise: Victor Schoelcher's
  (971, 972, 978), Good Friday and mid-Lent (971). L.3422-2 has 27 May for Saint-Martin; its
  council and the prefecture keep 28 May, since 2018 (law 2017-256), and so does this.
- Wallis and Futuna, Polynesia and New Caledonia have labour codes of their own: their days are
  those of `holidays`.
"""


class WorkingCalendar(NamedTuple):
    """The clock of a place, and its working days."""

    zone: ZoneInfo
    days: np.busdaycalendar


def calendar_of(department: str | None) -> WorkingCalendar:
    """Give the calendar of a department: `DEP-974` or `974`; of Paris if it is none or unknown."""
    code = (department or "").removeprefix(PREFIXES[TerritoryLevel.DEPARTMENT])
    return calendar_at(PLACES.get(code, METROPOLITAN))


@cache
def calendar_at(place: Place) -> WorkingCalendar:
    """Make the calendar of a place, once."""
    holidays = set(country_holidays("FR", subdiv=place.law, years=YEARS))
    if place.abolition:
        holidays |= {date(year, *place.abolition) for year in YEARS}
    return WorkingCalendar(ZoneInfo(place.zone), np.busdaycalendar(holidays=sorted(holidays)))


def due_after(moment: datetime, days: int, calendar: WorkingCalendar) -> datetime:
    """Give the closing time of the so-many-th working day (1 or more) after the day of a moment.

    That day never counts: what is asked on a Saturday is due as if it were asked on the Friday.
    """
    if days < 1:
        raise ValueError(f"a delay is one working day or more, not {days}")
    asked = moment.astimezone(calendar.zone).date()
    due = np.busday_offset(asked, days, roll="backward", busdaycal=calendar.days)
    return datetime.combine(date.fromisoformat(str(due)), CLOSING, calendar.zone).astimezone(UTC)


def working_minutes(start: datetime, end: datetime, calendar: WorkingCalendar) -> int:
    """Count how often the clock goes on by a minute of work; 0 if the end is not after the start.

    Clocks change on Sunday nights, so that each working day has as many minutes as it shows.
    """
    if end <= start:
        return 0
    first, last = start.astimezone(calendar.zone), end.astimezone(calendar.zone)
    days = int(np.busday_count(first.date(), last.date(), busdaycal=calendar.days))
    return days * MINUTES_A_DAY + worked_by(last, calendar) - worked_by(first, calendar)


def worked_by(local: datetime, calendar: WorkingCalendar) -> int:
    """Count the minutes of work of a day until then."""
    if not np.is_busday(local.date(), busdaycal=calendar.days):
        return 0
    minutes = (local.hour - OPENING.hour) * 60 + local.minute
    return min(max(minutes, 0), MINUTES_A_DAY)
