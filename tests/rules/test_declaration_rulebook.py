"""Every viewer and every path to a declared engagement: its state, or nothing; never the company.

The answer's bytes are searched for every word of the company. All fields of the schema are
selected, those too that are added later.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from graphql import GraphQLObjectType
from sqlalchemy import update

from models import tables
from models.activators import ActivatorKind
from models.contact_requests import Author
from models.declared_engagements import DeclarationState
from models.jobs import JobState
from resolvers.declarations.deciding import decide_dispute
from resolvers.declarations.letters import enqueue_letter
from schema.nodes import global_id
from tests.contact_viewers import ASKED, COMPANY_ACCOUNT, ONLOOKERS, Everybody, add_everybody
from tests.declarations import CONTENT, DISPUTE, Declared, add_engagement
from tests.dumps import dump_of, told_by
from tests.portals import forget_keys
from tests.rules.test_contact_rulebook import SCHEMA, all_of
from tests.rules.test_declaration_law import viewer_of
from tests.service import Service

PARTIES = frozenset({COMPANY_ACCOUNT, ASKED})
DECISION = "La livraison est établie."
ENGAGEMENT: GraphQLObjectType = SCHEMA.type_map["DeclaredEngagement"]
FIELDS = all_of(ENGAGEMENT, 3)
PATHS = {
    "by its id": f"query ($id: ID!) {{ declaredEngagement(id: $id) {{ {FIELDS} }} }}",
    "as a node": (
        f"query ($id: ID!) {{ node(id: $id) {{ ... on DeclaredEngagement {{ {FIELDS} }} }} }}"
    ),
    "in the list": f"{{ declaredEngagements(first: 2) {{ totalCount nodes {{ {FIELDS} }} }} }}",
    "in the provider's list": (
        "query ($activator: ID!) { activator(id: $activator) { declaredEngagements(first: 2) {"
        f" totalCount edges {{ node {{ {FIELDS} }} }} }} }} }}"
    ),
    "in the queue": (
        "{ moderationQueue(first: 100) { nodes { id subject { ... on DeclaredEngagement {"
        f" {FIELDS} }} }} }} }}"
    ),
    "in the audit": (
        "query ($id: ID!) { auditTrail(subject: $id) { nodes { action before after client } } }"
    ),
    "among dead jobs": "{ deadJobs(first: 100) { nodes { id kind lastError } } }",
    "in the export": "{ exportMyData }",
}
WORDS_OF_COMPANY = [
    word
    for value in (*CONTENT.values(), DISPUTE["message"], DECISION)
    if isinstance(value, str)
    for word in (value, *value.split())
    if len(word) > 4 and word not in {"établie.", "livré"}
]


@dataclass(frozen=True)
class Told:
    """Everybody, and an engagement that was disputed and decided on."""

    service: Service
    everybody: Everybody
    one: Declared

    async def answer(self, viewer: str, query: str) -> str:
        """Ask as somebody; give the text of the answer."""
        activator = global_id("Activator", self.everybody.activator)
        variables = {"id": self.one.node, "activator": activator}
        used = {name: value for name, value in variables.items() if f"${name}" in query}
        answer = await self.service.ask(query, used, token=self.everybody.tokens[viewer])
        return json.dumps(answer, ensure_ascii=False)


@pytest.fixture(scope="module")
async def told(shared_service: Service) -> AsyncIterator[Told]:
    """Have one declared, disputed and decided on, another one disputed, and letters given up."""
    service = shared_service
    everybody = await add_everybody(service, ActivatorKind.SOLUTION_PROVIDER)
    own: dict[str, Any] = {"account_id": everybody.company, "network_code": "cci"}
    disputed = {**own, "state": DeclarationState.DISPUTED}
    one, _ = [await add_engagement(service, everybody.activator, **disputed) for _ in range(2)]
    moderator = await viewer_of(service, everybody.tokens["a moderator"])
    async with service.write() as session:
        said: dict[str, Any] = {"accept": True, "ground": None, "words": DECISION}
        await decide_dispute(service.platform, session, moderator, one.id, **said)
        for to in (Author.COMPANY, Author.ACTIVATOR):
            await enqueue_letter(session, one.id, to, "engagement_again", now=service.clock())
        dead = {"state": JobState.DEAD, "finished_at": service.clock(), "last_error": "Refused"}
        await session.execute(update(tables.job).values(dead))
    yield Told(service, everybody, one)
    await forget_keys(service)


def found_in(text: str) -> list[str]:
    """Say which words of the company stand in an answer."""
    lower = text.lower()
    return [one for one in WORDS_OF_COMPANY if one.lower() in lower]


@pytest.mark.parametrize("path", PATHS)
async def test_no_path_tells_anybody_but_the_parties_what_it_says(told: Told, path: str) -> None:
    viewers = [*{*told.everybody.tokens} - PARTIES]

    answers = await asyncio.gather(*(told.answer(viewer, PATHS[path]) for viewer in viewers))

    for viewer, text in zip(viewers, answers, strict=True):
        assert found_in(text) == [], viewer
        assert told.one.token not in text
        if path in ("by its id", "as a node") or (
            path == "in the provider's list" and not viewer.startswith(("the portal", "a portal"))
        ):
            assert ('"CONFIRMED"' in text) is (viewer in ONLOOKERS), (viewer, text)


async def test_the_parties_read_it_so_that_the_search_shows_something(told: Told) -> None:
    for viewer in PARTIES:
        text = await told.answer(viewer, PATHS["by its id"])

        for word in (CONTENT["what"], CONTENT["proof"], DISPUTE["message"], DECISION):
            assert word in text, viewer
    assert DISPUTE["message"] in await told.answer(ASKED, PATHS["in the export"])
    assert CONTENT["what"] not in await told.answer(ASKED, PATHS["in the export"])


async def test_a_dump_tells_nothing_of_the_company(told: Told) -> None:
    dump = await dump_of(told.service.database)

    secrets = [value for value in (*CONTENT.values(), DISPUTE["message"], DECISION) if value]
    assert told_by(dump, [str(one) for one in secrets]) == []
    assert told_by(dump, [told.one.token]) == []
