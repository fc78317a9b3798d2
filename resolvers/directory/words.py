"""Words as people type them: without accents, case or punctuation."""

import re
import unicodedata

WHOLE = str.maketrans("ŀĿ", "lL")
"""Letters that would be taken apart into two words: the Catalan `coŀlegi`."""

LETTERS = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ß": "ss",
        "þ": "th",
        **dict(zip("øłđðħŧŋĸı", "olddhtnqi", strict=True)),
        **dict(zip("ɓɗƙƴɛɔəǝɲɣ", "bdkyeoeeng", strict=True)),
        **dict.fromkeys("ʼʻ", "'"),
    }
)
"""What has no accent to drop, from Strasbourg to Bamako; apostrophes that pass for letters."""

WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Drop accents and case: `Élan` and `ELAN` are the same word."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.translate(WHOLE)).casefold().translate(LETTERS)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def words_of(text: str) -> list[str]:
    """Split a text into folded words, in their order."""
    return WORD.findall(fold(text))
