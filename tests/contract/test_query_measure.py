"""What a document measures, fragment by fragment and page by page."""

from graphlib import CycleError

import pytest
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    build_schema,
    get_introspection_query,
    parse,
)
from hypothesis import given
from hypothesis import strategies as st

from schema.limits.bounds import Limits
from schema.limits.measure import CEILING, Estimates, Measure, measure
from schema.limits.sizes import sizes_of

SCHEMA = build_schema("""
    union Thing = Person | Town
    scalar _Any
    type Query {
      person: Person
      people(first: Int, last: Int, after: String): PersonConnection!
      places(search: String, first: Int): [Town!]!
      nodes(ids: [ID!]!): [Person]!
      _entities(representations: [_Any!]!): [Thing]!
    }
    type PersonConnection { edges: [PersonEdge!]! nodes: [Person!]! totalCount: Int! facets: [Facet!]! }
    type PersonEdge { cursor: String! node: Person! }
    type Facet { count: Int! }
    type Person { name: String friend: Person friends: [Person!]! languages: [String!]!
                  people(first: Int): PersonConnection! }
    type Town { name: String }
""")  # noqa: E501 - a schema reads best as it is written


def measured(text: str, variables: dict[str, object] | None = None, **lists: int) -> Measure:
    estimates = Estimates({name.replace("_", "."): size for name, size in lists.items()})
    return measure(SCHEMA, parse(text), dict(sizes_of(variables or {})), estimates)


def test_a_root_field_is_at_depth_one_and_fragments_add_no_depth() -> None:
    assert measured("{ person { name } }").depth == 2
    assert measured("{ ... { ...q } } fragment q on Query { person { ... { name } } }").depth == 2


def test_introspection_has_neither_depth_nor_cost_but_lists_and_aliases() -> None:
    assert measured(get_introspection_query()) == Measure(
        depth=1, introspection_lists=2, fields=1, cost=1
    )
    assert measured(
        '{ s: __schema { types { ...t } } __type(name: "Query") { ...t } }'
        "fragment t on __Type { fields { type { f: fields { n: name } ...i } } }"
        "fragment i on __Type { interfaces { name } }"
    ) == Measure(
        depth=1, introspection_lists=3, introspection_aliases=5, aliases=5, fields=2, cost=2
    )


@pytest.mark.parametrize(
    ("query", "aliases"),
    [
        ("{ person { name } }", 0),
        ("{ a: person { b: name c: name } }", 3),
        ("{ person { name name name } }", 2),
        ("{ person { name ... { name } ... on Person { name } } }", 2),
        ("{ person { ...p ...p friend { ...p } } } fragment p on Person { a: name }", 3),
    ],
)
def test_a_field_renamed_or_repeated_within_its_braces_counts_as_an_alias(
    query: str, aliases: int
) -> None:
    assert measured(query).aliases == aliases


def test_root_fields_are_counted_through_fragments() -> None:
    query = "{ person { name } ...q ... { __typename } } fragment q on Query { a: person { name } }"

    assert measured(query).fields == 3


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{ person { name friend { name } } }", 4),
        ("{ people(first: 3) { nodes { name } } }", 1 + 1 + 3),
        ("{ people(last: 3) { edges { cursor node { name } } } }", 1 + 1 + 3 * 3),
        ("{ people { nodes { name } } }", 1 + 1 + 20),
        ("{ people(first: null) { nodes { name } } }", 1 + 1 + 20),
        ("{ people(first: 0) { nodes { name } } }", 1 + 1 + 0),
        ("{ people(first: -7) { nodes { name } } }", 1 + 1 + 0),
        ("{ people(first: 101) { nodes { name } } }", 1 + 1 + 100),
        ("{ people(first: " + "9" * 5000 + ") { nodes { name } } }", 1 + 1 + 100),
        ("{ people(first: 3) { totalCount facets { count } } }", 1 + 1 + (1 + 5)),
        ("{ people(first: 3) { nodes { people(first: 4) { nodes { name } } } } }", 2 + 3 * (2 + 4)),
        ("{ people(first: 3) { ...c } } fragment c on PersonConnection { nodes { name } }", 5),
        ("{ places(first: 3) { name } }", 1 + 3),
        ('{ nodes(ids: ["a", "b", "c"]) { name } }', 1 + 3),
        ("{ _entities(representations: [{}, {}]) { ... on Town { name } } }", 1 + 2),
        ("{ person { friends { name } languages } }", 1 + (1 + 5) + 1),
        ("{ person @skip(if: true) { name } }", 2),
        ("{ unknown { unknown } ...unknown }", 2),
    ],
)
def test_what_stands_in_a_list_costs_once_for_each_item(query: str, cost: int) -> None:
    assert measured(query).cost == cost


