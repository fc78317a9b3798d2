"""A directory that followed every change answers as one that has just read the tables."""

from typing import Any

import numpy as np
import pytest
from sqlalchemy import delete

import resolvers.directory.changes
import resolvers.directory.directory
from models import tables
from models.activators import ActivatorKind, ActivatorState
from models.revisions import Subject, record_changes
from tests.people import add_activator
from tests.service import running
from tests.world import World, change

EVERYWHERE = {"place": {"coordinates": {"latitude": 46, "longitude": 2}}, "radiusKm": 20_037}
ASKED: tuple[dict[str, Any], ...] = (
    {"orderBy": "NAME"},
    {"orderBy": "ROTATION", "filter": {"serves": "DEP-01"}},
    {"orderBy": "RECENTLY_CONFIRMED", "filter": {"networks": ["cci"], "remote": True}},
    {"near": EVERYWHERE},
    {"filter": {"text": "martn"}},
)


async def remove(world: World, activator_id: int) -> None:
    """Delete an activator with all that tells of it."""
    async with world.service.write() as session:
        await session.execute(delete(tables.activator).where(tables.activator.c.id == activator_id))
        await record_changes(session, Subject.ACTIVATOR, [activator_id])


async def something_happens(world: World, draw: np.random.Generator, ids: list[int]) -> None:
    """One comes, changes or goes, as the draw wants."""
    one = ids[int(draw.integers(len(ids)))]
    what = int(draw.integers(6))
    if what == 0:
        async with world.service.write() as session:
            place = {"latitude": draw.uniform(40, 50), "longitude": draw.uniform(-5, 8)}
            ids.append(await add_activator(session, **place, serves=["REG-84"], networks=["cci"]))
    elif what == 1:
        await remove(world, one)
        ids.remove(one)
    elif what == 2:
        await change(world.service, one, family_name="Martine", given_name="Zoé")
    elif what == 3:
        await change(world.service, one, latitude=-16.8, longitude=179.99, precision="ADDRESS")
    elif what == 4:
        await change(world.service, one, kind=ActivatorKind.CHAMPION, remote=True)
    else:
        await change(world.service, one, state=list(ActivatorState)[int(draw.integers(4))])


async def answers(world: World) -> list[Any]:
    """All that some searches find."""
    return [await world.all(asker, **asked) for asker in ("visitor", "manager") for asked in ASKED]


@pytest.mark.parametrize(("overlay_full", "apart_above"), [(5, 0), (1_000, 200)])
async def test_after_any_changes_it_answers_as_if_read_anew(
    changing_world: World, overlay_full: int, apart_above: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolvers.directory.directory, "OVERLAY_FULL", overlay_full)
    monkeypatch.setattr(resolvers.directory.changes, "APART_ABOVE", apart_above)
    draw = np.random.default_rng(overlay_full)
    ids = [one.id for one in changing_world.holds.people]
    ids = [id for id in ids if changing_world.service.directory.snapshot.locate(id)]

    for _ in range(40):
        await something_happens(changing_world, draw, ids)

    found = await answers(changing_world)
    async with running(changing_world.service.database) as service:
        assert found == await answers(World(service, changing_world.holds, changing_world.tokens))


async def test_a_change_rebuilds_nothing_but_itself(changing_world: World) -> None:
    directory = changing_world.service.directory
    directory._show(directory.snapshot.merged())
    base = directory.snapshot.base.segment
    forest = base._forest
    one = changing_world.holds.people[0].id

    await change(changing_world.service, one, headline="Neuf")

    assert directory.snapshot.base.segment is base
    assert directory.snapshot.base.segment._forest is forest
    assert [len(part.segment) for part in directory.snapshot.parts[1:]] == [1]


async def test_many_changes_end_in_a_new_base(
    changing_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolvers.directory.directory, "OVERLAY_FULL", 3)
    directory = changing_world.service.directory
    people = [one.id for one in changing_world.holds.people[:12]]
    base = directory.snapshot.base.segment

    for one in people:
        await change(changing_world.service, one, phone="+33199000000")
    if directory._merging is not None:
        await directory._merging

    assert directory.snapshot.base.segment is not base
    assert directory.snapshot.overlay_rows < 2 * len(people)
