"""GraphQL over HTTP (the GraphQL Foundation's specification) at one address.

It answers POST and, for queries only, GET; a browser that asks for a page gets GraphiQL.
`application/graphql-response+json` says by its status whether the request was executed;
`application/json` says 200 to every well-formed request.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson
import structlog
from prometheus_client import Histogram
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from permissions.viewer import VISITOR, Viewer
from resolvers.platform import Platform
from schema.context import Context
from schema.cross_origin import check_origin, is_preflight, preflight, readable_by
from schema.errors import MASK, masked, told
from schema.graphiql import graphiql_page
from schema.http import JSON, GraphQLRequest, HttpRefusal, accepted, read_request, wants_page
from schema.schema import Schema

log = structlog.get_logger()

DURATION = Histogram("maillage_operation_seconds", "Time to answer an operation.", ["outcome"])

MOST_ERRORS = 100
"""Errors told in one answer; the standard rules stop at as many."""

ALLOWED = {"GET": {OperationType.QUERY}, "POST": OperationType.from_http("POST")}


@dataclass(frozen=True)
class EndpointLimits:
    """What one request may weigh and take."""

    body_bytes: int = 100_000
    variables_bytes: int = 20_000
    seconds: float = 10.0


class Endpoint:
    """The ASGI application behind `/graphql`."""

    def __init__(
        self,
        schema: Schema,
        *,
        platform: Platform,
        authenticate: Callable[[str | None], Awaitable[Viewer | None]],
        live_origins: Callable[[], Awaitable[frozenset[str]]],
        limits: EndpointLimits,
    ) -> None:
        """Serve a schema; `authenticate` turns a bearer token into a viewer, or None.

        `live_origins` lists those of the pages that may use some key.
        """
        self._schema = schema
        self._platform = platform
        self._authenticate = authenticate
        self._live_origins = live_origins
        self._limits = limits
        self._abandoned: set[asyncio.Task[ExecutionResult]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        response = await self._respond(request)
        response.headers["Vary"] = "Accept, Authorization, Origin"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        if wants_page(request):
            return graphiql_page()
        started = time.perf_counter()
        request_id = request.scope.get("request_id") or uuid4().hex
        media, viewer = JSON, VISITOR
        try:
            if is_preflight(request):
                return preflight(request, await self._live_origins())
            media = accepted(request)
            viewer = await self._viewer(request)
            check_origin(request, viewer)
            asked = await self._read(request)
            context = Context(viewer, self._platform, request_id)
            response = await self._execute(request.method, asked, context, media)
            outcome = "ok" if response.status_code == 200 else "refused"
        except HttpRefusal as refusal:
            response = refused(refusal, media)
            outcome = refusal.code
        except Exception as error:  # noqa: BLE001  logged, and told as any other of ours
            response, outcome = failed(error, request_id, media), "INTERNAL"
        DURATION.labels(outcome).observe(time.perf_counter() - started)
        response.headers.update(readable_by(request, viewer))
        return response

    async def _viewer(self, request: Request) -> Viewer:
        header = request.headers.get("authorization")
        scheme, _, token = (header or "").partition(" ")
        if header is not None and (scheme.lower() != "bearer" or not token.strip()):
            raise HttpRefusal(401, "UNAUTHENTICATED", "Authorization: expected `Bearer TOKEN`.")
        viewer = await self._authenticate(None if header is None else token.strip())
        if viewer is None:
            raise HttpRefusal(401, "UNAUTHENTICATED", "The token is not valid, or not any more.")
        return viewer

    async def _read(self, request: Request) -> GraphQLRequest:
        limits = self._limits
        try:
            async with asyncio.timeout(limits.seconds):
                return await read_request(
                    request, body_bytes=limits.body_bytes, variables_bytes=limits.variables_bytes
                )
        except TimeoutError:
            message = f"body: expected all of it within {limits.seconds:g} seconds."
            raise HttpRefusal(408, "BODY_TIMEOUT", message, {"Connection": "close"}) from None

    async def _execute(
        self, method: str, asked: GraphQLRequest, context: Context, media: str
    ) -> Response:
        try:
            result = await self._in_time(
                self._schema.execute(
                    asked.query,
                    variable_values=asked.variables,
                    operation_name=asked.operation_name,
                    context_value=context,
                    allowed_operation_types=ALLOWED[method],
                )
            )
        except TimeoutError:
            message = f"The operation took more than {self._limits.seconds:g} seconds."
            raise HttpRefusal(503, "OPERATION_TIMEOUT", message) from None
        except InvalidOperationTypeError:
            message = "GET is for queries only: send mutations by POST."
            raise HttpRefusal(405, "METHOD_NOT_ALLOWED", message, {"Allow": "POST"}) from None
        except CannotGetOperationTypeError as error:
            message = (
                "query: expected a document with an operation."
                if error.operation_name is None
                else "operationName: expected the name of an operation of the document."
            )
            raise HttpRefusal(400, "BAD_REQUEST", message) from None
        return answer(result, context.request_id, media)

    async def _in_time(self, work: Coroutine[Any, Any, ExecutionResult]) -> ExecutionResult:
        """Do the work or raise TimeoutError, even where it takes long to give up.

        What waits for SQLite's lock cannot be interrupted: it is left to end by itself.
        """
        task = asyncio.create_task(work)
        try:
            await asyncio.wait({task}, timeout=self._limits.seconds)
        finally:
            if not task.done():
                task.cancel()
                self._abandoned.add(task)
                task.add_done_callback(self._abandoned.discard)
        if not task.done():
            raise TimeoutError
        return task.result()


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
    error = {"message": refusal.message, "extensions": {"code": refusal.code}}
    response = written({"errors": [error]}, refusal.status, media)
    response.headers.update(refusal.headers)
    return response


def failed(error: Exception, request_id: str, media: str) -> Response:
    """Write that a request failed for a reason of ours, before it was executed."""
    body = {"errors": [{"message": MASK, "extensions": masked(error, request_id)}]}
    return written(body, 500, media)