@pytest.mark.parametrize(
    ("declared", "variables", "items"),
    [
        ("$n: Int", {"n": 7}, 7),
        ("$n: Int", {"n": 7.0}, 7),
        ("$n: Int", {"n": 10**30}, 100),
        ("$n: Int", {}, 20),
        ("$n: Int = 7", {}, 7),
        ("$n: Int = 7", {"n": 8}, 8),
        ("$n: Int = 0", {"n": None}, 20),
        ("$n: Int", {"n": float("inf")}, 20),
        ("$n: Int", {"n": "many"}, 20),
    ],
)
def test_a_page_asked_by_a_variable_costs_what_the_variable_says(
    declared: str, variables: dict[str, object], items: int
) -> None:
    query = f"query ({declared}) {{ people(first: $n) {{ nodes {{ name }} }} }}"

    assert measured(query, variables).cost == 2 + items


def test_nodes_cost_the_number_of_ids_in_their_variable() -> None:
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { name } }"

    assert measured(query, {"ids": ["x"] * 250}).cost == 1 + 250


FACTS = [f"fact{number}" for number in range(25)]
CARDS = build_schema(f"""
    type Query {{ activators(first: Int): ActivatorConnection! }}
    type ActivatorConnection {{ edges: [ActivatorEdge!]! totalCount: Int! facets: Facets! }}
    type ActivatorEdge {{ node: Activator! distanceKm: Float }}
    type Facets {{ kinds: [Count!]! networks: [Count!]! departments: [Count!]! }}
    type Count {{ of: String! count: Int! }}
    type Activator {{ {": String ".join(FACTS)}: String structure: Structure!
                      networks: [Named!]! expertise: [Named!]! serves: [Named!]! }}
    type Structure {{ siret: String name: String! networks: [Named!]! }}
    type Named {{ code: String! name: String! kind: String! }}
""")
CARD_PAGE = f"""activators(first: 100) {{
    totalCount facets {{ kinds {{ of count }} networks {{ of count }} departments {{ of count }} }}
    edges {{ distanceKm node {{ {" ".join(FACTS)}
        structure {{ siret name networks {{ code name }} }} networks {{ code name kind }}
        expertise {{ code name kind }} serves {{ code name }} }} }} }}"""


def test_a_full_page_of_cards_costs_less_than_the_limit_and_twenty_cost_more() -> None:
    pages = " ".join(f"p{number}: {CARD_PAGE}" for number in range(20))

    one = measure(CARDS, parse("{" + CARD_PAGE + "}"), {}, Estimates())
    twenty = measure(CARDS, parse("{" + pages + "}"), {}, Estimates())

    assert one.cost < Limits().cost / 2
    assert twenty.cost > Limits().cost * 5


def test_the_size_of_a_list_can_be_estimated_by_its_coordinate() -> None:
    assert measured("{ person { friends { name } } }", Person_friends=2).cost == 2 + 2


def test_the_greatest_operation_or_unused_fragment_counts() -> None:
    counted = measured("""
        query one { person { name friend { name friend { name } } } }
        query two { a: person { name } b: person { name } }
        fragment unused on Query { people(first: 50) { nodes { name } } }
    """)

    assert (counted.depth, counted.aliases, counted.fields, counted.cost) == (4, 2, 2, 52)


