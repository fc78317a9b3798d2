"""Places: communes for forms that complete as one types."""

from typing import Any

import pytest

from tests.world import World

PLACES = """
query ($search: String!, $first: Int) {
  places(search: $search, first: $first) {
    commune { code name level parent { code } }
    postalCodes population
    position { latitude longitude precision }
  }
}
"""


async def places(world: World, search: str, first: int | None = None) -> list[dict[str, Any]]:
    found = await world.service.data(PLACES, {"search": search, "first": first})
    return list(found["places"])


async def names(world: World, search: str, first: int | None = None) -> list[str]:
    return [place["commune"]["name"] for place in await places(world, search, first)]


@pytest.mark.parametrize(
    ("search", "name"),
    [
        *(
            ("Oyonnax", "Oyonnax"),
            ("oyonnax", "Oyonnax"),
            ("OYO", "Oyonnax"),
            (" oyon ", "Oyonnax"),
            ("st", "Strasbourg"),
            ("st ", "Saint-Étienne"),
        ),
        *(("Saint-Étienne", "Saint-Étienne"), ("saint etienne", "Saint-Étienne")),
        *(("st etienne", "Saint-Étienne"), ("St-Étienne", "Saint-Étienne")),
        *(("ST. ETIENNE", "Saint-Étienne"), ("st eti", "Saint-Étienne")),
        *(("ste marie", "Sainte-Marie"), ("Ste-Foy-lès-Lyon", "Sainte-Foy-lès-Lyon")),
        *(("l'hay les roses", "L'Haÿ-les-Roses"), ("L’HAŸ", "L'Haÿ-les-Roses")),
        *(("les roses", "L'Haÿ-les-Roses"), ("roses", "L'Haÿ-les-Roses")),
        *(("st ouen sur seine", "Saint-Ouen-sur-Seine"), ("ouen sur", "Saint-Ouen-sur-Seine")),
        *(("Nuits-St-Georges", "Nuits-Saint-Georges"), ("aix en prov", "Aix-en-Provence")),
        *(("ajaccio", "Ajaccio"), ("bastia", "Bastia"), ("nouméa", "Nouméa"), ("noumea", "Nouméa")),
        *(("fort de france", "Fort-de-France"), ("mamoudzou", "Mamoudzou"), ("cayenne", "Cayenne")),
        *(("papeete", "Papeete"), ("PARIS", "Paris"), ("marseille", "Marseille"), ("lyon", "Lyon")),
    ],
)
async def test_a_place_is_found_as_people_type_its_name(
    world: World, search: str, name: str
) -> None:
    assert (await names(world, search, 1)) == [name]


@pytest.mark.parametrize(
    ("search", "code"),
    [
        *(("01100", "COM-01283"), ("69001", "COM-69123"), ("20000", "COM-2A004")),
        *(("97400", "COM-97411"), ("98800", "COM-98818"), ("98610", "COM-98611")),
    ],
)
async def test_a_place_is_found_by_postal_code(world: World, search: str, code: str) -> None:
    found = await places(world, search)

    assert found[0]["commune"]["code"] == code
    assert all(search in place["postalCodes"] for place in found)


@pytest.mark.parametrize(
    ("search", "name"),
    [
        *(("69003 Lyon", "Lyon"), ("Lyon 69003", "Lyon"), ("lyon (69", "Lyon"), ("69 l", "Lyon")),
        *(("01100 oyonnax", "Oyonnax"), ("OYO 01", "Oyonnax"), ("F-01100 Oyonnax", None)),
        *(("42000 St-Etienne", "Saint-Étienne"), ("st etienne 42", "Saint-Étienne")),
        *(("69003 Oyonnax", None), ("Lyon 99", None), ("01100 69003", None)),
    ],
)
async def test_a_name_and_a_postal_code_are_both_required_in_either_order(
    world: World, search: str, name: str | None
) -> None:
    assert await names(world, search, 1) == ([] if name is None else [name])


@pytest.mark.parametrize("search", ["0", "01", "2", "20", "974", "9881", "01100"])
async def test_the_beginning_of_a_postal_code_finds_the_places_that_have_it(
    world: World, search: str
) -> None:
    found = await places(world, search, 100)

    assert found
    for place in found:
        assert any(code.startswith(search) for code in place["postalCodes"])


@pytest.mark.parametrize("search", ["saint", "le", "a", "villeneuve", "0", "75", "sur"])
async def test_the_larger_town_comes_first(world: World, search: str) -> None:
    found = await places(world, search, 100)

    sizes = [place["population"] or 0 for place in found]
    assert len(found) > 20
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("search", ["saint", "martin", "97", "2", "98"])
async def test_a_place_is_a_commune_with_a_position(world: World, search: str) -> None:
    for place in await places(world, search, 100):
        assert place["commune"]["level"] == "COMMUNE"
        assert place["commune"]["code"].startswith("COM-")
        assert -90 <= place["position"]["latitude"] <= 90
        assert place["postalCodes"]


async def test_no_place_comes_twice(world: World) -> None:
    for search in ("saint", "75", "la", "13"):
        codes = [place["commune"]["code"] for place in await places(world, search, 100)]
        assert len(codes) == len(set(codes))


async def test_twenty_are_given_unless_said_otherwise(world: World) -> None:
    assert len(await places(world, "saint")) == 20
    assert await names(world, "saint") == (await names(world, "saint", 100))[:20]


@pytest.mark.parametrize("search", ["", " ", "-'", "xyzzy", "00000", "999999", "oyonnax 01100 x"])
async def test_what_names_no_place_finds_none(world: World, search: str) -> None:
    assert await places(world, search) == []


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"search": "a" * 101}, "search"),
        ({"search": " " * 101}, "search"),
        ({"search": "a", "first": 0}, "first"),
        ({"search": "a", "first": 101}, "first"),
    ],
)
async def test_too_much_is_refused_by_name(world: World, asked: dict[str, Any], field: str) -> None:
    answer = await world.service.ask(PLACES, asked)

    assert answer["data"] is None
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": field}
