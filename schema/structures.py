"""Structures: the legal persons that activators are attached to."""

from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from permissions.guard import of_row
from permissions.permission import Permission
from resolvers.activators import Grants, find_activators
from resolvers.directory import rows
from resolvers.directory.criteria import Criteria
from resolvers.directory.orders import Order
from resolvers.employment import activators_to_confirm
from resolvers.paging import window
from resolvers.structure_duties import vouches_or_tends
from resolvers.structure_people import invitations_of, managers_of
from resolvers.structures import SeenStructure, get_structure, is_siret, networks_shown
from schema.context import Info
from schema.employments import Employment
from schema.invitations import Invitation, StructureManager
from schema.networks import Network
from schema.nodes import Node, global_id, read_number
from schema.pages import After, First
from schema.territories import Address

if TYPE_CHECKING:
    from schema.connections import ActivatorConnection


@strawberry.federation.type(
    keys=["id", "siret"],
    description="A legal person, known by its SIRET. It exists for those who may see one of its "
    "activators, for its managers, those of the networks that federate it, and staff.",
)
class Structure(Node):
    """A structure, and what the viewer may do with one of its activators."""

    row: strawberry.Private[rows.StructureRow]
    grants: strawberry.Private[Grants]
    id: strawberry.ID = of_row("Opaque and unique.", wrap=lambda key: global_id("Structure", key))
    siret: str | None = of_row("Its SIRET: 14 digits (INSEE, Sirene).")
    name: str = of_row("Its legal name.")
    legal_form: str | None = of_row("Its legal form, as its network declares it.")

    address: Address | None = of_row(
        "Its address, for those who see one of its activators on the map.",
        guard=Permission.SEE_ON_MAP,
        wrap=lambda row: Address(row=row),
    )

    @strawberry.field(
        description="The networks that federate it, of which the viewer sees an activator there."
    )
    def networks(self, info: Info) -> list[Network]:
        """List them."""
        context = info.context
        shown = networks_shown(context.directory.snapshot, context.viewer, self.row)
        return [Network(row=row) for row in shown]

    @strawberry.field(description="Its activators that the viewer may see, by name.")
    async def activators(
        self, info: Info, first: First = None, after: After = None
    ) -> Annotated["ActivatorConnection", strawberry.lazy("schema.connections")]:
        """Page through its activators."""
        from schema.connections import ActivatorConnection  # noqa: PLC0415  it ranks above

        found = await find_activators(
            info.context.directory,
            info.context.viewer,
            Criteria(structure_id=self.row.id),
            order=Order.NAME,
            window=window(first, after),
            today=info.context.platform.now().date(),
        )
        return ActivatorConnection(found=found)

    @strawberry.field(
        description="Whether somebody named it while registering and neither its managers nor "
        "staff have said yet that it is what it says (`confirmStructure`). Null but for those who "
        "tend it (`updateStructure` says who)."
    )
    def awaits_confirmation(self, info: Info) -> bool | None:
        """Say it to those whose duty it is."""
        context = info.context
        told = vouches_or_tends(context.directory.snapshot, context.viewer, self.row)
        return self.row.awaits_confirmation if told else None

    @strawberry.field(
        description="Who manages it, by address. Null but for those who tend it "
        "(`updateStructure` says who)."
    )
    async def managers(self, info: Info) -> list[StructureManager] | None:
        """List them for those who may know."""
        context = info.context
        rows = await managers_of(context.platform, context.viewer, self.row)
        return None if rows is None else [StructureManager(row=row) for row in rows]

    @strawberry.field(
        description="Its invitations that may still be accepted, the last one first. Null but for "
        "those who tend it (`updateStructure` says who)."
    )
    async def invitations(self, info: Info) -> list[Invitation] | None:
        """List them for those who may know."""
        context = info.context
        rows = await invitations_of(context.platform, context.viewer, self.row)
        return None if rows is None else [Invitation(row=row) for row in rows]

    @strawberry.field(
        description="Who is to be confirmed to work there (`confirmEmployment`): first who "
        "declared that it has come, then active ones whom it did not confirm for a year, or never; "
        "at most 100. Null but for its managers, moderators and administrators."
    )
    async def activators_to_confirm(self, info: Info) -> list[Employment] | None:
        """List them for those who vouch for it."""
        context = info.context
        rows = await activators_to_confirm(context.platform, context.viewer, self.row.id)
        return None if rows is None else [Employment(row=row) for row in rows]

    @classmethod
    def of(cls, seen: SeenStructure) -> Self:
        """Wrap a structure that the viewer sees."""
        return cls(row=seen.row, grants=seen.grants)

    @classmethod
    async def find(
        cls, info: Info, *, id: strawberry.ID | None = None, siret: str | None = None
    ) -> Self | None:
        """Find one by id or by SIRET; None where there is none that the viewer may see."""
        number = None if id is None else read_number("id", id, "Structure")
        key = siret if siret is not None and is_siret(siret) else number
        if key is None:
            return None
        found = await get_structure(info.context.directory, info.context.viewer, key)
        return None if found is None else cls.of(found)
