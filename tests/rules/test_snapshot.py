"""A snapshot that was changed piece by piece answers as one that was built at once."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from models.activators import ActivatorKind, ActivatorState
from models.networks import NetworkKind
from models.territories import PositionPrecision, TerritoryLevel
from permissions.viewer import VISITOR, Viewer
from resolvers.directory.clusters import Bounds, clusters
from resolvers.directory.criteria import Circle, Criteria
from resolvers.directory.orders import Order
from resolvers.directory.records import Record, SegmentBuilder
from resolvers.directory.reference import Codes, Reference
from resolvers.directory.rows import (
    ExpertiseFieldRow,
    Label,
    NetworkRow,
    PositionRow,
    SectorRow,
    TerritoryRow,
)
from resolvers.directory.search import Search
from resolvers.directory.snapshot import MOST_PARTS, Snapshot, whole

TODAY = date(2026, 11, 24)


def territories() -> list[TerritoryRow]:
    """Two regions, three departments and two communes, each before what lies within it."""
    found: dict[str, TerritoryRow] = {}
    for code, above in (
        *(("REG-1", ""), ("DEP-1", "REG-1"), ("COM-1", "DEP-1"), ("COM-2", "DEP-1")),
        *(("DEP-2", "REG-1"), ("REG-2", ""), ("DEP-3", "REG-2")),
    ):
        level = {"R": TerritoryLevel.REGION, "D": TerritoryLevel.DEPARTMENT}.get(code[0])
        parent = found.get(above)
        found[code] = TerritoryRow(code, level or TerritoryLevel.COMMUNE, code, parent, None, None)
    return list(found.values())


REFERENCE = Reference(
    fields=Codes([ExpertiseFieldRow(c, c, Label(f"champ {c}", c)) for c in ("ventes", "achats")]),
    sectors=Codes([SectorRow(code, Label(code, code)) for code in "AB"]),
    networks=Codes([NetworkRow(code, code, NetworkKind.CHAMBER) for code in ("cci", "cma")]),
    territories=Codes(territories()),
)


def numbers(count: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.sets(st.integers(0, count - 1)).map(lambda some: tuple(sorted(some)))


DAYS = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3)]
POSITIONS = st.sampled_from(((46.0, 5.0), (46.1, 5.1), (-17.0, 180.0), (-17.0, -179.9), None))


def _placed(values: dict[str, Any]) -> dict[str, Any]:
    at = values["position"]
    latitude, longitude = at or (None, None)
    precision = PositionPrecision.ADDRESS if at else None
    placed = {**values, "latitude": latitude, "longitude": longitude, "precision": precision}
    del placed["position"]
    return placed


VALUES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(ActivatorKind),
        "state": st.sampled_from((ActivatorState.ACTIVE,) * 3 + tuple(ActivatorState)),
        "given_name": st.sampled_from(("Anne", "Zoé", "élan")),
        "family_name": st.sampled_from(("Le", "Le Roux", "Martin")),
        "headline": st.sampled_from((None, "Ventes et achats")),
        "presentation": st.none(),
        "structure_id": st.integers(1, 2),
        "structure_name": st.sampled_from(("Atelier", "Martin SARL")),
        "siret": st.sampled_from(["13002526500013", "18973906400014"]),
        "position": POSITIONS,
        "remote": st.booleans(),
        "confirmed_at": st.sampled_from((None, *DAYS)),
        "listed": st.sampled_from((True, True, True, False)),
        "stars": st.sampled_from(((), (0, 0, 0, 0, 4), (0, 0, 0, 0, 5), (4, 0, 0, 1, 0))),
        "expertise": numbers(2),
        "sectors": numbers(2),
        "serves": numbers(7),
        "networks": numbers(2),
    }
).map(_placed)
IDS = st.integers(1, 12)

MEMBER = Viewer(1, structure_ids=frozenset({1}), network_codes=frozenset({"cci"}))
CIRCLE = Circle(46.0, 5.0, 20_000.0)
ASKED: tuple[tuple[Order, Criteria], ...] = (
    *((order, Criteria()) for order in (Order.NAME, Order.ROTATION, Order.RECENTLY_CONFIRMED)),
    (Order.RATING, Criteria()),
    (Order.DISTANCE, Criteria(near=CIRCLE)),
    (Order.DISTANCE, Criteria(near=Circle(-17.0, -179.95, 30_000.0), remote=True)),
    (Order.RELEVANCE, Criteria(words=("martn",))),
    (Order.NAME, Criteria(serves="DEP-1", expertise=frozenset({"achats"}))),
    (Order.ROTATION, Criteria(networks=frozenset({"cma"}), sectors=frozenset({"A"}))),
    (Order.NAME, Criteria(structure_id=2, kinds=frozenset({ActivatorKind.ADVISER}))),
)


def built(records: dict[int, Record]) -> Snapshot:
    """Build at once."""
    builder = SegmentBuilder(REFERENCE)
    for record in records.values():
        builder.add(record)
    return Snapshot(0, REFERENCE, (whole(builder.build()),))


def rounded(at: PositionRow) -> tuple[float, float]:
    """A mean depends on the order of its sum, in its last digits."""
    return round(at.latitude, 9), round(at.longitude, 9)


def answers(snapshot: Snapshot) -> list[Any]:
    """What is found: people with their places in each order, counts, facets, clusters."""
    told: list[Any] = [len(snapshot)]
    for viewer in (VISITOR, MEMBER):
        for order, asked in ASKED:
            search = Search(snapshot, viewer, asked)
            page = search.page(order, today=TODAY, count=100)
            back = search.page(order, today=TODAY, count=3, backwards=True)
            told += [[(hit.cursor, hit.distance) for hit in p.hits] for p in (page, back)]
            told += [search.total, search.kind_counts()]
            told += [search.expertise_counts().tolist(), search.network_counts().tolist()]
            told += [search.department_counts().tolist()]
        found = clusters(snapshot, viewer, Criteria(), Bounds(-20, 170, 50, 10), 5)
        told.append(sorted((one.count, *rounded(one.position)) for one in found))
    return told


class Changes(RuleBasedStateMachine):
    """Activators come, change and go; merges happen at once, or while others change."""

    def __init__(self) -> None:
        """Begin with nobody."""
        super().__init__()
        self.records: dict[int, Record] = {}
        self.snapshot = built({})
        self.merging: Snapshot | None = None
        self.touched: set[int] = set()

    @rule(changes=st.dictionaries(IDS, st.none() | VALUES, min_size=1, max_size=3))
    def change(self, changes: dict[int, dict[str, Any] | None]) -> None:
        """Some are now as said, or gone; the base stays what it was."""
        for id, values in changes.items():
            version = self.records[id].version + 1 if id in self.records else 1
            self.records.pop(id, None)
            if values is not None:
                self.records[id] = Record(id=id, version=version, **values)
        base = self.snapshot.base.segment
        present = [self.records[id] for id in changes if id in self.records]
        self.snapshot = self.snapshot.changed(0, set(changes), present)
        self.touched |= set(changes)
        assert self.snapshot.base.segment is base

    @rule()
    def merge(self) -> None:
        """All becomes one base."""
        if self.merging is None:
            self.snapshot = self.snapshot.merged()
            assert len(self.snapshot.parts) == 1

    @precondition(lambda self: self.merging is None)
    @rule()
    def begin_merging(self) -> None:
        """A merge begins elsewhere; from here on it is told what is touched."""
        self.merging, self.touched = self.snapshot, set()

    @precondition(lambda self: self.merging is not None)
    @rule()
    def end_merging(self) -> None:
        """What was touched meanwhile stands over the merged base."""
        assert self.merging is not None
        self.snapshot = self.snapshot.over(self.merging.merged(), self.touched)
        self.merging = None

    @invariant()
    def it_answers_as_if_built_at_once(self) -> None:
        """Whatever happened."""
        assert answers(self.snapshot) == answers(built(self.records))
        assert len(self.snapshot.parts) <= MOST_PARTS + 1
        for id in range(1, 13):
            found = self.snapshot.locate(id)
            version = None if found is None else int(found[0].versions[found[1]])
            assert version == (self.records[id].version if id in self.records else None)


TestChanges = Changes.TestCase
TestChanges.settings = settings(
    max_examples=30,
    stateful_step_count=12,
    deadline=None,
    phases=(Phase.reuse, Phase.generate),  # a failure is short enough; to shrink it takes minutes
)


def alike(id: int) -> Record:
    """Somebody like all others."""
    who = (id, 1, ActivatorKind.ADVISER, ActivatorState.ACTIVE, "Anne", "Martin", None, None)
    where = (1, "Atelier", "13002526500013", 46.0, 5.0, PositionPrecision.ADDRESS, False, None)
    return Record._make((*who, *where, True, (), (), (), (), ()))


def test_many_changes_at_once_are_not_copied_for_each_one_after_them() -> None:
    many = {id: alike(id) for id in range(100, 300)}
    snapshot = built({}).changed(0, many.keys(), list(many.values()))
    big = snapshot.parts[1].segment

    for id in range(100):
        snapshot = snapshot.changed(0, {id}, [alike(id)])

        assert snapshot.parts[1].segment is big
        assert len(snapshot.parts) <= MOST_PARTS
    assert len(snapshot) == 300
