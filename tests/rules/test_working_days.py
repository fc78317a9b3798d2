"""Working days and hours: each territory's own, and how delays are counted in them."""

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from models.working_days import (
    CLOSING,
    MINUTES_A_DAY,
    PLACES,
    WorkingCalendar,
    calendar_of,
    due_after,
    working_minutes,
)

PARIS = ZoneInfo("Europe/Paris")
A_DAY = timedelta(days=1)
EVERYWHERE = """
    2026-01-01 2026-04-06 2026-05-01 2026-05-08 2026-05-14 2026-05-25 2026-07-14 2026-11-11
    2026-12-25 2027-01-01 2027-03-29 2027-05-06 2027-05-17 2027-07-14 2027-11-01 2027-11-11
"""
"""Code du travail, L.3133-1, without what falls on a weekend."""
ALSACE_MOSELLE = "2026-04-03 2027-03-26"
"""Good Friday; 26 December is on a Saturday, then on a Sunday."""
ALSO = {
    "01": "",
    "2A": "",
    "57": ALSACE_MOSELLE,
    "67": ALSACE_MOSELLE,
    "68": ALSACE_MOSELLE,
    "75": "",
    "971": "2026-05-27 2027-05-27",
    "972": "2026-05-22",
    "973": "2026-06-10 2027-06-10",
    "974": "2027-12-20",
    "975": "",
    "976": "2026-04-27 2027-04-27",
    "977": "2026-10-09",
    "978": "2026-05-28 2027-05-28",
    "984": "2027-12-20",
    "986": "2026-04-28 2026-06-29 2026-07-29 2027-04-28 2027-06-29 2027-07-29",
    "987": "2026-03-05 2026-04-03 2026-11-20 2027-03-05 2027-03-26",
    "988": "2026-09-24 2027-09-24",
}
CLOSES = {  # in UTC, in winter and in summer
    "69": ("17:00", "16:00"),
    "67": ("17:00", "16:00"),
    "971": ("22:00", "22:00"),
    "972": ("22:00", "22:00"),
    "973": ("21:00", "21:00"),
    "974": ("14:00", "14:00"),
    "975": ("21:00", "20:00"),
    "976": ("15:00", "15:00"),
    "977": ("22:00", "22:00"),
    "978": ("22:00", "22:00"),
    "984": ("14:00", "14:00"),
    "986": ("06:00", "06:00"),
    "987": ("04:00", "04:00"),  # on the next day
    "988": ("07:00", "07:00"),
}

calendars = some.sampled_from(["DEP-69", *PLACES]).map(calendar_of)
moments = some.timedeltas(timedelta(0), 24_000 * A_DAY).map(
    datetime(2024, 1, 1, tzinfo=UTC).__add__
)
delays = some.integers(1, 300)


def at(day: str, hour: str, zone: ZoneInfo = PARIS) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=zone)


def is_working(day: date, calendar: WorkingCalendar) -> bool:
    midnight = datetime(day.year, day.month, day.day, tzinfo=calendar.zone)
    return working_minutes(midnight, midnight + A_DAY, calendar) > 0


@pytest.mark.parametrize("department", ALSO)
def test_each_territory_has_its_own_holidays(department: str) -> None:
    calendar = calendar_of(department)

    days = [date(2026, 1, 1) + A_DAY * after for after in range(730)]
    off = [day for day in days if day.weekday() < 5 and not is_working(day, calendar)]

    assert off == sorted(map(date.fromisoformat, f"{EVERYWHERE} {ALSO[department]}".split()))


def test_the_day_after_christmas_is_a_holiday_in_alsace_and_moselle() -> None:
    day = date(2028, 12, 26)

    off = [code for code in ["54", *PLACES] if not is_working(day, calendar_of(code))]

    assert off == ["57", "67", "68"]


@pytest.mark.parametrize("department", CLOSES)
def test_each_territory_has_its_own_clock(department: str) -> None:
    calendar = calendar_of(department)

    due = [
        due_after(at(day, "12:00", calendar.zone), 1, calendar)
        for day in ("2026-01-12", "2026-07-20")
    ]

    assert tuple(f"{one:%H:%M}" for one in due) == CLOSES[department]
    assert all(one.tzinfo is UTC for one in due)


@pytest.mark.parametrize("code", PLACES)
def test_a_department_is_named_with_or_without_its_prefix(code: str) -> None:
    assert calendar_of(f"DEP-{code}") is calendar_of(code)


@pytest.mark.parametrize("nowhere", [None, "", "DEP-", "DEP-999", "COM-97411", "REG-974", "974 "])
def test_an_unknown_department_has_the_calendar_of_paris(nowhere: str | None) -> None:
    assert calendar_of(nowhere) is calendar_of("DEP-75")


@pytest.mark.parametrize(
    ("asked", "days", "due"),
    [
        (("2026-07-10", "15:00"), 2, "2026-07-15"),  # a Friday; Tuesday 14 July is a holiday
        (("2026-07-10", "23:59"), 2, "2026-07-15"),
        (("2026-07-11", "00:00"), 2, "2026-07-15"),  # the Saturday
        (("2026-07-12", "12:00"), 1, "2026-07-13"),  # the Sunday
        (("2026-07-13", "00:00"), 1, "2026-07-15"),
        (("2026-07-14", "12:00"), 1, "2026-07-15"),  # the holiday itself
        (("2026-09-01", "08:00"), 1, "2026-09-02"),  # before opening, the day does not count
        (("2026-12-24", "10:00"), 2, "2026-12-29"),
        (("2026-03-27", "10:00"), 1, "2026-03-30"),  # clocks change in between
        (("2026-07-07", "10:00"), 15, "2026-07-29"),
    ],
)
def test_an_answer_is_due_at_closing_time_of_a_working_day(
    asked: tuple[str, str], days: int, due: str
) -> None:
    assert due_after(at(*asked), days, calendar_of("DEP-75")) == at(due, "18:00")


