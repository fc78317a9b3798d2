"""Personal rights: everything that is held about oneself, and an end to it."""

import strawberry
from strawberry.scalars import JSON

from resolvers.personal_export import export_my_data
from schema.context import Info


@strawberry.type
class PersonalRightsQueries:
    """Queries about oneself."""

    @strawberry.field(
        description="All that is held about the viewer's account, to keep or to take elsewhere "
        '(RGPD, articles 15 and 20): an object with `format: "maillage-export-1"`, `exportedAt`, '
        "`account`, `identities`, `sessions`, `sessionTokens`, `signInLinks`, `roles`, "
        "`activators` (those that it is, whole), `structures` (those that the rest names), "
        "`charterAcceptances`, `invitationsReceived`, `invitationsSent`, `registrations`, "
        "`apiKeys` (those that it made), `auditEntries` and `jobs`. Each is what stands in the "
        "database, by names in camel case, moments in ISO 8601 and UTC, without secrets and "
        "without what is another person's; numbers are those in the ids of this schema. Members "
        "may be added. It is recorded in the audit. An error with the code `UNAUTHENTICATED` for "
        "a visitor and a portal."
    )
    async def export_my_data(self, info: Info) -> JSON:
        """Give it."""
        context = info.context
        return JSON(await export_my_data(context.platform, context.viewer))
