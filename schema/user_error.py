"""What a mutation answers where it was refused."""

from typing import Self

import strawberry

from resolvers.refusal import Refusal, Refusals


@strawberry.federation.type(
    shareable=True, description="Why a mutation did not do what was asked; nothing was changed."
)
class UserError:
    """A refusal."""

    code: str = strawberry.field(
        description="Stable, for programs: `BAD_USER_INPUT`, `NOT_FOUND`, `FORBIDDEN`, "
        "`UNAUTHENTICATED`, `CONFLICT`, `ISSUER_UNAVAILABLE`, `RATE_LIMITED`."
    )
    field: str | None = strawberry.field(description="The input's field it is about, if one is.")
    message: str = strawberry.field(description="For people.")

    @classmethod
    def each(cls, refusal: Refusal) -> list[Self]:
        """Say a refusal, or each of several."""
        several = refusal.refusals if isinstance(refusal, Refusals) else (refusal,)
        return [cls(code=one.code, field=one.field, message=one.message) for one in several]
