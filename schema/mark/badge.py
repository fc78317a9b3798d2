"""The badge of a licence: an SVG image at a stable address, for any page that shows it.

It says whether the licence is valid, as of this moment; whoever keeps it asks again within half a
minute, by its ETag. A number that was never granted has the badge of one that is valid no more.
"""

from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from models.accounts import Language
from permissions.viewer import VISITOR
from resolvers.mail.days import written
from resolvers.mark.verifying import Verification, verify_licence
from resolvers.paris_days import day_of
from resolvers.refusal import InvalidInput
from schema.door import Door
from schema.errors import masked
from schema.etags import answer_unless_held
from schema.http import HttpRefusal

UNITS = 100
"""What one costs, of those that a client has a minute: a short statement."""

HEADERS = {
    "Cache-Control": "public, max-age=30, must-revalidate",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
"""Any site may show it; opened by itself, it runs and loads nothing."""

BADGE = """<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="said" lang="{lang}" \
width="280" height="72" viewBox="0 0 280 72">
<title id="said">{title}</title>
<rect width="280" height="72" rx="8" fill="{colour}"/>
<g fill="#ffffff" font-family="Arial, Helvetica, sans-serif">
<text x="16" y="26" font-size="16" font-weight="bold">{heading}</text>
<text x="16" y="46" font-size="13">{number}</text>
<text x="16" y="63" font-size="12">{standing}</text>
</g>
</svg>
"""
VALID, NOT_VALID = "#0b4f8a", "#5c5c5c"
"""Behind white letters both have a contrast of more than 6 (WCAG 2.2 asks for 4.5)."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a badge says in a language."""

    heading: str
    licence: str
    until: str
    not_valid: str


WORDS = {
    Language.FR: Words(
        "Activateur du programme", "Licence {}", "Valable jusqu'au {}", "Licence non valable"
    ),
    Language.EN: Words(
        "Activator of the programme", "Licence {}", "Valid until {}", "Licence not valid"
    ),
}


def badge_routes(door: Door) -> Mount:
    """Make the route of badges: a mount, so that the log names `/mark` and not what follows."""

    async def badge(request: Request) -> Response:
        try:
            await door.afford(VISITOR, door.address(request), UNITS)
            number = request.path_params["number"]
            found = await verify_licence(door.platform, VISITOR, number)
        except HttpRefusal as refusal:
            return PlainTextResponse(refusal.message, refusal.status, headers=refusal.headers)
        except InvalidInput:
            return PlainTextResponse("Not Found", 404)
        except Exception as error:  # noqa: BLE001  logged, as any other of ours
            masked(error, request.scope["request_id"])
            headers = {"Retry-After": "30", "Cache-Control": "no-store"}
            return PlainTextResponse("Service Unavailable", 503, headers=headers)
        english = request.query_params.get("lang", "").lower() == "en"
        drawn = draw(found, Language.EN if english else Language.FR)
        return answer_unless_held(request, drawn, "image/svg+xml; charset=utf-8", HEADERS)

    return Mount("/mark", routes=[Route("/{number}.svg", badge)])


def draw(found: Verification, language: Language) -> str:
    """Draw the badge of what was found of a number."""
    words = WORDS[language]
    number, standing = words.licence.format(found.number), words.not_valid
    if found.valid_until is not None:
        standing = words.until.format(_day(found.valid_until, language))
    said = {
        "title": f"{words.heading}. {number}. {standing}.",
        "heading": words.heading,
        "number": number,
        "standing": standing,
        "lang": language.value.lower(),
        "colour": NOT_VALID if found.valid_until is None else VALID,
    }
    return BADGE.format(**{name: escape(value) for name, value in said.items()})


def _day(at: datetime, language: Language) -> str:
    return written(day_of(at), language)
