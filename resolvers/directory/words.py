"""Words as people type them: without accents, case or punctuation."""

import re
import unicodedata

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})
WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Drop accents and case: `Élan` and `ELAN` are the same word."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).casefold().translate(LIGATURES)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def words_of(text: str) -> list[str]:
    """Split a text into folded words, in their order."""
    return WORD.findall(fold(text))
