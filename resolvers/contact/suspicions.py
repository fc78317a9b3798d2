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

LINK = re.compile(r"\b(?:https?://|www\.)", re.IGNORECASE)
MEMORY = timedelta(days=7)
"""How long one text that is sent again is known again."""


def links_in(text: str) -> int:
    """Count the links in a text."""
    return len(LINK.findall(text))


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
