"""Licences to use the mark for tests, put straight in the database, and who holds them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Role
from models.base import new_id
from models.mark_licences import LicenceState
from models.revisions import Subject, record_changes
from resolvers.mark.numbers import new_number
from schema.nodes import global_id
from tests.people import accept_charter, add_account, add_activator
from tests.service import NOW, Service

DAY = timedelta(days=1)

LICENCE = """fragment licence on MarkLicence {
  id number state valid requestedAt grantedAt expiresAt failingSince failing ground closedAt
}"""
VERIFY = """query ($number: String!) { markLicence(number: $number) {
  number valid validUntil holder { displayName kind structureName }
} }"""


@dataclass(frozen=True)
class Holder:
    """An activator that meets all conditions, and its token."""

    id: int
    token: str

    @property
    def node(self) -> str:
        """Its id on the wire."""
        return global_id("Activator", self.id)


@dataclass(frozen=True)
class Licence:
    """A licence."""

    id: int
    number: str

    @property
    def node(self) -> str:
        """Its id on the wire."""
        return global_id("MarkLicence", self.id)


async def add_holder(service: Service, **values: Any) -> Holder:
    """Add one whose mails can be told from those of others."""
    async with service.write() as session:
        own = {"confirmed_at": NOW - DAY, "state_changed_at": NOW - 90 * DAY}
        activator = await add_activator(session, **{**own, **values})
        await accept_charter(session, activator)
        account = await add_account(session, Role.ACTIVATOR, activator_id=activator)
    return Holder(activator, service.token(account))


async def add_staff(service: Service, role: Role = Role.MODERATOR) -> str:
    """Add one of the staff, who has no interest in anybody; give a token."""
    async with service.write() as session:
        return service.token(await add_account(session, role))


async def add_licence(
    service: Service,
    activator_id: int,
    state: LicenceState = LicenceState.GRANTED,
    **values: Any,
) -> Licence:
    """Add a licence in a state; one that was granted holds for a year from now."""
    async with service.write() as session:
        return await put_licence(session, activator_id, state, service.clock(), **values)


async def put_licence(
    session: AsyncSession, activator_id: int, state: LicenceState, now: datetime, **values: Any
) -> Licence:
    """Add one where others are added, too."""
    held = {LicenceState.GRANTED, LicenceState.REVOKED, LicenceState.EXPIRED}
    live = {LicenceState.REQUESTED, LicenceState.GRANTED}
    row = {
        "id": new_id(),
        "number": new_number(),
        "version": 1,
        "activator_id": activator_id,
        "state": state,
        "requested_at": now,
        "granted_at": now if state in held else None,
        "expires_at": now + 365 * DAY if state in held else None,
        "failing": [],
        "closed_at": None if state in live else now,
        **values,
    }
    await session.execute(insert(tables.mark_licence).values(row))
    return Licence(int(row["id"]), str(row["number"]))


async def change_activator(service: Service, activator_id: int, **values: Any) -> None:
    """Change an activator as it shows in the directory."""
    activator = tables.activator
    async with service.write() as session:
        renewed = {"version": activator.c.version + 1, **values}
        await session.execute(
            update(activator).where(activator.c.id == activator_id).values(renewed)
        )
        await record_changes(session, Subject.ACTIVATOR, [activator_id])


async def row_of(service: Service, licence: Licence) -> Any:
    """Read a licence as it is written."""
    table = tables.mark_licence
    async with service.database.read() as session:
        return (await session.execute(select(table).where(table.c.id == licence.id))).one()


async def act(service: Service, name: str, token: str | None, **given: Any) -> Any:
    """Send a mutation about a licence; give its payload."""
    document = (
        f"mutation ($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) "
        f"{{ markLicence {{ ...licence }} userErrors {{ code field message }} }} }} {LICENCE}"
    )
    return (await service.data(document, {"input": given}, token=token))[name]


async def verify(service: Service, number: str, token: str | None = None) -> Any:
    """Verify a number."""
    return (await service.data(VERIFY, {"number": number}, token=token))["markLicence"]


def errors(payload: Any) -> set[tuple[str, str | None]]:
    """Read the codes and fields of a refusal."""
    assert (payload["markLicence"] is None) is bool(payload["userErrors"])
    return {(one["code"], one["field"]) for one in payload["userErrors"]}


async def begun_anew(service: Service) -> Service:
    """Let an application that tests share begin at `NOW`, with nothing to do and no mails."""
    service.clock.now = NOW
    await service.work()
    forget_mails(service)
    return service


def forget_mails(service: Service) -> None:
    """Take the mails away that were sent."""
    for file in service.mailbox.glob("*.eml"):
        file.unlink()


def subjects(service: Service) -> list[str]:
    """Read the subjects of the mails, in order of the alphabet."""
    return sorted(mail["Subject"] for mail in service.mails())
