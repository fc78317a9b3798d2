"""Chains of redirected requests, and who was offered with each, as the wire loads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select

from models import tables
from models.contact_requests import Author
from models.database import Database
from permissions.requests import RequestPermission, RequestStanding
from resolvers.contact.finding import SeenRequest
from resolvers.contact.standing import requests_with_asked
from resolvers.loader import BatchLoader

request, offer = tables.contact_request, tables.redirection_offer


@dataclass(frozen=True, slots=True)
class OfferRow:
    """Another activator, as it was offered."""

    activator_id: int
    author: Author
    offered_at: datetime


class Offers(BatchLoader[int, list[OfferRow]]):
    """Loads offers by the number of the request, in their order."""

    def __init__(self, database: Database) -> None:
        """Read there."""
        super().__init__()
        self._database = database

    async def read(self, keys: list[int]) -> dict[int, list[OfferRow]]:
        """Read a batch."""
        query = select(offer).where(offer.c.request_id.in_(keys)).order_by(offer.c.position)
        found: dict[int, list[OfferRow]] = {}
        async with self._database.read() as session:
            for row in await session.execute(query):
                line = OfferRow(row.activator_id, row.author, row.offered_at)
                found.setdefault(row.request_id, []).append(line)
        return found


class Chains(BatchLoader[int, list[Row[Any]]]):
    """Loads the requests of a chain by the number of its first one, in their order."""

    def __init__(self, database: Database) -> None:
        """Read there."""
        super().__init__()
        self._database = database

    async def read(self, keys: list[int]) -> dict[int, list[Row[Any]]]:
        """Read a batch."""
        of_chain = or_(request.c.id.in_(keys), request.c.root_id.in_(keys))
        query = requests_with_asked().where(of_chain).order_by(request.c.hops)
        found: dict[int, list[Row[Any]]] = {}
        async with self._database.read() as session:
            for row in await session.execute(query):
                found.setdefault(row.root_id or row.id, []).append(row)
        return found


def visible_offers(seen: SeenRequest, offers: Sequence[OfferRow]) -> list[OfferRow] | None:
    """Leave those that a viewer sees: the company all, the one asked what it proposed itself."""
    if RequestPermission.FOLLOW in seen.grants:
        return list(offers)
    if RequestPermission.READ in seen.grants:
        return [one for one in offers if one.author is Author.ACTIVATOR]
    return None


def as_company(row: Row[Any]) -> SeenRequest:
    """Show its company a request of its chain."""
    sent = row.sent_at is not None
    return SeenRequest(row, RequestStanding(company=True, agreed=row.may_redirect, sent=sent))
