"""What somebody asks of an API key: checked before anything is changed."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from models.api_keys import Scope
from resolvers.origins import normal_origin
from resolvers.policy import LONGEST_KEY_DAYS, Policy
from resolvers.refusal import InvalidInput

LONGEST_NAME = 100
MOST_ORIGINS = 20


class Terms(NamedTuple):
    """A key's name, values of its scopes, and the origins of the pages that may use it."""

    name: str
    scopes: list[str]
    origins: list[str]


def terms_of(*, name: str, scopes: Sequence[Scope], origins: Sequence[str]) -> Terms:
    """Check the terms, and write each thing once; raises InvalidInput, naming what is wrong."""
    if not scopes:
        raise InvalidInput("scopes", None, "at least one scope")
    if len(origins) > MOST_ORIGINS:
        raise InvalidInput("origins", len(origins), f"at most {MOST_ORIGINS} origins")
    return Terms(
        _checked_name(name),
        sorted({scope.value for scope in scopes}),
        sorted({normal_origin(origin) for origin in origins}),
    )


def expiry(policy: Policy, days: int | None, now: datetime) -> datetime:
    """Say when a key that lasts so many days ends; raises InvalidInput."""
    if days is not None and not 1 <= days <= LONGEST_KEY_DAYS:
        raise InvalidInput("days", days, f"1 to {LONGEST_KEY_DAYS} days")
    return now + timedelta(days=policy.key_days if days is None else days)


def checked_overlap(policy: Policy, hours: float | None) -> timedelta:
    """Say how long the secret before serves, after a rotation; raises InvalidInput."""
    longest = policy.key_overlap_hours
    if hours is not None and not 0 <= hours <= longest:
        raise InvalidInput("overlapHours", hours, f"0 to {longest:g} hours")
    return timedelta(hours=longest if hours is None else hours)


def _checked_name(name: str) -> str:
    stripped = name.strip()
    unseen = any(unicodedata.category(letter).startswith("C") for letter in stripped)
    if unseen or not 0 < len(stripped) <= LONGEST_NAME:
        raise InvalidInput("name", name, f"1 to {LONGEST_NAME} characters on one line")
    return stripped
