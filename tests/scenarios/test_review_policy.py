"""How reviews are handled is told to everyone, in two languages, with the numbers that hold."""

from models.database import Database
from models.review_policy import PolicyTopic
from tests.service import Service, running

POLICY = """{ reviewPolicy {
  isControlled isRewarded canBeChanged moderationDays doubtDays publishedMonths keptMonths
  starsShownFrom rewrites refusalGrounds { code label }
  items { topic source fr: text english: text(language: EN) }
} }"""


async def test_every_topic_is_told_in_two_languages_with_its_source(
    shared_service: Service,
) -> None:
    told = (await shared_service.data(POLICY))["reviewPolicy"]

    assert [one["topic"] for one in told["items"]] == [one.value for one in PolicyTopic]
    for one in told["items"]:
        assert one["source"]
        assert one["fr"] != one["english"]
        assert "{" not in one["fr"] + one["english"]
    assert (told["isControlled"], told["isRewarded"], told["canBeChanged"]) == (True, False, True)
    assert (told["starsShownFrom"], told["rewrites"]) == (5, 1)
    assert "DOUBT_UNFOUNDED" not in [one["code"] for one in told["refusalGrounds"]]


async def test_its_delays_are_those_that_the_operator_chose(database: Database) -> None:
    chosen = {
        "review_moderation_days": 11,
        "review_doubt_days": 13,
        "review_published_months": 17,
        "review_kept_months": 19,
        "contact_kept_months": 23,
        "engagement_kept_months": 29,
        "moderation_kept_months": 31,
    }

    async with running(database, **chosen) as service:
        told = (await service.data(POLICY))["reviewPolicy"]

    assert (told["moderationDays"], told["doubtDays"]) == (11, 13)
    assert (told["publishedMonths"], told["keptMonths"]) == (17, 19)
    text = {one["topic"]: one["fr"] for one in told["items"]}
    assert "11 jours" in text["DELAYS"]
    assert "17 mois" in text["DELAYS"]
    assert "19 mois" in text["DELAYS"]
    assert "13 jours" in text["DOUBT"]
    for months in (23, 29, 31):
        assert f"{months} mois" in text["PERSONAL_DATA"]
