"""Reports of profiles: taken, decided, told; a sanction until staff lift it."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import delete

from models import tables
from models.accounts import Role
from schema.nodes import global_id
from tests.people import add_account, add_activator, count
from tests.registrations import mails_to, text_of
from tests.service import Service

REPORT = """mutation ($activator: ID!, $words: String!, $email: String) {
  reportActivator(input: {activator: $activator, reason: OFFENSIVE, words: $words, email: $email}) {
    reported userErrors { code field } } }"""
QUEUE = "{ moderationQueue { nodes { id kind } } }"
DECIDE = """mutation ($case: ID!, $verdict: ModerationDecisionVerdict!, $words: String) {
  decideModeration(input: {decisions: [{case: $case, verdict: $verdict, words: $words}]}) {
    userErrors { code field } } }"""
SANCTIONS = "query ($id: ID!) { activator(id: $id) { sanctions { id ground words liftedAt } } }"
LIFT = """mutation ($id: ID!) { liftSanction(input: {id: $id}) {
  sanction { liftedAt } userErrors { code } } }"""
FIGURES = """{ moderationFigures(from: "2026-11-01", to: "2026-11-30") {
  total { opened decided accepted medianMinutes decidedInTime openNow overdueNow } } }"""
WORDS, EMAIL = "Cette page insulte ses concurrents.", "odile.signale@example.org"


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all, in which nothing waits."""
    async with shared_service.write() as session:
        for table in (tables.sanction, tables.profile_report, tables.moderation_case, tables.job):
            await session.execute(delete(table))
    return shared_service


async def add_page(service: Service) -> tuple[int, str, str]:
    """Add an activator; give its number, its address, and its token."""
    async with service.write() as session:
        email = f"page.{id(session)}@example.org"
        number = await add_activator(session, email=email)
        account = await add_account(session, Role.ACTIVATOR, activator_id=number)
    return number, email, service.token(account)


async def staff(service: Service) -> str:
    """Add a moderator; give its token."""
    async with service.write() as session:
        return service.token(await add_account(session, Role.MODERATOR))


async def report(service: Service, number: int, **more: Any) -> Any:
    """Report a page as a visitor."""
    given = {"activator": global_id("Activator", number), "words": WORDS, **more}
    return (await service.data(REPORT, given))["reportActivator"]


async def test_a_founded_report_is_told_to_both_and_held_until_it_is_lifted(
    service: Service,
) -> None:
    (number, email, token), moderator = await add_page(service), await staff(service)
    node = {"id": global_id("Activator", number)}
    await report(service, number, email=EMAIL)
    (case,) = (await service.data(QUEUE, token=moderator))["moderationQueue"]["nodes"]
    said = {"case": case["id"], "verdict": "ACCEPT", "words": "Retirez ces mots de votre page."}

    decided = await service.data(DECIDE, said, token=moderator)
    await service.work()
    seen = (await service.data(SANCTIONS, node, token=token))["activator"]["sanctions"]
    hidden = (await service.data(SANCTIONS, node))["activator"]["sanctions"]
    lifted = [await service.data(LIFT, {"id": seen[0]["id"]}, token=moderator) for _ in range(2)]
    await service.work()

    assert decided["decideModeration"]["userErrors"] == []
    assert hidden is None
    assert [(one["ground"], one["words"], one["liftedAt"]) for one in seen] == [
        ("OFFENSIVE", said["words"], None)
    ]
    assert lifted[0] == lifted[1]
    assert lifted[0]["liftSanction"]["sanction"]["liftedAt"] is not None
    (outcome,) = mails_to(service, EMAIL)
    assert said["words"] not in text_of(outcome)
    by_subject = {one["Subject"]: text_of(one) for one in mails_to(service, email)}
    told = by_subject.pop("Un signalement de votre page est fondé")
    over = by_subject.pop("Le manquement qui vous était reproché est levé")
    assert said["words"] in " ".join(told.split())
    assert EMAIL not in told + over
    assert WORDS not in told + over
    slugs = [text.partition("/graphql#activator=")[2].split()[0] for text in (told, over)]
    query = "query ($given: String!) { activator(slug: $given) { id } }"
    opened = [await service.data(query, {"given": one}, token=token) for one in slugs]
    assert opened == [{"activator": node}] * 2


