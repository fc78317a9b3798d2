"""Slugs: a name for people, and at its end the id for us, so that a renamed page is found."""

from resolvers.directory.words import words_of

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no letter that is read as another."""
DIGITS = 11
"""Digits that hold an id (53 bits)."""


def slug_of(name: str, activator_id: int) -> str:
    """Write a slug: `camille-martin-` and the id in base 32."""
    return "-".join([*words_of(name), digits_of(activator_id)])


def id_of(slug: str) -> int | None:
    """Read the id at a slug's end; None where there is none."""
    return number_of(slug.rpartition("-")[2].lower())


def digits_of(number: int) -> str:
    """Write an id in base 32."""
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(DIGITS)))


def number_of(digits: str) -> int | None:
    """Read an id in base 32; None for what is none."""
    if len(digits) != DIGITS or any(digit not in ALPHABET for digit in digits):
        return None
    number = 0
    for digit in digits:
        number = number << 5 | ALPHABET.index(digit)
    return number
