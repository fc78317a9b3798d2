"""Claims: an activator that a network declared becomes its own, at its first link to sign in.

The network vouched for the address, the link proves that it is theirs. An address that somebody
wrote here since, or that comes with a registration, is nobody's word but their own: the first
gives nothing, the second is proven when it registers.
"""

from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language, Role
from models.activators import ActivatorState, EnrolmentSource
from models.revisions import Subject, record_changes
from resolvers.account_actions import find_or_make_account, give_role
from resolvers.platform import Platform

activator, account, role = tables.activator, tables.account, tables.account_role


async def account_of(
    platform: Platform, session: AsyncSession, address: str, language: Language, now: datetime
) -> int | None:
    """Give the account of an address, once it has claimed what is declared under it.

    One is made where a network declared such an activator; None where none did. Of two at once
    that make it, one breaks the unique key: call it in `in_one_transaction`.
    """
    declared = await declared_under(session, address)  # first: who claims it makes the account too
    if not declared:
        known = select(account.c.id).where(account.c.email == address)
        found: int | None = (await session.execute(known)).scalar_one_or_none()
        return found
    account_id = await find_or_make_account(session, address, now, language)
    gained = [
        one
        for one in declared
        if await give_role(session, account_id, Role.ACTIVATOR, activator_id=one)
    ]
    if gained:
        claimed = {"activators": sorted(map(str, gained))}
        await platform.audit.record(
            session, None, "account.claim", "Account", account_id, now=now, after=claimed
        )
        await record_changes(session, Subject.ACCOUNT, [account_id])
    return account_id


async def declared_under(session: AsyncSession, address: str) -> list[int]:
    """Find those whom a network declared under an address, and who are nobody's yet."""
    found = (await session.execute(declared_at(address))).all()
    return [one.id for one in found if "email" not in one.edited]


def declared_at(address: str) -> Select[tuple[int, dict[str, int]]]:
    """Select those whom a network declared, of an address in lower case, by an index."""
    enrolment = tables.enrolment
    by_network = exists().where(
        enrolment.c.activator_id == activator.c.id, enrolment.c.source == EnrolmentSource.ROSTER
    )
    return select(activator.c.id, activator.c.edited).where(
        activator.c.email == address,
        activator.c.state != ActivatorState.WITHDRAWN,
        by_network,
        ~exists().where(role.c.activator_id == activator.c.id),
    )
