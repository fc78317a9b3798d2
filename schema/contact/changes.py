"""Following a contact request as it changes, with the eyes of who asks."""

from collections.abc import AsyncIterator

import strawberry

from resolvers.rate_limits import Limit
from resolvers.refusal import NotFound
from schema.contact.request import ContactRequest, Id, Token
from schema.context import Info


@strawberry.type
class ContactRequestSubscriptions:
    """The subscriptions of contact requests."""

    @strawberry.subscription(
        description="A contact request, at once and then each time that something changed of what "
        "the selection shows to the viewer. The parties see all of it, others its state and its "
        "delays (charter, article 4). It ends with NOT_FOUND once the viewer may not see it any "
        "more, or the private link was revoked; with FORBIDDEN for a key without contact:write. "
        "By WebSocket (graphql-transport-ws) or as a stream of events (graphql-sse, distinct "
        "connections), at the address of the API."
    )
    async def contact_request_changed(
        self, info: Info, id: Id = None, token: Token = None
    ) -> AsyncIterator[ContactRequest]:
        """Show it as it is now; what follows has it shown again."""
        watch = info.context.watch
        if token is not None and (watch is None or watch.follows_all):
            await info.context.check_rate(Limit.SECRETS)
        found = await ContactRequest.find(info, id=id, token=token)
        if found is None:
            raise NotFound("No such contact request.", "id" if token is None else "token")
        if watch is not None:
            watch.follow(found.row.id)
        yield found
