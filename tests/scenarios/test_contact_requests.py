"""A contact request, as the company reads it by its private link (charter, article 4)."""

from typing import Any

import pytest

from models.accounts import Role
from tests.contact import COMPANY, Asked, add_request, revoke_links
from tests.people import add_account, add_activator
from tests.service import Service

READ = """query ($id: ID, $token: String) { contactRequest(id: $id, token: $token) {
  id state reference dueAt need company { name person email phone }
  activator { displayName } history { step state author } } }"""
BY_REFERENCE = """query ($reference: String) { contactRequest(reference: $reference) { id } }"""


@pytest.fixture
def service(shared_service: Service) -> Service:
    return shared_service


@pytest.fixture
async def asked(service: Service) -> Asked:
    async with service.write() as session:
        activator = await add_activator(session, networks=["cci"])
    return await add_request(service, activator)


async def test_the_company_reads_all_of_its_request_by_its_private_link(
    service: Service, asked: Asked
) -> None:
    read = (await service.data(READ, {"token": asked.token}))["contactRequest"]

    assert read["id"] == asked.node
    assert read["need"] == COMPANY["need"]
    assert read["company"]["person"] == "Solange Quenneville"
    assert read["history"] == [{"step": "ASK", "state": "SUBMITTED", "author": "COMPANY"}]
    assert read["activator"] is not None


async def test_a_link_that_was_revoked_opens_nothing(service: Service, asked: Asked) -> None:
    await revoke_links(service, asked.id)

    assert (await service.data(READ, {"token": asked.token}))["contactRequest"] is None
    assert (await service.data(READ, {"token": "not-a-secret"}))["contactRequest"] is None


async def test_the_reference_in_a_letter_finds_the_request_for_who_may_see_it_signed_in(
    service: Service, asked: Asked
) -> None:
    async with service.write() as session:
        manager = await add_account(session, Role.NETWORK_MANAGER, network_code="cci")
        stranger = await add_account(session, Role.NETWORK_MANAGER, network_code="adie")
    named = (await service.data(READ, {"token": asked.token}))["contactRequest"]["reference"]

    async def found(reference: str, token: str | None = None) -> Any:
        return (await service.data(BY_REFERENCE, {"reference": reference}, token=token))[
            "contactRequest"
        ]

    for written in (named, named.lower()):
        assert (await found(written, service.token(manager)))["id"] == asked.node
        assert await found(written, service.token(stranger)) is None
        assert await found(written) is None
    for strange in ("", "\0", "é", "K" * 5_000):
        assert await found(strange, service.token(manager)) is None
    answer = await service.ask(
        "query ($r: String, $t: String) { contactRequest(reference: $r, token: $t) { id } }",
        {"r": named, "t": asked.token},
    )
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
