"""How far an issuer's word reaches: to accounts whose roles are all about its own networks."""

from collections.abc import Iterable

from sqlalchemy import case, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.database import Database
from resolvers.openid.settings import EVERYTHING, IssuerSettings


async def is_within_reach(
    session: AsyncSession, account_id: int, issuer: IssuerSettings | None
) -> bool:
    """Say whether an issuer, None where it is not trusted any more, may vouch for an account.

    Else whoever runs a chamber's issuer could become a moderator, or another network's manager.
    """
    if issuer is None or issuer.networks == EVERYTHING:
        return issuer is not None
    role, member, enrolled = tables.account_role, tables.membership, tables.enrolment
    codes = sorted(issuer.networks)
    its_own = or_(
        role.c.network_code.in_(codes),
        role.c.structure_id.in_(
            select(member.c.structure_id).where(member.c.network_code.in_(codes))
        ),
        role.c.activator_id.in_(
            select(enrolled.c.activator_id).where(enrolled.c.network_code.in_(codes))
        ),
    )
    query = select(case((its_own, 1), else_=0)).where(role.c.account_id == account_id)
    return all((await session.execute(query)).scalars())


async def unknown_networks(database: Database, issuers: Iterable[IssuerSettings]) -> list[str]:
    """List the codes that issuers' settings name and no network has."""
    named = frozenset[str]().union(*(one.named_networks for one in issuers))
    async with database.read() as session:
        known = set((await session.execute(select(tables.network.c.code))).scalars())
    return sorted(named - known)
