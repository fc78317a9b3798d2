"""Signing in by OpenID Connect: the account of somebody whom a trusted issuer recognised.

Who is refused learns nothing of accounts: the answer is the same where there is none, and where
there is one that the issuer may not vouch for.
"""

from datetime import datetime

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Role
from models.base import new_id
from permissions.viewer import Viewer
from resolvers.imports import in_one_transaction
from resolvers.openid.id_tokens import IdToken, IdTokenRefused
from resolvers.openid.issuers import Person, Proof
from resolvers.openid.reach import is_within_reach
from resolvers.openid.settings import IssuerSettings
from resolvers.platform import Platform
from resolvers.refusal import Forbidden
from resolvers.sign_in_actions import SignedIn, open_session

FORGOTTEN_AT_ONCE = 100
"""Used tokens whose time is over, that one sign-in forgets."""

Changes = list[tuple[str, dict[str, object], dict[str, object]]]
"""For the audit: what was done, what was so before, what is so since."""


class NoAccount(Forbidden):
    """An issuer recognised somebody for whom no account is open."""

    def __init__(self) -> None:
        """Say the same whether or not there is one."""
        super().__init__("No account is open to you by this issuer.", "issuer")


async def sign_in_with_openid_connect(
    platform: Platform, *, issuer: str, proof: Proof, client: str | None
) -> SignedIn:
    """Open a session for whom an issuer recognised; an ID token serves once.

    Raises InvalidInput for an issuer that is not trusted, IdTokenRefused for a token that proves
    nothing, IssuerUnavailable where the issuer cannot be asked, NoAccount.
    """
    now, trusted = platform.now(), platform.issuers.trusted(issuer)
    person = await trusted.recognise(proof, now)
    settings = trusted.settings

    async def come_in(session: AsyncSession) -> SignedIn:
        changes = Changes()
        await _spend(session, person.token, now)
        account_id = await _account(session, person, settings, changes, now)
        await _take_roles(session, account_id, person, settings, changes)
        if not await is_within_reach(session, account_id, settings):
            raise NoAccount
        opened = await open_session(
            platform, session, account_id, client, now, issuer=settings.issuer
        )
        by = Viewer(account_id, session_id=opened.session_id)
        for action, before, after in changes:
            told = {"issuer": settings.issuer, **after}
            await platform.audit.record(
                session, by, action, "Account", account_id, now=now, before=before, after=told
            )
        return opened

    return await in_one_transaction(platform.database, come_in)  # its account may be deleted


async def _spend(session: AsyncSession, token: IdToken, now: datetime) -> None:
    """Remember that a token was used, and forget some whose time is over."""
    spent = tables.spent_id_token
    over = select(spent.c.token_hash).where(spent.c.expires_at < now).limit(FORGOTTEN_AT_ONCE)
    over = over.with_for_update(skip_locked=True)
    await session.execute(delete(spent).where(spent.c.token_hash.in_(over)))
    values = {"token_hash": token.token_hash, "expires_at": token.ends_at}
    if not await _is_new(session, spent, values):
        raise IdTokenRefused("it was used before")


async def _account(
    session: AsyncSession,
    person: Person,
    issuer: IssuerSettings,
    changes: Changes,
    now: datetime,
) -> int:
    """Find the account of a person, linking them by verified address the first time."""
    identity = tables.identity
    known = select(identity.c.account_id).where(
        identity.c.issuer == issuer.issuer, identity.c.subject == person.token.subject
    )
    account_id: int | None = (await session.execute(known)).scalar_one_or_none()
    if account_id is not None:
        return account_id
    account_id = await _account_at(session, person, changes, now)
    values = {
        "issuer": issuer.issuer,
        "subject": person.token.subject,
        "account_id": account_id,
        "linked_at": now,
    }
    if await _is_new(session, identity, values):
        changes.append(("identity.link", {}, {}))
        return account_id
    return int((await session.execute(known)).scalar_one())  # linked by another, a moment ago


async def _account_at(
    session: AsyncSession, person: Person, changes: Changes, now: datetime
) -> int:
    """Find the account at a verified address; who manages a network, by its issuer, gets one."""
    if person.email is None:
        raise NoAccount
    account = tables.account
    query = select(account.c.id).where(account.c.email == person.email)
    found: int | None = (await session.execute(query)).scalar_one_or_none()
    if found is not None:
        return found
    if not person.managed:
        raise NoAccount
    values = {"id": new_id(), "email": person.email, "created_at": now}
    if await _is_new(session, account, values):
        changes.append(("account.create", {}, {}))
    return int((await session.execute(query)).scalar_one())


async def _take_roles(
    session: AsyncSession,
    account_id: int,
    person: Person,
    issuer: IssuerSettings,
    changes: Changes,
) -> None:
    """Make a person manager of the networks that the issuer says, and of no other by its word."""
    account, role = tables.account, tables.account_role
    its_own = role.c.account_id == account_id, role.c.issuer == issuer.issuer
    # one after the other for an account, but never in the way of the rows that only name it
    lock = select(account.c.id).where(account.c.id == account_id).with_for_update(key_share=True)
    await session.execute(lock)
    found = await session.execute(select(role.c.network_code).where(*its_own))
    before, after = set(found.scalars()), person.managed
    if before == after:
        return
    await session.execute(delete(role).where(*its_own, role.c.network_code.in_(before - after)))
    rows = [
        {"id": new_id(), "account_id": account_id, "network_code": code, "issuer": issuer.issuer}
        for code in sorted(after - before)
    ]
    if rows:
        await session.execute(insert(role).values(role=Role.NETWORK_MANAGER), rows)
    changes.append(("account.change_roles", _managing(before), _managing(after)))


def _managing(codes: set[str] | frozenset[str]) -> dict[str, object]:
    return {Role.NETWORK_MANAGER.value: sorted(codes)}


async def _is_new(session: AsyncSession, table: Table, values: dict[str, object]) -> bool:
    """Insert a row; False where there is one with its key already."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    upsert = postgresql.insert if on_postgresql else sqlite.insert
    statement = upsert(table).values(values).on_conflict_do_nothing()
    return (await session.execute(statement.returning(*table.primary_key))).first() is not None
