"""The company agrees to go on to another: a new request follows (charter, article 4)."""

import asyncio
import itertools

import pytest
from sqlalchemy import func, select

from models import tables
from models.accounts import Role
from tests.askings import address_of
from tests.contact import COMPANY, Asked, add_request, revoke_links
from tests.people import add_account
from tests.redirecting import (
    FIELD,
    READ,
    add,
    agree,
    forget_others,
    new_link,
    propose,
    read,
    requests_to,
    sent_to,
    suspend,
)
from tests.service import Service


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """The application of the module, where those of the tests before have gone."""
    await forget_others(shared_service)
    return shared_service


async def test_the_one_asked_proposes_the_company_agrees_and_the_new_one_reads_the_request(
    service: Service,
) -> None:
    asked, other, third = await add(service), await add(service), await add(service)
    request = await add_request(service, asked.id, expertise=[FIELD])

    proposed = await propose(service, request, asked, other, third, message="Voyez plutôt Camille.")

    assert proposed["userErrors"] == []
    assert [one["activator"]["id"] for one in proposed["contactRequest"]["offers"]] == [
        other.node,
        third.node,
    ]
    assert await requests_to(service, other) == []
    await service.work()
    (subject,) = sent_to(service, COMPANY["email"])
    assert "d'autres personnes" in subject

    agreed = await agree(service, request, other)

    assert agreed["userErrors"] == []
    assert agreed["contactRequest"]["state"] == "REDIRECTED"
    (row,) = await requests_to(service, other)
    new = Asked(row.id, "")
    assert (await read(service, new, other))["need"] == COMPANY["need"]
    assert (await read(service, request, other)) is None
    link = await new_link(service, other)
    assert [one["activator"]["id"] for one in (await read(service, link))["chain"]] == [
        asked.node,
        other.node,
    ]
    chain = (await read(service, request))["chain"]
    assert [one["state"] for one in chain] == ["REDIRECTED", "ACKNOWLEDGED"]
    assert chain[1]["need"] == COMPANY["need"]
    (over,) = sent_to(service, await address_of(service, asked.id))
    assert "quelqu'un d'autre" in over
    (told,) = sent_to(service, await address_of(service, other.id))
    assert "demande de l'aide" in told


async def test_what_is_made_anew_is_the_company_s_and_sealed_anew(service: Service) -> None:
    asked, other = await add(service), await add(service)
    async with service.write() as session:
        account = await add_account(session)
    request = await add_request(service, asked.id, account_id=account, network_code="cci")
    await propose(service, request, asked, other)
    await agree(service, request, other)

    (old,), (new,) = await requests_to(service, asked), await requests_to(service, other)

    same = ("language", "size", "sector_code", "department_code", "email_hash", "account_id")
    assert [getattr(new, one) for one in same] == [getattr(old, one) for one in same]
    assert new.network_code == "cci"
    assert service.platform.sealer.open(new.sealed) == COMPANY
    assert new.sealed != old.sealed
    assert new.reference != old.reference
    assert (new.previous_id, new.root_id, new.hops) == (old.id, old.id, 1)
    assert new.due_at > service.clock()


@pytest.mark.parametrize("names", [0, 1])
async def test_who_agreed_beforehand_is_redirected_at_once(service: Service, names: int) -> None:
    asked, other = await add(service), await add(service)
    request = await add_request(service, asked.id, may_redirect=True)

    done = await propose(service, request, asked, *[other][:names])

    assert done["userErrors"] == []
    assert done["contactRequest"]["state"] == "REDIRECTED"
    steps = [(one["step"], one["author"]) for one in done["contactRequest"]["history"]]
    assert steps == [("ASK", "COMPANY"), ("PROPOSE", "ACTIVATOR"), ("REDIRECT", "ACTIVATOR")]
    assert len(await requests_to(service, other)) == 1
    await service.work()
    subjects = sent_to(service, COMPANY["email"])
    assert len(subjects) == 2
    assert any("est confiée à" in one for one in subjects)


async def test_who_agreed_beforehand_still_chooses_among_several(service: Service) -> None:
    asked, other, third = await add(service), await add(service), await add(service)
    request = await add_request(service, asked.id, may_redirect=True)

    done = await propose(service, request, asked, other, third)

    assert done["contactRequest"]["state"] == "ACKNOWLEDGED"
    assert await requests_to(service, other) == []


async def test_the_same_again_changes_nothing_and_mails_nobody(service: Service) -> None:
    asked, other, third = await add(service), await add(service), await add(service)
    request = await add_request(service, asked.id)

    first = await propose(service, request, asked, other, third, message="Voyez Camille.")
    assert await propose(service, request, asked, third, other, message="Voyez Camille.") == first
    once = await agree(service, request, other)
    assert await agree(service, request, other) == once

    assert len(await requests_to(service, other)) == 1
    await service.work()
    assert len(sent_to(service, COMPANY["email"])) == 2


