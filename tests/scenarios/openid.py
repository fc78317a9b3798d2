"""Signing in by OpenID Connect, as a portal does it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Table, insert, select

from models import tables
from models.accounts import Role
from models.base import new_id
from tests.oidc_provider import Attempt
from tests.people import add_account
from tests.rules.world import rows_of
from tests.service import Service

SIGN_IN = """mutation ($input: SignInWithOpenIdConnectInput!) {
  signInWithOpenIdConnect(input: $input) {
    accessToken refreshToken expiresAt userErrors { code field message }
  }
}"""

WRITTEN: Sequence[Table] = (
    tables.account,
    tables.account_role,
    tables.session,
    tables.refresh_token,
    tables.identity,
    tables.spent_id_token,
    tables.audit_entry,
    tables.revision,
)
"""All that a sign-in writes."""

NO_ACCOUNT = {
    "code": "FORBIDDEN",
    "field": "issuer",
    "message": "No account is open to you by this issuer.",
}


async def come(service: Service, attempt: Attempt) -> Any:
    """Hand over what a portal brings; give the payload."""
    answer = await service.data(SIGN_IN, {"input": asdict(attempt)})
    return answer["signInWithOpenIdConnect"]


async def welcome(service: Service, attempt: Attempt) -> str:
    """Sign in, which must succeed; give the access token."""
    payload = await come(service, attempt)
    assert payload["userErrors"] == []
    token: str = payload["accessToken"]
    return token


async def refused(service: Service, attempt: Attempt) -> dict[str, str]:
    """Sign in, which must be refused and change nothing; give the error."""
    before = await rows_of(service.database, *WRITTEN)
    payload = await come(service, attempt)
    assert (payload["accessToken"], payload["refreshToken"]) == (None, None)
    assert await rows_of(service.database, *WRITTEN) == before
    (error,) = payload["userErrors"]
    found: dict[str, str] = error
    return found


async def add(service: Service, *roles: Role, **about: Any) -> int:
    """Add an account."""
    async with service.write() as session:
        return await add_account(session, *roles, **about)


async def give(service: Service, account_id: int, role: Role, **about: Any) -> None:
    """Give an account a role, by our own word."""
    async with service.write() as session:
        values = {"id": new_id(), "account_id": account_id, "role": role, **about}
        await session.execute(insert(tables.account_role).values(values))


async def email_of(service: Service, account_id: int) -> str:
    """Read an account's address."""
    table = tables.account
    async with service.database.read() as session:
        query = select(table.c.email).where(table.c.id == account_id)
        return str((await session.execute(query)).scalar_one())


async def person_of(service: Service, account_id: int, **claims: Any) -> dict[str, Any]:
    """Give the claims of the person whose account it is."""
    email = await email_of(service, account_id)
    return {"sub": f"person-{account_id}", "email": email, "email_verified": True, **claims}


async def account_of(service: Service, token: str) -> int:
    """Say whose a token is."""
    bearer = service.platform.tokens.read(token, now=service.clock())
    assert bearer is not None
    return bearer.account_id


async def audited(service: Service, account_id: int) -> list[tuple[str, Any, Any]]:
    """List what was done to an account."""
    entry = tables.audit_entry
    query = select(entry.c.action, entry.c.before, entry.c.after).where(
        entry.c.subject == "Account", entry.c.subject_id == str(account_id)
    )
    async with service.database.read() as session:
        found = await session.execute(query.order_by(entry.c.sequence))
        return [(row.action, row.before, row.after) for row in found]
