"""Words that one party writes for the other: plain text of several lines, checked before sealed."""

from resolvers.cells import Unexpected
from resolvers.input_checks import InputChecks
from resolvers.safe_markdown import lines

LONGEST = 5_000
"""Characters of a text; that of the company's need has as many."""


def checked_words(checks: InputChecks, name: str, text: str | None) -> str:
    """Check a text that is needed; `checks` tells what is wrong."""
    return checks.as_given(name, text, _needed) or ""


def checked_words_if_any(checks: InputChecks, name: str, text: str | None) -> str | None:
    """Check a text that may be left out; `checks` tells what is wrong."""
    return checks.as_given(name, text, _lines)


def _lines(text: str) -> str | None:
    return lines(text, LONGEST)


def _needed(text: str) -> str:
    clean = _lines(text)
    if clean is None:
        raise Unexpected(f"1 to {LONGEST} characters")
    return clean