async def test_to_agree_to_another_one_afterwards_is_a_conflict(service: Service) -> None:
    asked, other, third = await add(service), await add(service), await add(service)
    request = await add_request(service, asked.id)
    await propose(service, request, asked, other, third)
    await agree(service, request, other)

    refused = await agree(service, request, third)

    assert [one["code"] for one in refused["userErrors"]] == ["CONFLICT"]
    assert await requests_to(service, third) == []


async def test_of_many_who_agree_at_once_one_request_comes(service: Service) -> None:
    asked, other, third = await add(service), await add(service), await add(service)
    request = await add_request(service, asked.id)
    await propose(service, request, asked, other, third)

    answers = await asyncio.gather(
        *(agree(service, request, one) for one in (other, third) for _ in range(10))
    )

    made = [*await requests_to(service, other), *await requests_to(service, third)]
    assert len(made) == 1
    refused = [one["userErrors"] for one in answers if one["userErrors"]]
    assert [[error["code"] for error in errors] for errors in refused] == [["CONFLICT"]] * 10
    history = (await read(service, request))["history"]
    assert [one["step"] for one in history].count("REDIRECT") == 1


async def test_a_chain_of_four_makes_no_loop_and_its_managers_are_told(service: Service) -> None:
    people = [await add(service, networks=["cci"]) for _ in range(4)]
    async with service.write() as session:
        manager = await add_account(session, Role.NETWORK_MANAGER, network_code="cci")
        account = tables.account
        query = select(account.c.email).where(account.c.id == manager)
        address = (await session.execute(query)).scalar_one()
    link = await add_request(service, people[0].id, expertise=[FIELD])
    told: list[int] = []

    for number, (one, next_one) in enumerate(itertools.pairwise(people)):
        for earlier in people[: number + 1]:
            looped = await propose(service, link, one, earlier)
            assert [error["code"] for error in looped["userErrors"]] == ["NOT_FOUND"]
        await propose(service, link, one, next_one)
        assert (await agree(service, link, next_one))["userErrors"] == []
        link = await new_link(service, next_one)
        told.append(len(sent_to(service, address)))

    assert told == [0, 0, 1]
    chain = (await read(service, link))["chain"]
    assert [one["activator"]["id"] for one in chain] == [one.node for one in people]
    nobody = await propose(service, link, people[-1])
    assert [error["code"] for error in nobody["userErrors"]] == ["CONFLICT"]
    (letter,) = [mail for mail in service.mails() if mail["To"] == address]
    assert COMPANY["company"] not in letter.as_string()
    seen = await service.data(READ, {"id": link.node}, token=service.token(manager))
    assert (seen["contactRequest"]["need"], seen["contactRequest"]["chain"]) == (None, None)


async def test_each_of_the_chain_sees_its_own_request_and_not_who_else_was_asked(
    service: Service,
) -> None:
    asked, other, third = await add(service), await add(service), await add(service)
    request = await add_request(service, asked.id)
    await propose(service, request, asked, other, third)
    await agree(service, request, other)
    (row,) = await requests_to(service, other)
    new = Asked(row.id, "")

    before, now = await read(service, request, asked), await read(service, new, other)

    assert (before["chain"], now["chain"]) == (None, None)
    assert now["offers"] == []
    assert await read(service, new, asked) is None
    assert await read(service, request, other) is None


async def test_one_who_cannot_be_asked_any_more_is_replaced_by_another(service: Service) -> None:
    asked, other, third = await add(service), await add(service), await add(service)
    request = await add_request(service, asked.id, expertise=[FIELD])
    await propose(service, request, asked, other)
    await suspend(service, other)

    refused = await agree(service, request, other)

    assert [(one["code"], one["field"]) for one in refused["userErrors"]] == [
        ("CONFLICT", "activator")
    ]
    offers = (await read(service, request))["offers"]
    assert [(one["activator"]["id"], one["author"]) for one in offers] == [(third.node, "SERVICE")]
    assert (await agree(service, request, third))["userErrors"] == []


async def test_the_links_of_old_and_new_are_apart(service: Service) -> None:
    asked, other = await add(service), await add(service)
    request = await add_request(service, asked.id)
    await propose(service, request, asked, other)
    await agree(service, request, other)
    link = await new_link(service, other)

    await revoke_links(service, request.id)

    assert await read(service, request) is None
    assert (await read(service, link))["id"] == link.node


async def test_nothing_of_the_company_is_in_jobs_or_audit(service: Service) -> None:
    asked, other = await add(service), await add(service)
    request = await add_request(service, asked.id)
    await propose(service, request, asked, other, message="Bonjour Solange Quenneville.")
    await agree(service, request, other)

    async with service.database.read() as session:
        jobs = (await session.execute(select(tables.job.c.payload, tables.job.c.dedupe_key))).all()
        entries = (await session.execute(select(tables.audit_entry))).all()
        messages = tables.contact_message
        count = select(func.count()).where(messages.c.request_id == request.id)
        assert (await session.execute(count)).scalar_one() == 1

    for words in ("Quenneville", COMPANY["email"], "brioches"):
        assert words not in str(jobs)
        assert words not in str(entries)
