"""How many items a page or a list may hold, read from arguments and variables."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from graphql import (
    FieldNode,
    GraphQLField,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    ValueNode,
    VariableNode,
)

PAGE_LIMIT = 100
"""A page holds no more, whatever is asked: more is an input error, told by the paging itself."""
PAGE_SIZE = 20
"""The page of a connection that is asked without `first` or `last`."""
LIST_SIZE = 5
"""A list whose size nobody estimated: the networks or the expertise of an activator."""


def items_asked(node: FieldNode, known: GraphQLField, sizes: Mapping[str, int]) -> int | None:
    """The items that a field's arguments ask for: a page, or the length of the ids given."""
    given = {
        argument.name.value: _size(argument.value, sizes)
        for argument in node.arguments or ()
        if argument.name.value in known.args
    }
    if {"first", "last"} & known.args.keys():
        pages = [given.get("first"), given.get("last")]
        return min(max((size for size in pages if size is not None), default=PAGE_SIZE), PAGE_LIMIT)
    return given.get("ids", given.get("representations"))


def sizes_of(variables: Mapping[str, object]) -> tuple[tuple[str, int], ...]:
    """The variables that can weigh on the cost: page sizes and lengths of lists, by name.

    In a fixed order, so that equal sizes make equal keys. Values are as the client sent them,
    before coercion: `100.0` is a fine `Int`, and null asks for the usual page.
    """
    sizes = []
    for name, value in variables.items():
        if value is None:
            sizes.append((name, PAGE_SIZE))
        elif isinstance(value, list):
            sizes.append((name, len(value)))
        elif isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
            sizes.append((name, int(min(max(value, 0), PAGE_LIMIT))))
    return tuple(sorted(sizes))


def default_sizes(operations: Iterable[OperationDefinitionNode]) -> dict[str, int]:
    """The sizes of variables that may be left out; the greatest where operations differ."""
    defaults: dict[str, int] = defaultdict(int)
    for operation in operations:
        for variable in operation.variable_definitions or ():
            size = _size(variable.default_value, {})
            if size is not None:
                name = variable.variable.name.value
                defaults[name] = max(defaults[name], size)
    return defaults


def _size(value: ValueNode | None, sizes: Mapping[str, int]) -> int | None:
    """The size that a value asks for: a length, or a whole number cut to what a page holds."""
    if isinstance(value, VariableNode):
        return sizes.get(value.name.value)
    if isinstance(value, ListValueNode):
        return len(value.values)
    if isinstance(value, IntValueNode):  # four signs suffice, and int() refuses 5,000 digits
        return min(max(int(value.value[:4]), 0), PAGE_LIMIT)
    return None