def test_the_day_of_asking_is_the_day_where_the_activator_is() -> None:
    monday_night = at("2026-09-07", "23:00")  # 11:00 on Monday in Papeete, Tuesday in Noumea

    papeete, noumea = calendar_of("DEP-987"), calendar_of("DEP-988")

    assert due_after(monday_night, 1, papeete) == at("2026-09-08", "18:00", papeete.zone)
    assert due_after(monday_night, 1, noumea) == at("2026-09-09", "18:00", noumea.zone)


@pytest.mark.parametrize("days", [0, -1])
def test_a_delay_of_no_day_is_a_mistake(days: int) -> None:
    with pytest.raises(ValueError, match="one working day or more"):
        due_after(at("2026-07-10", "15:00"), days, calendar_of(None))


@given(moments, delays, calendars)
def test_what_is_due_is_due_later_on_a_working_day(
    moment: datetime, days: int, calendar: WorkingCalendar
) -> None:
    due = due_after(moment, days, calendar)

    local = due.astimezone(calendar.zone)
    assert due > moment
    assert local.time() == CLOSING
    assert is_working(local.date(), calendar)


@given(moments, delays, delays, calendars)
def test_a_delay_after_a_delay_is_both_together(
    moment: datetime, first: int, second: int, calendar: WorkingCalendar
) -> None:
    due = due_after(moment, first, calendar)

    assert due_after(due, second, calendar) == due_after(moment, first + second, calendar)


@given(moments, moments, delays, calendars)
def test_who_asks_later_is_not_answered_sooner(
    one: datetime, other: datetime, days: int, calendar: WorkingCalendar
) -> None:
    earlier, later = sorted([one, other])

    assert due_after(earlier, days, calendar) <= due_after(later, days, calendar)
    assert due_after(earlier, days, calendar) < due_after(earlier, days + 1, calendar)


@given(moments, delays, calendars)
def test_between_two_dues_lie_as_many_days_of_work(
    moment: datetime, days: int, calendar: WorkingCalendar
) -> None:
    first = due_after(moment, 1, calendar)

    minutes = working_minutes(first, due_after(first, days, calendar), calendar)

    assert minutes == days * MINUTES_A_DAY


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (("2026-09-01", "09:00"), ("2026-09-01", "18:00"), 540),
        (("2026-09-01", "10:15"), ("2026-09-01", "11:45"), 90),
        (("2026-09-01", "00:00"), ("2026-09-01", "09:01"), 1),
        (("2026-09-01", "17:59"), ("2026-09-02", "08:00"), 1),
        (("2026-09-01", "18:00"), ("2026-09-02", "09:00"), 0),
        (("2026-09-04", "17:00"), ("2026-09-07", "10:00"), 120),  # over a weekend
        (("2026-07-13", "17:00"), ("2026-07-15", "10:00"), 120),  # over a holiday
        (("2026-07-14", "10:00"), ("2026-07-14", "17:00"), 0),
        (("2026-07-14", "10:00"), ("2026-07-15", "10:00"), 60),
        (("2026-07-13", "10:00"), ("2026-07-14", "10:00"), 480),
        (("2026-01-01", "00:00"), ("2027-01-01", "00:00"), 252 * 540),
        (("2026-09-01", "12:00"), ("2026-09-01", "12:00"), 0),
        (("2026-09-02", "12:00"), ("2026-09-01", "12:00"), 0),
    ],
)
def test_minutes_count_from_opening_to_closing_time_of_working_days(
    start: tuple[str, str], end: tuple[str, str], minutes: int
) -> None:
    assert working_minutes(at(*start), at(*end), calendar_of("DEP-75")) == minutes


@given(moments, moments, moments, calendars)
def test_minutes_add_up(
    one: datetime, two: datetime, three: datetime, calendar: WorkingCalendar
) -> None:
    first, second, third = sorted([one, two, three])

    parts = [working_minutes(first, second, calendar), working_minutes(second, third, calendar)]

    assert min(parts) >= 0
    assert sum(parts) == working_minutes(first, third, calendar)


@pytest.mark.parametrize("department", ["DEP-75", "DEP-975", "DEP-976", "DEP-987"])
@pytest.mark.parametrize("change", ["2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01"])
def test_minutes_are_those_that_pass_while_clocks_change(department: str, change: str) -> None:
    calendar = calendar_of(department)
    start = at(change, "11:07", calendar.zone).astimezone(UTC) - 2 * A_DAY
    end = start + timedelta(days=3, hours=21)

    passed = [start + timedelta(minutes=after) for after in range(93 * 60)]
    worked = [
        9 <= local.hour < 18
        for local in (moment.astimezone(calendar.zone) for moment in passed)
        if is_working(local.date(), calendar)
    ]

    assert working_minutes(start, end, calendar) == sum(worked)


def test_decades_are_counted_as_quickly_as_days() -> None:
    calendar = calendar_of("DEP-971")
    start, end = at("2026-01-01", "00:00"), at("2090-01-01", "00:00")

    begun = time.process_time()
    for _ in range(1000):
        working_minutes(start, end, calendar)
        due_after(start, 15_000, calendar)

    assert time.process_time() - begun < 1
