"""Rate limits for tests: asking from an address, and counting refusals."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from resolvers.rate_limits import LIMITED, Limit
from tests.service import Service

WHO = "{ viewer { isAuthenticated } }"


async def come(
    service: Service, address: str = "192.0.2.1", *, token: str | None = None, query: str = WHO
) -> httpx.Response:
    """Ask from an address."""
    headers = {"X-Forwarded-For": address}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return await service.client.post("/graphql", json={"query": query}, headers=headers)


@contextmanager
def refusals_counted(limit: Limit) -> Iterator[list[float]]:
    """Collect by how many the metric has grown."""
    counter, grown = LIMITED.labels(limit), [0.0]
    before = counter._value.get()
    yield grown
    grown[0] = counter._value.get() - before
