"""Searching by text: forgiving of how people type, and ranked by where a word stands."""

from typing import Any

import pytest

from tests.people import add_activator, add_structure
from tests.world import World, number_of

TEXT = "query ($text: String) { activators(filter: {text: $text}) { totalCount } }"


@pytest.fixture(scope="module")
async def named(changing_world: World) -> dict[int, str]:
    """Some people whose words nobody else has, by what they are called here."""
    async with changing_world.service.write() as session:
        shop = await add_structure(session, name="Boréalis-Numérique")
        ids = {
            "elodie": await add_activator(
                session,
                given_name="Élodie",
                family_name="Bésson-Lœuvre",
                structure_id=shop,
                headline="Accompagne les fromageries d’Auvergne",
                presentation="Ancienne horlogère, elle aide à vendre.",
                expertise=["cybersecurite"],
            ),
            "by name": await add_activator(session, family_name="Cybersécurité"),
            "by headline": await add_activator(session, headline="La cybersécurité"),
            "by structure": await add_activator(
                session, structure_id=await add_structure(session, name="Cybersecurite SARL")
            ),
            "by presentation": await add_activator(session, presentation="… CYBERSÉCURITÉ …"),
            "ben": await add_activator(session, given_name="Ĺuķa", family_name="Ben Yıldûz"),
            "zephyrin": await add_activator(session, family_name="Zephyrin"),
            "zephyrine": await add_activator(session, family_name="Zephyrine"),
            "zefyrin": await add_activator(session, family_name="Zefyrin"),
        }
    return {id: name for name, id in ids.items()}


async def found(world: World, named: dict[int, str], text: str) -> list[str]:
    """Who of them is found by a text, the best match first."""
    ids = await world.ids(filter={"text": text})
    return [named[id] for id in ids if id in named]


@pytest.mark.parametrize(
    "text",
    [
        *("Élodie", "elodie", "ELODIE", "e\u0301lodie", "élo", "e\u0301l", "bésson", "lœuvre"),
        *("loeuvre", "LŒUVRE", "Bésson-Lœuvre", "besson loeuvre", "elodie besson", "besson elodie"),
        *("boréalis", "borealis numerique", "fromageries", "fromagerie", "d'auvergne", "auverg"),
        *("horlogère", "horlogere", "élodie fromageries horlogère boréalis", "éĺodie"),
    ],
)
async def test_accents_case_ligatures_and_the_order_of_words_do_not_matter(
    changing_world: World, named: dict[int, str], text: str
) -> None:
    assert await found(changing_world, named, text) == ["elodie"]


@pytest.mark.parametrize(
    "text",
    [
        *("bessonn", "beson", "bezson", "bsson", "ebsson", "elodi", "elodei"),
        *("fromagerise", "fromajeries", "fromajerie", "ffromageriess", "borealits numerike"),
    ],
)
async def test_a_slip_is_forgiven_from_four_letters_and_two_from_eight(
    changing_world: World, named: dict[int, str], text: str
) -> None:
    assert await found(changing_world, named, text) == ["elodie"]


@pytest.mark.parametrize(
    "text", ["bezzon", "esson x", "lie", "fromajerrize", "elodie zephyrin", "elodie inconnue"]
)
async def test_more_slips_the_middle_of_a_word_or_a_missing_word_find_nobody(
    changing_world: World, named: dict[int, str], text: str
) -> None:
    assert await found(changing_world, named, text) == []


async def test_a_word_of_the_name_ranks_over_expertise_structure_and_presentation(
    changing_world: World, named: dict[int, str]
) -> None:
    ranked = await found(changing_world, named, "cybersécurité")

    assert ranked[:2] == ["by name", "elodie"]
    assert sorted(ranked[2:4]) == ["by headline", "by structure"]
    assert ranked[4:] == ["by presentation"]


async def test_the_exact_word_ranks_over_its_beginning_and_that_over_a_slip(
    changing_world: World, named: dict[int, str]
) -> None:
    assert await found(changing_world, named, "zephyrin") == ["zephyrin", "zephyrine", "zefyrin"]


async def test_labels_of_expertise_are_searched_in_both_languages(
    changing_world: World, named: dict[int, str]
) -> None:
    assert "elodie" in await found(changing_world, named, "cybersecurity")


@pytest.mark.parametrize("text", ["yilduz", "YILDUZ", "yıldız", "benyilduz", "ben yilduz"])
async def test_a_name_of_two_words_is_found_without_its_dotless_letters_and_as_one_word(
    changing_world: World, named: dict[int, str], text: str
) -> None:
    assert await found(changing_world, named, text) == ["ben"]


@pytest.mark.parametrize("text", ["l'auvergne", "la fromagerie d'auvergne", "pour Bésson-Lœuvre"])
async def test_elisions_articles_and_the_like_are_not_required(
    changing_world: World, named: dict[int, str], text: str
) -> None:
    assert await found(changing_world, named, text) == ["elodie"]


async def test_a_letter_before_the_last_word_is_no_beginning(
    changing_world: World, named: dict[int, str]
) -> None:
    assert await found(changing_world, named, "b elodie") == []
    assert await found(changing_world, named, "elodie b") == ["elodie"]
    assert await found(changing_world, named, "b elodie b") == ["elodie"]


async def test_a_word_is_found_begun_and_misspelt(
    changing_world: World, named: dict[int, str]
) -> None:
    assert "elodie" in await found(changing_world, named, "cyberescuri")


@pytest.mark.parametrize("text", ["!!!", "—", "-", " ' … _ ", "\0", "%", "\U0001f600", "\u0301"])
async def test_a_text_that_has_no_word_finds_nobody(changing_world: World, text: str) -> None:
    assert await changing_world.service.data(TEXT, {"text": text}) == {
        "activators": {"totalCount": 0}
    }


@pytest.mark.parametrize("text", [None, "", "   ", "\n"])
async def test_a_blank_text_asks_for_nothing(changing_world: World, text: str | None) -> None:
    everyone = await changing_world.service.data("{ activators { totalCount } }")

    assert await changing_world.service.data(TEXT, {"text": text}) == everyone


@pytest.mark.parametrize(
    "text", ["a" * 201, "é" * 201, " " * 201, " ".join(f"mot{n}" for n in range(13))]
)
async def test_a_text_too_long_or_of_too_many_words_is_refused(
    changing_world: World, text: str
) -> None:
    answer = await changing_world.service.ask(TEXT, {"text": text})

    assert answer["data"] is None
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": "filter.text"}


@pytest.mark.parametrize(
    "text",
    ["a" * 200, " ".join(f"mot{n}" for n in range(12)), "mot " * 49, "\0", "\U0001f600", "%"],
)
async def test_any_other_text_is_answered(changing_world: World, text: str) -> None:
    assert await changing_world.service.data(TEXT, {"text": text})


async def test_a_score_does_not_depend_on_who_else_is_there(
    changing_world: World, named: dict[int, str]
) -> None:
    before = await ranked_cursors(changing_world, named)

    async with changing_world.service.write() as session:
        for state in ("PENDING", "ACTIVE"):
            await add_activator(session, family_name="Zephyrin Zephyrine Zefyrin", state=state)

    assert await ranked_cursors(changing_world, named) == before


async def ranked_cursors(world: World, named: dict[int, str]) -> dict[str, Any]:
    edges, _ = await world.all(filter={"text": "zephyrin"})
    cursors = {number_of(edge["node"]["id"]): edge["cursor"] for edge in edges}
    return {name: cursors[id] for id, name in named.items() if id in cursors}
