"""Numbers of licences: public, drawn at random, easy to type."""

import re
import secrets

from resolvers.contact.references import LETTERS
from resolvers.refusal import InvalidInput

GROUPS, LENGTH = 3, 4
FORM = re.compile(f"[{LETTERS}]{{{GROUPS * LENGTH}}}")
LONGEST = 40
"""Characters of what may be a number, with the blanks and hyphens that people put in."""


def new_number() -> str:
    """Draw one of 30^12, so that nobody finds one by trying."""
    return grouped("".join(secrets.choice(LETTERS) for _ in range(GROUPS * LENGTH)))


def grouped(letters: str) -> str:
    """Write its letters as people read them: `K7M2-P9QX-4TRH`."""
    starts = range(0, GROUPS * LENGTH, LENGTH)
    return "-".join(letters[start : start + LENGTH] for start in starts)


def read_number(text: str) -> str:
    """Read a number however it is written; raises InvalidInput for what has not its form."""
    letters = ""
    if len(text) <= LONGEST and text.isascii():
        letters = text.replace("-", "").replace(" ", "").upper()
    if not FORM.fullmatch(letters):
        expected = f"a licence number of {GROUPS * LENGTH} letters and digits, as K7M2-P9QX-4TRH"
        raise InvalidInput("number", text, expected)
    return grouped(letters)
