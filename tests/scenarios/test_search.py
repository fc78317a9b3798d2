"""Searching the directory, over HTTP."""

from tests.people import add_activator
from tests.service import Service


async def test_a_new_activator_shows_at_once_where_it_was_written(service: Service) -> None:
    async with service.write() as session:
        await add_activator(session, given_name="Élodie", family_name="Bésson")

    found = await service.data('{ activators(filter: {text: "besson"}) { nodes { displayName } } }')

    assert found["activators"]["nodes"] == [{"displayName": "Élodie Bésson"}]
