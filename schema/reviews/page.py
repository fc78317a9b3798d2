"""The page of a review, for people: where its permanent link leads (charter, article 5).

It shows what a visitor may see, and says that it is controlled (Code de la consommation). What
does not exist, is hidden, or is published no more is answered alike.
"""

from base64 import b64encode
from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from models.accounts import Language
from models.review_law import CONTROL, DISPLAY, FAIR_INFORMATION, cited
from permissions.reviews import ReviewPermission
from permissions.viewer import VISITOR
from resolvers.mail.days import written
from resolvers.paris_days import day_of
from resolvers.platform import Platform
from resolvers.reviews.life import controls_of
from resolvers.reviews.permalinks import OpenReview, page_of_activator, read_permalink
from resolvers.reviews.replying import reply_of
from resolvers.reviews.texts import comment_of
from schema.door import Door
from schema.errors import masked
from schema.etags import answer_unless_held
from schema.http import HttpRefusal, weights_of

UNITS = 100
"""What one costs, of those that a client has a minute: a few short statements."""

STYLE = (
    "body{margin:0;background:#fff;color:#1b1b1b;font:1rem/1.5 sans-serif}"
    "main{max-width:40em;margin:0 auto;padding:1.5em 1em;overflow-wrap:anywhere}"
    "h1{font-size:1.5rem;line-height:1.3}h2{font-size:1.125rem}a{color:#0b3d91}"
    "blockquote{margin:1em 0;padding:0 1em;border-left:.25em solid #0b3d91}"
    "blockquote p{white-space:pre-line}dt{font-weight:bold}dd{margin:0 0 .5em}"
)
"""Letters have a contrast of more than 10 (WCAG 2.2 asks for 4.5)."""
STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()

HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; "
    f"frame-ancestors 'none'; style-src 'sha256-{STYLE_HASH}'",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Language",
    "X-Content-Type-Options": "nosniff",
}
"""It is asked for anew each time, since a review may be withdrawn; it runs and loads nothing."""

TITLES = {
    Language.FR: ("Avis sur {}", "Aucun avis"),
    Language.EN: ("A review of {}", "No review"),
}

_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def review_pages(door: Door) -> Mount:
    """Make the route of pages: a mount, so that the log names `/reviews` and not what follows."""

    async def page(request: Request) -> Response:
        try:
            await door.afford(VISITOR, door.address(request), UNITS)
            found = await read_permalink(door.platform, request.path_params["digits"])
        except HttpRefusal as refusal:
            return PlainTextResponse(refusal.message, refusal.status, headers=refusal.headers)
        except Exception as error:  # noqa: BLE001  logged, as any other of ours
            masked(error, request.scope["request_id"])
            headers = {"Retry-After": "30", "Cache-Control": "no-store"}
            return PlainTextResponse("Service Unavailable", 503, headers=headers)
        return _answer(door.platform, request, found, language_of(request))

    return Mount("/reviews", routes=[Route("/{digits}", page)])


def language_of(request: Request) -> Language:
    """Take the language that the address names, or that the reader likes best; French else."""
    asked = request.query_params.get("lang", "").upper()
    if asked in {language.value for language in Language}:
        return Language(asked)
    weights = weights_of(request.headers.get("accept-language", ""))
    liked = {
        language: max(
            (weight for tag, weight in weights.items() if tag[:2].upper() == language.value),
            default=0.0,
        )
        for language in Language
    }
    return Language.EN if liked[Language.EN] > liked[Language.FR] else Language.FR


def _answer(
    platform: Platform, request: Request, found: OpenReview | None, language: Language
) -> Response:
    headers = {**HEADERS, "Content-Language": language.value.lower()}
    if found is None:
        title = TITLES[language][1]
        return HTMLResponse(_render("missing", language, {"title": title}), 404, headers)
    shown = _render("review", language, _shown(platform, found, language))
    return answer_unless_held(request, shown, "text/html; charset=utf-8", headers)


def _render(template: str, language: Language, values: Mapping[str, Any]) -> str:
    code = language.value.lower()
    page = _pages.get_template(f"{template}.{code}.html.j2")
    return page.render(language=code, style=STYLE, **values)


def _shown(platform: Platform, found: OpenReview, language: Language) -> dict[str, Any]:
    """Give what the page says of a review: what a visitor may see, and no more."""
    review, card = found.review, found.activator.card
    row, sealer = review.row, platform.sealer
    stars = row.stars if ReviewPermission.SEE_STARS in review.grants else None
    replied = row.reply_removed_at is None and row.replied_at is not None
    return {
        "title": TITLES[language][0].format(card.display_name),
        "name": card.display_name,
        "page": page_of_activator(platform, card.slug),
        "stars": stars,
        "comment": comment_of(sealer, row.text_sealed),
        "day": partial(written, language=language),
        "experienced_on": row.experienced_on,
        "published_on": day_of(row.published_at),
        "changed_on": None if row.changed_at is None else day_of(row.changed_at),
        "reply": reply_of(sealer, row.sealed) if replied else None,
        "replied_on": day_of(row.replied_at) if replied else None,
        "controls": {control.value for control in controls_of(row)},
        "law": cited(FAIR_INFORMATION, DISPLAY, CONTROL),
    }
