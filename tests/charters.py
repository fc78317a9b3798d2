"""The charter for tests: other versions than the one that ships, and how it is accepted."""

from typing import Any

from resolvers.charter_document import CharterDocument, read_document
from resolvers.reference_actions import SHIPPED_CHARTER
from tests.service import Service

SHIPPED = "2026-1"
ACCEPT = """mutation ($input: AcceptCharterInput!) {
  acceptCharter(input: $input) {
    acceptance { version acceptedAt current }
    activator { id state charterAcceptance { version acceptedAt current } }
    userErrors { code field message }
  }
}"""


def version_named(version: str, **changes: Any) -> CharterDocument:
    """Write a version that says what the one that ships says, but for the changes."""
    data, texts = read_document(SHIPPED_CHARTER)
    return CharterDocument(data.model_copy(update={"version": version, **changes}), texts)


async def accept(service: Service, token: str | None, **asked: Any) -> Any:
    """Accept the version that ships, or another one; give the payload."""
    asked = {"version": SHIPPED, **asked}
    return (await service.data(ACCEPT, {"input": asked}, token=token))["acceptCharter"]
