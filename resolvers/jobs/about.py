"""Which jobs are about a person: found by the numbers and the address that they hold."""

import json
from collections.abc import Collection, Iterable

from sqlalchemy import BigInteger, ColumnElement, String, cast, or_

from models import tables
from models.sessions import secret_hash


def jobs_about(numbers: Iterable[int], email: str) -> ColumnElement[bool]:
    """Say which jobs name one of these numbers, or the address, in their payload or their key.

    Numbers have sixteen digits (`models.base.new_id`), so that none is a part of another.
    """
    key = tables.job.c.dedupe_key
    named = [
        one for number in numbers for one in (_payload(f"{number}"), key.contains(f"{number}"))
    ]
    return or_(jobs_to(email), key.contains(secret_hash(email)), *named)


def jobs_to(email: str) -> ColumnElement[bool]:
    """Say which jobs hold the address; the databases write what is not ASCII in two ways."""
    written = {json.dumps(email), json.dumps(email, ensure_ascii=False)}
    return or_(*(_payload(words) for words in sorted(written)))


def jobs_on_requests(numbers: Collection[int]) -> ColumnElement[bool]:
    """Say which jobs are about one of these contact requests."""
    return cast(tables.job.c.payload["request_id"].as_string(), BigInteger).in_(numbers)


def jobs_on_engagements(numbers: Collection[int]) -> ColumnElement[bool]:
    """Say which jobs are about one of these declared engagements."""
    return cast(tables.job.c.payload["engagement_id"].as_string(), BigInteger).in_(numbers)


def _payload(words: str) -> ColumnElement[bool]:
    return cast(tables.job.c.payload, String).contains(words, autoescape=True)
