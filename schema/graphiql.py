"""GraphiQL, for browsers, at the address of the API: the page, its policy and its files.

`web/build.mjs` writes what is served here. Nothing comes from another origin, and the policy holds
the browser to that.
"""

import os
import secrets
from pathlib import Path

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

DIST = Path(__file__).parent.parent / "web" / "dist"

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "connect-src 'self'",
        "font-src 'self'",
        "img-src data:",  # the editor draws its squiggles as data: images
        "style-src-elem 'nonce-{nonce}'",  # web/src/style-nonce.js says who carries it
        "style-src-attr 'unsafe-inline'",  # the editor places each line with a style attribute
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)

NOT_BUILT = """<!doctype html>
<html lang="fr"><meta charset="utf-8"><title>Maillage</title>
<p>GraphiQL n'est pas construit sur ce serveur : lancez <code>make setup</code>.
L'API elle-même répond à cette adresse, en POST.</p>
<p lang="en">GraphiQL is not built on this server: run <code>make setup</code>.
The API itself answers POST at this address.</p>
</html>"""


def graphiql_page() -> HTMLResponse:
    """The page, or 503 and how to build it.

    Never stored: its nonce serves once, and the same address answers other media types.
    """
    try:
        page, status = (DIST / "index.html").read_text(encoding="utf-8"), 200
    except FileNotFoundError:
        page, status = NOT_BUILT, 503
    nonce = secrets.token_urlsafe(16)
    return HTMLResponse(
        page.replace("{{nonce}}", nonce),
        status,
        {
            "Cache-Control": "no-store",
            "Content-Security-Policy": POLICY.format(nonce=nonce),
            "Cross-Origin-Opener-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "Vary": "Accept",
            "X-Content-Type-Options": "nosniff",
        },
    )


def graphiql_files() -> Mount:
    """What the page loads, compressed, where the page looks for it: beside the API's address."""
    files = _HashedFiles(directory=DIST / "assets", check_dir=False)
    return Mount("/graphiql", files, name="graphiql", middleware=[Middleware(GZipMiddleware)])


class _HashedFiles(StaticFiles):
    """Files whose names change with their content, so a browser asks for each of them once.

    A worker obeys the policy of its own file, not that of the page: it may load nothing at all.
    """

    async def check_config(self) -> None:
        """A folder not built yet answers 404, not 500."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["Content-Security-Policy"] = "default-src 'none'"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
