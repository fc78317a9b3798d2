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

SMALL_WORDS = frozenset(
    (
        *("l", "d", "j", "m", "n", "s", "t", "c", "qu"),
        *("le", "la", "les", "un", "une", "des", "du", "de", "a", "au", "aux", "et", "ou", "en"),
        *("par", "pour", "sur", "sous", "dans", "avec", "chez", "ce", "cet", "cette", "ces"),
        *("mon", "ma", "mes", "son", "sa", "ses", "notre", "nos", "votre", "vos", "leur", "leurs"),
        *("the", "an", "and", "of", "for", "in", "on", "at", "to", "by", "with", "your", "our"),
    )
)
"""Elisions, articles, prepositions and the like, in French and in English."""


def fold(text: str) -> str:
    """Drop accents and case: `Élan` and `ELAN` are the same word."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.translate(WHOLE)).casefold().translate(LETTERS)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def words_of(text: str) -> list[str]:
    """Split a text into folded words, in their order."""
    return WORD.findall(fold(text))


def joined(name: str) -> str:
    """Write a name of several words as one, from each of them on: `delafontaine lafontaine`."""
    if name.isalpha():
        return ""
    words = words_of(name)
    return " ".join("".join(words[start:]) for start in range(len(words) - 1))
