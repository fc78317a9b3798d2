"""Every viewer and every path to a contact request: state and delays, or nothing; never who asks.

The answer's bytes are searched for every word of the company. All fields of the schema are
selected, those too that are added later.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLField, GraphQLObjectType, build_schema, get_named_type, is_leaf_type
from sqlalchemy import update

from models import tables
from models.accounts import Role
from models.contact_requests import Author
from models.jobs import JobState
from models.request_steps import RequestState
from resolvers.contact.letters import enqueue_letter
from schema.nodes import global_id
from tests.contact import COMPANY, WORDS, Asked, add_exchange
from tests.contact_viewers import ASKED, COMPANY_ACCOUNT, ONLOOKERS, Everybody, add_everybody
from tests.live import listener, stream
from tests.people import add_account, add_activator
from tests.portals import forget_keys
from tests.service import Service, settings_of

SDL = (Path(__file__).parents[2] / "schema" / "schema.graphql").read_text()
SCHEMA: Any = build_schema(SDL, assume_valid_sdl=True)
PARTIES = {COMPANY_ACCOUNT, ASKED}
OTHERS = {"a visitor", "another account", "another activator", "a suspended colleague"} | {
    *("a manager of another network", "the institution of another region"),
    "a portal of another network",
}
SHOWN = {"createdAt", "dueAt", "state", "reference", "history", "activator"}
"""What onlookers are shown, at the least."""


def all_of(type_: GraphQLObjectType, depth: int) -> str:
    """Select all fields of a type that ask for nothing, and theirs, as deep as it is allowed."""
    chosen = []
    for name, one in type_.fields.items():
        if takes(one):
            continue
        kind = get_named_type(one.type)
        if is_leaf_type(kind):
            chosen.append(name)
        elif isinstance(kind, GraphQLObjectType) and depth and kind.name not in STOPS:
            chosen.append(f"{name} {{ {all_of(kind, depth - 1)} }}")
    return " ".join(chosen)


def takes(one: GraphQLField) -> bool:
    """Say whether a field needs an argument."""
    return any(str(argument.type).endswith("!") for argument in one.args.values())


STOPS = {"Activator", "Territory", "ExpertiseField", "Sector"}
"""Types that tell nothing of a request, and have much to tell."""
REQUEST: GraphQLObjectType = SCHEMA.type_map["ContactRequest"]
FIELDS = all_of(REQUEST, 3).replace("createdAt", "createdAt activator { id }", 1)
PATHS: dict[str, str] = {
    "by its id": f"query ($id: ID!) {{ contactRequest(id: $id) {{ {FIELDS} }} }}",
    "as a node": f"query ($id: ID!) {{ node(id: $id) {{ ... on ContactRequest {{ {FIELDS} }} }} }}",
    "as nodes": (
        f"query ($id: ID!) {{ nodes(ids: [$id]) {{ ... on ContactRequest {{ {FIELDS} }} }} }}"
    ),
    "in the list": f"{{ contactRequests(first: 2) {{ totalCount nodes {{ {FIELDS} }} }} }}",
    "in the activator's list": (
        "query ($activator: ID!) { activator(id: $activator) { contactRequests(first: 2) {"
        f" totalCount nodes {{ {FIELDS} }} }} }} }}"
    ),
    "in the next steps": "{ viewer { nextSteps { code activatorId structureId } } }",
    "in the audit": (
        "query ($id: ID!) { auditTrail(subject: $id) { nodes { action before after client } } }"
    ),
    "among dead jobs": "{ deadJobs(first: 100) { nodes { id kind lastError } } }",
    "in the export": "{ exportMyData }",
}
DIRECT = ("by its id", "as a node", "as nodes", "in the list", "in the activator's list")
REFUSED: dict[str, dict[str, Any]] = {
    "answerContactRequest": {"message": "Bonjour."},
    "replyToContactRequest": {"message": "Bonjour."},
    "declineContactRequest": {"reason": "NO_TIME", "message": "Non."},
    "recordDiagnosis": {"findings": "Rien.", "nextSteps": "Rien."},
    "startEngagement": {"kind": "ADVICE", "expertise": ["site-internet"], "agreed": "Rien."},
    "completeEngagement": {"outcome": "SUCCESSFUL", "why": "Rien."},
    "proposeRedirection": {},
    "releaseContactRequest": {},
    "revealContactRequest": {"reason": "short"},
}
"""Mutations, with what leads to a refusal of everybody who is no party."""


@dataclass(frozen=True)
class Told:
    """Everybody, a request that was written about, and where the service listens."""

    everybody: Everybody
    asked: Asked
    service: Service
    address: str

    async def answer(self, viewer: str, query: str, **more: Any) -> tuple[Any, str]:
        """Ask as somebody; give the answer, and its text."""
        activator = global_id("Activator", self.everybody.activator)
        variables = {"id": self.asked.node, "activator": activator, **more}
        used = {name: value for name, value in variables.items() if f"${name}" in query}
        answer = await self.service.ask(query, used, token=self.everybody.tokens[viewer])
        return answer, json.dumps(answer, ensure_ascii=False)


@pytest.fixture(scope="module")
async def told(shared_service: Service) -> AsyncIterator[Told]:
    """Have a company ask, both write, letters be given up, and an administrator read it."""
    service = shared_service
    everybody = await add_everybody(service)
    first = await everybody.ask(service, state=RequestState.REDIRECTED)
    chained = {"previous_id": first.id, "root_id": first.id, "hops": 1}
    asked = await everybody.ask(service, **chained)
    for one in (first, asked):
        await add_exchange(service, one.id)
    reveal = (
        "mutation ($i: RevealContactRequestInput!) {"
        " revealContactRequest(input: $i) { userErrors { code } } }"
    )
    given = {"id": asked.node, "reason": "Une plainte à vérifier."}
    await service.data(reveal, {"i": given}, token=everybody.tokens["an administrator"])
    async with service.write() as session:
        for to in (Author.COMPANY, Author.ACTIVATOR):
            now = service.clock()
            await enqueue_letter(session, asked.id, to, "contact_asked", "given up", now=now)
        dead = {"state": JobState.DEAD, "finished_at": now, "last_error": "SMTPRecipientsRefused"}
        await session.execute(update(tables.job).values(dead))
    async with listener(service.app, settings_of(service.database)) as address:
        yield Told(everybody, asked, service, address)
    await forget_keys(service)


def words_of_company() -> list[str]:
    """List every word that says who asks, and every sentence; many share the commune."""
    said = [value for name, value in COMPANY.items() if value and name != "commune"]
    parts = [word for value in said for word in (value, *str(value).split())]
    return [str(one) for one in (*parts, *WORDS.values()) if len(str(one)) > 3]


WORDS_OF_COMPANY = [one for one in words_of_company() if one.lower() not in {"votre", "notre"}]


def found_in(text: str) -> list[str]:
    """Say which of them stand in an answer."""
    lower = text.lower()
    return [one for one in WORDS_OF_COMPANY if one.lower() in lower]


def rows_in(answer: Any) -> list[Any]:
    """Give the requests that an answer has, whatever the path."""
    data = answer.get("data") or {}
    if "activator" in data:
        data = data["activator"] or {}
    (held,) = data.values() or (None,)
    held = held["nodes"] if isinstance(held, dict) and "nodes" in held else held
    return [one for one in (held if isinstance(held, list) else [held]) if one]


def test_all_viewers_are_spoken_of(told: Told) -> None:
    assert {*told.everybody.tokens} == PARTIES | ONLOOKERS | OTHERS


@pytest.mark.parametrize("path", PATHS)
async def test_no_path_tells_anybody_but_the_parties_who_asks(told: Told, path: str) -> None:
    for viewer in {*told.everybody.tokens} - PARTIES:
        _, text = await told.answer(viewer, PATHS[path])

        assert found_in(text) == [], viewer
        assert told.asked.token not in text


@pytest.mark.parametrize("path", DIRECT)
async def test_onlookers_are_shown_its_state_and_delays_and_others_nothing(
    told: Told, path: str
) -> None:
    for viewer in ONLOOKERS | OTHERS:
        if path == "in the activator's list" and viewer.startswith(("the portal", "a portal")):
            continue
        answer, _ = await told.answer(viewer, PATHS[path])
        rows = rows_in(answer)

        assert bool(rows) is (viewer in ONLOOKERS), (viewer, answer)
        for row in rows:
            assert {name for name in SHOWN if row[name] is None} == set(), viewer
            assert (row["company"], row["need"]) == (None, None)


@pytest.mark.parametrize("path", DIRECT)
async def test_the_parties_read_it_so_that_the_search_shows_something(
    told: Told, path: str
) -> None:
    for viewer in PARTIES:
        if (viewer, path) == (COMPANY_ACCOUNT, "in the activator's list"):
            continue
        _, text = await told.answer(viewer, PATHS[path])

        assert str(COMPANY["need"]) in text, viewer


async def test_an_export_has_what_is_one_s_own(told: Told) -> None:
    _, of_company = await told.answer(COMPANY_ACCOUNT, PATHS["in the export"])
    _, of_asked = await told.answer(ASKED, PATHS["in the export"])

    assert str(COMPANY["need"]) in of_company
    assert WORDS["ACTIVATOR"] in of_asked
    own = {*WORDS["ACTIVATOR"].split(), WORDS["ACTIVATOR"]}
    assert {*found_in(of_asked)} - own == set()


@pytest.mark.parametrize("mutation", REFUSED)
async def test_no_refusal_tells_who_asks(told: Told, mutation: str) -> None:
    kind = mutation[0].upper() + mutation[1:]
    document = (
        f"mutation ($input: {kind}Input!) {{ {mutation}(input: $input) {{"
        f" contactRequest {{ {FIELDS} }} userErrors {{ code field message }} }} }}"
    )
    given = {"id": told.asked.node, **REFUSED[mutation]}
    for viewer in ONLOOKERS | OTHERS:
        answer, text = await told.answer(viewer, document, input=given)

        assert answer["data"][mutation]["userErrors"], viewer
        assert found_in(text) == [], viewer


async def test_who_follows_it_is_told_no_more(told: Told) -> None:
    document = f"subscription ($id: ID!) {{ contactRequestChanged(id: $id) {{ {FIELDS} }} }}"
    for viewer in ONLOOKERS | OTHERS:
        token = told.everybody.tokens[viewer]
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        given = {"id": told.asked.node}
        async with stream(told.address, given, query=document, **headers) as events:
            _, event = await events.event()

        assert found_in(json.dumps(event, ensure_ascii=False)) == [], viewer
        assert ("data" in event and event["data"] is not None) is (viewer in ONLOOKERS), viewer


async def test_an_activator_elsewhere_with_every_role_reads_no_more(told: Told) -> None:
    async with told.service.write() as session:
        other = await add_activator(session)
        account = await add_account(session, Role.ACTIVATOR, activator_id=other)
        await session.execute(
            tables.account_role.insert(),
            [
                {"id": other + number, "account_id": account, "role": role}
                for number, role in enumerate((Role.MODERATOR, Role.INSTITUTION), 1)
            ],
        )

    answer = await told.service.ask(
        PATHS["by its id"], {"id": told.asked.node}, token=told.service.token(account)
    )

    assert answer["data"]["contactRequest"]["state"] == "ACKNOWLEDGED"
    assert found_in(json.dumps(answer, ensure_ascii=False)) == []
