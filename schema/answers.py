"""Writing answers: the result of an execution, or why there was none."""

from typing import Any

import orjson
from starlette.responses import Response
from strawberry.schema.exceptions import CannotGetOperationTypeError
from strawberry.types import ExecutionResult

from schema.errors import MASK, masked, told
from schema.http import JSON, HttpRefusal

MOST_ERRORS = 100
"""Errors told in one answer; the standard rules stop at as many."""


def answer(result: ExecutionResult, request_id: str, media: str) -> Response:
    """Write the result of an execution, or of one that never began: that has no data at all.

    An execution that ends with no data says at which field; one refused for its variables does not.
    """
    body: dict[str, Any] = {}
    errors = [told(error, request_id) for error in (result.errors or ())[:MOST_ERRORS]]
    if errors:
        body["errors"] = [error.formatted for error in errors]
    if result.data is not None or any(error.path for error in errors):
        return written({**body, "data": result.data}, 200, media)
    if any((error.extensions or {}).get("code") == "INTERNAL" for error in errors):
        return written(body, 500, media)
    return written(body, 200 if media == JSON else 400, media)


def written(body: dict[str, Any], status: int, media: str) -> Response:
    """Write an answer."""
    return Response(orjson.dumps(body, default=str), status, media_type=f"{media}; charset=utf-8")


def refused(refusal: HttpRefusal, media: str) -> Response:
    """Write why a request was not executed."""
    response = written({"errors": [refusal_told(refusal)]}, refusal.status, media)
    response.headers.update(refusal.headers)
    return response


def refusal_told(refusal: HttpRefusal) -> dict[str, Any]:
    """Write a refusal as an error of GraphQL."""
    return {
        "message": refusal.message,
        "extensions": {"code": refusal.code, **refusal.extensions},
    }


def no_operation(error: CannotGetOperationTypeError) -> HttpRefusal:
    """Refuse a document without the operation that is asked for."""
    message = (
        "query: expected a document with an operation."
        if error.operation_name is None
        else "operationName: expected the name of an operation of the document."
    )
    return HttpRefusal(400, "BAD_REQUEST", message)


def failed(error: Exception, request_id: str, media: str) -> Response:
    """Write that a request failed for a reason of ours, before it was executed."""
    body = {"errors": [{"message": MASK, "extensions": masked(error, request_id)}]}
    return written(body, 500, media)
