"""Signing in by a link sent by e-mail, staying signed in, and leaving.

Whether an account exists is asked by the job that sends the link, never by the request: known
and unknown addresses take the same statements and the same time.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language
from models.base import new_id
from models.revisions import Subject, record_changes
from models.sessions import SignInMethod, secret_hash
from permissions.viewer import Viewer
from resolvers.account_actions import normal_email
from resolvers.imports import in_one_transaction
from resolvers.jobs.queue import enqueue
from resolvers.openid.reach import is_within_reach
from resolvers.platform import Platform
from resolvers.refusal import Forbidden, NotFound, Refusal, Unauthenticated

SIGN_IN_LINK = "sign_in_link"
"""The kind of the job that sends a link."""

LONGEST_CLIENT = 100


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a client holds of a session: a token for now, one for the next, and when now ends."""

    access_token: str
    refresh_token: str
    expires_at: datetime
    account_id: int
    session_id: int


class LinkOver(Refusal):
    """A link, or a token of a session, that opens nothing: unknown, used, or too old."""

    code = "BAD_USER_INPUT"


async def request_sign_in_link(platform: Platform, *, email: str, language: Language) -> None:
    """Send a link to an account's address, if there is one; at most one in a minute.

    Raises InvalidInput for what is no address.
    """
    address = normal_email(email)
    async with platform.database.write() as session:
        await enqueue_sign_in_link(session, address, language, now=platform.now())


async def enqueue_sign_in_link(
    session: AsyncSession, address: str, language: Language, *, now: datetime
) -> None:
    """Have the job written that sends a link to an address in lower case; once in a minute."""
    await enqueue(
        session,
        SIGN_IN_LINK,
        {"email": address, "language": language.value},
        now=now,
        dedupe_key=f"{SIGN_IN_LINK}:{secret_hash(address)}:{now:%Y%m%d%H%M}",
    )


async def sign_in(platform: Platform, *, token: str, client: str | None) -> SignedIn:
    """Open a session with a link, once; raises LinkOver."""
    now, links = platform.now(), tables.sign_in_link
    used = (
        update(links)
        .where(
            links.c.token_hash == secret_hash(token),
            links.c.used_at.is_(None),
            links.c.expires_at > now,
        )
        .values(used_at=now)
        .returning(links.c.account_id)
    )

    async def come_in(session: AsyncSession) -> SignedIn:
        account_id = (await session.execute(used)).scalar_one_or_none()
        if account_id is None:
            raise LinkOver("The link was used, or its time is over: ask for another.", "token")
        return await open_session(platform, session, account_id, client, now)

    return await in_one_transaction(platform.database, come_in)  # its account may be deleted


async def open_session(
    platform: Platform,
    session: AsyncSession,
    account_id: int,
    client: str | None,
    now: datetime,
    *,
    issuer: str | None = None,
) -> SignedIn:
    """Open a session in the caller's transaction, for somebody who proved who they are.

    `issuer` is the one that vouched for them, where they came by OpenID Connect.
    """
    session_id = new_id()
    method = SignInMethod.EMAIL_LINK if issuer is None else SignInMethod.OPENID_CONNECT
    row = {"id": session_id, "account_id": account_id, "method": method, "issuer": issuer}
    row |= {"client": _shown(client), "created_at": now, "last_used_at": now}
    row |= {"expires_at": now + platform.policy.session_lifetime}
    await session.execute(insert(tables.session).values(row))
    opened = await _tokens(platform, session, account_id, session_id, now)
    by = Viewer(account_id, session_id=session_id)
    how = {"method": method.value} | ({} if issuer is None else {"issuer": issuer})
    await platform.audit.record(
        session, by, "session.open", "Account", account_id, now=now, after=how
    )
    await record_changes(session, Subject.ACCOUNT, [account_id])
    return opened


def _shown(client: str | None) -> str | None:
    """Keep of a client's name what can be shown, and stored: PostgreSQL takes no NUL."""
    return "".join(filter(str.isprintable, client or ""))[:LONGEST_CLIENT] or None


async def refresh_session(platform: Platform, *, refresh_token: str) -> SignedIn:
    """Exchange a token of a session for the next ones.

    One that was exchanged before may be in two hands: the session ends for both. Raises LinkOver.
    """
    async with platform.database.write() as session:
        renewed = await _renewed(platform, session, refresh_token, platform.now())
    if renewed is None:
        raise LinkOver("The session is over: sign in again.", "refreshToken")
    return renewed


