"""Every decision about a review, in every state, by everybody: allowed or refused as the law says.

A moderator with an interest, such as one of the same structure or a competitor, is refused.
"""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from models import tables
from models.accounts import Role
from models.base import new_id
from models.moderation import CaseKind, Verdict
from models.review_steps import ReviewState as S
from models.revisions import Subject, record_changes
from resolvers.moderation.cases import close_case, open_case
from schema.nodes import global_id
from tests.contact_viewers import VISITOR, Everybody, add_everybody
from tests.people import add_account, add_activator
from tests.portals import forget_keys
from tests.reviews import COMMENT, Reviewed, put_review, state_of_review
from tests.rules.decision_law import (
    AT_HOME,
    AUTHOR_TOO,
    DECIDERS,
    DECISIONS,
    EVERYONE,
    REVIEWED_TOO,
    RIVAL,
    SHOWN,
    UNKNOWING,
    Decision,
)
from tests.rules.review_law import LINK
from tests.service import Service
from tests.statements import statements

WRITE = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (?!api_key SET last_used_at)(\w+)")
"""A statement that writes; a key's last use is written whatever it asks."""
OPENED_BY_A_REVIEW = {S.PENDING: CaseKind.REVIEW, S.UNDER_DOUBT: CaseKind.REVIEW_DOUBT}


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all."""
    await forget_keys(shared_service)
    return shared_service


async def add_all(service: Service) -> Everybody:
    """Add everybody, and those who moderate with an interest."""
    everybody = await add_everybody(service)
    offers = {"field_code": "site-internet"}, {"territory_code": "DEP-01"}
    async with service.write() as session:
        at_home = await add_activator(session, structure_id=everybody.structure)
        rival = await add_activator(session, expertise=["site-internet"], serves=["DEP-01"])
        own = {"activator_id": everybody.activator}
        await session.execute(insert(tables.activator_expertise).values(**own, **offers[0]))
        await session.execute(insert(tables.activator_territory).values(**own, **offers[1]))
        activator = tables.activator
        grown = {"version": activator.c.version + 1}
        mine = activator.c.id == everybody.activator
        await session.execute(update(activator).where(mine).values(grown))
        await record_changes(session, Subject.ACTIVATOR, [everybody.activator])
        accounts = {
            AT_HOME: await add_account(session, Role.ACTIVATOR, activator_id=at_home),
            RIVAL: await add_account(session, Role.ACTIVATOR, activator_id=rival),
            REVIEWED_TOO: await add_account(session, Role.ACTIVATOR, **own),
            AUTHOR_TOO: everybody.company,
        }
        roles = dict.fromkeys(accounts, Role.MODERATOR) | {REVIEWED_TOO: Role.ADMINISTRATOR}
        rows = [
            {"id": new_id(), "account_id": accounts[name], "role": roles[name]} for name in accounts
        ]
        await session.execute(insert(tables.account_role), rows)
    everybody.tokens.update({name: service.token(key) for name, key in accounts.items()})
    return everybody


async def add_reviews(
    service: Service, everybody: Everybody, law: Decision, states: Sequence[S]
) -> list[tuple[Reviewed, str]]:
    """Add reviews by the company with a reply, each with the id by which it is decided on.

    Where no such case waits in a state, it is the id of one that became void.
    """
    now, case = service.clock(), tables.moderation_case
    replied: dict[str, Any] = {"replied_at": now, "comment": COMMENT}
    replied["sealed"] = service.platform.sealer.seal({"reply": "Merci."})
    replied["request_values"] = {"account_id": everybody.company, "network_code": "cci"}
    added = list[tuple[Reviewed, str]]()
    async with service.write() as session:
        for state in states:
            about = everybody.activator
            review = await put_review(service, session, about, state=state, **replied)
            if law.kind is None:
                added.append((review, review.node))
                continue
            if OPENED_BY_A_REVIEW.get(state) is not law.kind:
                await open_case(session, law.kind, review.id, about, now=now, due_at=now)
                await close_case(session, law.kind, review.id, Verdict.WITHDRAWN, now=now)
            own = (case.c.kind == law.kind) & (case.c.subject_id == review.id)
            number = (await session.execute(select(case.c.id).where(own))).scalar_one()
            added.append((review, global_id("ModerationCase", number)))
    return added


async def send(
    service: Service, everybody: Everybody, law: Decision, actor: str, node: str
) -> set[str]:
    """Send a decision as somebody; give the codes of its refusals."""
    name = law.mutation
    given = {"id": node, **law.says}
    if law.kind is not None:
        given = {"decisions": [{"case": node, **law.says}]}
    document = (
        f"mutation ($input: {name[0].upper()}{name[1:]}Input!) "
        f"{{ {name}(input: $input) {{ userErrors {{ code field message }} }} }}"
    )
    token = everybody.tokens.get(actor)
    answer: dict[str, Any] = await service.ask(document, {"input": given}, token=token)
    if "errors" in answer:
        return {one["extensions"]["code"] for one in answer["errors"]}
    return {one["code"] for one in answer["data"][name]["userErrors"]}


def refusal(law: Decision, actor: str, state: S) -> set[str]:
    """Say how somebody is refused; who decides, by the state of the review alone.

    Who moderates with an interest in it knows of it while it is published, as everybody does.
    """
    if actor == VISITOR:
        return {"UNAUTHENTICATED"}
    if law.kind is None and actor in UNKNOWING and state not in SHOWN:
        return {"NOT_FOUND"}
    return {"CONFLICT"} if actor in DECIDERS else {"FORBIDDEN"}


@pytest.mark.parametrize("name", DECISIONS)
async def test_those_without_an_interest_decide_and_nobody_else(
    service: Service, name: str
) -> None:
    everybody, law = await add_all(service), DECISIONS[name]
    cells = [(actor, state) for actor in EVERYONE if actor != LINK for state in S]
    allowed = [(actor, state) for actor, state in cells if actor in DECIDERS and state in law.leads]
    refused = [cell for cell in cells if cell not in allowed]
    shared = dict(zip(S, await add_reviews(service, everybody, law, list(S)), strict=True))
    own = await add_reviews(service, everybody, law, [state for _, state in allowed])

    with statements(service) as sent:
        codes = await asyncio.gather(
            *(send(service, everybody, law, actor, shared[state][1]) for actor, state in refused)
        )
    done = await asyncio.gather(
        *(
            send(service, everybody, law, actor, node)
            for (actor, _), (_, node) in zip(allowed, own, strict=True)
        )
    )

    wrong = {
        cell: given
        for cell, given in zip(refused, codes, strict=True)
        if given != refusal(law, *cell)
    }
    assert wrong == {}
    assert [one.text for one in sent if WRITE.match(one.text)] == []
    assert done == [set()] * len(allowed)
    for (actor, state), (review, _) in zip(allowed, own, strict=True):
        assert await state_of_review(service, review.id) is law.leads[state], (actor, state)
    for state, (review, _) in shared.items():
        assert await state_of_review(service, review.id) is state
