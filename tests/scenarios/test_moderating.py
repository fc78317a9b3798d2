"""Moderators at work: the queue, claims, decisions, and interests (charter, article 4)."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from models import tables
from models.accounts import Role
from models.review_steps import ReviewState
from tests.moderation import Case, add_report, case_about
from tests.people import add_account, add_activator, add_structure
from tests.reviews import COMMENT, Reviewed, add_review, state_of_review
from tests.service import Service
from tests.statements import statements

QUEUE = """query ($filter: ModerationFilter, $first: Int, $after: String) {
  moderationQueue(filter: $filter, first: $first, after: $after) {
    nodes {
      id kind overdue claimedByMe claimedByAnother claimedUntil activator { id }
      text { stars comment } subject { __typename ... on ProfileReport { reason words } }
      viewerMay { claim release decide }
    }
    totalCount counts { kind count } pageInfo { hasNextPage endCursor }
  }
}"""
DECIDE = """mutation ($decisions: [ModerationDecisionInput!]!) {
  decideModeration(input: {decisions: $decisions}) {
    cases { id verdict ground words } userErrors { code field message }
  }
}"""
CLAIM = """mutation ($ids: [ID!]!) { claimModerationCases(input: {ids: $ids}) {
  cases { id claimedByMe } userErrors { code field } } }"""
RELEASE = """mutation ($ids: [ID!]!) { releaseModerationCases(input: {ids: $ids}) {
  cases { id claimedByMe } userErrors { code field } } }"""
REMOVE = """mutation ($id: ID!, $words: String!) {
  removeReview(input: {id: $id, ground: INSULT, words: $words}) {
    review { state } userErrors { code field } } }"""
NODE = "query ($id: ID!) { node(id: $id) { id } }"
FOLLOWED = """query ($id: ID!) { review(id: $id) {
  comment state texts { comment } history { words } } }"""
REFUSED = {"verdict": "REFUSE", "ground": "INSULT", "words": "Restez courtois."}
ACCEPTED = {"verdict": "ACCEPT"}


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all, in which nothing waits."""
    async with shared_service.write() as session:
        await session.execute(delete(tables.moderation_case))
    return shared_service


async def moderator(service: Service, *roles: Role, **about: Any) -> str:
    """Add a moderator, and give its token."""
    async with service.write() as session:
        return service.token(await add_account(session, *(roles or (Role.MODERATOR,)), **about))


async def reviewed(service: Service, state: ReviewState) -> tuple[Reviewed, Case]:
    """Add a review that somebody has to decide on."""
    async with service.write() as session:
        activator = await add_activator(session)
    review = await add_review(service, activator, comment=COMMENT, state=state)
    return review, await case_about(service, review.id)


async def decide(service: Service, token: str | None, *decisions: dict[str, Any]) -> Any:
    """Decide, and give the payload."""
    answer = await service.data(DECIDE, {"decisions": [*decisions]}, token=token)
    return answer["decideModeration"]


def codes(payload: Any) -> list[tuple[str, str | None]]:
    """List what was refused, and where."""
    return [(one["code"], one["field"]) for one in payload["userErrors"]]


async def test_the_oldest_case_stands_first_with_the_text_to_decide_on(service: Service) -> None:
    review, case = await reviewed(service, ReviewState.PENDING)
    service.clock.advance(minutes=1)
    async with service.write() as session:
        page = await add_activator(session)
    report = await add_report(service, page)
    token = await moderator(service)

    first = (await service.data(QUEUE, {"first": 1}, token=token))["moderationQueue"]
    after = first["pageInfo"]["endCursor"]
    rest = (await service.data(QUEUE, {"after": after}, token=token))["moderationQueue"]

    assert review.id == case.subject
    (one,), (other,) = first["nodes"], rest["nodes"]
    assert (one["id"], one["kind"]) == (case.node, "REVIEW")
    assert one["text"] == {"stars": 5, "comment": COMMENT}
    assert one["subject"]["__typename"] == "Review"
    assert one["viewerMay"] == {"claim": True, "release": False, "decide": True}
    assert (other["id"], other["subject"]["reason"]) == (report.node, "FALSE_INFORMATION")
    assert (first["totalCount"], rest["pageInfo"]["hasNextPage"]) == (2, False)
    assert {one["kind"]: one["count"] for one in first["counts"] if one["count"]} == {
        "REVIEW": 1,
        "PROFILE_REPORT": 1,
    }


async def test_a_page_takes_as_many_statements_for_many_cases_as_for_one(service: Service) -> None:
    token, counts = await moderator(service), list[int]()
    for number in (1, 5):
        for _ in range(number):
            await reviewed(service, ReviewState.PENDING)
        with statements(service) as sent:
            await service.data(QUEUE, token=token)
        counts.append(len(sent))

    assert counts[1] <= counts[0] <= 9


