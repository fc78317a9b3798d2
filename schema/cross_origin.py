"""Pages of other sites (CORS, as the Fetch standard has it): a key says whose may use it.

No cookies: a page comes with its key or reads nothing.
"""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from permissions.viewer import Viewer
from schema.http import HttpRefusal

PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "authorization, content-type, accept, x-request-id",
    "Access-Control-Max-Age": "3600",
}
"""What a page may send, and for how many seconds its browser need not ask again."""


def is_preflight(request: Request) -> bool:
    """Tell a browser that asks first for a page, without the key, from another OPTIONS."""
    asked = "origin" in request.headers and "access-control-request-method" in request.headers
    return asked and request.method == "OPTIONS"


def preflight(request: Request, live_origins: frozenset[str]) -> Response:
    """Let a page ask whose origin some live key allows; raises HttpRefusal for another's."""
    origin = request.headers["origin"]
    if origin not in live_origins:
        raise HttpRefusal(403, "ORIGIN_NOT_ALLOWED", "Origin: no key allows pages of this one.")
    return Response(status_code=204, headers={"Access-Control-Allow-Origin": origin, **PREFLIGHT})


def check_origin(request: HTTPConnection, viewer: Viewer) -> None:
    """Let pass a key from a server or from a page that may use it; raises HttpRefusal."""
    origin = _another_site(request)
    if viewer.api_key_id is not None and origin is not None and origin not in viewer.origins:
        raise HttpRefusal(403, "ORIGIN_NOT_ALLOWED", "Origin: the key does not allow pages of it.")


def check_page(socket: HTTPConnection, viewer: Viewer) -> None:
    """Let pass a socket of a page that may read answers, or of a server; raises HttpRefusal.

    No browser keeps from a page what comes through a socket: what CORS does there, we do.
    """
    origin = _another_site(socket)
    own = origin is not None and urlsplit(origin).netloc == socket.headers.get("host")
    if origin is not None and not own and origin not in viewer.origins:
        raise HttpRefusal(403, "ORIGIN_NOT_ALLOWED", "Origin: no key came that allows its pages.")


def readable_by(request: Request, viewer: Viewer) -> dict[str, str]:
    """Give the headers with which a browser hands the answer to the page."""
    origin = _another_site(request)
    if origin is None or origin not in viewer.origins:
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "x-request-id, ratelimit, ratelimit-policy, retry-after",
    }


def _another_site(request: HTTPConnection) -> str | None:
    """Name the origin of the page that asks; None for a server, and for a page of this service."""
    if request.headers.get("sec-fetch-site") == "same-origin":
        return None
    return request.headers.get("origin")
