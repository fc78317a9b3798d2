"""Solution providers: visitors follow their link, and learn nothing of where they are."""

from dataclasses import dataclass
from typing import Any

import pytest

from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState
from schema.nodes import global_id
from tests.people import add_account, add_activator, add_structure
from tests.rules.asking import answer_to
from tests.service import Service

RADII = [0.001, 0.5, 1, 5, 29.9, 30, 100, 1000, 20_037]
KILOMETRES_FROM = {"itself": (46.2561, 5.6556), "Lyon": (45.76, 4.84), "the antipodes": (-46, -174)}

PROVIDER = """
query Provider($id: ID!) {
  activator(id: $id) {
    displayName kind websiteUrl position { latitude } address { city } email phone
    structure { name siret address { city } }
    viewerMay { contact readCoordinates edit }
  }
  activators(filter: {kinds: [SOLUTION_PROVIDER]}, first: 100) {
    edges { distanceKm node { id } }
  }
}
"""
NEAR = """
query Near($latitude: Float!, $longitude: Float!, $radius: Float!) {
  activators(
    near: {place: {coordinates: {latitude: $latitude, longitude: $longitude}}, radiusKm: $radius}
  ) {
    totalCount
    edges { cursor distanceKm node { id } }
    pageInfo { hasNextPage hasPreviousPage }
    facets { kinds { kind count } expertise { count } networks { count } departments { count } }
  }
}
"""
CLUSTERS = """
query Clusters($zoom: Int!) {
  activatorClusters(zoom: $zoom, bounds: {south: 41, west: -5, north: 51, east: 10}) {
    count position { latitude longitude precision } activator { id }
  }
}
"""
ADDRESS = "query($id: ID!) { structure(id: $id) { name address { city } } }"


@dataclass(frozen=True)
class Provider:
    """A solution provider with all that one may tell."""

    number: int
    structure: int

    @property
    def id(self) -> str:
        """Its id on the wire."""
        return global_id("Activator", self.number)


async def add_provider(service: Service) -> Provider:
    """Add one at Oyonnax, alone in its structure, which publishes its coordinates."""
    async with service.write() as session:
        structure = await add_structure(session, name="Solutions et Cie", networks=["cci"])
        number = await add_activator(
            session,
            kind=ActivatorKind.SOLUTION_PROVIDER,
            publishes_coordinates=True,
            structure_id=structure,
            networks=["cci"],
            website_url="https://www.example.org/offres",
        )
    return Provider(number, structure)


async def test_a_visitor_reads_its_profile_and_its_link_and_no_more(
    shared_service: Service,
) -> None:
    provider = await add_provider(shared_service)

    data = await shared_service.data(PROVIDER, {"id": provider.id})

    shown = data["activator"]
    assert shown["kind"] == "SOLUTION_PROVIDER"
    assert shown["websiteUrl"] == "https://www.example.org/offres"
    assert shown["structure"]["name"] == "Solutions et Cie"
    assert shown["structure"]["address"] is None
    assert [shown[name] for name in ("position", "address", "email", "phone")] == [None] * 4
    assert set(shown["viewerMay"].values()) == {False}
    assert {"distanceKm": None, "node": {"id": provider.id}} in data["activators"]["edges"]


async def test_a_member_sees_where_it_is_and_how_to_write_to_it(shared_service: Service) -> None:
    provider = await add_provider(shared_service)
    async with shared_service.write() as session:
        institution = await add_account(session, Role.INSTITUTION)

    token = shared_service.token(institution)
    data = await shared_service.data(PROVIDER, {"id": provider.id}, token=token)

    shown = data["activator"]
    assert None not in [shown[name] for name in ("position", "address", "email", "phone")]
    assert shown["structure"]["address"] == {"city": "Oyonnax"}


async def test_its_coming_changes_no_search_by_place_and_no_map_of_a_visitor(
    shared_service: Service,
) -> None:
    async with shared_service.write() as session:
        await add_activator(session)
    before = await places_told(shared_service)

    await add_provider(shared_service)

    assert await places_told(shared_service) == before


@pytest.mark.parametrize("word", ["Oyonnax", "01100", "Anatole", "Ain"])
async def test_no_word_of_its_address_finds_it(shared_service: Service, word: str) -> None:
    provider = await add_provider(shared_service)

    data = await shared_service.data(
        "query($w: String!) { activators(filter: {text: $w}, first: 100) { nodes { id } } }",
        {"w": word},
    )

    assert {"id": provider.id} not in data["activators"]["nodes"]


@pytest.mark.parametrize(
    ("kind", "state", "shows"),
    [
        (ActivatorKind.ADVISER, ActivatorState.ACTIVE, True),
        (ActivatorKind.FUNDING_ADVISER, ActivatorState.ACTIVE, True),
        (ActivatorKind.CHAMPION, ActivatorState.ACTIVE, True),
        (ActivatorKind.SOLUTION_PROVIDER, ActivatorState.ACTIVE, False),
        (ActivatorKind.INSTITUTIONAL, ActivatorState.ACTIVE, False),
        (ActivatorKind.ADVISER, ActivatorState.PENDING, False),
        (ActivatorKind.ADVISER, ActivatorState.SUSPENDED, False),
        (ActivatorKind.CHAMPION, ActivatorState.WITHDRAWN, False),
    ],
)
async def test_its_structure_shows_its_address_where_somebody_there_is_on_the_map(
    shared_service: Service, kind: ActivatorKind, state: ActivatorState, shows: bool
) -> None:
    provider = await add_provider(shared_service)
    async with shared_service.write() as session:
        await add_activator(session, kind=kind, state=state, structure_id=provider.structure)

    data = await shared_service.data(PROVIDER, {"id": provider.id})
    structure = await shared_service.data(
        ADDRESS, {"id": global_id("Structure", provider.structure)}
    )

    expected = {"city": "Oyonnax"} if shows else None
    assert data["activator"]["structure"]["address"] == expected
    assert structure["structure"]["address"] == expected
    assert data["activator"]["address"] is None


async def places_told(service: Service) -> list[bytes]:
    """Ask all that a visitor can about places."""
    circles: list[dict[str, Any]] = [
        {"latitude": latitude, "longitude": longitude, "radius": radius}
        for latitude, longitude in KILOMETRES_FROM.values()
        for radius in RADII
    ]
    near = [await answer_to(service, NEAR, one) for one in circles]
    return near + [await answer_to(service, CLUSTERS, {"zoom": zoom}) for zoom in (0, 6, 12, 22)]
