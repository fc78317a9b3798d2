"""Every step of a review, from every state, by every actor: allowed or refused as the law says."""

import asyncio
import re
from typing import Any

import pytest

from models.review_steps import ReviewState as S
from resolvers.contact.content import Content
from tests.contact import COMPANY
from tests.contact_viewers import Everybody, add_everybody
from tests.portals import forget_keys
from tests.reviews import COMMENT, Reviewed, put_review, state_of_review
from tests.rules.review_law import ACTORS, LAWS, LINK, SEES, Law
from tests.service import Service
from tests.statements import statements

WRITE = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (?!api_key SET last_used_at)(\w+)")
"""A statement that writes; a key's last use is written whatever it asks."""


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all."""
    await forget_keys(shared_service)
    return shared_service


async def add_reviews(service: Service, everybody: Everybody, states: list[S]) -> list[Reviewed]:
    """Add reviews by the company, in these states."""
    content: Content = {**COMPANY, "email": "solange.quenneville@example.org"}
    asked = {"account_id": everybody.company, "network_code": "cci", "content": content}
    async with service.write() as session:
        return [
            await put_review(
                service,
                session,
                everybody.activator,
                state=state,
                comment=COMMENT,
                request_values=asked,
            )
            for state in states
        ]


async def send(
    service: Service, everybody: Everybody, law: Law, actor: str, review: Reviewed
) -> set[str]:
    """Send a mutation as an actor; give the codes of its refusals."""
    which = {"token": review.token} if actor == LINK else {"id": review.node}
    name = law.mutation
    document = (
        f"mutation ($input: {name[0].upper()}{name[1:]}Input!) "
        f"{{ {name}(input: $input) {{ userErrors {{ code field message }} }} }}"
    )
    given = {"input": {**which, **law.input(service.clock().date())}}
    answer: dict[str, Any] = await service.ask(document, given, token=everybody.tokens.get(actor))
    if "errors" in answer:
        return {one["extensions"]["code"] for one in answer["errors"]}
    return {one["code"] for one in answer["data"][name]["userErrors"]}


def refusal(law: Law, actor: str, state: S) -> set[str]:
    """Say how what is not allowed is refused."""
    if state not in SEES[actor]:
        return {"NOT_FOUND"}
    if actor not in law.may:
        return {"FORBIDDEN"}
    return set() if state in law.stays else {"CONFLICT"}


@pytest.mark.parametrize("name", LAWS)
async def test_each_actor_is_allowed_or_refused_as_the_law_says(
    service: Service, name: str
) -> None:
    everybody, law = await add_everybody(service), LAWS[name]
    actors = [one for one in ACTORS if one != LINK or law.takes_token]
    cells = [(actor, state) for actor in actors for state in S]
    allowed = [(actor, state) for actor, state in cells if actor in law.may & set(actors)]
    allowed = [(actor, state) for actor, state in allowed if state in law.leads]
    refused = [cell for cell in cells if cell not in allowed]
    shared = dict(zip(S, await add_reviews(service, everybody, list(S)), strict=True))
    own = await add_reviews(service, everybody, [state for _, state in allowed])

    with statements(service) as sent:
        codes = await asyncio.gather(
            *(send(service, everybody, law, actor, shared[state]) for actor, state in refused)
        )
    done = await asyncio.gather(
        *(
            send(service, everybody, law, actor, review)
            for (actor, _), review in zip(allowed, own, strict=True)
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
    for (actor, state), review in zip(allowed, own, strict=True):
        assert await state_of_review(service, review.id) is law.leads[state], (actor, state)
