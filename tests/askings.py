"""Asking for contact, for tests: what a company fills in, and the link in the mail it gets."""

import itertools
import re
from typing import Any

from sqlalchemy import select

from models import tables
from schema.nodes import global_id
from tests.people import add_activator
from tests.registrations import mails_to, text_of
from tests.service import Service

REQUEST = """mutation ($input: RequestContactInput!) { requestContact(input: $input) {
  contactRequest { id reference state dueAt createdAt need company { name } history { step } }
  activatorAway suggestions { id } offersUrl userErrors { code field message } } }"""

NEED = "Notre atelier voudrait vendre ses peignes en ligne.\nPar où commencer ?"
COMPANY = {"name": "Peignes Vuillermoz", "size": "MICRO", "commune": "COM-01283", "sector": "C"}
PERSON = {"name": "Odile Vuillermoz", "phone": "04 74 00 12 34"}

_numbers = itertools.count(1)


def asked(activator_id: int, **values: Any) -> dict[str, Any]:
    """Fill in a request of a new address under a new key, but for the values given."""
    number = next(_numbers)
    person = {"email": f"odile.{number}@vuillermoz.example.org", **PERSON}
    return {
        "activator": global_id("Activator", activator_id),
        "company": COMPANY,
        "person": person | values.pop("person", {}),
        "need": f"{NEED} ({number})",
        "consent": True,
        "idempotencyKey": f"key of a test {number}",
        **values,
    }


async def ask(service: Service, given: dict[str, Any], *, token: str | None = None) -> Any:
    """Ask; give the answer."""
    return (await service.data(REQUEST, {"input": given}, token=token))["requestContact"]


async def taken(service: Service, given: dict[str, Any], *, token: str | None = None) -> Any:
    """Ask what must be taken; give the request."""
    answer = await ask(service, given, token=token)
    assert answer["userErrors"] == []
    return answer["contactRequest"]


async def row_of(service: Service, reference: str) -> Any:
    """Read a request as it is stored."""
    table = tables.contact_request
    async with service.database.read() as session:
        return (await session.execute(select(table).where(table.c.reference == reference))).one()


async def address_of(service: Service, activator_id: int) -> str:
    """Read the address of an activator."""
    table = tables.activator
    query = select(table.c.email).where(table.c.id == activator_id)
    async with service.database.read() as session:
        return str((await session.execute(query)).scalar_one())


def link_in(service: Service, email: str) -> str:
    """Read the secret of the private link in the only mail to an address."""
    (mail,) = mails_to(service, email)
    (secret,) = set(re.findall(r"#request=(\w+)", text_of(mail)))
    return str(secret)


async def adviser(service: Service, **values: Any) -> int:
    """Add an activator that may be asked."""
    async with service.write() as session:
        return await add_activator(session, **values)
