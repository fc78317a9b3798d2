"""A portal sees what a visitor sees, cell by cell, whatever the scopes and network of its key."""

import pytest

from models.api_keys import Scope
from tests.portals import make_key
from tests.rules.charter import CELLS
from tests.rules.evidence import ALL_WAYS
from tests.rules.world import NETWORK, OTHER_NETWORK, World


@pytest.mark.parametrize("scopes", [[Scope.DIRECTORY_READ], [*Scope]], ids=["to read", "all"])
@pytest.mark.parametrize("network", [NETWORK, OTHER_NETWORK])
async def test_a_portal_sees_exactly_what_a_visitor_sees(
    world: World, network: str, scopes: list[Scope]
) -> None:
    key = await make_key(world.service, network=network, scopes=scopes)
    world.tokens[key.text] = key.text

    differing = [
        str(cell)
        for cell in CELLS
        if await world.data(key.text, ALL_WAYS, cell)
        != await world.data("a visitor", ALL_WAYS, cell)
    ]

    assert differing == []
