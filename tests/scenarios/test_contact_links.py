"""Private links of contact requests: lost ones are renewed by e-mail, leaked ones revoked."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from models import tables
from models.api_keys import Scope
from models.request_steps import RequestState
from resolvers.contact.link_renewal import LINK_RENEWAL, renew_link
from resolvers.jobs.handling import TakenJob
from schema.nodes import global_id
from tests.contact import COMPANY, add_request_of, revoke_links
from tests.contact_viewers import ASKED, COMPANY_ACCOUNT, ONLOOKERS, add_everybody
from tests.jobs import forget_jobs, jobs_of
from tests.people import add_account
from tests.portals import forget_keys, make_key
from tests.registrations import mails_to, text_of
from tests.rules.world import rows_of
from tests.service import NOW, Service
from tests.statements import statements

RENEW = """mutation ($reference: String!, $email: String!) {
  renewContactRequestLink(input: {reference: $reference, email: $email}) {
    userErrors { code field message } } }"""
REVOKE = """mutation ($id: ID, $token: String) {
  revokeContactRequestLink(input: {id: $id, token: $token}) { userErrors { code field } } }"""
READ = "query ($token: String) { contactRequest(token: $token) { need } }"
WRITTEN = (tables.contact_request, tables.contact_request_link, tables.job, tables.audit_entry)
DONE: dict[str, Any] = {"userErrors": []}
A_NETWORK = global_id("Network", "cci")


@pytest.fixture
async def service(shared_service: Service) -> AsyncIterator[Service]:
    """One application for all of these; each begins a minute later, with nothing to be done."""
    shared_service.clock.advance(minutes=2)
    await forget_jobs(shared_service.database)
    yield shared_service
    await forget_keys(shared_service)


async def renew(service: Service, reference: str, email: str, token: str | None = None) -> Any:
    given = {"reference": reference, "email": email}
    return (await service.data(RENEW, given, token=token))["renewContactRequestLink"]


async def revoke(
    service: Service,
    token: str | None = None,
    *,
    id: str | None = None,
    token_of_link: str | None = None,
) -> Any:
    which = {"id": id, "token": token_of_link}
    return (await service.data(REVOKE, which, token=token))["revokeContactRequestLink"]


async def opens(service: Service, token: str) -> bool:
    return (await service.data(READ, {"token": token}))["contactRequest"] is not None


def token_in(service: Service, email: str) -> str:
    """Read the link in the only mail to an address."""
    (mail,) = mails_to(service, email)
    (token,) = set(re.findall(r"#request=([\w-]+)", text_of(mail)))
    return str(token)


async def test_who_lost_the_link_gets_a_new_one_and_the_old_one_ends(service: Service) -> None:
    lost = await add_request_of(service, "perdu@example.org", reference="K7M2P9QX")

    assert await renew(service, " k7m2p9qx ", "Perdu@Example.org") == DONE
    assert await opens(service, lost.token)
    await service.work()

    (mail,) = mails_to(service, "perdu@example.org")
    assert mail["Subject"] == "Votre nouveau lien pour la demande K7M2P9QX"
    assert COMPANY["need"] not in text_of(mail)
    assert await opens(service, token_in(service, "perdu@example.org"))
    assert not await opens(service, lost.token)


UNFIT: dict[str, tuple[str, str, dict[str, Any]]] = {
    "another address": ("AUTRE", "else@example.org", {}),
    "no such reference": ("ZZZZ", "unfit@example.org", {}),
    "held": ("TENUE", "unfit@example.org", {"state": RequestState.HELD}),
    "purged": ("VIDE", "unfit@example.org", {"purged_at": NOW}),
}


@pytest.mark.parametrize("why", UNFIT)
async def test_what_does_not_fit_answers_alike_and_changes_nothing(
    service: Service, why: str
) -> None:
    reference, email, values = UNFIT[why]
    own = "AILLEURS" if reference == "ZZZZ" else reference
    await add_request_of(service, "unfit@example.org", reference=own, **values)
    before = await rows_of(service.database, tables.contact_request_link, tables.audit_entry)

    assert await renew(service, reference, email) == DONE
    await service.work()

    now = await rows_of(service.database, tables.contact_request_link, tables.audit_entry)
    assert now == before
    assert mails_to(service, email) == []


async def test_asking_takes_the_same_statements_whether_or_not_it_fits(service: Service) -> None:
    await add_request_of(service, "mesure@example.org", reference="MESURE")
    sent = {}

    for reference in ("MESURE", "NOWHERE"):
        with statements(service) as some:
            await renew(service, reference, "mesure@example.org")
        sent[reference] = [one.text for one in some]

    assert sent["MESURE"] == sent["NOWHERE"]
    assert len(sent["MESURE"]) == 1


async def test_asked_three_times_in_a_minute_it_is_mailed_once_and_holds_no_address(
    service: Service,
) -> None:
    await add_request_of(service, "trois@example.org", reference="TROIS")

    await asyncio.gather(*(renew(service, "TROIS", "trois@example.org") for _ in range(3)))
    (job,) = await jobs_of(service.database)
    await service.work()

    assert "trois@example.org" not in f"{job.payload} {job.dedupe_key}"
    assert len(mails_to(service, "trois@example.org")) == 1


async def test_a_job_that_runs_twice_makes_one_link(service: Service) -> None:
    await add_request_of(service, "encore@example.org", reference="ENCORE")
    await renew(service, "ENCORE", "encore@example.org")
    (row,) = await jobs_of(service.database)
    job = TakenJob(**{name: getattr(row, name) for name in TakenJob.__annotations__})
    assert job.kind == LINK_RENEWAL

    for _ in range(2):
        await renew_link(service.platform, job)
    await service.work()

    assert await opens(service, token_in(service, "encore@example.org"))


@pytest.mark.parametrize(
    ("reference", "email", "fields"),
    [
        ("", "", {"reference", "email"}),
        ("x" * 17, "nobody", {"reference", "email"}),
        ("a\0b", "a\0b@example.org", {"reference", "email"}),
        ("K7M2P9QX", "x" * 300 + "@example.org", {"email"}),
    ],
)
async def test_what_is_no_reference_and_no_address_is_told(
    service: Service, reference: str, email: str, fields: set[str]
) -> None:
    answer = await renew(service, reference, email)

    assert {error["field"] for error in answer["userErrors"]} == fields
    assert {error["code"] for error in answer["userErrors"]} == {"BAD_USER_INPUT"}
    assert await jobs_of(service.database) == []


async def test_only_a_portal_with_the_scope_asks_for_its_visitors(service: Service) -> None:
    may = await make_key(service, scopes=[Scope.CONTACT_WRITE])
    may_not = await make_key(service, scopes=[Scope.DIRECTORY_READ])

    refused = await renew(service, "X", "x@example.org", token=may_not.text)

    assert [error["code"] for error in refused["userErrors"]] == ["FORBIDDEN"]
    assert await renew(service, "X", "x@example.org", token=may.text) == DONE


async def test_a_link_in_other_hands_is_revoked_by_itself(service: Service) -> None:
    leaked = await add_request_of(service, "fuite@example.org")

    assert await revoke(service, token_of_link=leaked.token) == DONE
    again = await revoke(service, token_of_link=leaked.token)
    await service.work()

    assert again["userErrors"] == [{"code": "NOT_FOUND", "field": "token"}]
    assert not await opens(service, leaked.token)
    assert await opens(service, token_in(service, "fuite@example.org"))


async def test_the_company_signed_in_revokes_all_links_once_in_a_minute(service: Service) -> None:
    async with service.write() as session:
        account = await add_account(session)
    mine = await add_request_of(service, "compte@example.org", account_id=account)
    token = service.token(account)

    for _ in range(2):
        assert await revoke(service, token, id=mine.node) == DONE
        await service.work()

    assert not await opens(service, mine.token)
    assert await opens(service, token_in(service, "compte@example.org"))
    service.clock.advance(minutes=1)
    assert await revoke(service, token, id=mine.node) == DONE
    await service.work()
    assert len(mails_to(service, "compte@example.org")) == 2


async def test_two_who_revoke_at_once_have_one_link_mailed(service: Service) -> None:
    async with service.write() as session:
        account = await add_account(session)
    by_link = await add_request_of(service, "ensemble@example.org")
    by_id = await add_request_of(service, "a.deux@example.org", account_id=account)
    token = service.token(account)

    linked = await asyncio.gather(*(revoke(service, token_of_link=by_link.token) for _ in range(5)))
    signed = await asyncio.gather(*(revoke(service, token, id=by_id.node) for _ in range(5)))
    await service.work()

    assert sum(one == DONE for one in linked) == 1
    assert signed == [DONE] * 5
    assert await opens(service, token_in(service, "ensemble@example.org"))
    assert await opens(service, token_in(service, "a.deux@example.org"))


async def test_while_a_request_is_held_its_new_link_is_not_mailed(service: Service) -> None:
    held = await add_request_of(service, "tenue@example.org", state=RequestState.HELD)

    assert await revoke(service, token_of_link=held.token) == DONE
    await service.work()

    assert not await opens(service, held.token)
    assert mails_to(service, "tenue@example.org") == []


async def test_nobody_but_the_company_revokes_its_links(service: Service) -> None:
    everybody = await add_everybody(service)
    request = await everybody.ask(service)
    before = await rows_of(service.database, *WRITTEN)

    codes = {
        who: [one["code"] for one in (await revoke(service, token, id=request.node))["userErrors"]]
        for who, token in everybody.tokens.items()
        if who != COMPANY_ACCOUNT
    }

    assert codes == {
        who: ["FORBIDDEN"] if who in ONLOOKERS | {ASKED} else ["NOT_FOUND"] for who in codes
    }
    assert await rows_of(service.database, *WRITTEN) == before


@pytest.mark.parametrize(
    "which", [{}, {"id": "x"}, {"id": A_NETWORK}, {"id": "x", "token": "y"}, {"token": "\0"}]
)
async def test_what_names_no_request_is_refused(service: Service, which: dict[str, str]) -> None:
    answer = (await service.data(REVOKE, which))["revokeContactRequestLink"]

    (refusal,) = answer["userErrors"]
    assert refusal["code"] in {"BAD_USER_INPUT", "NOT_FOUND"}


async def test_links_that_were_revoked_are_not_mailed_again(service: Service) -> None:
    one = await add_request_of(service, "plus@example.org", reference="PLUS")
    await revoke_links(service, one.id)

    await renew(service, "PLUS", "plus@example.org")
    await service.work()

    new = token_in(service, "plus@example.org")
    assert new != one.token
    assert await opens(service, new)
