"""What makes a request look like an abuse: links, and one text that is sent to many.

Nothing but counts is kept: a moderator decides by these, and never reads the text.
"""

import re
import unicodedata
from datetime import datetime, timedelta

from sqlalchemy import distinct, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.contact_requests import Sign, Suspicion
from resolvers.platform import Platform
from resolvers.sealing import Sealer

request = tables.contact_request

ADDRESS = r"\b(?:[a-z]{2,9}:[/\\]|www\.)[/\\]*[\w.-]*"
"""What calls itself one, up to where it leads."""
HOST = r"\w\.(?:com?|net|org|fr|eu|info|biz|io|ly|gl|ru|cn|xyz|click|link|shop|store|online|app)\b"
"""What mail programs make a link of, unasked; endings that are French words too are left out."""
PATH = r"\w\.[a-z]{2,}/\w"
LINK = re.compile(f"{ADDRESS}|{HOST}|{PATH}", re.IGNORECASE)
CALLED_ADDRESS = re.compile(ADDRESS, re.IGNORECASE)
MEMORY = timedelta(days=7)
"""How long one text that is sent again is known again."""


def links_in(text: str) -> int:
    """Count the links in a text, with `https://` or without, however its letters are drawn."""
    return len(LINK.findall(_as_read(text)))


def has_address(text: str) -> bool:
    """Say whether a text holds a link that calls itself one; a company may be named as its site."""
    return CALLED_ADDRESS.search(_as_read(text)) is not None


def _as_read(text: str) -> str:
    """Write a text as a browser reads an address: wide letters and stops, and what is not seen."""
    plain = unicodedata.normalize("NFKC", text).replace("\u3002", ".")
    return "".join(one for one in plain if unicodedata.category(one) != "Cf")


def text_hash(sealer: Sealer, text: str) -> str:
    """Know a text again, however it is spaced, punctuated or capitalised."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return sealer.hash("need", "".join(filter(str.isalnum, plain)) or plain)


async def suspicions_of(
    platform: Platform,
    session: AsyncSession,
    need: str,
    hashed: str,
    activator_id: int,
    *,
    now: datetime,
) -> list[Suspicion]:
    """List why a request to an activator is to be held; nothing for one that is to be sent.

    A text counts that was sent to others, by whomever; a redirection sends none anew.
    """
    same = (request.c.text_hash == hashed, request.c.created_at > now - MEMORY)
    others = (request.c.activator_id != activator_id, request.c.previous_id.is_(None))
    query = select(func.count(distinct(request.c.activator_id))).where(*same, *others)
    counts = {
        Sign.LINKS: (links_in(need), platform.policy.contact_spam_links),
        Sign.REPEATED_TEXT: (
            (await session.execute(query)).scalar_one(),
            platform.policy.contact_spam_repeats,
        ),
    }
    return [
        {"sign": sign.value, "count": count}
        for sign, (count, least) in counts.items()
        if count >= least
    ]
