"""The guard: how a field of the schema asks the rule book, and how the SDL prints it.

A type wraps its row and carries what the viewer may do with it (`grants`). A field made by
`of_row` reads the row's attribute of the same name; with `guard=` it reads it only where the
permission is granted, and is null elsewhere, without an error.
"""

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

    permission: Permission | None = None

    def get_result(self, source: Any, info: Info | None, args: list[Any], kwargs: Any) -> Any:
        """Read the row, or nothing where the permission is not granted."""
        if self.permission is not None and self.permission not in source.grants:
            return None
        return getattr(source.row, self.python_name)


def of_row(description: str, *, guard: Permission | None = None, name: str | None = None) -> Any:
    """Declare a field that reads the wrapped row; `guard` names the permission it needs."""
    field = RowField(
        graphql_name=name,
        type_annotation=None,
        description=description,
        directives=(Guarded(by=guard),) if guard else (),
    )
    field.permission = guard
    field.init = field.repr = field.compare = False
    return field
