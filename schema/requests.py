"""Each request gets an id and one line in the log: no query string, no address, no token."""

import re
import time
from uuid import uuid4

import orjson
import structlog
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()

GIVEN_ID = re.compile(rb"[A-Za-z0-9_-]{8,64}")

MOST_HEADER_BYTES = 16_384
"""What the headers of a request may weigh, names and values."""


class RequestLog:
    """Middleware: takes the caller's `X-Request-ID` or draws one, and answers with it."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and log how it was answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"")
        request_id = given.decode() if GIVEN_ID.fullmatch(given) else uuid4().hex
        scope["request_id"] = request_id
        started, status = time.perf_counter(), 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        weight = sum(len(name) + len(value) for name, value in scope["headers"])
        app = self._app if weight <= MOST_HEADER_BYTES else TOO_HEAVY
        try:
            await app(scope, receive, send_with_id)
        finally:
            log.info(
                "request",
                request_id=request_id,
                method=scope["method"],
                path=_path(scope),
                status=status,
                milliseconds=round((time.perf_counter() - started) * 1000, 2),
            )


def _path(scope: Scope) -> str:
    """Name the route that was found; whatever else a client wrote there may be personal data."""
    if "endpoint" not in scope:
        return "unknown"
    path: str = scope.get("root_path") or scope["path"]
    return path


TOO_HEAVY = Response(
    orjson.dumps(
        {
            "errors": [
                {
                    "message": f"headers: more than {MOST_HEADER_BYTES} bytes.",
                    "extensions": {"code": "HEADERS_TOO_LARGE"},
                }
            ]
        }
    ),
    431,
    media_type="application/json",
)
"""The answer to a request whose headers weigh too much."""
