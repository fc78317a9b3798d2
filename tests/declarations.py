"""Declared engagements for tests: put straight in the database, or declared over HTTP."""

import itertools
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language, Role
from models.activators import ActivatorKind
from models.base import new_id
from models.declared_engagements import DECIDED, DeclarationState
from models.moderation import CaseKind
from models.sessions import secret_hash
from resolvers.declarations.content import Content, Dispute
from resolvers.link_secrets import LinkTo
from resolvers.moderation.cases import open_case
from schema.nodes import global_id
from tests.people import add_account, add_activator
from tests.registrations import mails_to, text_of
from tests.service import Service

_numbers = itertools.count(1)

DISPUTE: Dispute = {"reason": "OTHER_WORK", "message": "Nous n'avons livré que trois tiroirs."}
CONTENT: Content = {
    "company": "Menuiserie Taravelle",
    "siret": None,
    "name": "Hermine Taravelle",
    "email": "hermine@taravelle.example.org",
    "what": "Une caisse enregistreuse, avec son logiciel.",
    "proof": "Facture FT-2026-118",
    "dispute": None,
    "decision": None,
}
"""Whom tests search for where nobody may read her."""


@dataclass(frozen=True)
class Declared:
    """A declared engagement, and the secret of the company's private link."""

    id: int
    token: str

    @property
    def node(self) -> str:
        """Its id on the wire."""
        return global_id("DeclaredEngagement", self.id)


async def add_engagement(service: Service, activator_id: int, **values: Any) -> Declared:
    """Add one with a provider, in some state."""
    async with service.write() as session:
        return await put_engagement(service, session, activator_id, **values)


async def put_engagement(
    service: Service,
    session: AsyncSession,
    activator_id: int,
    *,
    state: DeclarationState = DeclarationState.DECLARED,
    content: Content = CONTENT,
    **values: Any,
) -> Declared:
    """Add one where others are added, too; one that is disputed has its case in the queue."""
    now, number, sealer = service.clock(), new_id(), service.platform.sealer
    disputed = state is DeclarationState.DISPUTED
    said: Content = {**content, "dispute": DISPUTE} if disputed else content
    token = service.platform.link_secrets.write(LinkTo.DECLARED_ENGAGEMENT, number)
    row = {
        "id": number,
        "reference": f"E{next(_numbers):09}",
        "version": 1,
        "activator_id": activator_id,
        "state": state,
        "language": Language.FR,
        "engaged_on": (now - timedelta(days=20)).date(),
        "sealed": sealer.seal(said),
        "email_hash": sealer.hash("email", content["email"]),
        "proof_hash": sealer.hash("proof", content["proof"]),
        "link_hash": secret_hash(token),
        "declared_at": now,
        "due_at": now + timedelta(days=21),
        "disputed_at": now if disputed else None,
        "decided_at": now if state in DECIDED else None,
        **values,
    }
    await session.execute(insert(tables.declared_engagement).values(row))
    if disputed:
        kind, due_at = CaseKind.ENGAGEMENT_DISPUTE, now + timedelta(days=7)
        await open_case(session, kind, number, activator_id, now=now, due_at=due_at)
    return Declared(number, token)


async def claim(service: Service, declared: Declared, account_id: int | None) -> None:
    """Put the case of one in somebody's hands for half an hour."""
    async with service.write() as session:
        await put_claim(service, session, declared.id, account_id)


async def put_claim(
    service: Service, session: AsyncSession, number: int, account_id: int | None
) -> None:
    """Put it there where others are put."""
    case, until = tables.moderation_case, service.clock() + timedelta(minutes=30)
    own = update(case).where(case.c.subject_id == number)
    await session.execute(own.values(claimed_by=account_id, claimed_until=until))


async def row_of(service: Service, number: int) -> Any:
    """Read one as it is stored."""
    table = tables.declared_engagement
    async with service.database.read() as session:
        return (await session.execute(select(table).where(table.c.id == number))).one()


async def state_of(service: Service, number: int) -> DeclarationState:
    """Read where one stands."""
    state: DeclarationState = (await row_of(service, number)).state
    return state


async def cases_of(service: Service, number: int) -> list[Any]:
    """Read the cases about one."""
    case = tables.moderation_case
    query = select(case).where(case.c.subject_id == number).order_by(case.c.opened_at)
    async with service.database.read() as session:
        return list((await session.execute(query)).all())


async def provider(service: Service, **values: Any) -> tuple[int, str]:
    """Add a solution provider that comes signed in; give its number and token."""
    kind = ActivatorKind.SOLUTION_PROVIDER
    async with service.write() as session:
        activator = await add_activator(session, **{"kind": kind, "networks": ["cci"], **values})
        account = await add_account(session, Role.ACTIVATOR, activator_id=activator)
    return activator, service.token(account)


DECLARE = """mutation ($input: DeclareEngagementInput!) { declareEngagement(input: $input) {
  declaredEngagement { id reference state declaredAt dueAt disputedAt decidedAt engagedOn what proof
    company { name } dispute { message } viewerMay { withdraw confirm } }
  userErrors { code field message } } }"""


def declared(activator_id: int, **values: Any) -> dict[str, Any]:
    """Fill in a declaration of a new address and proof, but for the values given."""
    number = next(_numbers)
    return {
        "provider": global_id("Activator", activator_id),
        "company": "Menuiserie Taravelle",
        "name": "Hermine Taravelle",
        "email": f"hermine.{number}@taravelle.example.org",
        "what": CONTENT["what"],
        "engagedOn": date(2026, 11, 2).isoformat(),
        "proof": f"Facture FT-{number}",
        "consent": True,
        **values,
    }


async def declare(service: Service, given: dict[str, Any], *, token: str | None = None) -> Any:
    """Declare; give the answer."""
    return (await service.data(DECLARE, {"input": given}, token=token))["declareEngagement"]


async def taken(service: Service, given: dict[str, Any], *, token: str | None = None) -> Any:
    """Declare what must be taken; give the engagement."""
    answer = await declare(service, given, token=token)
    assert answer["userErrors"] == []
    return answer["declaredEngagement"]


async def do(service: Service, mutation: str, token: str | None = None, /, **given: Any) -> Any:
    """Send a mutation about one; give the payload."""
    kind = mutation[0].upper() + mutation[1:]
    document = (
        f"mutation ($input: {kind}Input!) {{ {mutation}(input: $input) {{"
        " declaredEngagement { id state what proof company { name } dispute { reason message }"
        " decision { ground words } } userErrors { code field message } } }"
    )
    return (await service.data(document, {"input": given}, token=token))[mutation]


def link_in(service: Service, email: str) -> str:
    """Read the secret of the private link in the mails to an address; all have the same."""
    mails = mails_to(service, email)
    (secret,) = {one for mail in mails for one in re.findall(r"#engagement=(\w+)", text_of(mail))}
    return str(secret)
