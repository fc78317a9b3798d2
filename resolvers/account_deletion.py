"""Deleting one's own account (RGPD, article 17): it goes at once, with all that is personal.

What it was as an activator leaves the programme and is erased in the same transaction. Proofs stay
by number alone: acceptances of the charter, the audit. API keys that it made are their network's.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Role
from models.activators import ActivatorState
from models.jobs import JobState
from models.revisions import Subject, record_changes
from permissions.viewer import Viewer
from resolvers.account_mails import ACCOUNT_DELETED
from resolvers.erasing import erase_activator
from resolvers.imports import in_one_transaction
from resolvers.jobs.about import jobs_about
from resolvers.jobs.queue import enqueue
from resolvers.platform import Platform
from resolvers.refusal import Conflict, InvalidInput, Unauthenticated
from resolvers.sign_in_actions import signed_in

account, activator, role = tables.account, tables.activator, tables.account_role


async def delete_my_account(platform: Platform, viewer: Viewer, *, confirm: str) -> None:
    """Delete the viewer's account, whose address `confirm` is; a last mail says that it is done.

    Raises Unauthenticated for a visitor, a portal and an account that is gone, InvalidInput for
    another address, Conflict for the only administrator.
    """
    account_id = signed_in(viewer)

    async def end(session: AsyncSession) -> None:
        own = await _locked(session, account_id)
        if confirm.strip().lower() != own.email:
            raise InvalidInput("confirm", confirm, "the e-mail address of your account")
        await _delete(platform, session, viewer, own)

    await in_one_transaction(platform.database, end)


async def _locked(session: AsyncSession, account_id: int) -> Row[Any]:
    """Lock an account after what opens it, in the order of refreshing, signing in and out.

    Else we would wait for them, and they for us.
    """
    token, live, link = tables.refresh_token, tables.session, tables.sign_in_link
    tokens = select(token.c.token_hash).join(live).where(live.c.account_id == account_id)
    await session.execute(tokens.order_by(token.c.token_hash).with_for_update(of=token))
    for table, key in ((live, live.c.id), (link, link.c.token_hash)):
        opens = select(key).where(table.c.account_id == account_id).order_by(key)
        await session.execute(opens.with_for_update())
    query = select(account).where(account.c.id == account_id).with_for_update()
    own = (await session.execute(query)).one_or_none()
    if own is None:
        raise Unauthenticated("The account is gone.")
    return own


async def _delete(platform: Platform, session: AsyncSession, viewer: Viewer, own: Row[Any]) -> None:
    now, query = platform.now(), select(role).where(role.c.account_id == own.id)
    roles = (await session.execute(query)).all()
    if any(one.role is Role.ADMINISTRATOR for one in roles):
        await _check_others_administer(session, own.id)
    erased = await _own_activators(session, own.id)
    await _forget(session, own, [row.id for row in erased])
    for row in erased:
        await _leave(session, row, now)
    await session.execute(delete(account).where(account.c.id == own.id))
    told = {"email": own.email, "language": own.language.value}
    await enqueue(session, ACCOUNT_DELETED, told, now=now)
    for row in erased:
        was = {"state": row.state.value}
        await platform.audit.record(
            session, viewer, "activator.erase", "Activator", row.id, now=now, before=was
        )
    was = {"roles": sorted({one.role.value for one in roles})}
    await platform.audit.record(
        session, viewer, "account.delete", "Account", own.id, now=now, before=was
    )
    if erased:
        await record_changes(session, Subject.ACTIVATOR, [row.id for row in erased])
    await record_changes(session, Subject.ACCOUNT, [own.id])


async def _check_others_administer(session: AsyncSession, account_id: int) -> None:
    """Let the last administrator stay; of two that go at once, the second sees the first gone."""
    query = select(role.c.account_id).where(role.c.role == Role.ADMINISTRATOR)
    found = await session.execute(query.order_by(role.c.id).with_for_update())
    if {*found.scalars()} <= {account_id}:
        raise Conflict("You are the only administrator: name another first.")


async def _own_activators(session: AsyncSession, account_id: int) -> Sequence[Any]:
    """Lock the activators that this account is, and no other account is too."""
    others = select(role.c.activator_id).where(
        role.c.account_id != account_id, role.c.activator_id.is_not(None)
    )
    own = select(role.c.activator_id).where(role.c.account_id == account_id)
    query = (
        select(activator.c.id, activator.c.state)
        .where(activator.c.id.in_(own), activator.c.id.not_in(others))
        .order_by(activator.c.id)
    )
    return (await session.execute(query.with_for_update())).all()


async def _forget(session: AsyncSession, own: Row[Any], activator_ids: list[int]) -> None:
    """Delete what waits for its word, and jobs that hold its address or what is personal."""
    for table in (tables.invitation, tables.registration):
        await session.execute(delete(table).where(table.c.email == own.email))
    job = tables.job
    about = jobs_about([own.id, *activator_ids], own.email)
    await session.execute(delete(job).where(job.c.state != JobState.DONE, about))


async def _leave(session: AsyncSession, row: Row[Any], now: datetime) -> None:
    """Withdraw an activator, if it is not, and erase it."""
    if row.state is not ActivatorState.WITHDRAWN:
        values = {"state_changed_at": now}
        await session.execute(update(activator).where(activator.c.id == row.id).values(values))
    await erase_activator(session, row.id, now)
