"""Lists of contact requests: each holds what the viewer may see one by one, and tells no more."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, combinations, product
from typing import Any

import pytest

from models.accounts import Role
from models.activators import ActivatorState
from models.api_keys import Scope
from models.request_steps import RequestState
from permissions.requests import RequestStanding, request_grants
from schema.nodes import global_id
from tests.contact import COMPANY, add_request
from tests.contact_viewers import ASKED, COMPANY_ACCOUNT, PORTAL, Everybody, add_everybody
from tests.people import add_account, add_activator, add_structure
from tests.portals import forget_keys, make_key
from tests.service import Service
from tests.statements import statements

LIST = """query ($filter: ContactRequestFilter, $first: Int, $after: String) {
  contactRequests(filter: $filter, first: $first, after: $after) {
    totalCount edges { cursor node { id } } nodes { id }
    pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
ONE_BY_ONE = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
OF_ACTIVATOR = """query ($id: ID!, $filter: ContactRequestFilter) { activator(id: $id) {
  contactRequests(first: 100, filter: $filter) { totalCount nodes { id } } } }"""
WHOLE = """query ($first: Int) { contactRequests(first: $first) { totalCount nodes {
  id state reference need company { name email } activator { displayName structure { name } }
  history { step } viewerMay { answer cancel } } } }"""
MAY = """query ($id: ID, $token: String) { contactRequest(id: $id, token: $token) { viewerMay {
  answer reply decline diagnose startEngagement completeEngagement propose redirect cancel release
  dismiss reveal } } }"""


@dataclass(frozen=True)
class Many:
    """Requests that differ in all that decides who sees them."""

    everybody: Everybody
    ids: list[str]
    hidden: int
    """An activator that was suspended since, in another structure."""
    hidden_structure: int
    hidden_id: str
    """What the company asked it."""


@pytest.fixture(scope="module")
async def many(shared_service: Service) -> AsyncIterator[Many]:
    """Ask activators here and there, by and through somebody and nobody, sent and held."""
    service = shared_service
    everybody = await add_everybody(service)
    async with service.write() as session:
        structure = await add_structure(session)
        elsewhere = await add_activator(
            session, networks=["adie"], commune_code=None, structure_id=await add_structure(session)
        )
        hidden = await add_activator(
            session, state=ActivatorState.SUSPENDED, networks=["cma"], structure_id=structure
        )
    ids = []
    for activator, account, network, held in product(
        (everybody.activator, elsewhere, hidden),
        (None, everybody.company),
        (None, "cci", "adie"),
        (False, True),
    ):
        state = RequestState.HELD if held else RequestState.ACKNOWLEDGED
        one = await add_request(
            service, activator, state=state, account_id=account, network_code=network
        )
        ids.append(one.node)
        service.clock.advance(seconds=1)
    secret = await add_request(service, hidden, account_id=everybody.company, network_code="cci")
    service.clock.advance(seconds=1)
    yield Many(everybody, [*ids, secret.node], hidden, structure, secret.node)
    await forget_keys(service)


@pytest.fixture
def service(shared_service: Service) -> Service:
    return shared_service


async def listed(service: Service, token: str | None, **filter: Any) -> list[str]:
    """List all that a viewer finds, page after page."""
    found: list[str] = []
    after = None
    while True:
        given = {"filter": filter or None, "first": 7, "after": after}
        page = (await service.data(LIST, given, token=token))["contactRequests"]
        found += [one["id"] for one in page["nodes"]]
        assert [one["node"] for one in page["edges"]] == page["nodes"]
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        if not page["pageInfo"]["hasNextPage"]:
            assert page["totalCount"] == len(found)
            return found
        after = page["pageInfo"]["endCursor"]


async def seen(service: Service, token: str | None, ids: list[str]) -> list[str]:
    """Give those of some requests that a viewer finds one by one."""
    nodes = (await service.data(ONE_BY_ONE, {"ids": ids}, token=token))["nodes"]
    return [one["id"] for one in nodes if one is not None]


async def test_each_viewer_finds_in_its_list_what_it_sees_one_by_one_the_newest_first(
    service: Service, many: Many
) -> None:
    tokens = {who: one for who, one in many.everybody.tokens.items() if who != "a visitor"}

    for who, token in tokens.items():
        own = [one for one in await listed(service, token) if one in many.ids]
        assert own == (await seen(service, token, many.ids))[::-1], who

    assert await listed(service, tokens["another account"]) == []
    assert len(await listed(service, tokens["a moderator"])) >= len(many.ids)


def test_more_facts_never_take_a_permission_away() -> None:
    names = list(RequestStanding.__dataclass_fields__)
    subsets = list(chain.from_iterable(combinations(names, n) for n in range(len(names) + 1)))
    standings = {
        frozenset(some): request_grants(RequestStanding(**{one: one in some for one in names}))
        for some in subsets
    }

    for some, granted in standings.items():
        for more in names:
            assert granted <= standings[some | {more}]


async def test_a_visitor_and_a_key_without_the_scope_have_no_list(
    service: Service, many: Many
) -> None:
    reader = await make_key(service, scopes=[Scope.DIRECTORY_READ])

    for token, code in ((None, "UNAUTHENTICATED"), (reader.text, "FORBIDDEN")):
        answer = await service.ask(LIST, token=token)
        assert [one["extensions"]["code"] for one in answer["errors"]] == [code]
        assert answer["data"] is None


async def test_filters_keep_what_was_asked_for(service: Service, many: Many) -> None:
    everybody, token = many.everybody, many.everybody.tokens["a moderator"]
    activator = global_id("Activator", everybody.activator)
    structure = global_id("Structure", everybody.structure)
    every = [one for one in await listed(service, token) if one in many.ids]
    of_it = every[-12:]

    async def found(**filter: Any) -> list[str]:
        return [one for one in await listed(service, token, **filter) if one in many.ids]

    assert await found(activator=activator) == of_it
    assert await found(structure=structure) == of_it
    assert await found(network="cci", activator=activator) == of_it
    assert await found(network="adie", activator=activator) == []
    assert await found(states=["HELD"], activator=activator) == of_it[::2]
    assert await found(states=[]) == []
    assert await found(activator=structure) == []
    assert await found(activator=activator, structure=global_id("Structure", 1)) == []


async def test_late_are_those_whose_answer_is_due_and_has_not_come(service: Service) -> None:
    async with service.write() as session:
        activator = await add_activator(session)
        token = service.token(await add_account(session, Role.MODERATOR))
    due, id = service.clock() - timedelta(hours=1), global_id("Activator", activator)
    late = await add_request(service, activator, due_at=due)
    answered = await add_request(service, activator, due_at=due, state=RequestState.ANSWERED)
    held = await add_request(service, activator, state=RequestState.HELD)
    in_time = await add_request(service, activator)

    assert await listed(service, token, activator=id, late=True) == [late.node]
    others = set(await listed(service, token, activator=id, late=False))
    assert others == {answered.node, held.node, in_time.node}


async def test_no_filter_tells_where_somebody_hidden_works(service: Service, many: Many) -> None:
    tokens = many.everybody.tokens
    asked_for = (
        {"activator": global_id("Activator", many.hidden)},
        {"structure": global_id("Structure", many.hidden_structure)},
        {"network": "cma"},
    )

    for who in (COMPANY_ACCOUNT, PORTAL, "the State"):
        assert many.hidden_id in await listed(service, tokens[who])
        for filter in asked_for:
            assert many.hidden_id not in await listed(service, tokens[who], **filter), who
    for filter in asked_for:
        assert many.hidden_id in await listed(service, tokens["a moderator"], **filter)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"after": "x"}, "after"),
        ({"after": "1"}, "after"),
        ({"after": "1.2.3"}, "after"),
        ({"after": f"{'9' * 18}.1"}, "after"),
        ({"after": f"{'9' * 400}.1"}, "after"),
        ({"after": "\0.1"}, "after"),
        ({"first": 101}, "first"),
        ({"filter": {"network": "nowhere"}}, "filter.network"),
        ({"filter": {"network": "a\0b"}}, "filter.network"),
        ({"filter": {"activator": "x"}}, "filter.activator"),
        ({"filter": {"structure": "é"}}, "filter.structure"),
    ],
)
async def test_what_is_wrong_is_told(
    service: Service, many: Many, given: dict[str, Any], field: str
) -> None:
    answer = await service.ask(LIST, given, token=many.everybody.tokens["a moderator"])

    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert field in error["message"]


