"""Answering a contact request, and the messages that follow (charter, article 4).

Each message is mailed as a notification without a word of it: it stays sealed, and the letter's
link opens it.
"""

from models.contact_requests import Author
from models.request_steps import AWAITING, Step
from permissions.viewer import Viewer
from resolvers.contact.finding import SeenRequest, Which, find_request
from resolvers.contact.letters import enqueue_letter
from resolvers.contact.steps import check_state, find_own_step, write_step
from resolvers.contact.thread import add_message, is_last
from resolvers.contact.words import checked_words
from resolvers.input_checks import InputChecks
from resolvers.platform import Platform

LETTERS = {
    Author.ACTIVATOR: (Author.COMPANY, "contact_message_company"),
    Author.COMPANY: (Author.ACTIVATOR, "contact_message_activator"),
}
"""Who is told of a message, and by which template, by who wrote it."""


async def write_message(
    platform: Platform, viewer: Viewer, which: Which, message: str, *, answer: bool
) -> SeenRequest:
    """Write to the other party: as the activator that answers, or as either party that replies.

    The activator's first message answers the request, its later ones reply. The same text by the
    same author at the end of the thread, as of a click too many, is not written a second time.
    Raises as `find_to_step`; Refusals for a text that is empty or too long.
    """
    checks = InputChecks()
    text = checked_words(checks, "message", message)
    checks.end()
    step, now = Step.ANSWER if answer else Step.REPLY, platform.now()
    async with platform.database.write() as session:
        seen = await find_own_step(platform, session, viewer, which, step)
        row, author = seen.row, Author.ACTIVATOR if answer else seen.author
        if await is_last(platform, session, row.id, author, text):
            return seen
        if answer and row.state not in AWAITING:
            step = Step.REPLY
        check_state(row, step)
        number = await add_message(platform, session, row.id, author, text, now=now)
        to, template = LETTERS[author]
        await enqueue_letter(session, row.id, to, template, f"message:{number}", now=now)
        await write_step(platform, session, viewer, row, step, author, now=now)
        return await find_request(platform, session, viewer, which)
