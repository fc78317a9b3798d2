"""Every step of a declared engagement, from every state, by every actor: as the law says."""

import asyncio
from typing import Any

import pytest

from models.activators import ActivatorKind
from models.declared_engagements import STEPS, DeclarationStep
from models.declared_engagements import DeclarationState as S
from permissions.viewer import Viewer
from resolvers.declarations.deciding import decide_dispute
from resolvers.refusal import Refusal
from resolvers.viewers import Viewers
from tests.contact_viewers import COMPANY_ACCOUNT, Everybody, add_everybody
from tests.declarations import CONTENT, Declared, add_engagement, claim, row_of, state_of
from tests.portals import forget_keys
from tests.rules.declaration_law import ACTORS, DECISIONS, LAWS, LINK, READS, SEES, STAFF
from tests.scenarios.openid import account_of
from tests.service import Service


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all."""
    await forget_keys(shared_service)
    return shared_service


@pytest.fixture
async def everybody(service: Service) -> Everybody:
    """A solution provider, and a token for each actor."""
    return await add_everybody(service, ActivatorKind.SOLUTION_PROVIDER)


async def add_one(service: Service, everybody: Everybody, state: S) -> Declared:
    """Add one of the company, declared through the portal."""
    own: dict[str, Any] = {"account_id": everybody.company, "network_code": "cci"}
    return await add_engagement(service, everybody.activator, state=state, **own)


async def send(
    service: Service, everybody: Everybody, name: str, actor: str, one: Declared
) -> tuple[set[str], Any]:
    """Send a mutation as an actor; give the codes of its refusals, and the whole answer."""
    document = (
        f"mutation ($input: {name[0].upper()}{name[1:]}Input!) "
        f"{{ {name}(input: $input) {{ userErrors {{ code field message }} }} }}"
    )
    which = {"token": one.token} if actor == LINK else {"id": one.node}
    given = {**which, **LAWS[name].input}
    answer = await service.ask(document, {"input": given}, token=everybody.tokens.get(actor))
    if "errors" in answer:
        return {one["extensions"]["code"] for one in answer["errors"]}, answer
    return {one["code"] for one in answer["data"][name]["userErrors"]}, answer


def expected(name: str, actor: str, state: S) -> set[str]:
    """Say how somebody is refused, if it is."""
    if actor not in SEES:
        return {"NOT_FOUND"}
    if actor not in LAWS[name].may:
        return {"FORBIDDEN"}
    return set() if state in LAWS[name].leads | dict.fromkeys(LAWS[name].already) else {"CONFLICT"}


@pytest.mark.parametrize("name", LAWS)
async def test_each_actor_is_allowed_or_refused_as_the_law_says(
    service: Service, everybody: Everybody, name: str
) -> None:
    law = LAWS[name]
    actors = [one for one in ACTORS if one != LINK or LINK in law.may]
    for state in S:
        refused = [one for one in actors if one not in law.may or state not in law.leads]
        shared = await add_one(service, everybody, state)
        before = await row_of(service, shared.id)

        answers = await asyncio.gather(
            *(send(service, everybody, name, actor, shared) for actor in refused)
        )

        for actor, (codes, answer) in zip(refused, answers, strict=True):
            assert codes == expected(name, actor, state), (actor, state, answer)
        assert await row_of(service, shared.id) == before
        for actor in {*actors} - {*refused}:
            own = await add_one(service, everybody, state)
            await claim(service, own, await account(service, everybody, actor))
            codes, answer = await send(service, everybody, name, actor, own)
            assert codes == set(), (actor, state, answer)
            assert await state_of(service, own.id) is law.leads[state], (actor, state)


async def account(service: Service, everybody: Everybody, actor: str) -> int | None:
    """Give the account of an actor; None for who comes by a link."""
    token = everybody.tokens.get(actor)
    return None if token is None else await account_of(service, token)


@pytest.mark.parametrize("accept", DECISIONS)
async def test_staff_alone_decide_and_on_what_is_disputed_alone(
    service: Service, everybody: Everybody, accept: bool
) -> None:
    viewers = {actor: await viewer_of(service, everybody.tokens.get(actor)) for actor in ACTORS}
    for state in S:
        for actor, viewer in viewers.items():
            one = await add_one(service, everybody, state)
            allowed = actor in STAFF and state is S.DISPUTED

            assert await decides(service, viewer, one, accept=accept) is allowed, (actor, state)
            after = DECISIONS[accept] if allowed else state
            assert await state_of(service, one.id) is after, (actor, state)


async def viewer_of(service: Service, token: str | None) -> Viewer:
    """Say who comes with a token: an account's, or else nobody who decides anything."""
    bearer = None if token is None else service.platform.tokens.read(token, now=service.clock())
    if bearer is None:
        return Viewer()
    platform = service.platform
    viewers = Viewers(service.database, service.directory, platform.issuers)
    return await viewers.of(bearer) or Viewer()


async def decides(service: Service, viewer: Viewer, one: Declared, *, accept: bool) -> bool:
    """Decide as somebody; say whether it was let."""
    said: dict[str, Any] = {"accept": accept, "ground": None, "words": "La facture l'établit."}
    try:
        async with service.write() as session:
            await decide_dispute(service.platform, session, viewer, one.id, **said)
    except Refusal:
        return False
    return True


def test_the_law_leads_where_the_code_does() -> None:
    pairs = {(state, to) for law in LAWS.values() for state, to in law.leads.items()}
    pairs |= {(S.DISPUTED, to) for to in DECISIONS.values()} - {(S.DISPUTED, S.DISPUTED)}

    by_the_service = {DeclarationStep.DECLARE, DeclarationStep.REFER}
    taken = {
        (state, way.leads_to)
        for step, way in STEPS.items()
        if step not in by_the_service
        for state in way.leaves
    }
    assert taken == pairs - {(S.DISPUTED, S.DISPUTED)}


@pytest.mark.parametrize("state", S)
async def test_each_actor_knows_of_one_as_the_law_says(
    service: Service, everybody: Everybody, state: S
) -> None:
    one = await add_one(service, everybody, state)
    read = """query ($id: ID, $token: String) { declaredEngagement(id: $id, token: $token) {
      state what proof engagedOn company { name siret person email } } }"""
    for actor in ACTORS:
        which = {"token": one.token} if actor == LINK else {"id": one.node}
        answer = await service.data(read, which, token=everybody.tokens.get(actor))

        found = answer["declaredEngagement"]
        assert (found is not None) is (actor in SEES), actor
        if found is not None and actor in READS:
            assert (found["what"], found["proof"]) == (CONTENT["what"], CONTENT["proof"]), actor
        elif found is not None:
            told = {name for name, value in found.items() if value is not None}
            assert told == {"state"}, actor


def test_the_company_signed_in_is_an_actor() -> None:
    assert COMPANY_ACCOUNT in ACTORS
