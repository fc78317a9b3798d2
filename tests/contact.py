"""Contact requests for tests, put straight in the database, and what their company holds."""

import itertools
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language
from models.base import new_id
from models.contact_requests import Author, CompanySize
from models.engagements import SupportKind
from models.request_steps import CLOSED, RequestState, Step
from models.revisions import Subject, record_changes
from models.sessions import secret_hash
from resolvers.contact.content import Content
from resolvers.contact.steps import add_history
from resolvers.link_secrets import LinkTo
from schema.nodes import global_id
from tests.people import add_activator
from tests.service import Service

_numbers = itertools.count(1)

COMPANY: Content = {
    "company": "Boulangerie Quenneville",
    "siret": None,
    "commune": "COM-01283",
    "name": "Solange Quenneville",
    "email": "solange.quenneville@example.org",
    "phone": "+33199005678",
    "need": "Notre boutique voudrait vendre ses brioches en ligne.",
}
"""Whom tests search for where nobody may read her."""


@dataclass(frozen=True)
class Asked:
    """A request, and the secret of the company's private link."""

    id: int
    token: str

    @property
    def node(self) -> str:
        """Its id on the wire."""
        return global_id("ContactRequest", self.id)


async def add_request(
    service: Service,
    activator_id: int,
    *,
    state: RequestState = RequestState.ACKNOWLEDGED,
    content: Content = COMPANY,
    **values: Any,
) -> Asked:
    """Add a request to an activator, in some state, sent now unless it is held."""
    async with service.write() as session:
        return await put_request(
            service, session, activator_id, state=state, content=content, **values
        )


async def add_request_of(service: Service, email: str, **values: Any) -> Asked:
    """Add a request of this address, to an activator of its own."""
    async with service.write() as session:
        activator = await add_activator(session, networks=["cci"])
    return await add_request(service, activator, content={**COMPANY, "email": email}, **values)


async def put_request(
    service: Service,
    session: AsyncSession,
    activator_id: int,
    *,
    state: RequestState = RequestState.ACKNOWLEDGED,
    content: Content = COMPANY,
    **values: Any,
) -> Asked:
    """Add a request where others are added, too."""
    now, number, link_id = service.clock(), new_id(), new_id()
    platform = service.platform
    held = state is RequestState.HELD
    row = {
        "id": number,
        "reference": f"T{next(_numbers):09}",
        "version": 1,
        "activator_id": activator_id,
        "state": state,
        "language": Language.FR,
        "size": CompanySize.MICRO,
        "sector_code": "C",
        "department_code": "DEP-01",
        "expertise": [],
        "sealed": platform.sealer.seal(content),
        "email_hash": platform.sealer.hash("email", content["email"]),
        "may_redirect": False,
        "held_for": [{"sign": "LINKS", "count": 4}] if held else [],
        "hops": 0,
        "created_at": now,
        "sent_at": None if held else now,
        "due_at": None if held else now + timedelta(days=2),
        "closed_at": now if state in CLOSED else None,
        **values,
    }
    token = platform.link_secrets.write(LinkTo.CONTACT_REQUEST, link_id)
    activator = tables.activator
    own = select(activator.c.structure_id).where(activator.c.id == activator_id)
    row.setdefault("structure_id", (await session.execute(own)).scalar_one())
    await session.execute(insert(tables.contact_request).values(row))
    link = {"id": link_id, "request_id": number, "created_at": now}
    await session.execute(
        insert(tables.contact_request_link).values(token_hash=secret_hash(token), **link)
    )
    first = RequestState.HELD if held else RequestState.SUBMITTED
    await add_history(session, number, Step.ASK, first, Author.COMPANY, by=None, now=now)
    await record_changes(session, Subject.CONTACT_REQUEST, [number])
    return Asked(number, token)


async def state_of(service: Service, request_id: int) -> RequestState:
    """Read where a request stands."""
    table = tables.contact_request
    query = select(table.c.state).where(table.c.id == request_id)
    async with service.database.read() as session:
        state: RequestState = (await session.execute(query)).scalar_one()
    return state


async def revoke_links(service: Service, request_id: int) -> None:
    """Revoke all private links of a request."""
    link = tables.contact_request_link
    own = update(link).where(link.c.request_id == request_id)
    async with service.write() as session:
        await session.execute(own.values(revoked_at=service.clock()))


WORDS = {
    "COMPANY": "Je vends aussi du pain d'épices, le samedi.",
    "ACTIVATOR": "Commençons par vos photographies de vitrine.",
    "findings": "La boutique n'a ni site ni fichier de clientèle.",
    "next_steps": "Ouvrir d'abord une page, puis un fichier des clients.",
    "agreed": "Trois matinées pour ouvrir une vitrine en ligne.",
}
"""What the parties wrote to each other, and what came of it."""


async def add_exchange(service: Service, request_id: int) -> None:
    """Add a message of each party, a diagnosis and an engagement to a request."""
    now, seal = service.clock(), service.platform.sealer.seal
    own = {"request_id": request_id}
    async with service.write() as session:
        for number, author in enumerate((Author.COMPANY, Author.ACTIVATOR), 1):
            text = seal({"text": WORDS[author.value]})
            said = {"number": number, "author": author, "sealed": text}
            written = insert(tables.contact_message).values(id=new_id(), at=now, **own, **said)
            await session.execute(written)
        found = {"findings": WORDS["findings"], "next_steps": WORDS["next_steps"]}
        diagnosis = {"recorded_at": now, "expertise": [], "sealed": seal(found)}
        await session.execute(insert(tables.diagnosis).values(**own, **diagnosis))
        agreed = {"agreed": WORDS["agreed"], "price_cents": None, "price_terms": None, "why": None}
        engagement = {"kind": SupportKind.ADVICE, "expertise": [], "started_at": now}
        await session.execute(
            insert(tables.engagement).values(**own, **engagement, sealed=seal(agreed))
        )
