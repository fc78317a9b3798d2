"""What a client learns of an error: its code and field if it is theirs, an id if it is ours."""

from collections.abc import Iterable
from uuid import uuid4

import structlog
from graphql import GraphQLError, GraphQLSyntaxError

from resolvers.rate_limits import RateLimited
from resolvers.refusal import Refusal

log = structlog.get_logger()

MASK = "Internal error."
LONGEST = 500
"""Characters of a message, which may quote what the client sent."""


def told(error: GraphQLError, request_id: str) -> GraphQLError:
    """Turn an error into what the client is told; our own are logged and masked."""
    original = error.original_error
    if isinstance(original, Refusal):
        extensions: dict[str, object] = {"code": original.code}
        if original.field is not None:
            extensions["field"] = original.field
        if isinstance(original, RateLimited):
            extensions["retryAfter"] = original.retry_after
        return _with(error, original.message, extensions)
    if original is None or isinstance(original, GraphQLError):
        code = "GRAPHQL_PARSE_FAILED" if isinstance(error, GraphQLSyntaxError) else "BAD_REQUEST"
        return _with(error, error.message, {"code": code, **(error.extensions or {})})
    return _with(error, MASK, masked(original, request_id, error.path or ()))


def masked(error: Exception, request_id: str, path: Iterable[str | int] = ()) -> dict[str, object]:
    """Log an error of ours; give the extensions that let a client name it to us."""
    error_id = uuid4().hex
    log.error(
        "operation_failed",
        error_id=error_id,
        request_id=request_id,
        path=[str(step) for step in path],
        exc_info=error,
    )
    return {"code": "INTERNAL", "id": error_id}


def _with(error: GraphQLError, message: str, extensions: dict[str, object]) -> GraphQLError:
    cut = message if len(message) <= LONGEST else f"{message[:LONGEST]}…"
    told = GraphQLError(cut, path=error.path, extensions=extensions)
    told.locations = error.locations  # found once: to find them again would count lines again
    return told
