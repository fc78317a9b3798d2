"""The thread of a contact request: pages of messages (Relay's cursor connections)."""

from datetime import datetime

import strawberry

from permissions.guard import of_row
from resolvers.contact.thread import MessageRow
from resolvers.paging import Stretch
from schema.contact.states import Author
from schema.pages import PageInfo


@strawberry.type(description="A message of one party of a contact request to the other.")
class ContactMessage:
    """A message."""

    row: strawberry.Private[MessageRow]
    at: datetime = of_row("When it was written.")
    author: Author = of_row("Who wrote it: the company or the activator.")
    text: str = of_row("What it says: plain text of one or several lines.")


@strawberry.type(description="A message in a thread.")
class ContactMessageEdge:
    """An edge."""

    row: strawberry.Private[MessageRow]
    cursor: str = of_row("Its place in the thread; opaque.")

    @strawberry.field(description="The message.")
    def node(self) -> ContactMessage:
        """Give it."""
        return ContactMessage(row=self.row)


@strawberry.type(description="A page of messages, the first one first.")
class ContactMessageConnection:
    """A page."""

    page: strawberry.Private[Stretch[MessageRow]]

    @strawberry.field(description="The page, with places.")
    def edges(self) -> list[ContactMessageEdge]:
        """List the edges."""
        return [ContactMessageEdge(row=row) for row in self.page.rows]

    @strawberry.field(description="The page, without them.")
    def nodes(self) -> list[ContactMessage]:
        """List the nodes."""
        return [ContactMessage(row=row) for row in self.page.rows]

    @strawberry.field(description="Where the page stands in the thread.")
    def page_info(self) -> PageInfo:
        """Say where the page stands."""
        return PageInfo.of(self.page)
