"""Words that one party writes for the other: plain text of several lines, checked before sealed."""

from resolvers.cells import Unexpected
from resolvers.input_checks import InputChecks
from resolvers.safe_markdown import lines

LONGEST = 5_000
"""Characters of a text; that of the company's need has as many."""


def checked_words(
    checks: InputChecks,
    name: str,
    text: str | None,
    *,
    shortest: int = 1,
    longest: int = LONGEST,
) -> str:
    """Check a text that is needed, of so many characters; `checks` tells what is wrong."""

    def needed(given: str) -> str:
        clean = lines(given, longest) or ""
        if len(clean) < shortest:
            raise Unexpected(f"{shortest} to {longest} characters")
        return clean

    return checks.as_given(name, text, needed) or ""


def checked_words_if_any(checks: InputChecks, name: str, text: str | None) -> str | None:
    """Check a text that may be left out; `checks` tells what is wrong."""
    return checks.as_given(name, text, _lines)


def _lines(text: str) -> str | None:
    return lines(text, LONGEST)
