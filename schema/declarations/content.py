"""What is sealed of a declared engagement, as the parties read it."""

from typing import Self

import strawberry

from resolvers.declarations.content import Content, Decision, Dispute
from schema.declarations.states import DisputeReason


@strawberry.type(description="The company that declares an engagement, and who speaks for it.")
class DeclaringCompany:
    """What the parties alone read."""

    name: str = strawberry.field(description="The company's name.")
    siret: str | None = strawberry.field(description="Its SIRET, 14 digits; null if not given.")
    person: str = strawberry.field(description="The name of the person.")
    email: str = strawberry.field(description="The person's e-mail address.")

    @classmethod
    def of(cls, content: Content) -> Self:
        """Say who, from what was opened."""
        return cls(
            name=content["company"],
            siret=content["siret"],
            person=content["name"],
            email=content["email"],
        )


@strawberry.type(description="Why a solution provider says that an engagement was not so.")
class EngagementDispute:
    """What it said."""

    reason: DisputeReason = strawberry.field(description="Why: a code.")
    message: str = strawberry.field(description="Its words, plain text.")

    @classmethod
    def of(cls, said: Dispute) -> Self:
        """Write it for the wire."""
        return cls(reason=DisputeReason(said["reason"]), message=said["message"])


@strawberry.type(description="How a moderator decided on a disputed engagement.")
class EngagementDecision:
    """What was decided."""

    ground: str | None = strawberry.field(description="The coded ground, where there is one.")
    words: str = strawberry.field(description="The moderator's words to both parties.")

    @classmethod
    def of(cls, made: Decision) -> Self:
        """Write it for the wire."""
        return cls(ground=made["ground"], words=made["words"])
