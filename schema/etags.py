"""Entity tags: who has what it would be answered is told so, and no more (RFC 9110, 13.1.2)."""

from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response


def answer_unless_held(
    request: Request, content: str, media_type: str, headers: dict[str, str]
) -> Response:
    """Answer with a content, or 304 where the client has it already; without it to a HEAD."""
    body = content.encode()
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {**headers, "ETag": etag}
    if _holds(request.headers.getlist("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    headers["Content-Length"] = str(len(body))
    sent = b"" if request.method == "HEAD" else body
    return Response(sent, headers=headers, media_type=media_type)


def _holds(lines: list[str], etag: str) -> bool:
    """Say whether a client has this one, strong or weak, or anything at all (`*`)."""
    held = [one.strip() for one in ",".join(lines).split(",")]
    return "*" in held or etag in {one.removeprefix("W/") for one in held}
