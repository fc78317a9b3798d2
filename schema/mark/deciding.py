"""Deciding on licences to use the mark (mutations)."""

from typing import Annotated

import strawberry

from resolvers.mark.deciding import grant_licence, refuse_licence, revoke_licence
from resolvers.refusal import Refusal
from schema.context import Info
from schema.mark.payload import MarkLicencePayload
from schema.nodes import find_number

GROUND = "Why, for the activator: 1 to 200 characters of one line. Its mail says it."
REFUSED = (
    "Moderators and administrators; not who has an interest in it, as the activator itself, a "
    "colleague, a manager of its structure or networks, or a competitor. The activator is told by "
    "mail. Refused: `NOT_FOUND`, `FORBIDDEN`, `BAD_USER_INPUT`, `CONFLICT` where its state does "
    "not allow it"
)


@strawberry.input(description="A licence that is to be granted.")
class GrantMarkLicenceInput:
    """A licence."""

    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.input(description="A licence that is not to be granted, and why.")
class RefuseMarkLicenceInput:
    """A licence, and a ground."""

    id: strawberry.ID = strawberry.field(description="Its id.")
    ground: str = strawberry.field(description=GROUND)


@strawberry.input(description="A licence that is to be revoked, and why.")
class RevokeMarkLicenceInput:
    """A licence, and a ground."""

    id: strawberry.ID = strawberry.field(description="Its id.")
    ground: str = strawberry.field(description=GROUND)


@strawberry.type
class MarkDecidingMutations:
    """The mutations of staff."""

    @strawberry.mutation(
        description="Grant a licence that was asked for, for a year unless the operator chose "
        "otherwise; one that follows another ends a year after it, and both are valid meanwhile. "
        f"{REFUSED}, and for each condition that fails now, whose code is the `field`. A second "
        "time changes nothing."
    )
    async def grant_mark_licence(
        self,
        info: Info,
        input: Annotated[GrantMarkLicenceInput, strawberry.argument(description="Which.")],
    ) -> MarkLicencePayload:
        """Grant it."""
        context = info.context
        try:
            number = find_number("id", input.id, "MarkLicence")
            seen = await grant_licence(context.platform, context.viewer, number)
        except Refusal as refusal:
            return MarkLicencePayload.refused(refusal)
        return MarkLicencePayload.of(seen)

    @strawberry.mutation(
        description=f"Refuse a licence that was asked for. {REFUSED}. The same again changes "
        "nothing."
    )
    async def refuse_mark_licence(
        self,
        info: Info,
        input: Annotated[RefuseMarkLicenceInput, strawberry.argument(description="Which, why.")],
    ) -> MarkLicencePayload:
        """Refuse it."""
        context = info.context
        try:
            number = find_number("id", input.id, "MarkLicence")
            seen = await refuse_licence(context.platform, context.viewer, number, input.ground)
        except Refusal as refusal:
            return MarkLicencePayload.refused(refusal)
        return MarkLicencePayload.of(seen)

    @strawberry.mutation(
        description="Revoke a licence that was granted: it is valid no more, at once, and its "
        f"badge says so. {REFUSED}. The same again changes nothing."
    )
    async def revoke_mark_licence(
        self,
        info: Info,
        input: Annotated[RevokeMarkLicenceInput, strawberry.argument(description="Which, why.")],
    ) -> MarkLicencePayload:
        """Revoke it."""
        context = info.context
        try:
            number = find_number("id", input.id, "MarkLicence")
            seen = await revoke_licence(context.platform, context.viewer, number, input.ground)
        except Refusal as refusal:
            return MarkLicencePayload.refused(refusal)
        return MarkLicencePayload.of(seen)
