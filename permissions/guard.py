"""The guard: how a field of the schema asks the rule book, and how the SDL prints it.

A type wraps its row and carries what the viewer may do with it (`grants`). A field made by
`of_row` reads the row's attribute of the same name; with `guard=` it reads it only where the
permission is granted, and is null elsewhere, without an error.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

import strawberry
from strawberry.schema_directive import Location
from strawberry.types.field import StrawberryField
from strawberry.types.info import Info

from permissions.permission import Permission

strawberry.enum(
    Permission,
    name="Permission",
    description="What a viewer may or may not do with an activator: the columns of the rule book.",
)


def describe_values(descriptions: Mapping[Enum, str]) -> None:
    """Give the values of an enum of the wire their sentences."""
    for member, description in descriptions.items():
        definition = type(member).__strawberry_definition__  # type: ignore[attr-defined]
        value = next(value for value in definition.values if value.name == member.name)
        value.description = description


describe_values({permission: permission.value for permission in Permission})


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="guarded",
    description="The field is null for a viewer to whom the rule book denies this permission.",
)
class Guarded:
    """Printed beside a guarded field, so that the committed SDL is the public rule book."""

    by: Permission = strawberry.directive_field(name="by")


class RowField(StrawberryField):
    """A field that reads its row's attribute, if the viewer may."""

    attribute: str
    permission: Permission | None = None
    wrap: Callable[[Any], Any] | None = None

    def get_result(self, source: Any, info: Info | None, args: list[Any], kwargs: Any) -> Any:
        """Read the row, or nothing where the permission is not granted."""
        if self.permission is not None and self.permission not in source.grants:
            return None
        value = getattr(source.row, self.attribute or self.python_name)
        return value if self.wrap is None or value is None else self.wrap(value)


def of_row(
    description: str,
    *,
    guard: Permission | None = None,
    attribute: str = "",
    wrap: Callable[[Any], Any] | None = None,
) -> Any:
    """Declare a field that reads the wrapped row.

    `guard` names the permission it needs, `attribute` the row's attribute where it has another
    name, `wrap` makes a type of the wire of a value that is there.
    """
    field = RowField(description=description, directives=(Guarded(by=guard),) if guard else ())
    field.permission, field.attribute, field.wrap = guard, attribute, wrap
    field.init = field.repr = field.compare = False
    return field


def each(wrap: Callable[..., Any]) -> Callable[[Any], Any]:
    """Wrap every row of a list."""
    return lambda rows: [wrap(row=row) for row in rows]
