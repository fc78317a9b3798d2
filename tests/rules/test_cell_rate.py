"""The algorithm of rate limits: so much at once, then evenly, and no harm from refusals."""

from hypothesis import given
from hypothesis import strategies as some

from models.cell_rate import Rate, charge, whole_seconds

NOW = 1_795_512_600.0
"""A moment of today: as large as the numbers are that are added to."""

rates = some.builds(Rate, some.integers(1, 5_000), some.sampled_from([10, 60, 3_600]))


def take(rate: Rate, arrival: float, units: int, now: float, times: int = 1) -> tuple[int, float]:
    """Ask several times at one moment; give how often it was let through, and the arrival."""
    passed = 0
    for _ in range(times):
        verdict = charge(rate, arrival, units, now)
        passed += not verdict.wait
        arrival = verdict.arrival
    return passed, arrival


@given(rates)
def test_a_client_that_never_came_may_use_all_at_once_and_no_more(rate: Rate) -> None:
    passed, arrival = take(rate, 0.0, 1, NOW, times=rate.units + 3)

    assert passed == rate.units
    assert rate.left(arrival, NOW) == 0


@given(rates, some.integers(1, 5_000))
def test_what_is_used_is_counted_by_what_it_costs(rate: Rate, units: int) -> None:
    verdict = charge(rate, 0.0, units, NOW)

    assert verdict.wait == 0
    assert rate.left(verdict.arrival, NOW) == max(rate.units - units, 0)


@given(rates, some.lists(some.tuples(some.integers(1, 50), some.floats(0, 5)), max_size=60))
def test_over_time_nobody_gets_more_than_the_rate_and_what_was_there_at_first(
    rate: Rate, asked: list[tuple[int, float]]
) -> None:
    arrival, now, used = 0.0, NOW, 0

    for units, pause in asked:
        now += pause
        verdict = charge(rate, arrival, units, now)
        arrival = verdict.arrival
        used += 0 if verdict.wait else min(units, rate.units)

    assert used <= rate.units * (1 + (now - NOW) / rate.seconds) + 1


@given(rates, some.integers(1, 200))
def test_whoever_waits_as_long_as_it_is_told_is_let_through(rate: Rate, units: int) -> None:
    _, arrival = take(rate, 0.0, 1, NOW, times=rate.units)

    wait = charge(rate, arrival, units, NOW).wait

    assert 0 < wait <= rate.seconds + rate.slack()
    assert charge(rate, arrival, units, NOW + whole_seconds(wait)).wait == 0
    assert charge(rate, arrival, units, NOW + wait / 2 - 2 * rate.slack()).wait > 0


@given(rates, some.integers(1, 5_000), some.integers(1, 50))
def test_a_refusal_changes_nothing(rate: Rate, units: int, times: int) -> None:
    _, arrival = take(rate, 0.0, 1, NOW, times=rate.units)

    passed, after = take(rate, arrival, units, NOW, times=times)

    assert (passed, after) == (0, arrival)


@given(rates, some.floats(0, 10**8))
def test_a_clock_that_is_set_back_makes_nobody_wait_longer_than_for_all(
    rate: Rate, back: float
) -> None:
    _, arrival = take(rate, 0.0, 1, NOW, times=rate.units)

    before = NOW - back

    verdict = charge(rate, arrival, 1, before)
    assert verdict.wait <= rate.seconds + rate.slack()
    assert charge(rate, verdict.arrival, rate.units, before + rate.seconds).wait == 0


@given(rates, some.floats(1, 100))
def test_a_multiple_of_a_rate_is_as_many_units_within_the_same_time(
    rate: Rate, factor: float
) -> None:
    assert rate.times(factor) == Rate(int(rate.units * factor), rate.seconds)
