"""Routes for those who run the service: health, readiness, metrics."""

import os
from hmac import compare_digest

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    generate_latest,
    multiprocess,
)
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from models.database import Database
from resolvers.directory.directory import Directory


def operation_routes(
    directory: Directory, database: Database, metrics_token: str | None
) -> list[Route]:
    """Make the routes: `/health` (it runs), `/ready` (it can answer), `/metrics` (Prometheus).

    `/metrics` answers to the bearer of the token alone, and does not exist without one.
    """

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(_request: Request) -> Response:
        reachable = await database.answers()
        state = {"directory": directory.ready, "database": reachable}
        return JSONResponse(state, 200 if all(state.values()) else 503)

    async def metrics(request: Request) -> Response:
        given = request.headers.get("authorization", "").encode()
        if metrics_token is None or not compare_digest(given, f"Bearer {metrics_token}".encode()):
            return Response("Not Found", 404)
        return Response(generate_latest(_registry()), media_type=CONTENT_TYPE_LATEST)

    return [
        Route("/health", health),
        Route("/ready", ready),
        Route("/metrics", metrics),
    ]


def _registry() -> CollectorRegistry:
    """Take this worker's metrics, or those of all workers together where there are several."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
