"""Routes for those who run the service: health, readiness, metrics."""

import os
from hmac import compare_digest
from pathlib import Path

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
from resolvers.jobs.counts import count_jobs


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
        await count_jobs(database)
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
    _forget_the_dead(Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]))
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _forget_the_dead(folder: Path) -> None:
    """Forget the gauges of workers that were killed: they would stand still for ever."""
    for pid in {int(file.stem.rpartition("_")[2]) for file in folder.glob("gauge_live*_*.db")}:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]
