"""Who helps a company, in which state: each viewer, each state, each step (charter, article 4)."""

from typing import Any

import pytest
from sqlalchemy import select

from models import tables
from models.request_steps import RequestState
from tests.contact import Asked
from tests.contact_viewers import (
    ASKED,
    COMPANY_ACCOUNT,
    ONLOOKERS,
    PORTAL,
    Everybody,
    add_everybody,
)
from tests.rules.world import rows_of
from tests.service import Service

LINK = "the company, by its link"
WORDS = {
    "answer": ("answerContactRequest", 'message: "Bonjour."'),
    "reply": ("replyToContactRequest", 'message: "Bonjour."'),
    "decline": ("declineContactRequest", 'reason: NO_TIME, message: "Désolé."'),
    "diagnose": ("recordDiagnosis", 'findings: "Ni site ni boutique.", nextSteps: "Un site."'),
    "start": (
        "startEngagement",
        'kind: ADVICE, expertise: ["site-internet"], agreed: "Trois rendez-vous."',
    ),
    "complete": ("completeEngagement", 'outcome: SUCCESSFUL, why: "Tout est en ligne."'),
}

LAW = """
             | answer      | reply       | decline  | diagnose     | start       | complete
HELD         | .           | .           | .        | .            | .           | .
SUBMITTED    | ANSWERED    | .           | DECLINED | .            | .           | .
ACKNOWLEDGED | ANSWERED    | .           | DECLINED | ACKNOWLEDGED | .           | .
ANSWERED     | ANSWERED    | ANSWERED    | DECLINED | ANSWERED     | IN_PROGRESS | .
IN_PROGRESS  | IN_PROGRESS | IN_PROGRESS | .        | IN_PROGRESS  | .           | COMPLETED
COMPLETED    | .           | .           | .        | COMPLETED    | .           | .
DECLINED     | .           | .           | .        | DECLINED     | .           | .
REDIRECTED   | .           | .           | .        | REDIRECTED   | .           | .
CANCELLED    | .           | .           | .        | CANCELLED    | .           | .
EXPIRED      | .           | .           | .        | EXPIRED      | .           | .
"""
"""The state to which a step leads from each state, where it is allowed; for whom it is theirs."""

WATCHED = (
    *(tables.contact_request, tables.contact_request_step, tables.contact_message),
    *(tables.diagnosis, tables.engagement, tables.redirection_offer, tables.job),
    *(tables.audit_entry, tables.change),
)


def _read(law: str) -> dict[str, dict[str, str]]:
    head, *rows = [[cell.strip() for cell in row.split("|")] for row in law.strip("\n").split("\n")]
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows}


LEADS_TO = _read(LAW)


@pytest.fixture(scope="module")
async def everybody(shared_service: Service) -> Everybody:
    """The viewers of all these tests."""
    return await add_everybody(shared_service)


async def take(
    service: Service, step: str, asked: dict[str, Asked], token: str | None, *, by_link: bool
) -> dict[str, str]:
    """Take a step with each of several requests; give by name the state reached, or the code."""
    mutation, words = WORDS[step]
    which = {
        name: f'token: "{one.token}"' if by_link else f'id: "{one.node}"'
        for name, one in asked.items()
    }
    document = "".join(
        f"{name}: {mutation}(input: {{ {one}, {words} }})"
        " { contactRequest { state } userErrors { code } }\n"
        for name, one in which.items()
    )
    answer = await service.data(f"mutation {{ {document} }}", token=token)
    return {name: _outcome(answer[name]) for name in asked}


def _outcome(payload: Any) -> str:
    if payload["contactRequest"] is not None:
        return str(payload["contactRequest"]["state"])
    (error,) = payload["userErrors"]
    return str(error["code"])


def due(viewer: str, step: str, state: str) -> str:
    """Say what the law has for a viewer: the state reached, or the code of the refusal."""
    theirs = {ASKED, LINK, COMPANY_ACCOUNT} if step == "reply" else {ASKED}
    held = state == "HELD"
    if viewer in theirs and not (viewer == ASKED and held):
        return LEADS_TO[state][step].replace(".", "CONFLICT")
    sees_held = viewer in {LINK, COMPANY_ACCOUNT, PORTAL, "a moderator", "an administrator"}
    sees = viewer in ONLOOKERS | {LINK, COMPANY_ACCOUNT, ASKED}
    return "FORBIDDEN" if (sees_held if held else sees) else "NOT_FOUND"


@pytest.mark.parametrize("step", WORDS)
async def test_each_viewer_takes_each_step_in_each_state_as_the_table_says(
    shared_service: Service, everybody: Everybody, step: str
) -> None:
    service, wrong = shared_service, []
    viewers: dict[str, str | None] = {**everybody.tokens}
    if step == "reply":
        viewers[LINK] = None
    of_all = {one.value: await everybody.ask(service, state=one) for one in RequestState}

    for viewer, token in viewers.items():
        changes = viewer == ASKED or (step == "reply" and viewer in {LINK, COMPANY_ACCOUNT})
        asked = of_all
        if changes:
            asked = {one.value: await everybody.ask(service, state=one) for one in RequestState}
        before = None if changes else await rows_of(service.database, *WATCHED)
        reached = await take(service, step, asked, token, by_link=viewer == LINK)
        for state, outcome in reached.items():
            if outcome != due(viewer, step, state):
                wrong.append(f"{viewer}, {state}: {outcome} for {due(viewer, step, state)}")
            if changes and (await unchanged(service, asked[state])) == (outcome in LEADS_TO):
                wrong.append(f"{viewer}, {state}: {outcome}, and it is not so in the database")
        if before is not None and before != await rows_of(service.database, *WATCHED):
            wrong.append(f"{viewer}: refused, and something changed")

    assert wrong == []


async def unchanged(service: Service, asked: Asked) -> bool:
    """Say whether nobody did anything with a request since it was asked."""
    table, mine = tables.contact_request_step, tables.contact_request_step.c.request_id == asked.id
    async with service.database.read() as session:
        return len((await session.execute(select(table).where(mine))).all()) == 1


async def test_a_link_that_was_revoked_replies_to_nothing(
    shared_service: Service, everybody: Everybody
) -> None:
    asked = await everybody.ask(shared_service, state=RequestState.ANSWERED)
    wrong = Asked(asked.id, "not-a-secret")

    reached = await take(shared_service, "reply", {"one": wrong}, None, by_link=True)

    assert reached == {"one": "NOT_FOUND"}
    assert await unchanged(shared_service, asked)


@pytest.mark.parametrize("step", WORDS)
async def test_nothing_is_done_for_a_company_that_was_erased(
    shared_service: Service, everybody: Everybody, step: str
) -> None:
    service = shared_service
    states = {"complete": RequestState.IN_PROGRESS}
    asked = await everybody.ask(
        service,
        state=states.get(step, RequestState.ANSWERED),
        sealed=None,
        purged_at=service.clock(),
    )

    reached = await take(service, step, {"one": asked}, everybody.tokens[ASKED], by_link=False)

    assert reached == {"one": "CONFLICT"}
    assert await unchanged(service, asked)
