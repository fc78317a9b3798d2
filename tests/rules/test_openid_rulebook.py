"""The rule book for viewers who signed in by OpenID Connect: that of the same account's token."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from models.activators import ActivatorState
from models.database import Database
from tests.oidc_provider import Providers
from tests.rules.charter import KINDS, VIEWERS, Cell
from tests.rules.evidence import ALL_WAYS
from tests.rules.world import World
from tests.scenarios.openid import account_of, person_of, welcome
from tests.service import Service, running

ASKED = [Cell(kind, ActivatorState.ACTIVE, published=False) for kind in KINDS]
ASKED += [Cell(KINDS[0], ActivatorState.SUSPENDED, published=False)]
"""Each kind, and one where it takes an owner or staff to see it at all."""


@pytest.fixture(scope="module")
async def shared_service(shared_database: Database, providers: Providers) -> AsyncIterator[Service]:
    """An application that trusts the providers."""
    async with running(shared_database, oidc_issuers=providers.settings) as service:
        service.clock.now = datetime.now(UTC)
        yield service


@pytest.mark.parametrize("viewer", [one for one in VIEWERS if one != "a visitor"])
async def test_the_answers_are_those_of_the_same_account_with_an_operator_s_token(
    world: World, providers: Providers, viewer: str
) -> None:
    by_hand = world.tokens[viewer]
    assert by_hand is not None
    service = world.service
    person = await person_of(service, await account_of(service, by_hand))

    signed_in = await welcome(service, await providers.userinfo.sign_in(**person))

    for cell in ASKED:
        variables = world.people[cell].variables
        mine, theirs = [
            await service.data(ALL_WAYS, variables, token=token) for token in (signed_in, by_hand)
        ]
        assert mine == theirs, str(cell)
