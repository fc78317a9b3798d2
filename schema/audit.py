"""The audit, as administrators read it."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from permissions.guard import of_row
from resolvers.audit_trail import AuditRow, audit_trail
from resolvers.paging import Stretch, window
from schema.context import Info
from schema.nodes import global_id, read_id
from schema.pages import After, First, PageInfo


@strawberry.type(
    description="Something that was done. No content of personal fields stands here: states, "
    "roles and names of fields alone."
)
class AuditEntry:
    """An entry."""

    row: strawberry.Private[AuditRow]
    at: datetime = of_row("When it was done.")
    action: str = of_row("What was done, such as `activator.change_state`.")
    email: str | None = of_row(
        "The address of the account that did it; null for the service itself, for a portal, and "
        "for an account that is gone."
    )
    client: str = of_row(
        "Through what: `session:` or `key:` and its number, `token` (issued by an operator), "
        "`service`."
    )
    before: JSON = of_row("What was so before.")
    after: JSON = of_row("What is so since.")

    @strawberry.field(description="The id of what it was done to.")
    def subject(self) -> strawberry.ID:
        """Name it as the rest of the schema does."""
        return global_id(self.row.subject, self.row.subject_id)

    @strawberry.field(description="The type of what it was done to, such as `Activator`.")
    def subject_type(self) -> str:
        """Name its type."""
        return self.row.subject


@strawberry.type(description="An entry of the audit in a list.")
class AuditEdge:
    """An edge."""

    cursor: str = strawberry.field(description="Its place in the list; opaque.")
    node: AuditEntry = strawberry.field(description="The entry.")


@strawberry.type(description="A page of the audit.")
class AuditConnection:
    """A page."""

    page: strawberry.Private[Stretch[AuditRow]]

    @strawberry.field(description="The page, with places.")
    def edges(self) -> list[AuditEdge]:
        """List the edges."""
        return [AuditEdge(cursor=row.cursor, node=AuditEntry(row=row)) for row in self.page.rows]

    @strawberry.field(description="The page, without them.")
    def nodes(self) -> list[AuditEntry]:
        """List the nodes."""
        return [AuditEntry(row=row) for row in self.page.rows]

    @strawberry.field(description="Where the page stands in the list.")
    def page_info(self) -> PageInfo:
        """Say where the page stands."""
        return PageInfo.of(self.page)


@strawberry.type
class AuditQueries:
    """Queries of the audit."""

    @strawberry.field(
        description="Who did what to whom, the last one first: administrators; an error with the "
        "code `FORBIDDEN` for anybody else. `server.py verify-audit` checks that nobody tampered."
    )
    async def audit_trail(
        self,
        info: Info,
        subject: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Only what was done to this, by its id."),
        ] = None,
        email: Annotated[
            str | None,
            strawberry.argument(description="Only what this account did, by its address."),
        ] = None,
        first: First = None,
        after: After = None,
    ) -> AuditConnection:
        """Read it."""
        context = info.context
        about = None if subject is None else read_id("subject", subject)
        return AuditConnection(
            page=await audit_trail(
                context.platform,
                context.viewer,
                window=window(first, after),
                subject=about,
                email=email,
            )
        )
