"""A dump of the database tells nothing of a company (issue: confidentiality; RGPD, article 32)."""

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import update

from models import tables
from models.accounts import Role
from models.database import Database
from models.jobs import JobState
from schema.nodes import global_id
from tests.askings import NEED, asked, link_in, row_of, taken
from tests.contact import WORDS
from tests.dumps import dump_of, told_by
from tests.people import add_account, add_activator
from tests.service import Service, running

SIRET = "73282932000074"
PHONES = ("04 74 00 12 34", "0474001234", "+33474001234", "474001234")
WHY = "La vitrine vend déjà des peignes à Genève."
TERMS = "Quatre cents euros, payés après la dernière matinée."
EMAIL = "odile@vuillermoz.example.org"
SECRETS = (
    *("Peignes Vuillermoz", "Odile Vuillermoz", "Vuillermoz", EMAIL, SIRET, *PHONES),
    *(*NEED.splitlines(), *WORDS.values(), WHY, TERMS),
)


async def do(service: Service, mutation: str, bearer: str | None, /, **given: Any) -> None:
    """Do something that must be allowed."""
    kind = mutation[0].upper() + mutation[1:]
    document = (
        f"mutation ($input: {kind}Input!) {{ {mutation}(input: $input)"
        " { userErrors { code field message } } }"
    )
    answer = await service.data(document, {"input": given}, token=bearer)
    assert answer[mutation]["userErrors"] == []


async def add_helper(service: Service) -> tuple[int, str]:
    """Add an activator and its account; give its number, and a token."""
    async with service.write() as session:
        activator = await add_activator(session, networks=["cci"])
        account = await add_account(session, Role.ACTIVATOR, activator_id=activator)
    return activator, service.token(account)


async def exchange(service: Service) -> str:
    """Have a company ask one, who answers, and then another, who helps; give the first number."""
    (first, first_token), (second, second_token) = [await add_helper(service) for _ in range(2)]
    company = {"name": "Peignes Vuillermoz", "size": "MICRO", "siret": SIRET}
    given = asked(first, person={"email": EMAIL}, company=company | {"commune": "COM-01283"})
    request = await taken(service, given)
    await service.work()
    link, number = link_in(service, EMAIL), request["id"]
    await do(service, "answerContactRequest", first_token, id=number, message=WORDS["ACTIVATOR"])
    await do(service, "replyToContactRequest", None, token=link, message=WORDS["COMPANY"])
    await do(
        service,
        "proposeRedirection",
        first_token,
        id=number,
        activators=[global_id("Activator", second)],
        message=WORDS["ACTIVATOR"],
    )
    there = global_id("Activator", second)
    await do(service, "agreeToRedirection", None, token=link, activator=there)
    await help_on(service, second, second_token)
    return str(request["reference"])


async def help_on(service: Service, activator: int, token: str) -> None:
    """Have the other one answer, look into it, and support the company to the end."""
    table = tables.contact_request
    async with service.database.read() as session:
        own = table.select().where(table.c.activator_id == activator)
        number = global_id("ContactRequest", (await session.execute(own)).one().id)
    await do(service, "answerContactRequest", token, id=number, message=WORDS["ACTIVATOR"])
    found = {"findings": WORDS["findings"], "nextSteps": WORDS["next_steps"]}
    await do(service, "recordDiagnosis", token, id=number, **found)
    agreed = {"kind": "ADVICE", "expertise": ["site-internet"], "agreed": WORDS["agreed"]}
    price = {"priceCents": 40_000, "priceTerms": TERMS}
    await do(service, "startEngagement", token, id=number, **agreed, **price)
    await do(service, "completeEngagement", token, id=number, outcome="SUCCESSFUL", why=WHY)


async def test_a_dump_tells_nothing_of_a_company_while_jobs_wait_are_done_or_are_dead(
    database: Database,
) -> None:
    async with running(database, rate_limits="database") as service:
        reference = await exchange(service)
        waiting = await dump_of(database)
        await service.work()
        done = await dump_of(database)
        dead = update(tables.job).values(state=JobState.DEAD, finished_at=service.clock())
        async with service.write() as session:
            await session.execute(dead.where(tables.job.c.state == JobState.WAITING))
        given_up = await dump_of(database)
        row = await row_of(service, reference)

    for dump in (waiting, done, given_up):
        assert told_by(dump, [reference, row.sealed]) == [reference, row.sealed]
        assert told_by(dump, SECRETS) == []
    for state, dump in (("WAITING", waiting), ("DONE", done), ("DEAD", given_up)):
        assert state in dump


@pytest.mark.parametrize(
    "written",
    [
        lambda word: word,
        lambda word: word.upper(),
        json.dumps,
        lambda word: json.dumps(json.dumps({"a": word})),
        lambda word: json.dumps({"a": word}, ensure_ascii=False),
        quote,
        lambda word: word.encode().hex(),
        lambda word: base64.b64encode(f"a{word}".encode()).decode(),
        lambda word: base64.urlsafe_b64encode(f"ab{word}c".encode()).decode(),
    ],
)
@pytest.mark.parametrize("word", [NEED.splitlines()[0], WHY, SIRET])
def test_what_is_in_clear_is_found_however_it_is_written(written: Any, word: str) -> None:
    assert told_by(f"before {written(word)} after", [word, "nothing of it"]) == [word]
