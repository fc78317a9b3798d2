"""A company, the activator that helped it and a moderator, for tests of the law of reviews."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from models import tables
from models.accounts import Role
from schema.nodes import global_id
from tests.contact import COMPANY, Asked, add_request
from tests.moderation import case_about
from tests.people import add_account, add_activator
from tests.registrations import mails_to, text_of
from tests.reviews import COMMENT, add_answered_request
from tests.service import Service

POLICY = """{ reviewPolicy {
  isControlled isRewarded canBeChanged moderationDays doubtDays publishedMonths keptMonths
  starsShownFrom rewrites refusalGrounds { code fr: label en: label(language: EN) }
  items { topic source fr: text en: text(language: EN) } } }"""
SHOWN = """query ($id: ID!) {
  review(id: $id) { comment experiencedOn publishedAt changedAt } }"""
OF_AUTHOR = "query ($token: String!) { review(token: $token) { state } }"
CHANGED = "L'atelier a fini plus tard que prévu."


@dataclass(frozen=True)
class Helping:
    """A company, the activator that it asked, and a moderator."""

    service: Service
    activator: int
    asked: Asked
    email: str
    account: int
    staff: int

    @property
    def itself(self) -> str:
        """A token of the activator's account, for an hour."""
        return self.service.token(self.account)

    @property
    def moderator(self) -> str:
        """One of the moderator's."""
        return self.service.token(self.staff)

    @property
    def today(self) -> str:
        """The day, as the wire writes it."""
        return self.service.clock().date().isoformat()

    @property
    def page(self) -> str:
        """The id of the activator."""
        return global_id("Activator", self.activator)

    async def do(self, mutation: str, bearer: str | None = None, /, **given: Any) -> list[str]:
        """Send a mutation; give the codes of its refusals."""
        document = (
            f"mutation ($input: {mutation[0].upper()}{mutation[1:]}Input!) "
            f"{{ {mutation}(input: $input) {{ userErrors {{ code }} }} }}"
        )
        answer = await self.service.data(document, {"input": given}, token=bearer)
        return [one["code"] for one in answer[mutation]["userErrors"]]

    async def say(self, mutation: str = "writeReview", **text: Any) -> list[str]:
        """Write the review, or change it, as the company; give the codes of its refusals."""
        said = {"stars": 2, "comment": COMMENT, "experiencedOn": self.today, **text}
        return await self.do(mutation, token=self.asked.token, **said)

    async def state(self) -> str:
        """Read where the review stands, as its author."""
        found = await self.service.data(OF_AUTHOR, {"token": self.asked.token})
        return str(found["review"]["state"])

    async def number(self) -> int:
        """Give its number, for as long as there is one."""
        query = select(tables.review.c.id).where(tables.review.c.request_id == self.asked.id)
        async with self.service.database.read() as session:
            return int((await session.execute(query)).scalar_one())

    async def node(self) -> str:
        """Give its id on the wire."""
        return global_id("Review", await self.number())

    async def comments(self) -> list[str]:
        """Open the comments that are kept of it."""
        text, number = tables.review_text, await self.number()
        query = select(text.c.sealed).where(text.c.review_id == number, text.c.sealed.is_not(None))
        async with self.service.database.read() as session:
            sealed = (await session.execute(query)).scalars().all()
        return [self.service.platform.sealer.open(one)["comment"] for one in sealed]

    async def shown(self) -> dict[str, Any] | None:
        """Read it, as a visitor; None where it is not published."""
        named = {"id": await self.node()}
        found: dict[str, Any] | None = (await self.service.data(SHOWN, named))["review"]
        return found

    async def decide(self, verdict: str, *, by: str | None = None, **why: Any) -> list[str]:
        """Decide on what waits of it, as the moderator or somebody else."""
        case = await case_about(self.service, await self.number())
        decision = {"case": case.node, "verdict": verdict, **why}
        return await self.do("decideModeration", by or self.moderator, decisions=[decision])

    async def letters(self) -> list[str]:
        """Send what is due; give the letters to the company, each in one line."""
        await self.service.work()
        return [" ".join(text_of(mail).split()) for mail in mails_to(self.service, self.email)]

    async def address(self) -> str:
        """Give the address of the activator."""
        table = tables.activator
        query = select(table.c.email).where(table.c.id == self.activator)
        async with self.service.database.read() as session:
            return str(await session.scalar(query))


async def add_helping(service: Service, *, answered: bool = True, **values: Any) -> Helping:
    """Have an activator asked by a company, which it has answered unless it is said otherwise."""
    async with service.write() as session:
        activator = await add_activator(session, networks=["cci"], **values)
        account = await add_account(session, Role.ACTIVATOR, activator_id=activator)
        staff = await add_account(session, Role.MODERATOR)
    email = f"company.{activator}@example.org"
    add = add_answered_request if answered else add_request
    asked = await add(service, activator, content={**COMPANY, "email": email})
    return Helping(service, activator, asked, email, account, staff)


async def policy_of(service: Service) -> dict[str, Any]:
    """Read what is told about reviews; its items by their topic."""
    told: dict[str, Any] = (await service.data(POLICY))["reviewPolicy"]
    return {**told, "items": {one["topic"]: one for one in told["items"]}}
