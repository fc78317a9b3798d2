"""Registering: somebody who wants to join fills in a page, and gets a link by e-mail.

Whether the address is known is asked by the job that writes to it, never by the request: known and
unknown ones take the same statements and the same time.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language, Role
from models.activators import ActivatorKind
from models.api_keys import Scope
from models.base import new_id
from permissions.viewer import Viewer
from resolvers.account_actions import normal_email
from resolvers.directory.reference import Reference
from resolvers.input_checks import InputChecks
from resolvers.jobs.queue import enqueue
from resolvers.link_secrets import LinkTo
from resolvers.open_invitations import open_invitation
from resolvers.platform import Platform
from resolvers.portals import check_scope
from resolvers.profile_checks import GivenProfile, checked_profile
from resolvers.refusal import InvalidInput
from resolvers.structure_founding import GivenStructure, checked_structure

REGISTRATION = "registration"
"""The kind of the job that writes to who registered; its payload: `registration_id`."""

UNSAID: GivenProfile = {
    "given_name": None,
    "family_name": None,
    "email": None,
    "phone": None,
    "publishes_coordinates": False,
    "headline": None,
    "presentation": None,
    "website_url": None,
    "pricing": None,
    "remote": False,
    "languages": ["fr"],
    "references": [],
    "videos": [],
    "expertise": [],
    "sectors": [],
    "serves": [],
}
"""What a page holds where its author says nothing."""

IN_ITS_PLACE = ("latitude", "longitude", "precision")
"""Columns that are found when the page is made: the directory may know more by then."""

AN_INVITATION = "the secret of an invitation of this address, as an activator, that is still open"


@dataclass(frozen=True, slots=True)
class GivenRegistration:
    """What somebody fills in; `structure` may be absent where an invitation names one."""

    kind: ActivatorKind
    profile: GivenProfile
    language: Language = Language.FR
    structure: GivenStructure | None = None
    network: str | None = None
    invitation: str | None = None


class Asked(NamedTuple):
    """What was filled in, checked, as it waits in the table: plain JSON."""

    kind: str
    columns: dict[str, Any]
    codes: dict[str, list[str]]
    structure: dict[str, Any] | None
    network: str | None
    invitation: int | None


async def register_activator(platform: Platform, viewer: Viewer, given: GivenRegistration) -> None:
    """Keep what somebody filled in until the link is opened; a newer one of an address replaces it.

    Raises Forbidden for a key that may not read the directory; Refusals with all that is wrong.
    """
    check_scope(viewer, Scope.DIRECTORY_READ)
    asked = await asyncio.to_thread(_checked, platform, given)  # Markdown may take half a second
    email, now, number = normal_email(asked.columns["email"]), platform.now(), new_id()
    table = tables.registration
    async with platform.database.write() as session:
        if given.invitation is not None:
            await _check_invitation(platform, session, given.invitation, email)
        await session.execute(delete(table).where(table.c.email == email))
        await session.execute(
            insert(table).values(
                id=number,
                email=email,
                language=given.language,
                asked=asked._asdict(),
                created_at=now,
                expires_at=now + platform.policy.registration_lifetime,
            )
        )
        await enqueue(session, REGISTRATION, {"registration_id": number}, now=now)


def _checked(platform: Platform, given: GivenRegistration) -> Asked:
    """Check all fields at once."""
    reference, checks = platform.directory.snapshot.reference, InputChecks()
    structure, place = None, given.structure
    if place is not None:
        structure = checked_structure(checks.within("structure"), reference, place)
    elif given.invitation is None:
        checks.refuse("structure", None, "a structure, or an invitation to one")
    profile = checked_profile(
        checks,
        reference,
        {**UNSAID, **given.profile},
        video_hosts=platform.policy.video_hosts,
        postal_code=place.postal_code if place else "",
    )
    _check_network(checks, reference, given.network)
    invited = given.invitation and platform.link_secrets.read(LinkTo.INVITATION, given.invitation)
    if given.invitation is not None and not invited:
        checks.refuse("invitation", None, AN_INVITATION)
    checks.end()
    return Asked(
        kind=given.kind.value,
        columns={key: one for key, one in profile.columns.items() if key not in IN_ITS_PLACE},
        codes=_sorted(profile.codes),
        structure=structure and structure._asdict(),
        network=given.network,
        invitation=invited or None,
    )


def _check_network(checks: InputChecks, reference: Reference, code: str | None) -> None:
    if code is not None and reference.networks.get(code) is None:
        checks.refuse("network", code, "the code of a network that exists, such as cci")


def _sorted(codes: Mapping[str, frozenset[str]]) -> dict[str, list[str]]:
    return {name: sorted(some) for name, some in codes.items()}


async def _check_invitation(
    platform: Platform, session: AsyncSession, secret: str, email: str
) -> None:
    """Refuse one that is over, or is another's; only who holds its secret learns that."""
    found = await open_invitation(platform, session, secret)
    if found is None or (found.email, found.role) != (email, Role.ACTIVATOR):
        raise InvalidInput("invitation", None, AN_INVITATION)
