"""The deadlines of a contact request: each after the other, at 18:00 of a working day there."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from models.working_days import CLOSING, PLACES, calendar_of, due_after, working_minutes
from resolvers.contact.deadlines import (
    CONTACT_DUE,
    CONTACT_EXPIRY,
    CONTACT_LATE,
    deadlines_of,
    passed_by,
)
from resolvers.policy import Policy

departments = some.sampled_from([None, "DEP-69", "DEP-974", "DEP-972", *PLACES])
moments = some.timedeltas(timedelta(0), timedelta(24_000)).map(
    datetime(2024, 1, 1, tzinfo=UTC).__add__
)
policies = some.tuples(some.integers(1, 60), some.integers(1, 60), some.integers(1, 190)).map(
    lambda days: Policy(
        contact_answer_days=days[0],
        contact_escalation_days=days[1],
        contact_expiry_days=days[1] + days[2],
    )
)


def deadlines(
    asked: datetime, department: str | None, policy: Policy | None = None
) -> dict[str, datetime]:
    """Give the deadlines of what is asked then."""
    policy = policy or Policy()
    due = due_after(asked, policy.contact_answer_days, calendar_of(department))
    return deadlines_of(policy, due, department)


@given(moments, departments, policies)
def test_due_comes_before_late_and_late_before_expiry_at_the_close_of_working_days(
    asked: datetime, department: str | None, policy: Policy
) -> None:
    times = deadlines(asked, department, policy)

    calendar = calendar_of(department)
    due, late, expiry = (times[kind] for kind in (CONTACT_DUE, CONTACT_LATE, CONTACT_EXPIRY))
    assert asked < due < late < expiry
    for moment in (due, late, expiry):
        assert moment.astimezone(calendar.zone).time() == CLOSING
        assert working_minutes(moment - timedelta(hours=9), moment, calendar) == 540
    days = policy.contact_escalation_days, policy.contact_expiry_days
    assert [working_minutes(due, end, calendar) // 540 for end in (late, expiry)] == list(days)


def test_what_is_asked_before_14_july_2026_is_due_after_it() -> None:
    friday = datetime(2026, 7, 10, 13, tzinfo=UTC)

    assert [str(at) for at in deadlines(friday, "DEP-69").values()] == [
        "2026-07-15 16:00:00+00:00",
        "2026-07-20 16:00:00+00:00",
        "2026-08-05 16:00:00+00:00",
    ]


def test_overseas_they_come_at_the_local_time_and_by_the_local_holidays() -> None:
    before_abolition = datetime(2026, 5, 20, 12, tzinfo=UTC)

    assert str(deadlines(before_abolition, "DEP-972")[CONTACT_DUE]) == "2026-05-26 22:00:00+00:00"
    assert str(deadlines(before_abolition, "DEP-974")[CONTACT_DUE]) == "2026-05-22 14:00:00+00:00"


def test_a_deadline_is_passed_by_once_the_next_one_has_come() -> None:
    next_one = datetime(2026, 7, 20, 16, tzinfo=UTC)
    payload = {"request_id": 1, "before": next_one.isoformat()}

    assert not passed_by(payload, next_one - timedelta(seconds=1))
    assert passed_by(payload, next_one)
    assert not passed_by({"request_id": 1, "held": False}, next_one)
