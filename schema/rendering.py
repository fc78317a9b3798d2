"""Rendered cards: what a selection of fields shows of an activator is worked out once.

Resolving field by field is most of the time of a warm page. Yet what an activator shows depends
only on its card, which never changes, on what the viewer may do with it (`grants`), and on the
fields asked for. So the answer is kept on the card itself, by selection and grants, and goes with
it when the activator changes. A selection that looks at anything else (a variable, a page of
colleagues, the place of a structure that only other people's places give away) is resolved anew.
"""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from cachetools import LRUCache
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLObjectType,
    InlineFragmentNode,
    Node,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from permissions.guard import RowField
from permissions.permission import Permission
from schema.activators import Activator
from schema.pure import Mark

SELECTIONS = 512
"""Selections remembered by a worker."""
NUMBERS = count()
"""Names of selections, never used again: a card that kept the selection itself would keep its
document alive."""
KEPT = 2
"""Selections kept of one card; with one more, all are worked out anew."""

Fragments = Mapping[str, FragmentDefinitionNode]


class Selection:
    """Fields asked of an activator, by the identity of their syntax nodes, which it keeps alive."""

    def __init__(self, nodes: tuple[FieldNode, ...], type_: Any, fragments: Fragments) -> None:
        """Look at every field once."""
        self.nodes = nodes
        self.number = next(NUMBERS)
        sets = [node.selection_set for node in nodes if node.selection_set is not None]
        marks = {mark for one in sets for mark in _marks(type_, one, fragments)}
        self.pure = None not in marks
        self.on_map = Mark.PURE_ON_MAP in marks

    def keeps(self, grants: frozenset[Permission]) -> bool:
        """Say whether its answer depends on the card and on such grants alone."""
        return self.pure and (not self.on_map or Permission.SEE_ON_MAP in grants)


def _marks(
    type_: GraphQLNamedType, selected: SelectionSetNode, fragments: Fragments
) -> Iterator[Mark | None]:
    """Give the mark of each selected field, or None for one that depends on more."""
    for node in selected.selections:
        if _holds_variable([node.directives, getattr(node, "arguments", None)]):
            yield None
        elif isinstance(node, FragmentSpreadNode):
            yield from _marks(type_, fragments[node.name.value].selection_set, fragments)
        elif isinstance(node, InlineFragmentNode):
            yield from _marks(type_, node.selection_set, fragments)
        elif isinstance(node, FieldNode) and node.name.value != "__typename":
            yield from _field_marks(type_, node, fragments)


def _field_marks(
    type_: GraphQLNamedType, node: FieldNode, fragments: Fragments
) -> Iterator[Mark | None]:
    field = type_.fields.get(node.name.value) if isinstance(type_, GraphQLObjectType) else None
    if field is None:
        yield None
        return
    declared = field.extensions.get("strawberry-definition")
    plain = isinstance(declared, RowField)
    yield Mark.PURE if plain else getattr(declared, "metadata", {}).get("mark")
    if node.selection_set is not None:
        yield from _marks(get_named_type(field.type), node.selection_set, fragments)


def _holds_variable(node: Any) -> bool:
    if isinstance(node, VariableNode):
        return True
    if isinstance(node, Node):
        return any(_holds_variable(getattr(node, key)) for key in node.keys if key != "loc")
    return isinstance(node, list | tuple) and any(_holds_variable(one) for one in node)


class CardExecution(StrawberryGraphQLCoreExecutionContext):
    """Executes an operation, and takes from each card what it has rendered before."""

    selections: LRUCache[tuple[int, ...], Selection] = LRUCache(SELECTIONS)

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_details_list: Any,
        info: Any,
        path: Any,
        result: Any,
        position_context: Any,
    ) -> Any:
        """Complete an object; an activator from what its card keeps, where it may."""
        if type(result) is not Activator:
            return super().complete_object_value(
                return_type, field_details_list, info, path, result, position_context
            )
        selection = self._selection(return_type, field_details_list)
        keeps = selection.keeps(result.grants)
        rendered, key = result.row.rendered, (selection.number, result.grants)
        if keeps and key in rendered:
            return rendered[key]
        errors = len(self.collected_errors.errors)
        done = super().complete_object_value(
            return_type, field_details_list, info, path, result, position_context
        )
        if keeps and isinstance(done, dict) and len(self.collected_errors.errors) == errors:
            if len(rendered) >= KEPT:
                rendered.clear()
            rendered[key] = done
        return done

    def _selection(self, type_: GraphQLObjectType, details: Any) -> Selection:
        nodes = tuple(detail.node for detail in details)
        key = tuple(map(id, nodes))
        found = self.selections.get(key)
        if found is None:
            found = self.selections[key] = Selection(nodes, type_, self.fragment_definitions)
        return found
