"""An activator that helps a company, for tests: what both send, and what both read."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from models import tables
from models.accounts import Role
from tests.contact import COMPANY, Asked, add_request
from tests.people import add_account, add_activator
from tests.registrations import mails_to, text_of
from tests.service import Service

FIELDS = """id state answeredAt closedAt history { step author reason }
  messages { nodes { author text } pageInfo { hasNextPage hasPreviousPage endCursor } }
  diagnosis { findings nextSteps recordedAt expertise { code } }
  engagement { kind expertise { code } startedAt completedAt outcome agreed priceCents priceTerms
    why }"""
READ = f"""query ($id: ID, $token: String) {{
  contactRequest(id: $id, token: $token) {{ {FIELDS} }} }}"""


@dataclass(frozen=True)
class Helped:
    """A request, the activator that was asked and its address, and the company's."""

    service: Service
    asked: Asked
    account: int
    """The activator's."""
    activator_email: str
    company_email: str

    async def do(self, mutation: str, *, by_link: bool = False, **given: Any) -> Any:
        """Have the activator do something, or the company by its private link; give the payload."""
        kind = mutation[0].upper() + mutation[1:]
        document = (
            f"mutation ($input: {kind}Input!) {{ {mutation}(input: $input) {{"
            f" contactRequest {{ {FIELDS} }} userErrors {{ code field }} }} }}"
        )
        which = {"token": self.asked.token} if by_link else {"id": self.asked.node}
        token = None if by_link else self.service.token(self.account)
        data = await self.service.data(document, {"input": {**which, **given}}, token=token)
        return data[mutation]

    async def done(self, mutation: str, *, by_link: bool = False, **given: Any) -> Any:
        """Do what is allowed; give the request."""
        payload = await self.do(mutation, by_link=by_link, **given)
        assert payload["userErrors"] == []
        return payload["contactRequest"]

    async def refused(self, mutation: str, **given: Any) -> list[tuple[str, str | None]]:
        """Do what is not allowed; give the codes and fields."""
        payload = await self.do(mutation, **given)
        assert payload["contactRequest"] is None
        return [(error["code"], error["field"]) for error in payload["userErrors"]]

    async def read(self) -> Any:
        """Read the request as the company does."""
        return (await self.service.data(READ, {"token": self.asked.token}))["contactRequest"]

    async def letters(self) -> list[str]:
        """Have the letters sent; give the texts of those to the company, and then the other's."""
        await self.service.work()
        found = [*mails_to(self.service, self.company_email)]
        found += mails_to(self.service, self.activator_email)
        return [f"{mail['Subject']}\n{text_of(mail)}" for mail in found]

    async def row(self) -> Any:
        """Read the request's row."""
        table = tables.contact_request
        async with self.service.database.read() as session:
            query = select(table).where(table.c.id == self.asked.id)
            return (await session.execute(query)).one()


async def add_helped(service: Service, **values: Any) -> Helped:
    """Add a request of a company, to an activator that comes signed in."""
    async with service.write() as session:
        activator = await add_activator(session, networks=["cci"])
        account = await add_account(session, Role.ACTIVATOR, activator_id=activator)
        query = select(tables.activator.c.email).where(tables.activator.c.id == activator)
        email = (await session.execute(query)).scalar_one()
    company = f"company.{activator}@example.org"
    content = {**COMPANY, "email": company}
    asked = await add_request(service, activator, **{"content": content, **values})
    return Helped(service, asked, account, email, company)
