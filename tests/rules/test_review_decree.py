"""The decree on online reviews, item by item: what we say of them is what we do with them.

Code de la consommation, D.111-16 to D.111-19, as the charter cites them (article 4).
"""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from models import tables
from models.accounts import Role
from models.activators import ActivatorKind
from models.base import new_id
from models.review_grounds import ReviewGround
from models.review_steps import ReviewState
from resolvers.contact.erasing import months_before
from tests.decree import CHANGED, add_helping, policy_of
from tests.moderation import case_about
from tests.people import add_account
from tests.reviews import COMMENT, add_review, state_of_review
from tests.service import NOW, Service

LIST = """query ($id: ID!) { activator(id: $id) { reviews {
  sortedBy policy { isControlled defaultOrder orders items { topic } }
  nodes { publishedAt } } } }"""
ORDERS = """{ reviewPolicy { defaultOrder orders }
  order: __type(name: "ReviewOrder") { enumValues { name } } }"""
A_DAY = timedelta(days=1)
NOTHING = {"fr": "Aucune contrepartie", "en": "Nothing is given in return"}


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all, each item with people of its own."""
    shared_service.clock.now = NOW
    return shared_service


async def fields_of(service: Service, name: str, which: str = "fields") -> list[str]:
    """List the fields of a type."""
    document = f'{{ __type(name: "{name}") {{ {which} {{ name }} }} }}'
    found = (await service.data(document))["__type"][which]
    return [one["name"] for one in found]


async def pass_day(service: Service) -> None:
    """Have done what each day has to be done."""
    await service.begin_day()
    await service.work()


async def test_d_111_16_a_review_is_what_a_company_that_was_helped_says(service: Service) -> None:
    told = (await policy_of(service))["items"]["DEFINITION"]
    helped, waits = await add_helping(service), await add_helping(service, answered=False)
    champion = await add_helping(service, kind=ActivatorKind.CHAMPION)

    assert await waits.say() == ["FORBIDDEN"]
    assert await champion.say() == ["FORBIDDEN"]
    assert await helped.say(stars=0) == await helped.say(stars=6) == ["BAD_USER_INPUT"]
    assert await helped.say(stars=1, comment=None) == []

    assert "D.111-16" in told["source"]
    assert "de 1 à 5" in told["fr"]
    assert "from 1 to 5" in told["en"]


async def test_d_111_17_1_a_beside_the_reviews_we_say_that_they_are_controlled(
    service: Service,
) -> None:
    helped, other = await add_helping(service), await add_helping(service)
    await helped.say()
    await other.say(comment=None)

    beside = (await service.data(LIST, {"id": helped.page}))["activator"]["reviews"]

    assert beside["policy"]["isControlled"] is True
    assert beside["policy"]["items"]
    assert await helped.shown() is None
    assert await other.shown() is not None
    await helped.decide("ACCEPT")
    assert (await helped.shown() or {})["comment"] == COMMENT


async def test_d_111_17_1_b_each_review_bears_its_dates(service: Service) -> None:
    helped = await add_helping(service)
    await helped.say()
    service.clock.advance(hours=3)
    await helped.decide("ACCEPT")
    published = {
        "comment": COMMENT,
        "experiencedOn": NOW.date().isoformat(),
        "publishedAt": (NOW + timedelta(hours=3)).isoformat(),
        "changedAt": None,
    }
    assert await helped.shown() == published

    service.clock.advance(hours=3)
    await helped.say("changeReview", comment=CHANGED)
    await helped.decide("ACCEPT")

    changed = (NOW + timedelta(hours=6)).isoformat()
    assert await helped.shown() == {**published, "comment": CHANGED, "changedAt": changed}
    assert "date" in (await policy_of(service))["items"]["DATES"]["fr"]


async def test_d_111_17_1_c_they_stand_in_the_orders_that_we_tell_the_newest_first(
    service: Service,
) -> None:
    told = await service.data(ORDERS)
    helped = await add_helping(service)
    for hours in (1, 3, 2):
        at = NOW - timedelta(hours=hours)
        await add_review(service, helped.activator, published_at=at)

    beside = (await service.data(LIST, {"id": helped.page}))["activator"]["reviews"]

    names = [one["name"] for one in told["order"]["enumValues"]]
    assert told["reviewPolicy"] == {"orders": names, "defaultOrder": beside["sortedBy"]}
    assert beside["policy"]["orders"] == names
    dates = [one["publishedAt"] for one in beside["nodes"]]
    assert len(dates) == 3
    assert dates == sorted(dates, reverse=True)


async def test_d_111_17_2_a_nothing_is_given_in_return(service: Service) -> None:
    told = await policy_of(service)
    helped = await add_helping(service)

    await helped.say()
    await helped.decide("ACCEPT")

    assert told["isRewarded"] is False
    for language, words in NOTHING.items():
        assert words in told["items"]["REWARD"][language]
    assert await fields_of(service, "ReviewPayload") == ["review", "userErrors"]
    letters = await helped.letters()
    assert len(letters) == 2
    assert any("Personne ne reçoit quoi que ce soit" in letter for letter in letters)
    for letter in letters:
        assert not {"cadeau", "bon d'achat", "réduction", "remise", "prime"} & set(letter.split())


async def test_d_111_17_2_b_stars_are_published_within_the_days_that_we_tell(
    service: Service,
) -> None:
    days = (await policy_of(service))["moderationDays"]
    helped = await add_helping(service)
    await helped.say()

    service.clock.advance(days=days, seconds=-1)
    await service.work()
    assert await helped.shown() is None
    service.clock.advance(seconds=1)
    await service.work()

    shown = await helped.shown()
    assert shown is not None
    assert shown["comment"] is None
    await helped.decide("ACCEPT")
    assert (await helped.shown() or {})["comment"] == COMMENT


async def test_d_111_17_2_b_a_review_ends_and_is_erased_after_the_months_that_we_tell(
    service: Service,
) -> None:
    told, helped = await policy_of(service), await add_helping(service)
    await helped.say()
    await helped.decide("ACCEPT")
    published = service.clock()

    service.clock.now = months_before(published, -told["publishedMonths"]) - A_DAY
    await pass_day(service)
    assert await helped.shown() is not None
    service.clock.now += A_DAY
    await pass_day(service)
    assert await helped.shown() is None
    ended = service.clock()

    service.clock.now = months_before(ended, -told["keptMonths"]) - A_DAY
    await pass_day(service)
    assert await helped.comments() == [COMMENT]
    service.clock.now += A_DAY
    await pass_day(service)
    assert await helped.comments() == []


async def test_d_111_18_1_reviews_are_controlled_as_they_come(service: Service) -> None:
    helped, other = await add_helping(service), await add_helping(service)
    await helped.say()

    assert await helped.say(comment=CHANGED) == ["CONFLICT"]
    said = {"stars": 1, "experiencedOn": helped.today}
    assert await other.do("writeReview", token="a" * 43, **said) == ["NOT_FOUND"]
    by_itself = await other.do("writeReview", other.itself, id=other.asked.node, **said)
    assert by_itself == ["FORBIDDEN"]


async def test_d_111_18_1_nobody_decides_who_has_an_interest_and_nobody_edits(
    service: Service,
) -> None:
    helped = await add_helping(service)
    async with service.write() as session:
        partial = await add_account(session, Role.MODERATOR)
        role = {"id": new_id(), "account_id": partial, "role": Role.ACTIVATOR}
        about = {**role, "activator_id": helped.activator}
        await session.execute(insert(tables.account_role).values(about))
    await helped.say()

    assert await helped.decide("ACCEPT", by=service.token(partial)) == ["FORBIDDEN"]
    assert await helped.shown() is None
    names = await fields_of(service, "ModerationDecisionInput", "inputFields")
    assert names == ["case", "verdict", "ground", "words"]


async def test_d_111_18_1_what_is_unfavourable_is_published_too(service: Service) -> None:
    helped = await add_helping(service)
    await helped.say(stars=1, comment="Une perte de temps.")

    await helped.decide("ACCEPT")

    assert (await helped.shown() or {})["comment"] == "Une perte de temps."
    told = (await policy_of(service))["items"]["CONTROL_AT_PUBLICATION"]
    assert "favorables ou non" in told["fr"]


async def test_d_111_18_2_the_author_is_named_nowhere_and_reached_through_its_request_alone(
    service: Service,
) -> None:
    helped = await add_helping(service)
    await helped.say(comment=None)

    fields = await fields_of(service, "Review")
    assert {"author", "company", "email", "request", "contactRequest"}.isdisjoint(fields)
    asked = """query ($id: ID!) { contactRequest(id: $id) { company { email } } }"""
    read = await service.data(asked, {"id": helped.asked.node}, token=helped.itself)
    assert read["contactRequest"]["company"]["email"]
    wrote = await helped.do(
        "replyToContactRequest", helped.itself, id=helped.asked.node, message="Merci."
    )
    assert wrote == []
    told = (await policy_of(service))["items"]["CONTACT"]
    assert "a celles de la demande de contact, avec son fil" in told["fr"]


async def test_d_111_18_3_its_author_may_change_and_withdraw_it(service: Service) -> None:
    told, helped = await policy_of(service), await add_helping(service)
    await helped.say()
    await helped.decide("ACCEPT")

    assert told["canBeChanged"] is True
    assert await helped.say("changeReview", comment=CHANGED) == []
    assert (await helped.shown() or {})["comment"] == COMMENT
    await helped.decide("ACCEPT")
    assert (await helped.shown() or {})["comment"] == CHANGED
    assert await helped.say("changeReview", comment=None, stars=4) == []
    assert (await helped.shown() or {})["comment"] is None
    assert await helped.do("withdrawReview", token=helped.asked.token) == []
    assert await helped.shown() is None


async def test_d_111_18_3_while_a_doubt_is_examined_it_may_only_be_withdrawn(
    service: Service,
) -> None:
    helped = await add_helping(service)
    doubted = {"state": ReviewState.UNDER_DOUBT, "request": helped.asked}
    await add_review(service, helped.activator, comment=COMMENT, **doubted)

    assert await helped.say("changeReview", comment=CHANGED) == ["CONFLICT"]
    assert (await helped.shown() or {})["comment"] == COMMENT
    assert await helped.do("withdrawReview", token=helped.asked.token) == []


async def test_d_111_18_4_a_comment_is_refused_on_the_grounds_that_we_tell_and_no_other(
    service: Service,
) -> None:
    told = [one["code"] for one in (await policy_of(service))["refusalGrounds"]]
    helped = await add_helping(service)
    state = ReviewState.PENDING
    waiting = [
        await add_review(service, helped.activator, comment=COMMENT, state=state)
        for _ in ReviewGround
    ]
    cases = [await case_about(service, one.id) for one in waiting]

    given = [
        {"case": case.node, "verdict": "REFUSE", "ground": ground.value}
        for case, ground in zip(cases, ReviewGround, strict=True)
    ]
    await helped.do("decideModeration", helped.moderator, decisions=given)

    states = [await state_of_review(service, one.id) for one in waiting]
    refused = [
        ground.value
        for ground, became in zip(ReviewGround, states, strict=True)
        if became is ReviewState.REJECTED
    ]
    assert refused == told
    assert await helped.say() == []
    assert await helped.decide("REFUSE") == ["BAD_USER_INPUT"]


async def test_d_111_19_who_is_refused_is_told_why_and_may_rewrite_as_often_as_we_tell(
    service: Service,
) -> None:
    told, helped = await policy_of(service), await add_helping(service)
    grounds = {one["code"]: one for one in told["refusalGrounds"]}
    await helped.say()

    await helped.decide("REFUSE", ground="INSULT", words="Sans le dernier mot, s'il vous plaît.")
    (why,) = [one for one in await helped.letters() if grounds["INSULT"]["fr"] in one]
    assert "Sans le dernier mot, s'il vous plaît." in why
    for number in range(told["rewrites"]):
        service.clock.advance(minutes=1)
        assert await helped.say("changeReview", comment=f"{CHANGED} {number}") == []
        assert await helped.decide("REFUSE", ground="OFF_TOPIC") == []
    assert await helped.say("changeReview", comment=CHANGED) == ["CONFLICT"]
    assert await helped.shown() is None
