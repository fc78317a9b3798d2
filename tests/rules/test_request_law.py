"""Every step, from every state, by every actor: allowed or refused as the law says."""

import re
from typing import Any

import pytest
from sqlalchemy import insert

from models import tables
from models.base import new_id
from models.contact_requests import Author
from models.engagements import SupportKind
from models.request_steps import STEPS, Step
from models.request_steps import RequestState as S
from resolvers.contact.content import Content
from schema.nodes import global_id
from tests.contact import COMPANY, Asked, state_of
from tests.contact_viewers import ASKED, COMPANY_ACCOUNT, Everybody, add_everybody
from tests.rules.request_law import ACTORS, LAWS, LINK, SEES
from tests.service import Service
from tests.statements import statements

WRITE = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (?!api_key SET last_used_at)(\w+)")
"""A statement that writes; a key's last use is written whatever it asks."""


@pytest.fixture(scope="module")
def service(shared_service: Service) -> Service:
    """One application for all."""
    return shared_service


@pytest.fixture(scope="module")
async def everybody(service: Service) -> Everybody:
    """An activator that is asked, and a token for each actor; no test changes anything of them."""
    return await add_everybody(service)


async def add_one(service: Service, everybody: Everybody, state: S) -> Asked:
    """Add a request in a state, with what it has there: an offer, an engagement."""
    whose: Content = {**COMPANY, "email": f"solange.quenneville.{new_id()}@example.org"}
    request = await everybody.ask(service, state=state, content=whose)
    now = service.clock()
    offered = {"id": new_id(), "request_id": request.id, "author": Author.ACTIVATOR}
    offered |= {"activator_id": everybody.other, "position": 1, "offered_at": now}
    agreed = service.platform.sealer.seal({"agreed": "Trois.", "price": None, "terms": None})
    engaged = {"request_id": request.id, "kind": SupportKind.ADVICE, "expertise": []}
    async with service.write() as session:
        await session.execute(insert(tables.redirection_offer).values(offered))
        if state is S.IN_PROGRESS:
            engaged |= {"started_at": now, "sealed": agreed}
            await session.execute(insert(tables.engagement).values(engaged))
    return request


async def send(
    service: Service, everybody: Everybody, name: str, actor: str, request: Asked
) -> tuple[set[str], Any]:
    """Send a mutation as an actor; give the codes of its refusals, and the whole answer."""
    which = {"token": request.token} if actor == LINK else {"id": request.node}
    document = (
        f"mutation ($input: {name[0].upper()}{name[1:]}Input!) "
        f"{{ {name}(input: $input) {{ userErrors {{ code field message }} }} }}"
    )
    given = {**which, **LAWS[name].input(global_id("Activator", everybody.other))}
    answer = await service.ask(document, {"input": given}, token=everybody.tokens.get(actor))
    if "errors" in answer:
        return {one["extensions"]["code"] for one in answer["errors"]}, answer
    return {one["code"] for one in answer["data"][name]["userErrors"]}, answer


TAKES_NO_TOKEN = {name for name in LAWS if not LAWS[name].may & {LINK}}
"""By a private link, the company sends only what is its own."""


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("name", LAWS)
async def test_each_actor_is_allowed_or_refused_as_the_law_says(
    service: Service, everybody: Everybody, name: str, state: S
) -> None:
    law = LAWS[name]
    shared = await add_one(service, everybody, state)
    for actor in ACTORS:
        if actor == LINK and name in TAKES_NO_TOKEN:
            continue
        allowed = actor in law.may and state in law.leads
        request = await add_one(service, everybody, state) if allowed else shared

        with statements(service) as sent:
            codes, answer = await send(service, everybody, name, actor, request)

        if allowed:
            assert codes == set(), (actor, answer)
            assert await state_of(service, request.id) is law.leads[state], actor
            continue
        assert [one for one in sent if WRITE.match(one.text)] == [], actor
        if state not in SEES[actor]:
            assert codes == {"NOT_FOUND"}, (actor, answer)
        elif actor in law.may:
            assert codes in ({"CONFLICT"}, set()), (actor, answer)
        else:
            assert codes == {"FORBIDDEN"}, (actor, answer)


def test_the_law_leads_where_the_code_does() -> None:
    pairs = {(state, to) for law in LAWS.values() for state, to in law.leads.items()}

    by_the_service = {Step.ASK, Step.ACKNOWLEDGE, Step.REMIND, Step.ESCALATE, Step.EXPIRE}
    taken = {
        (state, way.leads_to or state)
        for step, way in STEPS.items()
        if step not in by_the_service
        for state in way.leaves
    }
    assert taken == pairs


@pytest.mark.parametrize("state", S)
async def test_each_actor_knows_of_a_request_as_the_law_says(
    service: Service, everybody: Everybody, state: S
) -> None:
    request = await add_one(service, everybody, state)
    read = (
        "query ($id: ID, $token: String) { contactRequest(id: $id, token: $token) { state need } }"
    )
    for actor in ACTORS:
        which = {"token": request.token} if actor == LINK else {"id": request.node}
        answer = await service.data(read, which, token=everybody.tokens.get(actor))
        found = answer["contactRequest"]
        assert (found is not None) is (state in SEES[actor]), actor
        if found is not None:
            assert (found["need"] is not None) is (actor in {LINK, COMPANY_ACCOUNT, ASKED}), actor
