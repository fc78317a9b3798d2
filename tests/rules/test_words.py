"""Words: what people type and what is written meet without accents, case or punctuation."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resolvers.directory.words import fold, joined, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Élodie BÉSSON", ["elodie", "besson"]),
        ("Jean-Marc d’Almeida", ["jean", "marc", "d", "almeida"]),
        ("l'Œuvre, Lætitia", ["l", "oeuvre", "laetitia"]),
        ("L’Haÿ-les-Roses", ["l", "hay", "les", "roses"]),
        ("Straße ŁÓDŹ Ørsted Đorđe İzmir", ["strasse", "lodz", "orsted", "dorde", "izmir"]),
        ("Yıldız YILDIZ Þór Guðrún Ħal", ["yildiz", "yildiz", "thor", "gudrun", "hal"]),
        ("Sáŋŋa ĸ Ŧ", ["sanna", "q", "t"]),
        (
            "Ɗiallo Ɓah Ƙaba Ɛkoué Kɔffi Əliyev Ɲaŋa",
            ["diallo", "bah", "kaba", "ekoue", "koffi", "eliyev", "nana"],
        ),
        ("coŀlegi COĿLEGI", ["collegi", "collegi"]),
        ("Plougoulmʼh Faʻa'ā", ["plougoulm", "h", "fa", "a", "a"]),
        ("ﬁnance № 5 ²", ["finance", "no", "5", "2"]),
        ("Ǽlfred Ǿ", ["aelfred", "o"]),
        ("e\u0301lan", ["elan"]),
        ("e_commerce / B2B", ["e", "commerce", "b2b"]),
        (" -'_. \t\n", []),
        ("", []),
    ],
)
def test_words_are_folded(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        *(("Martin", []), ("", []), ("Élodie", []), ("O'Neil", ["oneil"])),
        *(("Ben Saïd", ["bensaid"]), ("da Silva", ["dasilva"]), ("Marie-Claude", ["marieclaude"])),
        ("De La Fontaine", ["delafontaine", "lafontaine"]),
    ],
)
def test_a_name_of_several_words_is_also_written_as_one(name: str, words: list[str]) -> None:
    assert words_of(joined(name)) == words


@given(st.text())
@example("™ ㎒ ǆ")
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_case_and_composition_make_no_difference_to_latin_words(text: str) -> None:
    latin = "".join(letter for letter in text if letter.isascii())

    assert words_of(latin.upper()) == words_of(latin.lower())
