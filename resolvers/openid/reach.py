"""How far an issuer's word reaches: to accounts whose roles are all about its own networks."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Exists, Select, and_, case, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorState
from models.database import Database
from resolvers.openid.settings import EVERYTHING, IssuerSettings


async def is_within_reach(
    session: AsyncSession, account_id: int, issuer: IssuerSettings | None
) -> bool:
    """Say whether an issuer, None where it is not trusted any more, may vouch for an account.

    Else whoever runs a chamber's issuer could become a moderator, or another network's manager; or
    manager of any structure at all, for a network federates whichever it sees.
    """
    if issuer is None or issuer.networks == EVERYTHING:
        return issuer is not None
    role, enrolled = tables.account_role, tables.enrolment
    codes = sorted(issuer.networks)
    own_people = select(enrolled.c.activator_id).where(enrolled.c.network_code.in_(codes))
    its_own = or_(
        role.c.network_code.in_(codes),
        and_(
            role.c.structure_id.in_(_federated(codes)),
            ~_somebody_else_works_in(role.c.structure_id, own_people),
        ),
        role.c.activator_id.in_(own_people),
    )
    query = select(case((its_own, 1), else_=0)).where(role.c.account_id == account_id)
    return all((await session.execute(query)).scalars())


def _federated(codes: list[str]) -> Select[tuple[int]]:
    member = tables.membership.c
    return select(member.structure_id).where(member.network_code.in_(codes))


def _somebody_else_works_in(
    structure_id: ColumnElement[int], own_people: Select[tuple[int]]
) -> Exists:
    """Say whether others than these work there: then its managers own pages of other networks."""
    activator = tables.activator.c
    return exists().where(
        activator.structure_id == structure_id,
        activator.state != ActivatorState.WITHDRAWN,
        activator.id.not_in(own_people),
    )


async def unknown_networks(database: Database, issuers: Iterable[IssuerSettings]) -> list[str]:
    """List the codes that issuers' settings name and no network has."""
    named = frozenset[str]().union(*(one.named_networks for one in issuers))
    async with database.read() as session:
        known = set((await session.execute(select(tables.network.c.code))).scalars())
    return sorted(named - known)
