"""The grounds on which moderators decide: data, for everyone to read."""

import pytest

from models.review_grounds import GROUNDS, GroundUse, ReviewGround, is_for
from tests.service import Service

READ = """query ($use: GroundUse) { moderationGrounds(use: $use) {
  code uses fr: label en: label(language: EN) template english: template(language: EN) } }"""


@pytest.fixture
def service(shared_service: Service) -> Service:
    """Ask one application."""
    return shared_service


async def test_anybody_reads_every_ground_in_both_languages(service: Service) -> None:
    grounds = (await service.data(READ))["moderationGrounds"]

    assert [one["code"] for one in grounds] == [one.value for one in ReviewGround]
    for one in grounds:
        assert one["fr"] != one["en"]
        assert one["template"] != one["english"]


async def test_those_for_one_decision_are_listed_apart(service: Service) -> None:
    grounds = (await service.data(READ, {"use": "KEEP"}))["moderationGrounds"]

    assert [one["code"] for one in grounds] == ["AUTHENTIC", "DOUBT_UNFOUNDED"]
    assert [one["uses"] for one in grounds] == [["KEEP"], ["KEEP"]]


@pytest.mark.parametrize("use", GroundUse)
def test_there_are_grounds_for_every_decision(use: GroundUse) -> None:
    assert any(is_for(one, use) for one in GROUNDS)
