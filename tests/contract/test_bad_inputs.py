"""Arguments that are wrong: each is told by its name, with what was got and what was expected."""

from base64 import b64encode

import pytest

from tests.service import Service

COUNT = "{ totalCount }"
BOX = "south: 1, west: 1, north: 2, east: 2"


def search(arguments: str) -> str:
    """Ask for activators."""
    return f"{{ activators({arguments}) {COUNT} }}"


def near(place: str, more: str = "") -> str:
    """Ask for those near a place."""
    return search(f"near: {{ place: {{ {place} }} {more} }}")


def clusters(bounds: str, zoom: int = 5) -> str:
    """Ask for a map."""
    return f"{{ activatorClusters(bounds: {{ {bounds} }}, zoom: {zoom}) {{ count }} }}"


def many(text: str, times: int) -> str:
    """Write a list's items, all the same."""
    return ", ".join([f'"{text}"'] * times)


A_NETWORK = b64encode(b"Network:cci").decode()
LONG_ID = b64encode(b"Activator:" + b"1" * 900).decode()
OTHER_CURSOR = b64encode(b"[1, 2, 3, 4]").decode()
THIRTEEN_WORDS = " ".join(f"a{number}" for number in range(13))
PAGE = "between 1 and 100."
CURSOR = "a cursor that an earlier page gave."
ID = "an id that this service gave."
KILOMETRES = "more than 0 and at most 20038 kilometres."