async def test_an_activator_shows_what_it_is_asked_to_those_who_see_it_whoever_asks(
    service: Service, many: Many
) -> None:
    everybody, id = many.everybody, global_id("Activator", many.everybody.activator)
    reading = [Scope.DIRECTORY_READ, Scope.CONTACT_WRITE]
    portal = (await make_key(service, scopes=reading)).text
    none = ("a visitor", COMPANY_ACCOUNT, "another activator", "a manager of another network")

    for who in (*none, "the institution of another region", "another account"):
        token = everybody.tokens[who]
        shown = await service.data(OF_ACTIVATOR, {"id": id}, token=token)
        assert shown["activator"]["contactRequests"] is None, who
    shown = await service.data(OF_ACTIVATOR, {"id": id}, token=portal)
    assert shown["activator"]["contactRequests"] is None
    for who in (ASKED, "a manager of its structure", "the institution of its region", "the State"):
        token = everybody.tokens[who]
        given = {"id": id, "filter": {"states": ["ACKNOWLEDGED"]}}
        shown = await service.data(OF_ACTIVATOR, given, token=token)
        own = [one["id"] for one in shown["activator"]["contactRequests"]["nodes"]]
        assert own == await listed(service, token, activator=id, states=["ACKNOWLEDGED"]), who
        assert shown["activator"]["contactRequests"]["totalCount"] == len(own) == 6
    other = {"id": id, "filter": {"activator": global_id("Activator", many.hidden)}}
    shown = await service.data(OF_ACTIVATOR, other, token=everybody.tokens["a moderator"])
    assert shown["activator"]["contactRequests"] == {"totalCount": 0, "nodes": []}


