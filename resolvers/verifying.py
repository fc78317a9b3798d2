"""Verifying a registration: its link was opened, so the page is made, and waits to be admitted."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState, EnrolmentSource
from models.base import new_id
from models.revisions import Subject, record_changes
from permissions.viewer import Viewer
from resolvers.account_actions import find_or_make_account, give_role
from resolvers.activators import Seen
from resolvers.directory.slugs import digits_of
from resolvers.editing import seen_activator
from resolvers.imports import in_one_transaction
from resolvers.link_secrets import LinkTo
from resolvers.open_invitations import open_invitation
from resolvers.placing import position_of
from resolvers.platform import Platform
from resolvers.profile_codes import replace_codes
from resolvers.registering import Asked
from resolvers.registration_mails import enqueue_awaiting
from resolvers.roster_row import StructureDetails
from resolvers.sign_in_actions import LinkOver, SignedIn, open_session
from resolvers.structure_founding import find_or_found

OURS = "M-"
"""How the numbers begin that we give in a network's stead."""

PLACE = ("address_line", "postal_code", "city", "commune_code")


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody who registered: their session, and their page."""

    signed_in: SignedIn
    seen: Seen


async def verify_registration(platform: Platform, *, token: str, client: str | None) -> Joined:
    """Make the page of who opened the link, once, and open a session for them.

    Raises LinkOver for a link that was used or replaced, or whose time is over; and where the
    structure was only named by an invitation that is over by now.
    """
    number = platform.link_secrets.read(LinkTo.REGISTRATION, token)

    async def join(session: AsyncSession) -> tuple[SignedIn, int]:
        taken = None if number is None else await _take(platform, session, number)
        if taken is None:
            raise LinkOver("The link was used, or its time is over: register again.", "token")
        return await _join(platform, session, taken, client)

    signed_in, activator_id = await in_one_transaction(platform.database, join)
    own = frozenset({activator_id})
    itself = Viewer(signed_in.account_id, frozenset({Role.ACTIVATOR}), activator_ids=own)
    return Joined(signed_in, await seen_activator(platform, itself, activator_id, "token"))


async def _take(platform: Platform, session: AsyncSession, number: int) -> Row[Any] | None:
    """Take a registration out of the table: of two who open its link, one does."""
    table = tables.registration
    taken = delete(table).where(table.c.id == number, table.c.expires_at > platform.now())
    columns = [table.c[name] for name in ("email", "language", "asked")]
    return (await session.execute(taken.returning(*columns))).one_or_none()


async def _join(
    platform: Platform, session: AsyncSession, taken: Row[Any], client: str | None
) -> tuple[SignedIn, int]:
    now, activator_id, asked = platform.now(), new_id(), Asked(**taken.asked)
    structure_id, invited = await _structure(platform, session, asked)
    values = {"id": activator_id, "structure_id": structure_id, "confirmed_at": now}
    values |= {"employed_at": now if invited else None}
    await _insert_page(platform, session, asked, values)
    account_id = await find_or_make_account(session, taken.email, now, taken.language)
    await give_role(session, account_id, Role.ACTIVATOR, activator_id=activator_id)
    await enqueue_awaiting(platform, session, activator_id, asked.network)
    signed_in = await open_session(platform, session, account_id, client, now)
    by = Viewer(account_id, session_id=signed_in.session_id)
    after = {"state": ActivatorState.PENDING.value}
    await platform.audit.record(
        session, by, "activator.register", "Activator", activator_id, now=now, after=after
    )
    await record_changes(session, Subject.ACTIVATOR, [activator_id])
    return signed_in, activator_id


async def _structure(platform: Platform, session: AsyncSession, asked: Asked) -> tuple[int, bool]:
    """Find or found the structure; say whether it invited them, and now has its invitation kept."""
    if asked.invitation is not None:
        secret = platform.link_secrets.write(LinkTo.INVITATION, asked.invitation)
        invitation = await open_invitation(platform, session, secret)
        if invitation is not None:
            table = tables.invitation
            accepted = update(table).where(table.c.id == invitation.id)
            await session.execute(accepted.values(accepted_at=platform.now()))
            return invitation.structure_id, True
    if asked.structure is None:
        raise LinkOver("The invitation is over: register again, naming a structure.", "token")
    return await find_or_found(session, StructureDetails(**asked.structure)), False


async def _insert_page(
    platform: Platform, session: AsyncSession, asked: Asked, values: dict[str, Any]
) -> None:
    """Insert an activator, where it said or else where its structure is, with its sets.

    Who changes the structure waits: it renews the pages of all who work there, this one too.
    """
    structure, number = tables.structure, values["id"]
    query = select(*(structure.c[name] for name in PLACE))
    query = query.where(structure.c.id == values["structure_id"]).with_for_update(read=True)
    place, columns = (await session.execute(query)).one(), dict(asked.columns)
    if "postal_code" not in columns:
        columns |= zip(PLACE, place, strict=True)
    row = {
        "version": 1,
        "kind": ActivatorKind(asked.kind),
        "state": ActivatorState.PENDING,
        **columns,
        **_position(platform, columns),
        **values,
    }
    await session.execute(insert(tables.activator).values(row))
    codes = {name: frozenset(some) for name, some in asked.codes.items()}
    await replace_codes(session, number, codes)
    if asked.network is not None:
        external_id = f"{OURS}{digits_of(number)}"
        enrolment = insert(tables.enrolment).values(
            network_code=asked.network,
            external_id=external_id,
            activator_id=number,
            source=EnrolmentSource.REGISTRATION,
        )
        await session.execute(enrolment)


def _position(platform: Platform, columns: dict[str, Any]) -> dict[str, Any]:
    reference = platform.directory.snapshot.reference
    code = columns["commune_code"]
    commune = None if code is None else reference.territories.get(code)
    found = position_of(reference, commune, columns["postal_code"])
    if found is None:
        return {}
    return {"latitude": found.latitude, "longitude": found.longitude, "precision": found.precision}
