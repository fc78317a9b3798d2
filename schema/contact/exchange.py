"""What the parties of a contact request wrote to each other, and what came of it."""

import strawberry

from permissions.requests import RequestPermission
from resolvers.contact.finding import SeenRequest
from resolvers.contact.thread import PageOfThread
from resolvers.paging import Stretch, window
from schema.contact.messages import ContactMessageConnection
from schema.contact.outcomes import Diagnosis, Engagement
from schema.context import Info
from schema.pages import After, First
from schema.reviews.review import Review


@strawberry.type
class Exchange:
    """The fields of a request that its parties alone read; for others they are null."""

    seen: strawberry.Private[SeenRequest]

    @property
    def _read(self) -> bool:
        return RequestPermission.READ in self.seen.grants

    @strawberry.field(
        description="What the two parties wrote to each other, the first message first; for them "
        "alone. Empty once it was erased."
    )
    async def messages(
        self, info: Info, first: First = None, after: After = None
    ) -> ContactMessageConnection | None:
        """Load a page."""
        if not self._read:
            return None
        asked = window(first, after)
        page = PageOfThread.of(self.seen.row.id, asked)
        rows = await info.context.contact_threads.load(page)
        return ContactMessageConnection(page=Stretch.of(rows or [], asked))

    @strawberry.field(
        description="The activator's first diagnosis; for the two parties alone, until it is "
        "erased."
    )
    async def diagnosis(self, info: Info) -> Diagnosis | None:
        """Load it."""
        row = await info.context.contact_diagnoses.load(self.seen.row.id) if self._read else None
        return None if row is None else Diagnosis.of(row)

    @strawberry.field(
        description="The engagement that followed; for the two parties alone, until it is erased."
    )
    async def engagement(self, info: Info) -> Engagement | None:
        """Load it."""
        row = await info.context.contact_engagements.load(self.seen.row.id) if self._read else None
        return None if row is None else Engagement.of(row)

    @strawberry.field(
        description="What the company says of it: for the company in any state, for the activator "
        "while it is published, and for no one else."
    )
    async def review(self, info: Info) -> Review | None:
        """Load it."""
        row = await info.context.reviews_of_requests.load(self.seen.row.id) if self._read else None
        company = self.seen.standing.company
        return None if row is None else Review.of_party(info, row, company=company)
