"""Who was counted within half an hour: once, in one process or several, and forgotten daily."""

import threading
from contextlib import ExitStack, nullcontext
from datetime import UTC, datetime, timedelta
from multiprocessing.shared_memory import SharedMemory

import numpy as np
import pytest

from resolvers.consultations import recent
from resolvers.consultations.recent import (
    HALF_HOUR,
    HEAD,
    SIZE,
    FileLock,
    RecentViewers,
    memory_to_share,
    own_viewers,
    shared_viewers,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def hashes(memory: bytearray) -> set[int]:
    """Read the table."""
    places = np.frombuffer(memory, [("hash", "<u8"), ("at", "<f8")], offset=HEAD.size)
    return set(places["hash"].tolist()) - {0}


def test_each_is_counted_once_within_half_an_hour_of_when_it_was_counted() -> None:
    viewers = own_viewers()

    told = [
        viewers.note("Odile", NOON + timedelta(seconds=after))
        for after in (0, 1, HALF_HOUR - 1, HALF_HOUR, HALF_HOUR + 1, 2 * HALF_HOUR - 1)
    ]

    assert told == [True, False, False, True, False, False]
    assert viewers.note("Solange", NOON)


def test_of_two_at_once_one_is_counted_though_the_other_came_a_moment_before() -> None:
    viewers = own_viewers()

    told = [viewers.note("Odile", one) for one in (NOON, NOON - SECOND / 1000)]

    assert told == [True, False]


def test_a_clock_that_was_set_back_by_half_an_hour_counts_again() -> None:
    viewers = own_viewers()

    told = [viewers.note("Odile", one) for one in (NOON, NOON - HALF_HOUR * SECOND)]

    assert told == [True, True]


@pytest.mark.parametrize("name", ["", "\0", "é", "\ud800", "x" * 100_000])
def test_any_name_will_do(name: str) -> None:
    viewers = own_viewers()

    assert [viewers.note(name, NOON) for _ in range(2)] == [True, False]


def test_nothing_of_a_day_is_left_on_the_next_one() -> None:
    memory = bytearray(SIZE)
    viewers = RecentViewers(memory, nullcontext())
    for number in range(100):
        viewers.note(f"{number}", NOON)
    before, salt = hashes(memory), HEAD.unpack_from(memory)[1]

    viewers.note("0", NOON + timedelta(days=1))

    after = hashes(memory)
    assert (len(before), len(after), before & after) == (100, 1, set())
    assert HEAD.unpack_from(memory)[1] != salt


def test_the_name_of_a_viewer_stands_nowhere() -> None:
    memory = bytearray(SIZE)

    RecentViewers(memory, nullcontext()).note("address 192.0.2.1", NOON)

    assert b"192.0.2.1" not in memory


def test_ten_thousand_a_minute_are_counted_each_once_for_half_an_hour() -> None:
    viewers, number = own_viewers(), 20_000
    moments = [NOON + SECOND * (HALF_HOUR - 1) * one / number for one in range(number)]

    first = sum(viewers.note(f"{one}", at) for one, at in enumerate(moments))
    again = sum(viewers.note(f"{one}", moments[-1]) for one in range(number))

    assert (first, again) == (number, 0)


def test_where_there_is_no_room_the_one_seen_longest_ago_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recent, "PLACES", 4)
    viewers = own_viewers()
    for number in range(5):
        assert viewers.note(f"{number}", NOON + SECOND * number)

    told = [viewers.note(f"{number}", NOON + 9 * SECOND) for number in (4, 3, 2, 1, 0)]

    assert told == [False, False, False, False, True]


def test_workers_count_each_once_between_them_and_leave_nothing_behind() -> None:
    with memory_to_share() as path:
        name = path.read_text()
        with ExitStack() as workers:
            one, other = (workers.enter_context(shared_viewers(path)) for _ in range(2))
            told = [worker.note("Odile", NOON) for worker in (one, other, other, one)]
        with shared_viewers(path) as replaced:
            told.append(replaced.note("Odile", NOON))

    assert told == [True, False, False, False, False]
    assert not path.exists()
    with pytest.raises(FileNotFoundError):
        SharedMemory(name)


def test_a_worker_that_ends_while_it_holds_the_lock_gives_it_back() -> None:
    told: list[bool] = []

    with memory_to_share() as path, shared_viewers(path) as survivor:
        dying = path.open()
        FileLock(dying.fileno()).__enter__()
        waiting = threading.Thread(target=lambda: told.append(survivor.note("Odile", NOON)))
        waiting.start()
        waiting.join(0.1)
        held = waiting.is_alive()
        dying.close()
        waiting.join(10)

    assert held
    assert told == [True]
