"""How deep, how wide and how costly a document is, in one pass over its text.

The cost of an operation is the number of values that its answer could hold: a field counts one
(more where it takes work, as a search does), and what stands within a list counts once for each
item. A page holds the `first` or `last` that
is asked; `nodes(ids:)` and `_entities(representations:)` hold as many as they name; another list
holds what is estimated for it. `@skip` and `@include` are taken at their worst, and so are
fragments on types that exclude one another.

Introspection has neither depth nor cost, since every tool's query for the whole schema must pass;
it is bounded by what would make its answer longer than that one: lists and aliases.

Measures compose: that of a selection follows from those of its parts, wherever it stands. So each
fragment is measured once, before those that spread it, and a document that unfolds to 2**100
fields takes no longer than its text is long. A field that the schema does not know counts one:
telling of it is left to the standard rules, which run only on a document that passed here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from graphlib import TopologicalSorter
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)

from schema.limits.sizes import LIST_SIZE, PAGE_SIZE, default_sizes, items_asked

CEILING = 1_000_000_000
"""Counts stop here: a fragment bomb reaches numbers that take longer to print than to refuse."""
INTROSPECTION_LISTS = {
    "__Schema.types",
    "__Type.fields",
    "__Type.inputFields",
    "__Type.interfaces",
    "__Type.possibleTypes",
}
"""The lists through which introspection can walk in circles."""


@dataclass(frozen=True)
class Estimates:
    """What the text of a document does not tell, by coordinate such as `Activator.networks`.

    `sizes`: about how many items a list holds that has no page. `work`: what a field costs beside
    the values of its answer, in the time of as many values.
    """

    sizes: Mapping[str, int] = field(default_factory=dict)
    work: Mapping[str, int] = field(default_factory=dict)


class Measure(NamedTuple):
    """The measure of a selection, of a fragment or of an operation, fragments unfolded."""

    depth: int = 0
    introspection_lists: int = 0
    """Lists of types or fields within one another."""
    introspection_aliases: int = 0
    aliases: int = 0
    """Aliased fields, and fields that repeat a name within one pair of braces."""
    fields: int = 0
    """Fields of the selection itself: for an operation, its root fields."""
    cost: int = 0
    item_cost: int = 0
    """Within a connection: the cost of each item, to be multiplied by the size of the page."""

    def beside(self, other: "Measure") -> "Measure":
        """The measure of two selections that stand next to each other."""
        return Measure(
            max(self.depth, other.depth),
            max(self.introspection_lists, other.introspection_lists),
            min(self.introspection_aliases + other.introspection_aliases, CEILING),
            min(self.aliases + other.aliases, CEILING),
            min(self.fields + other.fields, CEILING),
            min(self.cost + other.cost, CEILING),
            min(self.item_cost + other.item_cost, CEILING),
        )

    def or_greater(self, other: "Measure") -> "Measure":
        """The greater of each kind, of two selections that do not run together."""
        return Measure(*map(max, self, other))


def measure(
    schema: GraphQLSchema,
    document: DocumentNode,
    sizes: Mapping[str, int],
    estimates: Estimates,
) -> Measure:
    """The greatest measure of any operation, and of any fragment that nothing spreads.

    `sizes` are those of the variables (see `sizes_of`). Raises `graphlib.CycleError` on fragments
    that contain themselves.
    """
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    fragments: dict[str, list[FragmentDefinitionNode]] = defaultdict(list)
    for definition in document.definitions:
        if isinstance(definition, FragmentDefinitionNode):
            fragments[definition.name.value].append(definition)
    spreads = {name: _spreads(same_name) for name, same_name in fragments.items()}
    meter = _Meter(schema, default_sizes(operations) | dict(sizes), estimates)
    for name in TopologicalSorter(spreads).static_order():
        for fragment in fragments.get(name, ()):  # two of one name are an error, yet both weigh
            meter.fragments[name] = meter.fragments[name].beside(meter.definition(fragment))
    unused = fragments.keys() - _spreads(operations).union(*spreads.values())
    tops = [meter.fragments[name] for name in unused]
    tops += [meter.definition(operation) for operation in operations]
    return reduce(Measure.or_greater, tops, Measure())


class _Meter:
    """Measures selections, given the measures of the fragments that they spread."""

    def __init__(
        self, schema: GraphQLSchema, sizes: Mapping[str, int], estimates: Estimates
    ) -> None:
        self.schema = schema
        self.sizes = sizes
        self.estimates = estimates
        self.fragments: dict[str, Measure] = defaultdict(Measure)

    def definition(self, node: OperationDefinitionNode | FragmentDefinitionNode) -> Measure:
        if isinstance(node, FragmentDefinitionNode):
            parent = self.schema.get_type(node.type_condition.name.value)
        else:
            parent = self.schema.get_root_type(node.operation)
        return self.selections(node.selection_set, parent, set())

    def selections(
        self, node: SelectionSetNode, parent: GraphQLNamedType | None, names: set[str]
    ) -> Measure:
        """Measure what stands within braces; `names` collects those that the answer will use."""
        total = Measure()
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                total = total.beside(self.field(selection, parent, names))
            elif isinstance(selection, FragmentSpreadNode):
                total = total.beside(self.fragments[selection.name.value])
            elif isinstance(selection, InlineFragmentNode):
                on = selection.type_condition
                narrowed = self.schema.get_type(on.name.value) if on else parent
                total = total.beside(self.selections(selection.selection_set, narrowed, names))
        return total

    def field(self, node: FieldNode, parent: GraphQLNamedType | None, names: set[str]) -> Measure:
        name = node.name.value
        known = self.schema.get_field(parent, name) if is_composite_type(parent) else None
        inside = Measure()
        if node.selection_set:
            kind = get_named_type(known.type) if known else None
            inside = self.selections(node.selection_set, kind, set())
        answer_name = node.alias.value if node.alias else name
        aliases = inside.aliases + (node.alias is not None or answer_name in names)
        names.add(answer_name)
        coordinate = f"{parent}.{name}"
        lists = inside.introspection_lists + (coordinate in INTROSPECTION_LISTS)
        if name in {"__schema", "__type"}:
            return Measure(1, lists, aliases, aliases, fields=1, cost=1)
        cost, item_cost = self.cost(node, coordinate, known, inside)
        return inside._replace(
            depth=inside.depth + 1,
            introspection_lists=lists,
            aliases=min(aliases, CEILING),
            fields=1,
            cost=min(cost, CEILING),
            item_cost=item_cost,
        )

    def cost(
        self, node: FieldNode, coordinate: str, known: GraphQLField | None, inside: Measure
    ) -> tuple[int, int]:
        """The cost of a field, and its cost for each item of the page that it stands in."""
        if known is None:
            return 1 + inside.cost + inside.item_cost, 0
        if coordinate.endswith(("Connection.edges", "Connection.nodes")):
            return 1, inside.cost
        own = 1 + self.estimates.work.get(coordinate, 0)
        items = items_asked(node, known, self.sizes)
        if is_list_type(get_nullable_type(known.type)):
            items = self.estimates.sizes.get(coordinate, LIST_SIZE) if items is None else items
            return own + items * inside.cost, 0
        return own + inside.cost + (PAGE_SIZE if items is None else items) * inside.item_cost, 0


def _spreads(
    definitions: Iterable[OperationDefinitionNode | FragmentDefinitionNode],
) -> set[str]:
    """The names of the fragments that stand in the definitions, at any depth."""
    names: set[str] = set()
    unread = [definition.selection_set for definition in definitions]
    while unread:
        for selection in unread.pop().selections:
            if isinstance(selection, FragmentSpreadNode):
                names.add(selection.name.value)
            elif isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
                unread.append(selection.selection_set)
    return names
