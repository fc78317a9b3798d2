"""Reading a GraphQL request off HTTP: media types, body, parameters."""

from dataclasses import dataclass, field
from email.message import Message
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"

MOST_OBJECTS = 2_000
"""Objects in the variables of a request: twice the entries of a roster that one call takes."""


class HttpRefusal(Exception):
    """A request that is not executed, with its status."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        headers: dict[str, str] | None = None,
        extensions: dict[str, Any] | None = None,
    ) -> None:
        """Keep what the client is told; `extensions` stand beside the code."""
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.headers, self.extensions = headers or {}, extensions or {}
        if status == 401:
            self.headers["WWW-Authenticate"] = "Bearer"


@dataclass(frozen=True)
class GraphQLRequest:
    """A well-formed request."""

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Allowance:
    """What one request may weigh, in bytes: its body, its variables, and its document."""

    body: int
    variables: int
    document: int


def weights_of(header: str) -> dict[str, float]:
    """Read a header that accepts: media types or languages by weight, 0 for one that is refused."""
    found: dict[str, float] = {}
    for part in header.split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        try:
            found[media] = float(weight)
        except ValueError:
            found[media] = 0.0
    return found


def wants_page(request: Request) -> bool:
    """Tell a browser that opens the address from a client that asks a query."""
    if request.method != "GET" or "query" in request.query_params:
        return False
    media = weights_of(request.headers.get("accept", ""))
    return media.get("text/html", 0) > max(media.get(GRAPHQL, 0), media.get(JSON, 0))


def accepted(request: Request) -> str:
    """Choose the media type of the answer; `EVENTS` where the client takes nothing else."""
    if request.method not in {"GET", "POST"}:
        message = "Send GraphQL by POST, or queries by GET."
        raise HttpRefusal(405, "METHOD_NOT_ALLOWED", message, {"Allow": "GET, POST"})
    media = weights_of(request.headers.get("accept") or "*/*")
    whatever = max(media.get("*/*", 0), media.get("application/*", 0))
    weights = {one: media.get(one, whatever) for one in (JSON, GRAPHQL)}
    exact = [one for one in (GRAPHQL, JSON) if one in media]
    best = max([*exact, *weights], key=weights.__getitem__)
    if weights[best] > 0:
        return best
    if takes_events(request):
        return EVENTS
    raise HttpRefusal(406, "NOT_ACCEPTABLE", f"Accept: expected {GRAPHQL} or {JSON}.")


def takes_events(request: Request) -> bool:
    """Say whether a client takes a stream of events: it has to name it."""
    return weights_of(request.headers.get("accept", "")).get(EVENTS, 0) > 0


async def read_request(request: Request, allowed: Allowance) -> GraphQLRequest:
    """Read and check the parameters, from the address or from the body."""
    if request.method == "GET":
        found: Any = dict(request.query_params)
        for name in ("variables", "extensions"):
            if found.get(name):
                found[name] = _json(found[name].encode(), name)
            else:
                found.pop(name, None)
    else:
        found = _json(await _body(request, allowed.body), "body")
    if not isinstance(found, dict):
        raise _bad("body", "a JSON object with `query`")
    asked = request_of(found)
    check_weight(asked, allowed)
    return asked


def check_weight(asked: GraphQLRequest, allowed: Allowance) -> None:
    """Refuse what weighs more than is allowed; raises HttpRefusal."""
    if len(asked.query.encode("utf-8", "surrogatepass")) > allowed.document:
        raise HttpRefusal(413, "BODY_TOO_LARGE", f"query: more than {allowed.document} bytes.")
    if _weight(asked.variables) > allowed.variables:
        message = f"variables: more than {allowed.variables} bytes."
        raise HttpRefusal(400, "VARIABLES_TOO_LARGE", message)
    if _objects(asked.variables) > MOST_OBJECTS:
        message = f"variables: more than {MOST_OBJECTS} objects."
        raise HttpRefusal(400, "VARIABLES_TOO_LARGE", message)


def _objects(value: Any) -> int:
    """Count the objects within a value: each takes far longer to check than its text weighs."""
    if isinstance(value, dict):
        return 1 + sum(map(_objects, value.values()))
    return sum(map(_objects, value)) if isinstance(value, list) else 0


def _weight(variables: dict[str, Any]) -> int:
    try:
        return len(orjson.dumps(variables))
    except orjson.JSONEncodeError:  # it reads deeper than it writes
        raise _bad("variables", "an object, nested at most 250 deep") from None


async def _body(request: Request, limit: int) -> bytes:
    content = Message()
    content["Content-Type"] = request.headers.get("content-type", "")
    charset = str(content.get_param("charset", "utf-8")).lower()
    if content.get_content_type() != JSON or charset not in {"utf-8", "utf8"}:
        raise HttpRefusal(415, "UNSUPPORTED_MEDIA_TYPE", f"Content-Type: expected {JSON} in UTF-8.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise HttpRefusal(415, "UNSUPPORTED_MEDIA_TYPE", "Content-Encoding: expected none.")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise HttpRefusal(413, "BODY_TOO_LARGE", f"body: more than {limit} bytes.")
    except ClientDisconnect:
        raise _bad("body", "all of it, before the connection closes") from None
    return bytes(body)


def _json(text: bytes, name: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _bad(name, f"JSON in UTF-8 ({error.msg}, at character {error.pos})") from None


def request_of(found: dict[str, Any]) -> GraphQLRequest:
    """Check the parameters of a request; raises HttpRefusal."""
    query, operation = found.get("query"), found.get("operationName")
    variables, extensions = found.get("variables"), found.get("extensions")
    if not isinstance(query, str) or not query:
        raise _bad("query", "a GraphQL document, as a string")
    if operation is not None and not isinstance(operation, str):
        raise _bad("operationName", "a string or null")
    if variables is not None and not isinstance(variables, dict):
        raise _bad("variables", "an object or null")
    if extensions is not None and not isinstance(extensions, dict):
        raise _bad("extensions", "an object or null")
    return GraphQLRequest(query, operation or None, variables or {})


def _bad(name: str, expected: str) -> HttpRefusal:
    return HttpRefusal(400, "BAD_REQUEST", f"{name}: expected {expected}.")
