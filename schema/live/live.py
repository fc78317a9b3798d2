"""Subscriptions: each is answered at once, and again whenever what it shows has changed.

Every answer is an execution of its own, like a query's: who asks is looked up again, and so is all
that they may see. It is sent only where it differs from the one before, so that those who see
little of a thing do not learn when the rest of it changes.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from hashlib import blake2b

import orjson
import structlog
from starlette.requests import HTTPConnection
from strawberry.schema.exceptions import CannotGetOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from permissions.viewer import Viewer
from resolvers.live.hub import Hub, Watch
from resolvers.live.seats import Seats
from schema.answers import MOST_ERRORS, no_operation
from schema.context import Context
from schema.door import Door
from schema.errors import MASK, masked, told
from schema.http import Allowance, GraphQLRequest, HttpRefusal, check_weight
from schema.in_time import InTime
from schema.live.events import QUIET, Event, failure, refusal_event
from schema.schema import Schema

log = structlog.get_logger()

READS_AT_ONCE = 4
"""Answers worked out at once: a change that concerns everybody must leave connections to others."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who holds a connection that stays open: they come with the same token all the time."""

    connection: HTTPConnection
    authorization: str | None
    address: str
    request_id: str
    check: Callable[[HTTPConnection, Viewer], None]
    """Refuses pages that may not use what they came with."""


class Live:
    """The subscriptions of one worker."""

    def __init__(
        self, schema: Schema, door: Door, *, in_time: InTime, allowance: Allowance
    ) -> None:
        """Answer by a schema those whom the door lets in."""
        self.platform, self.door, self.policy = door.platform, door, door.platform.policy
        self.hub = Hub(self.platform.directory)
        self.seats = Seats(self.policy)
        self._schema = schema
        self._in_time = in_time
        self._allowance = allowance
        self._turns = asyncio.Semaphore(READS_AT_ONCE)

    async def viewer(self, caller: Caller) -> Viewer:
        """Say who holds a connection; raises HttpRefusal where they may not any more."""
        async with self._turns:
            return await self._viewer(caller)

    async def check(self, caller: Caller) -> Viewer | None:
        """Say who holds a connection, None where that cannot be known now; raises HttpRefusal.

        Who is not known is told nothing: each answer asks again.
        """
        try:
            return await self.viewer(caller)
        except HttpRefusal:
            raise
        except Exception as error:  # noqa: BLE001  whatever happened, it is asked again
            log.warning("live_check_failed", error=type(error).__name__)
            return None

    async def admit(self, caller: Caller, asked: GraphQLRequest) -> None:
        """Let a subscription begin; raises HttpRefusal."""
        viewer = await self.viewer(caller)
        check_weight(asked, self._allowance)
        cost = self._schema.cost(asked.query, asked.variables)
        await self.door.afford(viewer, caller.address, cost)
        if self._schema.kind(asked.query, asked.operation_name) in NOT_FOLLOWED:
            message = "Only subscriptions: send queries and mutations by POST."
            raise HttpRefusal(405, "METHOD_NOT_ALLOWED", message)

    async def follow(self, caller: Caller, asked: GraphQLRequest) -> AsyncGenerator[Event, None]:
        """Tell what a subscription shows, from now on; the last is an error, or the worker stops.

        Raises HttpRefusal once the caller may not follow any more.
        """
        shown = b""
        with self.hub.watch(of_requests=True) as watch:
            while not self.hub.stopping:
                event = await self._look(caller, asked, watch)
                digest = blake2b(event.payload, digest_size=16).digest()
                if digest != shown:
                    yield event
                if event.kind == "error":
                    return
                shown = digest
                del event  # it may be long, and nothing may happen for hours
                while not await watch.told(within=self.policy.live_check_seconds):
                    await self.check(caller)
                    yield QUIET

    async def _look(self, caller: Caller, asked: GraphQLRequest, watch: Watch) -> Event:
        async with self._turns:
            watch.look()
            try:
                watch.viewer = await self._viewer(caller)
                address, request_id = caller.address, caller.request_id
                context = Context(watch.viewer, self.platform, request_id, address, watch)
                return await self._answer(asked, context)
            except HttpRefusal:
                raise
            except Exception as error:  # noqa: BLE001  logged, and told as any other of ours
                return failure([{"message": MASK, "extensions": masked(error, caller.request_id)}])

    async def _viewer(self, caller: Caller) -> Viewer:
        viewer = await self.door.viewer(caller.authorization)
        caller.check(caller.connection, viewer)
        return viewer

    async def _answer(self, asked: GraphQLRequest, context: Context) -> Event:
        try:
            result = await self._in_time(self._execute(asked, context))
        except TimeoutError:
            message = f"The operation took more than {self._in_time.seconds:g} seconds."
            return refusal_event(HttpRefusal(503, "OPERATION_TIMEOUT", message))
        found = (result.errors or ())[:MOST_ERRORS]
        for error in found:
            if isinstance(error.original_error, CannotGetOperationTypeError):
                return refusal_event(no_operation(error.original_error))
        errors = [dict(told(error, context.request_id).formatted) for error in found]
        if result.data is None:
            return failure(errors)
        body = {"errors": errors, "data": result.data} if errors else {"data": result.data}
        return Event("next", orjson.dumps(body, default=str))

    async def _execute(self, asked: GraphQLRequest, context: Context) -> ExecutionResult:
        """Take one answer, as it is now."""
        results = await self._schema.subscribe(
            asked.query,
            variable_values=asked.variables,
            operation_name=asked.operation_name,
            context_value=context,
        )
        async with aclosing(results):
            return await anext(results)


NOT_FOLLOWED = {OperationType.QUERY, OperationType.MUTATION}
"""Operations that have one answer: they come by HTTP, where all that is said of them is tested."""
