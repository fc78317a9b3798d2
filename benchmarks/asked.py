"""Contact requests to measure with, straight in the database, and the links of their companies."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from benchmarks.servers import SECRET
from models import tables
from models.accounts import Language
from models.base import new_id
from models.contact_requests import CompanySize
from models.database import Database
from models.request_steps import RequestState
from models.sessions import secret_hash
from resolvers.contact.content import Content
from resolvers.link_secrets import LinkSecrets, LinkTo
from resolvers.sealing import Sealer
from server import now

COMPANY: Content = {
    "company": "Boulangerie Quenneville",
    "siret": None,
    "commune": "COM-01283",
    "name": "Solange Quenneville",
    "email": "solange.quenneville@example.org",
    "phone": None,
    "need": "Notre boutique voudrait vendre ses brioches en ligne. " * 10,
}


async def add_requests(database: Database, count: int) -> dict[int, str]:
    """Add requests to some activator; give the secret of each one's link."""
    links, sealer = LinkSecrets(SECRET), Sealer(SECRET)
    async with database.write() as session:
        activator = (await session.execute(select(tables.activator).limit(1))).one()
        made: dict[int, str] = {}
        for _ in range(count):
            row = _row(activator, sealer)
            link_id = new_id()
            token = made[row["id"]] = links.write(LinkTo.CONTACT_REQUEST, link_id)
            link = {"id": link_id, "request_id": row["id"], "created_at": row["created_at"]}
            await session.execute(insert(tables.contact_request).values(row))
            await session.execute(
                insert(tables.contact_request_link).values(token_hash=secret_hash(token), **link)
            )
    return made


def _row(activator: Any, sealer: Sealer) -> dict[str, Any]:
    number, moment = new_id(), now()
    return {
        "id": number,
        "reference": f"B{number % 10**14}",
        "activator_id": activator.id,
        "structure_id": activator.structure_id,
        "state": RequestState.ACKNOWLEDGED,
        "language": Language.FR,
        "size": CompanySize.MICRO,
        "sealed": sealer.seal(COMPANY),
        "may_redirect": False,
        "version": 1,
        "hops": 0,
        "created_at": moment,
        "sent_at": moment,
        "due_at": moment + timedelta(days=2),
    }