async def test_nobody_but_staff_sees_the_queue(service: Service) -> None:
    institution = await moderator(service, Role.INSTITUTION)

    visitor, other = await service.ask(QUEUE), await service.ask(QUEUE, token=institution)

    assert visitor["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert other["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_an_approved_comment_is_published_and_a_refused_one_rejected(
    service: Service,
) -> None:
    token = await moderator(service)
    (good, one), (bad, other) = [await reviewed(service, ReviewState.PENDING) for _ in range(2)]

    payload = await decide(
        service, token, {"case": one.node, **ACCEPTED}, {"case": other.node, **REFUSED}
    )

    assert payload["userErrors"] == []
    assert [case["verdict"] for case in payload["cases"]] == ["ACCEPTED", "REFUSED"]
    assert await state_of_review(service, good.id) is ReviewState.PUBLISHED
    assert await state_of_review(service, bad.id) is ReviewState.REJECTED


async def test_one_bad_decision_leaves_the_others_as_they_are(service: Service) -> None:
    token = await moderator(service)
    (good, one), (bad, other) = [await reviewed(service, ReviewState.PENDING) for _ in range(2)]

    payload = await decide(
        service,
        token,
        {"case": other.node, "verdict": "REFUSE"},
        {"case": other.node, "verdict": "REFUSE", "ground": "AUTHENTIC", "words": "\x00"},
        {"case": "bm90IGFuIGlk", **ACCEPTED},
        {"case": one.node, **ACCEPTED},
    )

    assert codes(payload) == [
        ("BAD_USER_INPUT", "decisions.0.ground"),
        ("BAD_USER_INPUT", "decisions.1.ground"),
        ("BAD_USER_INPUT", "decisions.1.words"),
        ("BAD_USER_INPUT", "decisions.2.case"),
    ]
    assert [case and case["id"] for case in payload["cases"]] == [None, None, None, one.node]
    assert await state_of_review(service, good.id) is ReviewState.PUBLISHED
    assert await state_of_review(service, bad.id) is ReviewState.PENDING


async def test_the_same_decision_again_changes_nothing_and_another_is_refused(
    service: Service,
) -> None:
    token, (review, case) = await moderator(service), await reviewed(service, ReviewState.PENDING)
    first = await decide(service, token, {"case": case.node, **REFUSED})

    again = await decide(service, token, {"case": case.node, **REFUSED})
    other = await decide(service, token, {"case": case.node, **ACCEPTED})

    assert again == first
    assert codes(other) == [("CONFLICT", "decisions.0.case")]
    assert await state_of_review(service, review.id) is ReviewState.REJECTED


async def test_of_two_moderators_who_decide_at_once_one_wins(service: Service) -> None:
    tokens = [await moderator(service), await moderator(service)]
    review, case = await reviewed(service, ReviewState.PENDING)

    payloads = await asyncio.gather(
        decide(service, tokens[0], {"case": case.node, **ACCEPTED}),
        decide(service, tokens[1], {"case": case.node, **REFUSED}),
    )

    assert sorted(map(codes, payloads)) == [[], [("CONFLICT", "decisions.0.case")]]
    history = tables.review_history
    decided = select(func.count()).where(
        history.c.review_id == review.id, history.c.account_id.is_not(None)
    )
    async with service.database.read() as session:
        assert (await session.execute(decided)).scalar_one() == 1


@pytest.mark.parametrize(
    ("verdict", "ground", "state"),
    [
        ("ACCEPT", "NOT_AUTHENTIC", ReviewState.REMOVED),
        ("REFUSE", "AUTHENTIC", ReviewState.PUBLISHED),
    ],
)
async def test_a_doubt_is_answered_and_the_review_removed_or_kept(
    service: Service, verdict: str, ground: str, state: ReviewState
) -> None:
    token, (review, case) = await moderator(service), await reviewed(service, S_DOUBT)
    said = {"case": case.node, "verdict": verdict, "ground": ground}

    silent = await decide(service, token, said)
    payload = await decide(service, token, {**said, "words": "Nous avons vérifié la demande."})

    assert codes(silent) == [("BAD_USER_INPUT", "decisions.0.words")]
    assert codes(payload) == []
    assert await state_of_review(service, review.id) is state


S_DOUBT = ReviewState.UNDER_DOUBT


async def test_what_another_has_in_hand_is_neither_claimed_nor_decided(service: Service) -> None:
    one, other = await moderator(service), await moderator(service)
    _, case = await reviewed(service, ReviewState.PENDING)
    ids = {"ids": [case.node]}

    mine = (await service.data(CLAIM, ids, token=one))["claimModerationCases"]
    again = (await service.data(CLAIM, ids, token=one))["claimModerationCases"]
    theirs = (await service.data(CLAIM, ids, token=other))["claimModerationCases"]
    let_go = (await service.data(RELEASE, ids, token=other))["releaseModerationCases"]
    decided = await decide(service, other, {"case": case.node, **ACCEPTED})
    seen = (await service.data(QUEUE, token=other))["moderationQueue"]["nodes"][0]

    assert mine == again == {"cases": [{"id": case.node, "claimedByMe": True}], "userErrors": []}
    conflict = [{"code": "CONFLICT", "field": "ids.0"}]
    assert theirs["userErrors"] == let_go["userErrors"] == conflict
    assert codes(decided) == [("CONFLICT", "decisions.0.case")]
    assert (seen["claimedByMe"], seen["claimedByAnother"]) == (False, True)


async def test_a_claim_ends_with_its_time_or_when_it_is_let_go(service: Service) -> None:
    one, other = await moderator(service), await moderator(service)
    _, case = await reviewed(service, ReviewState.PENDING)
    ids = {"ids": [case.node]}
    await service.data(CLAIM, ids, token=one)
    service.clock.advance(minutes=31)

    expired = (await service.data(CLAIM, ids, token=other))["claimModerationCases"]
    await service.data(RELEASE, ids, token=other)
    free = (await service.data(CLAIM, ids, token=one))["claimModerationCases"]

    assert expired["userErrors"] == free["userErrors"] == []


INTERESTS = ("itself", "a colleague", "its manager", "a manager of its network", "a competitor")


@pytest.mark.parametrize("interest", INTERESTS)
async def test_who_has_an_interest_is_offered_nothing_and_decides_nothing(
    service: Service, interest: str
) -> None:
    place = {"expertise": ["site-internet"], "serves": ["DEP-01"]}
    async with service.write() as session:
        structure = await add_structure(session)
        own: dict[str, Any] = {"structure_id": structure, "networks": ["cci"], **place}
        activator = await add_activator(session, **own)
        colleague = await add_activator(session, structure_id=structure)
        rival = await add_activator(session, **place)
        roles: dict[str, tuple[Role, dict[str, Any]]] = {
            "itself": (Role.ACTIVATOR, {"activator_id": activator}),
            "a colleague": (Role.ACTIVATOR, {"activator_id": colleague}),
            "its manager": (Role.STRUCTURE_MANAGER, {"structure_id": structure}),
            "a manager of its network": (Role.NETWORK_MANAGER, {"network_code": "cci"}),
            "a competitor": (Role.ACTIVATOR, {"activator_id": rival}),
        }
        role, about = roles[interest]
        account = await add_account(session, role, **about)
        await session.execute(_moderates(account))
    token = service.token(account)
    waits = await add_review(service, activator, comment=COMMENT, state=ReviewState.PENDING)
    doubt = await add_review(service, activator, comment=COMMENT, state=S_DOUBT)
    cases = [await case_about(service, one.id) for one in (waits, doubt)]
    cases.append(await add_report(service, activator))
    why = {"ground": "NOT_AUTHENTIC", "words": "Un faux."}
    decisions = [
        {"case": cases[0].node, **ACCEPTED},
        {"case": cases[1].node, "verdict": "ACCEPT", **why},
        {"case": cases[2].node, "verdict": "ACCEPT", "words": "Ôtez-le."},
    ]

    queue = (await service.data(QUEUE, token=token))["moderationQueue"]
    payload = await decide(service, token, *decisions)
    claims = await service.data(CLAIM, {"ids": [one.node for one in cases]}, token=token)
    removed = await service.data(REMOVE, {"id": doubt.node, "words": "Un faux."}, token=token)
    node = await service.data(NODE, {"id": cases[0].node}, token=token)
    hidden = (await service.data(FOLLOWED, {"id": waits.node}, token=token))["review"]
    seen = (await service.data(FOLLOWED, {"id": doubt.node}, token=token))["review"]

    assert (queue["nodes"], queue["totalCount"]) == ([], 0)
    assert {code for code, _ in codes(payload)} == {"FORBIDDEN"}
    assert len(codes(payload)) == len(decisions)
    refused = [one["code"] for one in claims["claimModerationCases"]["userErrors"]]
    assert refused == ["FORBIDDEN"] * 3
    assert [one["code"] for one in removed["removeReview"]["userErrors"]] == ["FORBIDDEN"]
    assert (node["node"], hidden) == (None, None)
    followed = [seen[name] for name in ("texts", "history", "state")]
    assert (seen["comment"], followed) == (COMMENT, [None] * 3)
    assert await state_of_review(service, waits.id) is ReviewState.PENDING
    assert await state_of_review(service, doubt.id) is S_DOUBT


def _moderates(account_id: int) -> Any:
    row = {"id": account_id + 1, "account_id": account_id, "role": Role.MODERATOR}
    return tables.account_role.insert().values(row)


async def test_a_published_review_is_removed_once_and_for_a_ground(service: Service) -> None:
    token = await moderator(service)
    async with service.write() as session:
        activator = await add_activator(session)
    review = await add_review(service, activator, comment=COMMENT)
    said = {"id": review.node, "words": "Des injures."}

    first = await service.data(REMOVE, said, token=token)
    again = await service.data(REMOVE, said, token=token)
    other = await service.data(REMOVE, {**said, "words": "Autre chose."}, token=token)

    assert first == again
    assert first["removeReview"] == {"review": {"state": "REMOVED"}, "userErrors": []}
    assert other["removeReview"]["userErrors"][0]["code"] == "CONFLICT"