async def test_a_list_shows_the_company_to_the_parties_alone(service: Service, many: Many) -> None:
    for who, token in many.everybody.tokens.items():
        if who == "a visitor":
            continue
        answer = str(await service.data(WHOLE, {"first": 100}, token=token))
        shown = {word for word in COMPANY.values() if word and str(word) in answer}
        assert bool(shown) is (who in {COMPANY_ACCOUNT, ASKED}), who


async def test_a_long_page_takes_as_many_statements_as_a_short_one(
    service: Service, many: Many
) -> None:
    token = many.everybody.tokens["a moderator"]
    await service.data(WHOLE, {"first": 100}, token=token)
    counts = []

    for first in (2, 100):
        with statements(service) as sent:
            await service.data(WHOLE, {"first": first}, token=token)
        counts.append(len(sent))

    assert counts == [4, 4]


MAY_DO: dict[str, dict[RequestState, set[str]]] = {
    COMPANY_ACCOUNT: {
        RequestState.HELD: {"cancel"},
        RequestState.ACKNOWLEDGED: {"cancel", "redirect"},
        RequestState.ANSWERED: {"cancel", "redirect", "reply"},
        RequestState.IN_PROGRESS: {"cancel", "reply"},
        RequestState.DECLINED: {"redirect"},
        RequestState.COMPLETED: set(),
    },
    ASKED: {
        RequestState.SUBMITTED: {"answer", "decline", "propose"},
        RequestState.ACKNOWLEDGED: {"answer", "decline", "propose", "diagnose"},
        RequestState.ANSWERED: {"reply", "decline", "propose", "diagnose", "startEngagement"},
        RequestState.IN_PROGRESS: {"reply", "diagnose", "completeEngagement"},
        RequestState.DECLINED: {"propose", "diagnose"},
        RequestState.COMPLETED: {"diagnose"},
    },
    "a moderator": {
        RequestState.HELD: {"release", "dismiss"},
        RequestState.ACKNOWLEDGED: set(),
    },
    "an administrator": {
        RequestState.HELD: {"release", "dismiss", "reveal"},
        RequestState.COMPLETED: {"reveal"},
    },
    "a manager of its network": {RequestState.ACKNOWLEDGED: set()},
    PORTAL: {RequestState.ACKNOWLEDGED: set()},
}


@pytest.mark.parametrize("who", MAY_DO)
async def test_each_viewer_is_told_what_it_may_do_as_it_stands(
    service: Service, many: Many, who: str
) -> None:
    for state, expected in MAY_DO[who].items():
        one = await many.everybody.ask(service, state=state)
        shown = await service.data(MAY, {"id": one.node}, token=many.everybody.tokens[who])
        may = shown["contactRequest"]["viewerMay"]
        assert {name for name, allowed in may.items() if allowed} == expected, state


async def test_nothing_may_be_done_with_what_was_erased(service: Service, many: Many) -> None:
    one = await many.everybody.ask(service, sealed=None, purged_at=service.clock())

    for token in many.everybody.tokens.values():
        shown = (await service.data(MAY, {"id": one.node}, token=token))["contactRequest"]
        assert shown is None or not any(shown["viewerMay"].values())
