"""Searching the demonstration directory with the words that people type."""

from typing import Any

import pytest

from tests.service import Service

FOUND = """
query ($text: String) {
  activators(filter: {text: $text}, first: 10) {
    totalCount nodes { displayName structure { name } expertise { code } }
  }
}
"""


async def found(service: Service, text: str) -> tuple[int, list[Any]]:
    """How many are found by a text, and the ten that match best."""
    answer = (await service.data(FOUND, {"text": text}))["activators"]
    return answer["totalCount"], answer["nodes"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("formation au numérique", "formation numérique"),
        ("l'internet", "internet"),
        ("la caisse d'un commerce", "caisse commerce"),
        ("cyberescuri", "cybersécurité"),
    ],
)
async def test_a_phrase_finds_as_many_as_what_it_means(
    seeded: Service, said: str, meant: str
) -> None:
    count, _ = await found(seeded, said)

    assert count == (await found(seeded, meant))[0] > 20


async def test_a_field_of_expertise_ranks_over_names_that_begin_with_its_first_letter(
    seeded: Service,
) -> None:
    _, best = await found(seeded, "e-commerce")

    assert all("site-internet" in {one["code"] for one in node["expertise"]} for node in best)


async def test_a_town_in_a_structure_s_name_ranks_over_its_words_apart(seeded: Service) -> None:
    count, best = await found(seeded, "Saint-Étienne")

    together = ["Saint-Étienne" in node["structure"]["name"] for node in best]
    assert 0 < sum(together) < count
    assert together == sorted(together, reverse=True)


@pytest.mark.parametrize(("typed", "name"), [("bensaid", "Ben Saïd"), ("dasilva", "Da Silva")])
async def test_a_name_of_two_words_is_found_typed_as_one(
    seeded: Service, typed: str, name: str
) -> None:
    _, best = await found(seeded, typed)

    assert best
    assert all(name in node["displayName"] for node in best)
