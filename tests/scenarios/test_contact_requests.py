"""A contact request, as the company reads it by its private link (charter, article 4)."""

import pytest

from tests.contact import COMPANY, Asked, add_request, revoke_links
from tests.people import add_activator
from tests.service import Service

READ = """query ($id: ID, $token: String) { contactRequest(id: $id, token: $token) {
  id state reference dueAt need company { name person email phone }
  activator { displayName } history { step state author } } }"""


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