async def test_the_same_one_reports_a_page_once_while_it_waits(service: Service) -> None:
    number, _, _ = await add_page(service)

    answers = await asyncio.gather(
        *(report(service, number, email=EMAIL, words=f"{WORDS} {one}") for one in range(3))
    )

    assert answers == [{"reported": True, "userErrors": []}] * 3
    assert await count(service.database, tables.profile_report) == 1


async def test_bad_reports_are_told_and_kept_nowhere(service: Service) -> None:
    number, _, _ = await add_page(service)

    short = await report(service, number, words="Non.", email="nobody")
    odd = await report(service, number, words="\x00" * 20)
    nowhere = await report(service, 1)

    assert [one["field"] for one in short["userErrors"]] == ["words", "email"]
    assert [one["code"] for one in odd["userErrors"]] == ["BAD_USER_INPUT"]
    assert [one["code"] for one in nowhere["userErrors"]] == ["NOT_FOUND"]
    assert await count(service.database, tables.profile_report) == 0


async def test_moderators_are_told_once_a_day_while_a_case_is_overdue(service: Service) -> None:
    (number, _, _), _ = await add_page(service), await staff(service)
    await report(service, number)
    before = len(_overdue(service))

    await service.begin_day()
    await service.work()
    early = len(_overdue(service))
    service.clock.advance(days=16)
    await service.begin_day()
    await service.begin_day()
    await service.work()

    assert early == before
    async with service.database.read() as session:
        role = tables.account_role
        moderators = (await session.execute(role.select())).all()
    count_of = len({one.account_id for one in moderators if one.role is Role.MODERATOR})
    assert len(_overdue(service)) == before + count_of
    assert all(WORDS not in text_of(one) for one in _overdue(service))
    assert all("/graphql#moderation=queue" in text_of(one) for one in _overdue(service)[before:])


def _overdue(service: Service) -> list[Any]:
    subject = "Des cas à modérer sont en retard"
    return [one for one in service.mails() if one["Subject"] == subject]


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("0001-01-01", "0001-01-02", "from"),
        ("9999-12-31", "9999-12-31", "from"),
        ("2099-12-31", "9999-12-31", "to"),
        ("2026-11-30", "2026-11-01", "to"),
    ],
)
async def test_figures_of_impossible_days_are_refused(
    service: Service, first: str, last: str, field: str
) -> None:
    token = await staff(service)

    answer = await service.ask(
        """query ($from: Date!, $to: Date!) {
          moderationFigures(from: $from, to: $to) { total { opened } } }""",
        {"from": first, "to": last},
        token=token,
    )

    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert field in error["message"]


async def test_institutions_count_what_moderators_decide(service: Service) -> None:
    service.clock.now = service.clock.now.replace(month=11, day=24)
    (number, _, token), moderator = await add_page(service), await staff(service)
    async with service.write() as session:
        institution = service.token(await add_account(session, Role.INSTITUTION))
    await report(service, number)
    await report(service, number, email=EMAIL)
    cases = (await service.data(QUEUE, token=moderator))["moderationQueue"]["nodes"]
    service.clock.advance(minutes=30)
    said = {"case": cases[0]["id"], "verdict": "ACCEPT", "words": "Retirez ces mots."}
    await service.data(DECIDE, said, token=moderator)

    total = (await service.data(FIGURES, token=institution))["moderationFigures"]["total"]
    refused = await service.ask(FIGURES, token=token)

    assert total == {
        "opened": 2,
        "decided": 1,
        "accepted": 1,
        "medianMinutes": 30.0,
        "decidedInTime": 1.0,
        "openNow": 1,
        "overdueNow": 0,
    }
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"
