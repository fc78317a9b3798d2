"""A company says how it went (charter, article 4; Code de la consommation, L.111-7-2)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models import tables
from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState
from models.declared_engagements import DeclarationState
from models.moderation import CaseKind, Verdict
from models.request_steps import RequestState
from models.review_steps import ReviewState
from tests.contact import COMPANY, Asked, add_request
from tests.contact_viewers import (
    ASKED,
    COMPANY_ACCOUNT,
    MODERATOR,
    STRUCTURE,
    VISITOR,
    Everybody,
    add_everybody,
)
from tests.declarations import add_engagement
from tests.jobs import forget_jobs
from tests.people import add_account, add_activator
from tests.portals import forget_keys
from tests.registrations import text_of
from tests.reviews import COMMENT, Reviewed, add_answered_request, add_review
from tests.rules.world import rows_of
from tests.service import NOW, Service

REVIEW = """review { id state comment publishedAt changedAt experiencedOn controls
  texts { number state stars comment experiencedOn mayBeQuoted }
  history { step state actor ground words textNumber }
  viewerMay { change withdraw reply doubt decide } }
  userErrors { code field message }"""
SAID = {"stars": 4, "experiencedOn": "2026-11-24"}
WRITTEN = (
    *(tables.review, tables.review_text, tables.review_history, tables.moderation_case),
    *(tables.job, tables.audit_entry, tables.activator, tables.change),
)


@pytest.fixture
async def service(shared_service: Service) -> AsyncIterator[Service]:
    """One application for all of these, with nothing to be done, on the same day."""
    shared_service.clock.now = NOW
    await forget_jobs(shared_service.database)
    yield shared_service
    await forget_keys(shared_service)


@pytest.fixture
async def everybody(service: Service) -> Everybody:
    return await add_everybody(service)


async def do(service: Service, name: str, given: dict[str, Any], token: str | None = None) -> Any:
    """Send a mutation of the author."""
    document = f"""mutation ($input: {name[0].upper()}{name[1:]}Input!) {{
      {name}(input: $input) {{ {REVIEW} }} }}"""
    return (await service.data(document, {"input": given}, token=token))[name]


async def write(service: Service, asked: Asked, token: str | None = None, **said: Any) -> Any:
    """Review a request: signed in, or else by its private link."""
    which = {"token": asked.token} if token is None else {"id": asked.node}
    return await do(service, "writeReview", {**which, **SAID, **said}, token)


async def change(service: Service, review: Reviewed, **said: Any) -> Any:
    """Change a review by its private link."""
    return await do(service, "changeReview", {"token": review.token, **SAID, **said})


async def answered(service: Service, everybody: Everybody, **values: Any) -> Asked:
    """Add a request of the company that was answered."""
    own = {"account_id": everybody.company, **values}
    return await add_answered_request(service, everybody.activator, **own)


async def cases(service: Service, activator_id: int) -> list[tuple[CaseKind, Verdict | None]]:
    """Read what waits, or waited, for a moderator about an activator."""
    case = tables.moderation_case
    query = select(case.c.kind, case.c.verdict).where(case.c.activator_id == activator_id)
    async with service.database.read() as session:
        return [
            (row.kind, row.verdict)
            for row in await session.execute(query.order_by(case.c.opened_at, case.c.id))
        ]


async def stars_of(service: Service, activator_id: int) -> list[int]:
    """Read the stars that are counted of an activator."""
    table = tables.activator
    query = select(table.c.stars).where(table.c.id == activator_id)
    async with service.database.read() as session:
        stars: list[int] = (await session.execute(query)).scalar_one()
    return stars


async def letters(service: Service) -> list[str]:
    """Run the jobs; read the subjects of what was sent for it, in order."""
    before = {str(mail["Message-ID"]) for mail in service.mails()}
    await service.work()
    new = [mail for mail in service.mails() if str(mail["Message-ID"]) not in before]
    return sorted(str(mail["Subject"]) for mail in new)


def codes(answer: Any) -> list[tuple[str, str | None]]:
    """Give why it was refused."""
    assert (answer["review"] is None) is bool(answer["userErrors"])
    return [(one["code"], one["field"]) for one in answer["userErrors"]]


async def test_stars_alone_are_published_at_once_and_counted(
    service: Service, everybody: Everybody
) -> None:
    asked = await answered(service, everybody)

    answer = await write(service, asked)

    review, now = answer["review"], service.clock().isoformat()
    assert answer["userErrors"] == []
    assert (review["state"], review["publishedAt"], review["changedAt"]) == ("PUBLISHED", now, None)
    assert review["controls"] == ["ADDRESS_VERIFIED", "REQUEST_ANSWERED"]
    assert [step["step"] for step in review["history"]] == ["WRITE"]
    assert await stars_of(service, everybody.activator) == [0, 0, 0, 1, 0]
    assert await cases(service, everybody.activator) == []
    activator, author = await letters(service)
    assert activator.startswith("Un nouvel avis sur vous")
    assert author.startswith("Votre avis sur")


async def test_a_comment_waits_for_a_moderator_and_is_told_to_nobody(
    service: Service, everybody: Everybody
) -> None:
    asked = await answered(service, everybody)

    answer = await write(service, asked, comment=f"  {COMMENT}\r\n\r\nMerci. ", mayBeQuoted=True)

    review = answer["review"]
    assert (review["state"], review["publishedAt"], review["comment"]) == ("PENDING", None, None)
    assert review["texts"] == [
        {
            "number": 1,
            "state": "WAITING",
            "stars": 4,
            "comment": f"{COMMENT}\n\nMerci.",
            "experiencedOn": "2026-11-24",
            "mayBeQuoted": True,
        }
    ]
    assert review["viewerMay"] == {
        "change": True,
        "withdraw": True,
        "reply": False,
        "doubt": False,
        "decide": False,
    }
    assert await stars_of(service, everybody.activator) == []
    assert await cases(service, everybody.activator) == [(CaseKind.REVIEW, None)]
    (subject,) = await letters(service)
    assert subject.endswith("nous est bien parvenu")


async def test_the_letter_says_by_when_it_is_read_and_leads_to_the_review(
    service: Service, everybody: Everybody
) -> None:
    asked = await answered(service, everybody)
    await write(service, asked, comment=COMMENT)
    await service.work()

    (text,) = [text_of(mail) for mail in service.mails() if asked.token in text_of(mail)]

    assert "01/12/2026" in text
    assert f"#review={asked.token}" in text
    assert COMMENT not in text


async def test_stars_are_published_alone_once_a_decision_was_due(
    service: Service, everybody: Everybody
) -> None:
    asked = await answered(service, everybody)
    review = (await write(service, asked, comment=COMMENT))["review"]
    await service.work()

    service.clock.advance(days=6, hours=23)
    await service.work()
    before = await stars_of(service, everybody.activator)
    service.clock.advance(hours=1)
    subjects = await letters(service)

    assert (before, await stars_of(service, everybody.activator)) == ([], [0, 0, 0, 1, 0])
    document = f"query ($token: String) {{ {REVIEW.partition('userErrors')[0]} }}"
    shown = await service.data(
        document.replace("review {", "review(token: $token) {", 1), {"token": asked.token}
    )
    assert (shown["review"]["id"], shown["review"]["comment"]) == (review["id"], None)
    assert [one["state"] for one in shown["review"]["texts"]] == ["WAITING", "SHOWN"]
    assert [one["step"] for one in shown["review"]["history"]] == ["WRITE", "PUBLISH_STARS"]
    assert shown["review"]["history"][-1]["actor"] == "SERVICE"
    assert await cases(service, everybody.activator) == [(CaseKind.REVIEW_CHANGE, None)]
    assert len(subjects) == 2


async def test_the_same_again_changes_nothing_and_another_is_a_conflict(
    service: Service, everybody: Everybody
) -> None:
    asked = await answered(service, everybody)
    first = await write(service, asked, comment=COMMENT)
    before = await rows_of(service.database, *WRITTEN)

    again = await write(service, asked, comment=COMMENT)
    signed_in = await write(service, asked, everybody.tokens[COMPANY_ACCOUNT], comment=COMMENT)
    others = [
        await write(service, asked, comment=COMMENT, **said)
        for said in ({"stars": 5}, {"mayBeQuoted": True}, {"experiencedOn": "2026-11-23"})
    ]

    assert again == first == signed_in
    assert [codes(one) for one in [*others, await write(service, asked)]] == [
        [("CONFLICT", None)]
    ] * 4
    assert await rows_of(service.database, *WRITTEN) == before


async def test_many_at_once_are_one_review(service: Service, everybody: Everybody) -> None:
    asked = await answered(service, everybody)
    signed_in = everybody.tokens[COMPANY_ACCOUNT]

    answers = await asyncio.gather(
        *(
            write(service, asked, token, stars=stars)
            for stars in (3, 4)
            for token in (None, signed_in) * 5
        )
    )

    won = [one["review"]["id"] for one in answers if one["review"]]
    lost = [codes(one) for one in answers if not one["review"]]
    assert (len(won), len(set(won)), lost) == (10, 1, [[("CONFLICT", None)]] * 10)
    assert sum(await stars_of(service, everybody.activator)) == 1


async def test_nobody_reviews_before_the_answer(service: Service, everybody: Everybody) -> None:
    states = [one for one in RequestState if one is not RequestState.HELD]
    asked = [await everybody.ask(service, state=one) for one in states]
    before = await rows_of(service.database, *WRITTEN)

    answers = await asyncio.gather(*(write(service, one) for one in asked))

    assert [codes(one) for one in answers] == [[("FORBIDDEN", None)]] * len(states)
    assert await rows_of(service.database, *WRITTEN) == before


async def test_what_was_answered_is_reviewed_whatever_became_of_it(
    service: Service, everybody: Everybody
) -> None:
    states = [RequestState.COMPLETED, RequestState.REDIRECTED, RequestState.CANCELLED]
    asked = [
        await answered(service, everybody, state=one, closed_at=service.clock()) for one in states
    ]

    answers = [await write(service, one) for one in asked]

    assert [one["review"]["state"] for one in answers] == ["PUBLISHED"] * 3


async def test_once_the_company_was_erased_it_reviews_no_more(
    service: Service, everybody: Everybody
) -> None:
    asked = await answered(service, everybody, purged_at=service.clock())

    answer = await write(service, asked)

    assert codes(answer) == [("FORBIDDEN", None)]


@pytest.mark.parametrize("kind", [ActivatorKind.CHAMPION, ActivatorKind.INSTITUTIONAL])
async def test_champions_and_institutional_ones_are_not_reviewed(
    service: Service, kind: ActivatorKind
) -> None:
    async with service.write() as session:
        activator = await add_activator(session, kind=kind, networks=["cci"])
    asked = await add_answered_request(service, activator)

    answer = await write(service, asked)

    assert codes(answer) == [("FORBIDDEN", None)]
    assert answer["userErrors"][0]["message"] == "Activators of this kind are not reviewed."


async def test_a_provider_is_reviewed_once_its_engagement_is_confirmed_and_no_sooner(
    service: Service,
) -> None:
    async with service.write() as session:
        provider = await add_activator(session, kind=ActivatorKind.SOLUTION_PROVIDER)
        company = await add_account(session)
    declared = {
        state: await add_engagement(service, provider, state=state, account_id=company)
        for state in DeclarationState
    }
    confirmed = declared.pop(DeclarationState.CONFIRMED)

    refused = await asyncio.gather(
        *(do(service, "writeReview", {"token": one.token, **SAID}) for one in declared.values())
    )
    written = [
        await do(service, "writeReview", {"token": confirmed.token, **SAID}),
        await do(service, "writeReview", {"id": confirmed.node, **SAID}, service.token(company)),
    ]
    withdrawn = await do(service, "withdrawReview", {"token": confirmed.token})

    assert [codes(one) for one in refused] == [[("FORBIDDEN", None)]] * len(declared)
    assert written[0] == written[1]
    assert written[0]["review"]["controls"] == ["ADDRESS_VERIFIED", "ENGAGEMENT_CONFIRMED"]
    assert withdrawn["review"]["state"] == "WITHDRAWN"


async def test_a_request_to_a_provider_made_by_hand_is_not_reviewed_without_an_answer(
    service: Service,
) -> None:
    async with service.write() as session:
        provider = await add_activator(session, kind=ActivatorKind.SOLUTION_PROVIDER)

    answer = await write(service, await add_request(service, provider))

    assert codes(answer) == [("FORBIDDEN", None)]


ENGAGEMENT = """query ($id: ID, $token: String) {
  declaredEngagement(id: $id, token: $token) { review { id } } }"""


async def test_the_company_and_the_provider_alone_know_of_which_engagement_a_review_is(
    service: Service,
) -> None:
    async with service.write() as session:
        provider = await add_activator(session, kind=ActivatorKind.SOLUTION_PROVIDER)
        itself = await add_account(session, Role.ACTIVATOR, activator_id=provider)
        moderator = await add_account(session, Role.MODERATOR)
    declared = await add_engagement(service, provider, state=DeclarationState.CONFIRMED)
    written = await do(service, "writeReview", {"token": declared.token, **SAID})

    by_link = await service.data(ENGAGEMENT, {"token": declared.token})
    by_provider, by_moderator = [
        await service.data(ENGAGEMENT, {"id": declared.node}, token=service.token(one))
        for one in (itself, moderator)
    ]

    review = {"review": {"id": written["review"]["id"]}}
    assert by_link["declaredEngagement"] == by_provider["declaredEngagement"] == review
    assert by_moderator["declaredEngagement"] == {"review": None}


async def test_who_is_no_member_now_is_not_reviewed(service: Service) -> None:
    async with service.write() as session:
        activator = await add_activator(session, state=ActivatorState.SUSPENDED, networks=["cci"])
    asked = await add_answered_request(service, activator)

    assert codes(await write(service, asked)) == [("FORBIDDEN", None)]


async def test_nobody_else_reviews_what_a_company_asked(
    service: Service, everybody: Everybody
) -> None:
    asked = await answered(service, everybody)
    before = await rows_of(service.database, *WRITTEN)
    seeing = (ASKED, STRUCTURE, MODERATOR)

    refused = {
        name: codes(await do(service, "writeReview", {"id": asked.node, **SAID}, token))
        for name, token in everybody.tokens.items()
        if name in (*seeing, VISITOR, "another account")
    }

    assert refused.pop(VISITOR) == refused.pop("another account") == [("NOT_FOUND", "id")]
    assert list(refused.values()) == [[("FORBIDDEN", None)]] * len(seeing)
    assert await rows_of(service.database, *WRITTEN) == before


async def test_a_company_does_not_review_itself(service: Service, everybody: Everybody) -> None:
    async with service.write() as session:
        own = {"structure_id": everybody.structure, "networks": ["cci"]}
        colleague = await add_activator(session, email="collegue@example.org", **own)
        account = await add_account(session, Role.ACTIVATOR, activator_id=colleague)
        structure = tables.structure
        query = select(structure.c.siret).where(structure.c.id == everybody.structure)
        siret = (await session.execute(query)).scalar_one()
    asked = [
        await answered(service, everybody, account_id=account),
        await answered(service, everybody, content={**COMPANY, "siret": siret}),
        await answered(service, everybody, content={**COMPANY, "email": "Collegue@example.org"}),
    ]
    others = await answered(service, everybody)
    signed_in = service.token(account)
    before = await rows_of(service.database, *WRITTEN)

    answers = [await write(service, one) for one in asked]
    by_link = {"token": others.token, **SAID}
    answers.append(await do(service, "writeReview", by_link, signed_in))

    assert [codes(one) for one in answers] == [[("FORBIDDEN", None)]] * 4
    assert await rows_of(service.database, *WRITTEN) == before


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"stars": 0}, "stars"),
        ({"stars": 6}, "stars"),
        ({"stars": -(2**31)}, "stars"),
        ({"comment": ""}, "comment"),
        ({"comment": " \n "}, "comment"),
        ({"comment": "é" * 2_001}, "comment"),
        ({"comment": "a\x00b"}, "comment"),
        ({"comment": "a\u202eb"}, "comment"),
        ({"experiencedOn": "2026-11-25"}, "experiencedOn"),
        ({"experiencedOn": "2024-11-23"}, "experiencedOn"),
        ({"experiencedOn": "0001-01-01"}, "experiencedOn"),
        ({"experiencedOn": "9999-12-31"}, "experiencedOn"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_field(
    service: Service, everybody: Everybody, said: dict[str, Any], field: str
) -> None:
    long_ago = service.clock() - timedelta(days=1_000)
    asked = await answered(service, everybody, created_at=long_ago)
    review = await add_review(service, everybody.activator, request_values={"created_at": long_ago})
    before = await rows_of(service.database, *WRITTEN)

    answers = [await write(service, asked, **said), await change(service, review, **said)]

    assert [codes(one) for one in answers] == [[("BAD_USER_INPUT", field)]] * 2
    assert await rows_of(service.database, *WRITTEN) == before


async def test_an_experience_is_not_before_the_request(
    service: Service, everybody: Everybody
) -> None:
    asked = await answered(service, everybody)

    early = await write(service, asked, experiencedOn="2026-11-23")

    assert codes(early) == [("BAD_USER_INPUT", "experiencedOn")]
    assert "from 2026-11-24 to 2026-11-24" in early["userErrors"][0]["message"]


@pytest.mark.parametrize(
    "which", [{}, {"id": "?", "token": "?"}, {"token": "made-up"}, {"token": "\x00"}]
)
@pytest.mark.parametrize("name", ["writeReview", "changeReview"])
async def test_what_names_nothing_is_refused(
    service: Service, everybody: Everybody, name: str, which: dict[str, str]
) -> None:
    review = await add_review(service, everybody.activator)
    node = review.request.node if name == "writeReview" else review.node
    given = {key: node if value == "?" else value for key, value in which.items()}

    answer = await do(service, name, {**given, **SAID})

    expected = "NOT_FOUND" if len(given) == 1 else "BAD_USER_INPUT"
    assert [code for code, _ in codes(answer)] == [expected]


async def test_a_change_waits_while_what_is_published_stays(
    service: Service, everybody: Everybody
) -> None:
    review = await add_review(service, everybody.activator, comment=COMMENT)

    answer = await change(service, review, stars=1, comment="Finalement, non.")

    shown = answer["review"]
    assert (shown["state"], shown["comment"], shown["changedAt"]) == ("PUBLISHED", COMMENT, None)
    assert [one["state"] for one in shown["texts"]] == ["SHOWN", "WAITING"]
    assert await stars_of(service, everybody.activator) == [0, 0, 0, 0, 1]
    assert await cases(service, everybody.activator) == [(CaseKind.REVIEW_CHANGE, None)]
    (subject,) = await letters(service)
    assert "nouveau texte" in subject


async def test_another_change_takes_the_place_of_one_that_waits(
    service: Service, everybody: Everybody
) -> None:
    review = await add_review(
        service, everybody.activator, comment=COMMENT, state=ReviewState.PENDING
    )
    service.clock.advance(seconds=60)
    await change(service, review, comment="Un.")
    service.clock.advance(seconds=60)

    answer = await change(service, review, comment="Deux.")

    texts = [(one["state"], one["comment"]) for one in answer["review"]["texts"]]
    assert texts == [("REPLACED", COMMENT), ("REPLACED", "Un."), ("WAITING", "Deux.")]
    assert await cases(service, everybody.activator) == [
        (CaseKind.REVIEW, Verdict.WITHDRAWN),
        (CaseKind.REVIEW, Verdict.WITHDRAWN),
        (CaseKind.REVIEW, None),
    ]


async def test_a_change_to_stars_alone_is_shown_at_once_with_its_date(
    service: Service, everybody: Everybody
) -> None:
    review = await add_review(service, everybody.activator, comment=COMMENT)
    service.clock.advance(seconds=60)

    answer = await change(service, review, stars=2)

    shown = answer["review"]
    assert (shown["comment"], shown["changedAt"]) == (None, service.clock().isoformat())
    assert shown["publishedAt"] < shown["changedAt"]
    assert [one["state"] for one in shown["texts"]] == ["REPLACED", "SHOWN"]
    assert await stars_of(service, everybody.activator) == [0, 1, 0, 0, 0]
    assert len(await letters(service)) == 2


async def test_the_same_change_again_changes_nothing(
    service: Service, everybody: Everybody
) -> None:
    review = await add_review(service, everybody.activator, comment=COMMENT)
    first = await change(service, review, comment="Finalement, non.")
    before = await rows_of(service.database, *WRITTEN)

    again = await asyncio.gather(
        *(change(service, review, comment="Finalement, non.") for _ in range(5))
    )

    assert again == [first] * 5
    assert await rows_of(service.database, *WRITTEN) == before


async def test_what_was_refused_is_rewritten_once(service: Service, everybody: Everybody) -> None:
    rejected = {"comment": COMMENT, "state": ReviewState.REJECTED}
    once = await add_review(service, everybody.activator, **rejected, refusals=1)
    twice = await add_review(service, everybody.activator, **rejected, refusals=2)

    same = await change(service, once, stars=5, comment=COMMENT, experiencedOn="2026-11-21")
    rewritten = await change(service, once, comment="En un mot : efficace.")
    ended = await change(service, twice, comment="En un mot : efficace.")

    assert codes(same) == [("CONFLICT", "comment")]
    assert rewritten["review"]["state"] == "PENDING"
    assert rewritten["review"]["history"][-1]["step"] == "REWRITE"
    assert codes(ended) == [("CONFLICT", "state")]


async def test_a_withdrawal_ends_whatever_waits_and_cannot_be_undone(
    service: Service, everybody: Everybody
) -> None:
    review = await add_review(service, everybody.activator, comment=COMMENT)
    await change(service, review, comment="Finalement, non.")

    answers = [await do(service, "withdrawReview", {"token": review.token}) for _ in range(2)]

    shown = answers[0]["review"]
    assert answers[1] == answers[0]
    assert (shown["state"], shown["comment"]) == ("WITHDRAWN", None)
    assert {one["state"] for one in shown["texts"]} == {"REPLACED"}
    assert await stars_of(service, everybody.activator) == []
    assert await cases(service, everybody.activator) == [
        (CaseKind.REVIEW_CHANGE, Verdict.WITHDRAWN)
    ]
    assert codes(await change(service, review, comment="Non.")) == [("CONFLICT", "state")]
    written: Any = {"stars": 5, "comment": COMMENT, "experiencedOn": "2026-11-21"}
    assert codes(await write(service, review.request, **written)) == [("CONFLICT", None)]


async def test_a_change_beside_a_withdrawal_leaves_nothing_that_waits(
    service: Service, everybody: Everybody
) -> None:
    reviews = [await add_review(service, everybody.activator) for _ in range(5)]

    answers = await asyncio.gather(
        *(change(service, one, comment="Finalement, non.") for one in reviews),
        *(do(service, "withdrawReview", {"token": one.token}) for one in reviews),
    )

    assert [one["userErrors"] for one in answers[5:]] == [[]] * 5
    assert {tuple(codes(one)) for one in answers[:5]} <= {(), (("CONFLICT", "state"),)}
    assert {verdict for _, verdict in await cases(service, everybody.activator)} <= {
        Verdict.WITHDRAWN
    }
    assert await stars_of(service, everybody.activator) == []


CONTACT_REQUEST = """query ($id: ID, $token: String) {
  contactRequest(id: $id, token: $token) { review { id } } }"""


async def test_the_parties_alone_know_of_which_request_a_review_is(
    service: Service, everybody: Everybody
) -> None:
    own = {"account_id": everybody.company, "network_code": "cci"}
    states = [ReviewState.PENDING, ReviewState.PUBLISHED]
    waits, published = [
        await add_review(service, everybody.activator, state=state, request_values=own)
        for state in states
    ]

    knowing: dict[str, list[str]] = {"waits": [], "published": []}
    for name, token in everybody.tokens.items():
        for which, review in (("waits", waits), ("published", published)):
            given = {"id": review.request.node}
            found = await service.data(CONTACT_REQUEST, given, token=token)
            if found["contactRequest"] and found["contactRequest"]["review"]:
                knowing[which].append(name)
    by_link = await service.data(CONTACT_REQUEST, {"token": waits.token})

    assert knowing == {"waits": [COMPANY_ACCOUNT], "published": [ASKED, COMPANY_ACCOUNT]}
    assert by_link["contactRequest"]["review"]["id"] == waits.node


async def test_others_read_what_is_published_and_not_what_became_of_it(
    service: Service, everybody: Everybody
) -> None:
    review = await add_review(service, everybody.activator, comment=COMMENT)
    await change(service, review, comment="Un secret.")
    document = """query ($id: ID) { review(id: $id) {
      comment state texts { comment } history { step } controls } }"""

    answers = {
        name: await service.data(document, {"id": review.node}, token=token)
        for name, token in everybody.tokens.items()
        if name in (VISITOR, ASKED, STRUCTURE, "another account")
    }

    assert {str(one["review"]) for one in answers.values()} == {
        str(
            {
                "comment": COMMENT,
                "state": None,
                "texts": None,
                "history": None,
                "controls": ["ADDRESS_VERIFIED", "REQUEST_ANSWERED", "COMMENT_MODERATED"],
            }
        )
    }
