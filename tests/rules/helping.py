"""A company that everybody helped, as far as tables can tell."""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language
from models.activators import ActivatorKind
from models.base import new_id
from models.contact_requests import Author, CompanySize
from models.declared_engagements import DeclarationState
from models.request_steps import RequestState, Step
from tests.rules.charter import Cell
from tests.service import NOW


class Helper(Protocol):
    """Somebody who helped."""

    @property
    def cell(self) -> Cell:
        """What it is."""

    @property
    def number(self) -> int:
        """Its number."""

    @property
    def structure_number(self) -> int:
        """That of its structure."""


async def add_help(session: AsyncSession, account_id: int, people: Sequence[Helper]) -> None:
    """Have each answer a request of the account; a provider has an engagement confirmed instead."""
    provider = ActivatorKind.SOLUTION_PROVIDER
    requests = [_request(account_id, one) for one in people if one.cell.kind is not provider]
    engaged = [_engagement(account_id, one) for one in people if one.cell.kind is provider]
    await session.execute(insert(tables.contact_request), requests)
    await session.execute(insert(tables.contact_request_step), list(map(_answer, requests)))
    await session.execute(insert(tables.declared_engagement), engaged)


def _request(account_id: int, one: Helper) -> dict[str, Any]:
    number = new_id()
    return {
        "id": number,
        "reference": f"H{number % 10**12:012}",
        "version": 1,
        "activator_id": one.number,
        "structure_id": one.structure_number,
        "account_id": account_id,
        "state": RequestState.ANSWERED,
        "language": Language.FR,
        "size": CompanySize.MICRO,
        "may_redirect": False,
        "hops": 0,
        "created_at": NOW,
    }


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    step = {"step": Step.ANSWER, "state": RequestState.ANSWERED, "author": Author.ACTIVATOR}
    return {"id": new_id(), "request_id": request["id"], "number": 1, "at": NOW, **step}


def _engagement(account_id: int, one: Helper) -> dict[str, Any]:
    number = new_id()
    return {
        "id": number,
        "reference": f"H{number % 10**12:012}",
        "version": 1,
        "activator_id": one.number,
        "account_id": account_id,
        "state": DeclarationState.CONFIRMED,
        "language": Language.FR,
        "engaged_on": NOW.date(),
        "link_hash": str(number),
        "declared_at": NOW,
        "due_at": NOW,
    }
