"""Accounts made by an operator."""

from datetime import datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Select, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language, Role
from models.base import new_id
from models.database import Database
from models.revisions import Subject, record_changes
from resolvers.audit import Audit
from resolvers.cells import LONGEST_EMAIL
from resolvers.imports import in_one_transaction
from resolvers.refusal import InvalidInput

ABOUT = {
    Role.ACTIVATOR: "activator",
    Role.STRUCTURE_MANAGER: "structure",
    Role.NETWORK_MANAGER: "network",
}
"""The roles that are about one thing, and the option that names it."""


async def create_account(
    database: Database,
    *,
    email: str,
    role: Role,
    now: datetime,
    network: str | None = None,
    structure: str | None = None,
    activator: str | None = None,
    region: str | None = None,
    audit: Audit | None = None,
) -> bool:
    """Give an account a role, making the account if there is none; False if it had the role.

    `structure` is a SIRET, spaced or not, `activator` a NETWORK:EXTERNAL_ID, `region` a territory
    or INSEE code. Of several calls at once, one gives it. What is given is in the `audit`, but for
    the accounts of a demonstration. Raises InvalidInput naming the option that is wrong.
    """
    named = {"network": network, "structure": structure, "activator": activator, "region": region}
    _check_options(role, named)
    address = normal_email(email)

    async def give(session: AsyncSession) -> bool:
        about = await _about(session, named)
        account_id = await find_or_make_account(session, address, now)
        given = await give_role(session, account_id, role, **about)
        if given:
            if audit is not None:
                told = {name: str(key) for name, key in about.items() if key is not None}
                after = {"role": role.value, **told}
                await audit.record(
                    session, None, "account.add_role", "Account", account_id, now=now, after=after
                )
            await record_changes(session, Subject.ACCOUNT, [account_id])
        return given

    return await in_one_transaction(database, give)


async def give_role(session: AsyncSession, account_id: int, role: Role, **about: Any) -> bool:
    """Give an account a role in the caller's transaction; False if it had it.

    Of two at once, one breaks a unique key: call it in `in_one_transaction`.
    """
    table = tables.account_role
    values = {"account_id": account_id, "role": role, **about}
    same = [table.c[name] == value for name, value in values.items()]
    same.append(table.c.issuer.is_(None))  # what an issuer says, it may unsay
    if (await session.execute(select(table.c.id).where(*same))).first() is not None:
        return False
    await session.execute(insert(table).values(id=new_id(), **values))
    return True


async def find_account(database: Database, email: str) -> int | None:
    """Find an account by its address."""
    query = select(tables.account.c.id).where(tables.account.c.email == normal_email(email))
    async with database.read() as session:
        found: int | None = (await session.execute(query)).scalar_one_or_none()
        return found


def normal_email(email: str) -> str:
    """Check an address and write it in lower case, as accounts are known by it."""
    try:
        if len(email) <= LONGEST_EMAIL:
            return validate_email(email, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        pass
    raise InvalidInput("email", email, "an e-mail address")


def _check_options(role: Role, named: dict[str, str | None]) -> None:
    needed = ABOUT.get(role)
    if needed is not None and named[needed] is None:
        raise InvalidInput(needed, None, f"--{needed} with the role {role.value}")
    allowed = {needed, "region" if role is Role.INSTITUTION else None}
    for name, value in named.items():
        if value is not None and name not in allowed:
            raise InvalidInput(name, value, f"no --{name} for the role {role.value}")


async def _about(
    session: AsyncSession, named: dict[str, str | None]
) -> dict[str, int | str | None]:
    """Find the thing that a role is about; every other column is null."""
    found: dict[str, int | str | None] = dict.fromkeys(COLUMNS.values())
    for name, text in named.items():
        if text is not None:
            key = (await session.execute(_query(name, text))).scalar_one_or_none()
            if key is None:
                raise InvalidInput(name, text, EXPECTED[name])
            found[COLUMNS[name]] = key
    return found


def _query(name: str, text: str) -> Select[Any]:
    enrolment, structure, territory = tables.enrolment, tables.structure, tables.territory
    if name == "network":
        return select(tables.network.c.code).where(tables.network.c.code == text)
    if name == "structure":
        return select(structure.c.id).where(structure.c.siret == "".join(text.split()))
    if name == "region":
        code = f"REG-{text.removeprefix('REG-')}"
        return select(territory.c.code).where(territory.c.code == code)
    network, _, external_id = text.partition(":")
    return select(enrolment.c.activator_id).where(
        enrolment.c.network_code == network, enrolment.c.external_id == external_id
    )


COLUMNS = {
    "network": "network_code",
    "structure": "structure_id",
    "activator": "activator_id",
    "region": "region_code",
}

EXPECTED = {
    "network": "the code of a network that exists, such as cci",
    "structure": "the SIRET of a structure of the directory",
    "activator": "NETWORK:EXTERNAL_ID of an activator of the directory",
    "region": "the INSEE code of a region, such as 84",
}


async def find_or_make_account(
    session: AsyncSession, email: str, now: datetime, language: Language = Language.FR
) -> int:
    """Give the number of the account at an address in lower case, making it where there is none.

    Of two at once that make it, one breaks the unique key: call it in `in_one_transaction`.
    """
    table = tables.account
    found = (await session.execute(select(table.c.id).where(table.c.email == email))).scalar()
    if found is not None:
        return int(found)
    account_id = new_id()
    values = {"id": account_id, "email": email, "language": language, "created_at": now}
    await session.execute(insert(table).values(values))
    return account_id
