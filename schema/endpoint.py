"""GraphQL over HTTP (the GraphQL Foundation's specification) at one address.

It answers POST and, for queries and subscriptions only, GET; a subscription as a stream of events
(`text/event-stream`). A browser that asks for a page gets GraphiQL.
`application/graphql-response+json` says by its status whether the request was executed;
`application/json` says 200 to every well-formed request.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from uuid import uuid4

import structlog
from prometheus_client import Histogram
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.graphql import OperationType

from permissions.duties import keeps_a_roster
from permissions.viewer import VISITOR, Viewer
from resolvers.live.seats import NoSeat
from resolvers.rate_limits import Standing
from schema.answers import answer, failed, no_operation, refused
from schema.consultations.visitors import visitor_of
from schema.context import Context
from schema.cross_origin import check_origin, is_preflight, preflight, readable_by
from schema.door import Door
from schema.graphiql import graphiql_page
from schema.http import (
    EVENTS,
    GRAPHQL,
    JSON,
    Allowance,
    GraphQLRequest,
    HttpRefusal,
    accepted,
    read_request,
    takes_events,
    wants_page,
)
from schema.in_time import InTime
from schema.limits.extension import LEAST_COST
from schema.live.live import Caller, Live
from schema.live.transports import EventStream
from schema.rate_headers import over_the_limit, rate_headers
from schema.schema import Schema

log = structlog.get_logger()

DURATION = Histogram("maillage_operation_seconds", "Time to answer an operation.", ["outcome"])

ALLOWED = {"GET": {OperationType.QUERY}, "POST": {OperationType.QUERY, OperationType.MUTATION}}

MOST_FOLLOWED = 20_000
"""Bytes of a document, and of variables, that a socket keeps with a subscription."""


@dataclass(frozen=True)
class EndpointLimits:
    """What one request may weigh and take."""

    body_bytes: int = 100_000
    variables_bytes: int = 20_000
    seconds: float = 10.0
    roster_bytes: int = 2_000_000
    """What the variables of one who keeps a roster may weigh; the document stays short."""

    def allowance(self, viewer: Viewer) -> Allowance:
        """Say what a viewer's request may weigh."""
        if not keeps_a_roster(viewer):
            return Allowance(self.body_bytes, self.variables_bytes, self.body_bytes)
        largest = max(self.roster_bytes, self.body_bytes)
        return Allowance(largest, max(self.roster_bytes, self.variables_bytes), self.body_bytes)

    @property
    def followed(self) -> Allowance:
        """Say what each subscription on a socket may weigh: it is kept as long as it lasts."""
        variables, document = (
            min(one, MOST_FOLLOWED) for one in (self.variables_bytes, self.body_bytes)
        )
        return Allowance(self.body_bytes, variables, document)


@dataclass
class Asking:
    """What is known of a request while it is read."""

    request_id: str
    address: str
    media: str = JSON
    """Of an answer that comes in one piece."""
    viewer: Viewer = VISITOR
    standing: Standing | None = None
    """How its client stands with the rate limit, once it was counted."""


class Endpoint:
    """The ASGI application behind `/graphql`."""

    def __init__(
        self,
        schema: Schema,
        *,
        door: Door,
        live: Live,
        live_origins: Callable[[], Awaitable[frozenset[str]]],
        limits: EndpointLimits,
        in_time: InTime,
    ) -> None:
        """Serve a schema to those whom the door lets in.

        `live_origins` lists those of the pages that may use some key.
        """
        self._schema = schema
        self._door = door
        self._live = live
        self._live_origins = live_origins
        self._limits = limits
        self._in_time = in_time

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
        asking = Asking(request_id, self._door.address(request))
        try:
            if is_preflight(request):
                return preflight(request, await self._live_origins())
            response = await self._count_and_answer(request, asking)
            outcome = "ok" if response.status_code == 200 else "refused"
        except HttpRefusal as refusal:
            response = refused(refusal, asking.media)
            outcome = refusal.code
        except Exception as error:  # noqa: BLE001  logged, and told as any other of ours
            response, outcome = failed(error, request_id, asking.media), "INTERNAL"
        DURATION.labels(outcome).observe(time.perf_counter() - started)
        response.headers.update(readable_by(request, asking.viewer))
        if asking.standing is not None:
            response.headers.update(rate_headers(asking.standing))
        return response

    async def _count_and_answer(self, request: Request, asking: Asking) -> Response:
        """Execute a request that its client may still afford; one that is refused counts too."""
        try:
            media = accepted(request)
            asking.media = JSON if media == EVENTS else media
            asking.viewer = await self._door.viewer(request.headers.get("authorization"))
            check_origin(request, asking.viewer)
            asked = await self._read(request, self._limits.allowance(asking.viewer))
        except HttpRefusal:
            await self._spend(asking, LEAST_COST)
            raise
        await self._spend(asking, self._schema.cost(asked.query, asked.variables))
        kind = self._schema.kind(asked.query, asked.operation_name)
        if kind is OperationType.SUBSCRIPTION:
            return self._stream(request, asked, asking)
        if media == EVENTS:
            message = f"Accept: expected {GRAPHQL} or {JSON}: {EVENTS} is for subscriptions."
            raise HttpRefusal(406, "NOT_ACCEPTABLE", message)
        context = Context(
            asking.viewer,
            self._door.platform,
            asking.request_id,
            asking.address,
            visitor=visitor_of(request, asking.viewer, asking.address),
        )
        return await self._execute(request.method, asked, context, asking.media)

    def _stream(self, request: Request, asked: GraphQLRequest, asking: Asking) -> Response:
        """Answer a subscription for as long as the client listens."""
        if not takes_events(request):
            message = f"Accept: expected {EVENTS}, or open a socket: it is a subscription."
            raise HttpRefusal(406, "NOT_ACCEPTABLE", message)
        authorization = request.headers.get("authorization")
        address, request_id = asking.address, asking.request_id
        caller = Caller(request, authorization, address, request_id, check_origin)
        with ExitStack() as seat:
            try:
                seat.enter_context(self._live.seats.seat(asking.viewer, address))
            except NoSeat as refusal:
                raise HttpRefusal(429, refusal.code, refusal.message) from None
            return EventStream(self._live.follow(caller, asked), seat.pop_all())

    async def _spend(self, asking: Asking, units: int) -> None:
        asking.standing = await self._door.spend(asking.viewer, asking.address, units)
        if asking.standing is not None and (refusal := over_the_limit(asking.standing)):
            raise refusal from None

    async def _read(self, request: Request, allowed: Allowance) -> GraphQLRequest:
        seconds = self._limits.seconds
        try:
            async with asyncio.timeout(seconds):
                return await read_request(request, allowed)
        except TimeoutError:
            message = f"body: expected all of it within {seconds:g} seconds."
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
            raise no_operation(error) from None
        return answer(result, context.request_id, media)
