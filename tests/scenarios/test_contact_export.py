"""Contact requests in the personal export: to each party what is its own."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from models import tables
from models.request_steps import RequestState
from resolvers.jobs.queue import enqueue
from tests.belongings import add_person
from tests.contact import COMPANY, WORDS, add_exchange, add_request
from tests.people import add_account, add_activator
from tests.scenarios.test_personal_export import camel, export_of
from tests.service import Service

PARTS: dict[str, tuple[str, set[str]]] = {
    "links": ("contact_request_link", {"token_hash"}),
    "steps": ("contact_request_step", {"account_id"}),
    "offers": ("redirection_offer", set()),
    "messages": ("contact_message", {"sealed"}),
    "diagnosis": ("diagnosis", {"sealed"}),
    "engagement": ("engagement", {"sealed"}),
}
"""What stands within a request of one's own, of which table, and without which columns."""


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own."""
    return shared_service


async def test_a_company_gets_all_of_what_it_asked_opened(service: Service) -> None:
    person = await add_person(service)

    (asked,) = (await export_of(service, person))["contactRequests"]

    assert asked["id"] == person.asked
    assert asked["content"] == {**COMPANY, "email": f"company.{person.account_id}@example.org"}
    assert {one["content"]["text"] for one in asked["messages"]} == {
        WORDS["COMPANY"],
        WORDS["ACTIVATOR"],
    }
    (diagnosis,), (engagement,) = asked["diagnosis"], asked["engagement"]
    assert diagnosis["content"] == {"findings": WORDS["findings"], "nextSteps": WORDS["next_steps"]}
    unsaid = dict.fromkeys(("priceCents", "priceTerms", "why"))
    assert engagement["content"] == {"agreed": WORDS["agreed"], **unsaid}


async def test_each_part_has_all_columns_but_secrets_and_who_else_it_was(service: Service) -> None:
    person = await add_person(service)

    (asked,) = (await export_of(service, person))["contactRequests"]

    for part, (table, left_out) in PARTS.items():
        columns = {column.name for column in tables.metadata.tables[table].c} - left_out
        for row in asked[part]:
            assert {*row} - {"content"} == {camel(name) for name in columns}
    assert [part for part in PARTS if not asked[part]] == ["offers"]


async def test_an_activator_gets_where_it_stands_and_its_own_words_alone(service: Service) -> None:
    person = await add_person(service)

    exported = await export_of(service, person)

    (received,) = exported["contactRequestsReceived"]
    assert (received["id"], received["state"]) == (person.received, "ACKNOWLEDGED")
    assert [one["content"]["text"] for one in received["messages"]] == [WORDS["ACTIVATOR"]]
    assert [one["step"] for one in received["steps"]] == ["ASK"]
    text = json.dumps(received, ensure_ascii=False)
    theirs = {*COMPANY.values(), WORDS["COMPANY"], WORDS["findings"], WORDS["agreed"]} - {None}
    assert [word for word in theirs if str(word) in text] == []


async def test_what_was_never_sent_to_an_activator_is_not_told(service: Service) -> None:
    person = await add_person(service)
    await add_request(service, person.activator_id, state=RequestState.HELD)
    await add_request(service, person.activator_id, state=RequestState.CANCELLED, sent_at=None)

    exported = await export_of(service, person)

    assert [one["id"] for one in exported["contactRequestsReceived"]] == [person.received]


async def test_what_an_address_asked_without_an_account_is_its_own(service: Service) -> None:
    async with service.write() as session:
        account_id, other_id = await add_account(session), await add_account(session)
        activator_id = await add_activator(session)
        account = tables.account.c
        its = select(account.email).where(account.id == account_id)
        own: Any = {**COMPANY, "email": (await session.execute(its)).scalar_one()}
    unbound = await add_request(service, activator_id, content=own)
    await add_request(service, activator_id, content=own, account_id=other_id)
    await add_exchange(service, unbound.id)

    exported = (await service.data("{ exportMyData }", token=service.token(account_id)))[
        "exportMyData"
    ]

    assert [one["id"] for one in exported["contactRequests"]] == [unbound.id]


async def test_the_audit_and_the_jobs_of_a_request_are_its_company_s(service: Service) -> None:
    person = await add_person(service)
    async with service.write() as session:
        await service.platform.audit.record(
            session, None, "note", "ContactRequest", person.asked, now=service.clock()
        )
        await enqueue(session, "note", {"request_id": person.asked}, now=service.clock())

    exported = await export_of(service, person)

    assert str(person.asked) in [one.get("subjectId") for one in exported["auditEntries"]]
    assert [one["kind"] for one in exported["jobs"]].count("note") == 3
