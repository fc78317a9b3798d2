"""The operator's choices about the mark (charter, article 5): a part of `resolvers.policy`."""

from typing import Self

from pydantic import BaseModel, Field, model_validator


class MarkPolicy(BaseModel):
    """The values of its conditions, and its delays."""

    mark_active_days: int = Field(default=90, ge=1, le=3660)
    """Days for which one is an active member before it may ask to use the mark."""
    mark_answers_percent: int = Field(default=80, ge=0, le=100)
    """Of the contact requests due in the last 12 months, how many are answered in time."""
    mark_licence_days: int = Field(default=365, ge=30, le=3660)
    """How long a licence lasts."""
    mark_renewal_days: int = Field(default=60, ge=1, le=366)
    """Days before its end in which the next one may be asked for."""
    mark_failing_days: int = Field(default=30, ge=1, le=366)
    """Days without a break for which a condition fails before a licence is revoked."""
    mark_kept_days: int = Field(default=365, ge=1, le=3660)
    """Days for which a licence is kept once it is over."""

    @model_validator(mode="after")
    def _renew_a_part_of_it(self) -> Self:
        """Refuse an order in which a licence might be renewed as soon as it is granted."""
        if not self.mark_renewal_days < self.mark_licence_days:
            raise ValueError(
                "MAILLAGE_MARK_RENEWAL_DAYS must be less than MAILLAGE_MARK_LICENCE_DAYS: "
                f"they are {self.mark_renewal_days} and {self.mark_licence_days}"
            )
        return self
