"""One cell of an imported file: from text to a value, or a ValueError that says what was expected.

Texts are put in Unicode's composed form, their runs of blanks made one space.
"""

import re
import unicodedata
from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from models.structures import checked_siret

UNREADABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff\ufffd-\uffff]"
)
"""Control characters, what has no width, what turns the direction of a text, halves of
characters, and what decoding puts in the place of a byte that it cannot read."""

MOST_MARKS = 30
"""Accents on one letter, as in Unicode's stream-safe form (UAX 15): to put them in order takes the
square of their number, and nobody waits for 50,000."""

MARKS_IN_DISGUISE = frozenset("\u0f73\u0f75\u0f81")
"""Tibetan vowels that pass for letters, until they are taken apart."""

LONGEST_EMAIL = 254
"""Characters of an address (RFC 5321): what is longer is not looked at."""

NUMBER = re.compile(r"[+-]?[0-9]{1,3}([.,][0-9]{1,20})?([eE]-?[0-9]{1,2})?")
INSEE_CODE = re.compile(r"([0-9]{2}|2[AB])[0-9]{3}")
POSTAL_CODE = re.compile(r"[0-9]{5}")
HOST = re.compile(r"[^\W_]([\w-]*[^\W_])?(\.[^\W_]([\w-]*[^\W_])?)*")

BOOLEANS = {
    **dict.fromkeys(("true", "vrai", "oui", "1"), True),
    **dict.fromkeys(("", "false", "faux", "non", "0"), False),
}

POSTAL_REGIONS = {
    "971": "GP",
    "972": "MQ",
    "973": "GF",
    "974": "RE",
    "975": "PM",
    "976": "YT",
    "977": "BL",
    "978": "MF",
    "986": "WF",
    "987": "PF",
    "988": "NC",
}
"""The numbering plan of a postal code's first digits; elsewhere it is that of France."""

TRUNK_REGIONS = ("FR", "GP", "MQ", "GF", "RE", "YT")
"""The plans that share the leading 0 of a French number, whose first digits tell them apart."""


class Unexpected(ValueError):
    """Says what was expected; `value` is the part of the cell that is at fault, if it is a part."""

    def __init__(self, expected: str, value: str | None = None) -> None:
        """Keep both."""
        super().__init__(expected)
        self.value = value


def composed(text: str) -> str:
    """Put a text in Unicode's composed form; refuse one that would take long."""
    if text.isascii():
        return text
    marks = 0
    for letter in text:
        is_mark = unicodedata.combining(letter) or letter in MARKS_IN_DISGUISE
        marks = marks + 1 if is_mark else 0
        if marks > MOST_MARKS:
            raise Unexpected(f"text with at most {MOST_MARKS} accents on a letter")
    return unicodedata.normalize("NFC", text)


def cleaned(text: str) -> str:
    """Compose, trim and space a text once; refuse what no one typed on purpose."""
    clean = " ".join(composed(text).split())
    if UNREADABLE.search(clean):
        raise Unexpected("text without control or unreadable characters")
    return clean


def required(text: str, longest: int) -> str:
    """Take a text that is there."""
    if not text or len(text) > longest:
        raise Unexpected(f"1 to {longest} characters")
    return text


def optional(text: str, longest: int) -> str | None:
    """Take a text, or none."""
    return required(text, longest) if text else None


def siret(text: str) -> str:
    """Take a SIRET, spaced or not."""
    try:
        return checked_siret(text)
    except ValueError as error:
        raise Unexpected(str(error)) from None


def email(text: str) -> str | None:
    """Take an address by its form, in lower case; whether it receives mail is not asked."""
    if not text:
        return None
    expected = "an e-mail address, as name@example.org"
    if len(text) > LONGEST_EMAIL:
        raise Unexpected(expected)
    try:
        return validate_email(text, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise Unexpected(expected) from None


def phone(text: str, postal: str) -> str | None:
    """Take a number as E.164. A local one is of the postal code's plan, or of one with a 0.

    A number that has the right length is taken even if its block is not open in any plan: blocks
    open faster than tables of them are published, and some are kept for fiction. What begins with
    0 beyond the one that is dialled within France is a digit short. An extension has no place.
    """
    if not text:
        return None
    possible: list[phonenumbers.PhoneNumber] = []
    for region in dict.fromkeys((POSTAL_REGIONS.get(postal[:3], "FR"), *TRUNK_REGIONS)):
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            break
        if number.extension:
            break
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if phonenumbers.is_possible_number(number) and not number.italian_leading_zero:
            possible.append(number)
    if not possible:
        raise Unexpected("a phone number, as 01 99 00 12 34, or +262 262 12 34 56 from overseas")
    return phonenumbers.format_number(possible[0], phonenumbers.PhoneNumberFormat.E164)


def postal_code(text: str) -> str:
    """Take five digits: a spreadsheet may have lost the first 0."""
    if not POSTAL_CODE.fullmatch(text):
        raise Unexpected("a postal code of 5 digits, as 01100")
    return text


def insee_code(text: str) -> str | None:
    """Take a commune's code, or none; whether there is such a commune today is not asked."""
    if text and not INSEE_CODE.fullmatch(text):
        raise Unexpected("the INSEE code of a commune, as 01283 or 2A004")
    return text or None


def degrees(text: str, limit: int) -> float | None:
    """Take a coordinate; the decimal mark is a point or a comma, and 3e-05 is a number."""
    if not text:
        return None
    value = float(text.replace(",", ".")) if NUMBER.fullmatch(text) else limit + 1.0
    if abs(value) > limit:
        raise Unexpected(f"degrees between -{limit} and {limit}, as 46.2629")
    return value


def website(text: str) -> str | None:
    """Take a web address that a browser may be sent to."""
    if not text:
        return None
    try:
        parts = urlsplit(text)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_fits = urlsplit(""), False
    if not (
        parts.scheme in ("http", "https")
        and HOST.fullmatch(parts.hostname or "")
        and "@" not in parts.netloc
        and port_fits
        and len(text) <= 500
        and not re.search(r'[\s<>"\\^`{|}]', text)
    ):
        raise Unexpected("an address of at most 500 characters, as https://www.example.org/page")
    return text


def boolean(text: str) -> bool:
    """Take a yes or a no; an empty cell is a no."""
    try:
        return BOOLEANS[text.lower()]
    except KeyError:
        raise Unexpected("true or false (or vrai, faux, oui, non, 1, 0)") from None


def listed(text: str) -> list[str]:
    """Split a list at its semicolons."""
    return list(dict.fromkeys(code for code in map(str.strip, text.split(";")) if code))