async def _renewed(
    platform: Platform, session: AsyncSession, refresh_token: str, now: datetime
) -> SignedIn | None:
    given, live = tables.refresh_token, tables.session
    query = (
        select(given.c.used_at, live)
        .join_from(given, live)
        .where(given.c.token_hash == secret_hash(refresh_token))
        .with_for_update()
    )
    found = (await session.execute(query)).one_or_none()
    if found is None or found.ended_at is not None or found.expires_at <= now:
        return None
    by = Viewer(found.account_id, session_id=found.id)
    if found.used_at is not None:
        await end_sessions(platform, session, by, [found.id], "session.token_reused", now)
        return None
    if found.issuer is not None and not await is_within_reach(
        session, found.account_id, platform.issuers.settings_of(found.issuer)
    ):
        await end_sessions(platform, session, by, [found.id], "session.out_of_reach", now)
        return None
    await session.execute(
        update(given).where(given.c.token_hash == secret_hash(refresh_token)).values(used_at=now)
    )
    lasting = {"last_used_at": now}
    if found.issuer is None:  # an issuer's word is asked for anew
        lasting["expires_at"] = now + platform.policy.session_lifetime
    await session.execute(update(live).where(live.c.id == found.id).values(lasting))
    return await _tokens(platform, session, found.account_id, found.id, now)


async def _tokens(
    platform: Platform, session: AsyncSession, account_id: int, session_id: int, now: datetime
) -> SignedIn:
    refresh_token, lifetime = secrets.token_urlsafe(32), platform.policy.access_lifetime
    await session.execute(
        insert(tables.refresh_token).values(
            token_hash=secret_hash(refresh_token), session_id=session_id
        )
    )
    access_token = platform.tokens.write(
        account_id, now=now, lifetime=lifetime, session_id=session_id
    )
    return SignedIn(access_token, refresh_token, now + lifetime, account_id, session_id)


async def sign_out(platform: Platform, viewer: Viewer, *, session_id: int | None) -> None:
    """End a session of the viewer, by default the one that it came through.

    Raises Unauthenticated for a visitor, NotFound for a session that is not its own or is over,
    Forbidden for this session where it came with an operator's token.
    """
    account_id = signed_in(viewer)
    ended = viewer.session_id if session_id is None else session_id
    if ended is None:
        raise Forbidden("This token belongs to no session: name one to end.", "sessionId")
    now, table = platform.now(), tables.session
    async with platform.database.write() as session:
        query = select(table.c.id).where(
            table.c.id == ended, table.c.account_id == account_id, table.c.ended_at.is_(None)
        )
        if (await session.execute(query.with_for_update())).scalar_one_or_none() is None:
            raise NotFound("No such session.", "sessionId")
        await end_sessions(platform, session, viewer, [ended], "session.end", now)


async def sign_out_everywhere(platform: Platform, viewer: Viewer) -> int:
    """End every session of the viewer, and every token written so far; give how many sessions.

    Raises Unauthenticated for a visitor.
    """
    account_id, now, table = signed_in(viewer), platform.now(), tables.session
    async with platform.database.write() as session:
        query = select(table.c.id).where(
            table.c.account_id == account_id, table.c.ended_at.is_(None)
        )
        live = list((await session.execute(query.with_for_update())).scalars())
        account = tables.account
        await session.execute(
            update(account).where(account.c.id == account_id).values(signed_out_at=now)
        )
        await end_sessions(platform, session, viewer, live, "session.end_all", now)
    return len(live)


async def end_sessions(
    platform: Platform,
    session: AsyncSession,
    by: Viewer,
    session_ids: list[int],
    action: str,
    now: datetime,
) -> None:
    """End sessions of an account, and say it to every worker and to the audit."""
    account_id = signed_in(by)
    table = tables.session
    await session.execute(update(table).where(table.c.id.in_(session_ids)).values(ended_at=now))
    await platform.audit.record(session, by, action, "Account", account_id, now=now)
    await record_changes(session, Subject.ACCOUNT, [account_id])


def signed_in(viewer: Viewer) -> int:
    """Give the viewer's account; raises Unauthenticated for a visitor."""
    if viewer.account_id is None:
        raise Unauthenticated("Sign in first.")
    return viewer.account_id
