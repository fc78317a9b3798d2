"""The root of subscriptions: what a client can follow."""

import strawberry

from schema.contact.changes import ContactRequestSubscriptions


@strawberry.type(
    description="What can be followed. The first answer comes at once, others as it changes."
)
class Subscription(ContactRequestSubscriptions):
    """The subscriptions, in the order of the SDL."""