WRONG: dict[str, tuple[str, str, str]] = {
    "first: 0": (search("first: 0"), "first", f"got 0, expected {PAGE}"),
    "first: -1": (search("first: -1"), "first", f"got -1, expected {PAGE}"),
    "first: 1000": (search("first: 1000"), "first", f"got 1000, expected {PAGE}"),
    "last: 0": (search("last: 0"), "last", f"got 0, expected {PAGE}"),
    "first and last": (search("first: 1, last: 1"), "last", "expected first or last, not both."),
    "after, garbage": (search('after: "x"'), "after", f"got 'x', expected {CURSOR}"),
    "after, empty": (search('after: ""'), "after", f"got '', expected {CURSOR}"),
    "before, not ASCII": (search('before: "é"'), "before", f"got 'é', expected {CURSOR}"),
    "after, very long": (search(f'after: "{"A" * 5_000}"'), "after", f"expected {CURSOR}"),
    "after, of another order": (
        search(f'after: "{OTHER_CURSOR}"'),
        "after",
        f"expected {CURSOR}",
    ),
    "DISTANCE without near": (search("orderBy: DISTANCE"), "orderBy", "without near."),
    "RELEVANCE without text": (search("orderBy: RELEVANCE"), "orderBy", "without filter.text."),
    "latitude: 91": (
        near("coordinates: { latitude: 91, longitude: 0 }"),
        "near.place.coordinates.latitude",
        "got 91.0, expected between -90 and 90 degrees.",
    ),
    "longitude: -181": (
        near("coordinates: { latitude: 0, longitude: -181 }"),
        "near.place.coordinates.longitude",
        "got -181.0, expected between -180 and 180 degrees.",
    ),
    "latitude: 1e999": (
        near("coordinates: { latitude: 1e999, longitude: 0 }"),
        "near.place.coordinates.latitude",
        "got inf, expected between -90 and 90 degrees.",
    ),
    "an unknown commune": (
        near('communeCode: "99999"'),
        "near.place.communeCode",
        "got '99999', expected the INSEE code of a commune, such as 01283.",
    ),
    "a department as a commune": (
        near('communeCode: "69"'),
        "near.place.communeCode",
        "expected the INSEE code of a commune, such as 01283.",
    ),
    "an unknown postal code": (
        near('postalCode: "00000"'),
        "near.place.postalCode",
        "got '00000', expected a postal code that exists, such as 01100.",
    ),
    "radiusKm: -1": (near('communeCode: "01283"', "radiusKm: -1"), "near.radiusKm", KILOMETRES),
    "radiusKm: 0": (near('communeCode: "01283"', "radiusKm: 0"), "near.radiusKm", KILOMETRES),
    "radiusKm: 1e9": (near('communeCode: "01283"', "radiusKm: 1e9"), "near.radiusKm", KILOMETRES),
    "an unknown expertise": (
        search('filter: { expertise: ["x"] }'),
        "filter.expertise",
        "got 'x', expected codes that exist, such as site-internet.",
    ),
    "an unknown sector": (
        search('filter: { sectors: ["zz"] }'),
        "filter.sectors",
        "got 'zz', expected codes that exist, such as A.",
    ),
    "an unknown network": (
        search('filter: { networks: ["cci", "x"] }'),
        "filter.networks",
        "got 'x', expected codes that exist, such as adie.",
    ),
    "101 networks": (
        search(f"filter: {{ networks: [{many('cci', 101)}] }}"),
        "filter.networks",
        "got 101, expected at most 100 codes.",
    ),
    "an unknown territory": (
        search('filter: { serves: "69" }'),
        "filter.serves",
        "got '69', expected a territory code such as DEP-69.",
    ),
    "201 characters": (
        search(f'filter: {{ text: "{"x" * 201}" }}'),
        "filter.text",
        "got 201, expected at most 200 characters.",
    ),
    "13 words": (
        search(f'filter: {{ text: "{THIRTEEN_WORDS}" }}'),
        "filter.text",
        "got 13, expected at most 12 different words.",
    ),
    "zoom: -1": (clusters(BOX, -1), "zoom", "got -1, expected between 0 and 22."),
    "zoom: 99": (clusters(BOX, 99), "zoom", "got 99, expected between 0 and 22."),
    "south above north": (
        clusters("south: 3, west: 1, north: 2, east: 2"),
        "bounds.south",
        "got 3.0, expected at most bounds.north.",
    ),
    "south: -99": (
        clusters("south: -99, west: 1, north: 2, east: 2"),
        "bounds.south",
        "got -99.0, expected between -90 and 90 degrees.",
    ),
    "east: 222": (
        clusters("south: 1, west: 1, north: 2, east: 222"),
        "bounds.east",
        "got 222.0, expected between -180 and 180 degrees.",
    ),
    "node, garbage": ('{ node(id: "x") { id } }', "id", f"got 'x', expected {ID}"),
    "node, a number": ("{ node(id: 12) { id } }", "id", f"got '12', expected {ID}"),
    "node, empty": ('{ node(id: "") { id } }', "id", f"got '', expected {ID}"),
    "node, very long": (
        f'{{ node(id: "{LONG_ID}") {{ id }} }}',
        "id",
        f"expected {ID}",
    ),
    "nodes, one garbage": (
        f'{{ nodes(ids: ["{A_NETWORK}", "#"]) {{ id }} }}',
        "ids",
        f"got '#', expected {ID}",
    ),
    "101 nodes": (
        f"{{ nodes(ids: [{many('x', 101)}]) {{ id }} }}",
        "ids",
        "got 101, expected at most 100 ids.",
    ),
    "neither id nor slug": (
        "{ activator { id } }",
        "id",
        "got nothing, expected an id or a slug, and not both.",
    ),
    "both id and slug": (
        '{ activator(id: "x", slug: "a-00000000000") { id } }',
        "id",
        "expected an id or a slug, and not both.",
    ),
    "slug, garbage": (
        '{ activator(slug: "x") { id } }',
        "slug",
        "got 'x', expected a slug that this service gave.",
    ),
    "slug, very long": (
        f'{{ activator(slug: "{"x" * 5_000}") {{ id }} }}',
        "slug",
        "expected a slug that this service gave.",
    ),
    "neither id nor SIRET": ("{ structure { id } }", "id", "expected an id or a siret"),
    "SIRET, garbage": ('{ structure(siret: "x") { id } }', "siret", "got 'x', expected 14 digits."),
    "SIRET, null character": ('{ structure(siret: "\\u0000") { id } }', "siret", "14 digits."),
    "structure, garbage": ('{ structure(id: "x") { id } }', "id", f"expected {ID}"),
    "places, first: 0": (
        '{ places(search: "a", first: 0) { population } }',
        "first",
        f"got 0, expected {PAGE}",
    ),
    "places, very long": (
        f'{{ places(search: "{"x" * 5_000}") {{ population }} }}',
        "search",
        "got 5000, expected at most 100 characters.",
    ),
    "an unknown entity": (
        '{ _entities(representations: [{ __typename: "X" }]) { __typename } }',
        "representations[0]",
        "expected an entity and its key",
    ),
    "an entity that is a number": (
        "{ _entities(representations: [1]) { __typename } }",
        "representations[0]",
        "expected an entity and its key",
    ),
}


@pytest.mark.parametrize(("query", "field", "told"), WRONG.values(), ids=WRONG.keys())
async def test_a_wrong_argument_is_told_by_its_name_with_what_was_expected(
    standing: Service, query: str, field: str, told: str
) -> None:
    response = await standing.client.post("/graphql", json={"query": query})

    (error,) = response.json()["errors"]
    assert response.status_code == 200
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": field}
    assert error["message"].startswith(f"{field}: got ")
    assert told in error["message"]
    assert len(error["message"]) < 300