def test_two_fragments_of_one_name_both_weigh() -> None:
    query = "{ ...q } fragment q on Query { a: __typename } fragment q on Query { b: __typename }"

    assert measured(query).fields == 2


def test_circular_fragments_have_no_measure() -> None:
    with pytest.raises(CycleError):
        measured("{ ...a } fragment a on Query { ...b } fragment b on Query { person { ...a } }")


def test_counts_stop_at_a_ceiling() -> None:
    chain = "".join(f"fragment f{i} on Query {{ ...f{i + 1} ...f{i + 1} }} " for i in range(100))

    counted = measured("{ ...f0 } " + chain + "fragment f100 on Query { a: person { name } }")

    assert counted == Measure(2, 0, 0, CEILING, CEILING, CEILING)


FIELDS = st.sampled_from(
    [
        "name",
        "a: name",
        "friend {%s}",
        "b: friend {%s}",
        "friends {%s}",
        "people(first: 3) {nodes {%s}}",
        "people(first: $two) {nodes {%s} totalCount}",
        "people {edges {node {%s}}}",
        "... {%s}",
    ]
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """An operation that spreads every fragment, and fragments that spread any later ones."""
    count = draw(st.integers(1, 4))

    def body(number: int, level: int = 0) -> str:
        later = st.integers(number + 1, count).map("...f{}".format)
        parts = draw(st.lists(FIELDS if number == count else st.one_of(FIELDS, later), max_size=3))
        return " ".join(
            part.replace("%s", body(number, level + 1) if level < 2 else "__typename")
            for part in parts
        )

    fragments = "".join(f"fragment f{n} on Person {{{body(n)}}} " for n in range(1, count + 1))
    every = " ".join(f"...f{n}" for n in range(1, count + 1))
    return f"query ($two: Int) {{ person {{ {body(0)} {every} }} }} {fragments}"


class Unfolded:
    """The same counts by the long way: unfold every fragment where it stands, from the top."""

    def __init__(self, text: str) -> None:
        operation, *fragments = parse(text).definitions
        assert isinstance(operation, OperationDefinitionNode)
        self.fragments = {
            fragment.name.value: fragment.selection_set.selections
            for fragment in fragments
            if isinstance(fragment, FragmentDefinitionNode)
        }
        self.depth = self.aliases = self.cost = 0
        self.visit(operation.selection_set.selections, 1, 1, 0, set())

    def visit(
        self,
        selections: tuple[SelectionNode, ...],
        depth: int,
        times: int,
        page: int,
        names: set[str],
    ) -> None:
        for node in selections:
            if isinstance(node, FieldNode):
                self.field(node, depth, times, page, names)
            elif isinstance(node, FragmentSpreadNode):
                self.visit(self.fragments[node.name.value], depth, times, page, set())
            elif isinstance(node, InlineFragmentNode):
                self.visit(node.selection_set.selections, depth, times, page, names)

    def field(self, node: FieldNode, depth: int, times: int, page: int, names: set[str]) -> None:
        answer_name = (node.alias or node.name).value
        self.aliases += node.alias is not None or answer_name in names
        names.add(answer_name)
        self.depth = max(self.depth, depth)
        self.cost += times
        name, first = node.name.value, [a.value.to_dict() for a in node.arguments or ()]
        if name == "people":
            page = (3 if "value" in first[0] else 2) if first else 20
        times *= {"friends": 5, "edges": page, "nodes": page}.get(name, 1)
        if node.selection_set:
            self.visit(node.selection_set.selections, depth + 1, times, page, set())


@given(documents())
def test_measuring_each_fragment_once_agrees_with_unfolding_them_all(text: str) -> None:
    unfolded = Unfolded(text)

    counted = measured(text, {"two": 2})

    assert (counted.depth, counted.aliases, counted.cost) == (
        unfolded.depth,
        unfolded.aliases,
        unfolded.cost,
    )
