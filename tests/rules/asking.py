"""Answers as bytes, to tell whether two are the same to the last one."""

from typing import Any

from tests.service import Service


async def answer_to(
    service: Service, query: str, variables: dict[str, Any] | None = None, token: str | None = None
) -> bytes:
    """Ask, and give the body as it came."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    response = await service.client.post(
        "/graphql", json={"query": query, "variables": variables}, headers=headers
    )
    return response.content
