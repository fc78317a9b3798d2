"""An account for the company that declared, if it wants one, as for one that asked (ADR 0020)."""

from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from permissions.declarations import DeclarationPermission
from permissions.viewer import Viewer
from resolvers.account_actions import find_or_make_account, normal_email
from resolvers.contact.company_accounts import bind_requests
from resolvers.contact.finding import Which
from resolvers.declarations.binding import bind_engagements
from resolvers.declarations.content import content_of
from resolvers.declarations.finding import SeenEngagement, find_engagement, find_to
from resolvers.imports import in_one_transaction
from resolvers.platform import Platform
from resolvers.refusal import Conflict
from resolvers.sign_in_actions import enqueue_sign_in_link


class OpenedEngagement(NamedTuple):
    """It, and whether a link to sign in is on its way to the address that declared."""

    seen: SeenEngagement
    link_sent: bool


async def open_engagement_account(
    platform: Platform, viewer: Viewer, which: Which
) -> OpenedEngagement:
    """Have all of an address in its account, which is made where there is none.

    What is in an account already stays there. Who is signed in with this very account is sent no
    link. Raises NotFound, Forbidden, Conflict for one that is in another account.
    """

    async def open_it(session: AsyncSession) -> OpenedEngagement:
        permission = DeclarationPermission.OPEN_ACCOUNT
        seen = await find_to(platform, session, viewer, which, permission)
        row, content, now = seen.row, content_of(platform.sealer, seen.row), platform.now()
        if content is None:
            raise Conflict("What identified the company was erased: nothing can be done any more.")
        address = normal_email(content["email"])
        account_id = await find_or_make_account(session, address, now, row.language)
        if row.account_id not in (None, account_id):
            raise Conflict("Who declared was signed in: this engagement is in their account.")
        link_sent = viewer.account_id != account_id
        if link_sent:
            await enqueue_sign_in_link(session, address, row.language, now=now)
        await bind_engagements(platform, session, viewer, row.email_hash, account_id)
        await bind_requests(platform, session, viewer, row.email_hash, account_id)
        return OpenedEngagement(await find_engagement(platform, session, viewer, which), link_sent)

    return await in_one_transaction(platform.database, open_it)
