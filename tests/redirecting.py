"""Redirecting a contact request, for tests: others are proposed, and the company agrees."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from models import tables
from models.accounts import Role
from models.activators import ActivatorState
from models.request_steps import RequestState
from models.revisions import Subject, record_changes
from schema.nodes import global_id
from tests.contact import COMPANY, Asked
from tests.people import add_account, add_activator
from tests.registrations import mails_to, text_of
from tests.service import Service

FIELDS = """id state reference need activator { displayName }
  offers { author activator { id } } chain { id state need activator { id } }
  history { step author }"""
READ = (
    f"query ($id: ID, $token: String) {{ contactRequest(id: $id, token: $token) {{ {FIELDS} }} }}"
)
ERRORS = "userErrors { code field message }"
PROPOSE = f"""mutation ($input: ProposeRedirectionInput!) {{ proposeRedirection(input: $input) {{
  contactRequest {{ {FIELDS} }} {ERRORS} }} }}"""
AGREE = f"""mutation ($input: AgreeToRedirectionInput!) {{ agreeToRedirection(input: $input) {{
  contactRequest {{ {FIELDS} }} {ERRORS} }} }}"""

FIELD = "donnees-ia"


@dataclass(frozen=True)
class Person:
    """An activator, and the token of its account."""

    id: int
    token: str

    @property
    def node(self) -> str:
        """Its id on the wire."""
        return global_id("Activator", self.id)


async def forget_others(service: Service) -> None:
    """Have nobody left to propose, nothing open and no mail of the tests before."""
    async with service.write() as session:
        gone = update(tables.activator).values(state=ActivatorState.WITHDRAWN)
        await session.execute(gone.where(tables.activator.c.state == ActivatorState.ACTIVE))
        await session.execute(update(tables.contact_request).values(state=RequestState.CANCELLED))
    await service.work()
    for file in service.mailbox.glob("*.eml"):
        file.unlink()


async def add(service: Service, **values: Any) -> Person:
    """Add an activator that helps in `FIELD`, with an account."""
    values = {"expertise": [FIELD], **values}
    async with service.write() as session:
        activator = await add_activator(session, **values)
        account = await add_account(session, Role.ACTIVATOR, activator_id=activator)
    return Person(activator, service.token(account))


async def suspend(service: Service, *people: Person) -> None:
    """Suspend activators."""
    activator = tables.activator
    ids = [one.id for one in people]
    async with service.write() as session:
        gone = update(activator).where(activator.c.id.in_(ids))
        await session.execute(gone.values(state=ActivatorState.SUSPENDED))
        await record_changes(session, Subject.ACTIVATOR, ids)


async def propose(
    service: Service, asked: Asked, by: Person, *others: Person, **more: Any
) -> dict[str, Any]:
    """Propose others to the company; nobody by name leaves it to the service."""
    given = {"id": asked.node, "activators": [one.node for one in others], **more}
    answer = await service.data(PROPOSE, {"input": given}, token=by.token)
    done: dict[str, Any] = answer["proposeRedirection"]
    return done


async def agree(service: Service, asked: Asked, to: Person, **how: Any) -> dict[str, Any]:
    """Have the company agree by its private link, unless it is said how."""
    given = {"token": asked.token, "activator": to.node}
    answer = await service.data(AGREE, {"input": how.pop("input", given)}, **how)
    done: dict[str, Any] = answer["agreeToRedirection"]
    return done


async def read(service: Service, asked: Asked, person: Person | None = None) -> Any:
    """Read a request as an activator, or else as the company."""
    if person is None:
        return (await service.data(READ, {"token": asked.token}))["contactRequest"]
    return (await service.data(READ, {"id": asked.node}, token=person.token))["contactRequest"]


async def requests_to(service: Service, person: Person) -> list[Any]:
    """List the requests to an activator, as they are stored."""
    table = tables.contact_request
    async with service.database.read() as session:
        query = select(table).where(table.c.activator_id == person.id)
        return list((await session.execute(query)).all())


async def new_link(service: Service, person: Person) -> Asked:
    """Give the request that a person got, with the newest link, as its mail holds it."""
    (row,) = await requests_to(service, person)
    await service.work()
    mails = mails_to(service, COMPANY["email"])
    (text,) = [text_of(mail) for mail in mails if row.reference in mail["Subject"]]
    token = text.split("#request=")[1].split()[0]
    return Asked(row.id, token)


def sent_to(service: Service, address: str) -> list[str]:
    """List the subjects of what an address was sent."""
    return sorted(str(mail["Subject"]) for mail in mails_to(service, address))
