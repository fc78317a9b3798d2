"""Stars of fewer than five reviews change no answer to those who may not see them (article 4)."""

import os
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from models.review_steps import ReviewState
from resolvers.directory.rating import rating_of
from tests.contact import add_request
from tests.live import client, listener
from tests.rules.hidden_stars import SLOTS, Town, Worth, make_town
from tests.rules.star_questions import FOLLOWED
from tests.service import Service, settings_of

EXAMPLES = int(os.environ.get("STARS", "3"))
"""Sets of reviews that are tried on each database; `make stars` tries more."""
FEW = settings(max_examples=EXAMPLES, deadline=None, phases=(Phase.reuse, Phase.generate))
"""An example asks a hundred questions: it is not made small."""

GONE = ReviewState.WITHDRAWN
STATES = st.sampled_from([*(ReviewState.PUBLISHED,) * 6, *ReviewState])
STARS = st.integers(1, 5)
REVIEW = st.tuples(STATES, STARS, STARS)
"""Where a review stands, and what it might be worth, and might be worth as well."""
REVIEWS = st.lists(REVIEW, min_size=SLOTS - 1, max_size=SLOTS - 1)


@pytest.fixture(scope="module")
async def town(shared_service: Service) -> Town:
    """Three activators whose reviews change."""
    return await make_town(shared_service)


@FEW
@given(everybody=st.tuples(REVIEWS, REVIEWS, REVIEWS))
async def test_stars_of_up_to_four_reviews_change_no_answer_to_who_may_not_see_them(
    town: Town, everybody: tuple[list[tuple[ReviewState, int, int]], ...]
) -> None:
    rest = [Worth(GONE, 1)]

    await town.give([[Worth(state, one) for state, one, _ in mine] + rest for mine in everybody])
    told = {asker: await town.answers(asker) for asker in town.askers}
    await town.give([[Worth(state, two) for state, _, two in mine] + rest for mine in everybody])

    for asker, answers in told.items():
        assert await town.answers(asker) == answers


@FEW
@given(
    stars=st.lists(STARS, min_size=SLOTS, max_size=SLOTS),
    leaving=st.integers(0, SLOTS - 1),
    goes_to=st.sampled_from([GONE, ReviewState.REMOVED, ReviewState.ENDED]),
)
async def test_the_fifth_review_shows_all_stars_at_once_and_its_end_hides_them_at_once(
    town: Town, stars: list[int], leaving: int, goes_to: ReviewState
) -> None:
    others = [[Worth(GONE, 1)] * SLOTS] * 2
    five = [Worth(ReviewState.PUBLISHED, one) for one in stars]
    four = [
        Worth(goes_to if n == leaving else worth.state, worth.stars) for n, worth in enumerate(five)
    ]

    told = []
    for worths in (four, five, four):
        await town.give([worths, *others])
        told.append([await shown(town, asker) for asker in town.askers])

    expected = rating_of([stars.count(one) for one in range(1, 6)])
    assert expected is not None
    nothing = {"rating": None, "reviews": {"sortedBy": "NEWEST", "nodes": [{"stars": None}] * 4}}
    assert told[0] == told[2] == [nothing] * 2
    rating = {"average": expected.average, "count": 5}
    highest = [{"stars": one} for one in sorted(stars, reverse=True)]
    all_of_them = {"rating": rating, "reviews": {"sortedBy": "HIGHEST", "nodes": highest}}
    assert told[1] == [all_of_them] * 2


async def test_who_follows_a_request_is_told_no_star_of_up_to_four_reviews(town: Town) -> None:
    service, told = town.service, []
    asked = await add_request(service, next(iter(town.reviews)))
    rest = [Worth(GONE, 1)]

    async with listener(service.app, settings_of(service.database)) as address:
        for one in (1, 5):
            four = [[Worth(ReviewState.PUBLISHED, one)] * (SLOTS - 1) + rest]
            await town.give(four * 3)
            async with client(address) as socket:
                await socket.init()
                await socket.subscribe("1", {"token": asked.token}, FOLLOWED)
                told.append(await socket.next())

    assert told[0] == told[1]
    assert told[0]["activator"]["rating"] is None
    assert len(told[0]["activator"]["reviews"]["nodes"]) == SLOTS - 1


async def test_an_export_tells_no_star_of_others(town: Town) -> None:
    told = []

    for one in (1, 5):
        four = [Worth(ReviewState.PUBLISHED, one)] * (SLOTS - 1)
        await town.give([[*four, Worth(GONE, 1)]] * 3)
        found = await town.service.data("{ exportMyData }", token=town.askers["a member"])
        told.append({**found["exportMyData"], "auditEntries": None})

    assert told[0] == told[1]


async def shown(town: Town, asker: str) -> Any:
    """Read the stars of the first activator and of its reviews, as somebody sees them."""
    query = """query ($id: ID!) { activator(id: $id) {
      rating { average count } reviews(orderBy: HIGHEST) { sortedBy nodes { stars } }
    } }"""
    found = await town.service.data(query, {"id": town.ids[0]}, token=town.askers[asker])
    return found["activator"]
