"""A structure, as people name it when they join or change."""

import strawberry

from resolvers.structure_founding import GivenStructure


@strawberry.input(
    description="A structure, by its SIRET. All of it is asked for, and used only where the "
    "directory has no structure of this SIRET yet."
)
class StructureInput:
    """What is said of it."""

    siret: str = strawberry.field(description="Its SIRET: 14 digits (INSEE, Sirene).")
    name: str = strawberry.field(description="Its legal name: 1 to 200 characters.")
    postal_code: str = strawberry.field(description="Its postal code: 5 digits.")
    city: str = strawberry.field(description="Its city: 1 to 100 characters.")
    legal_form: str | None = strawberry.field(
        default=None, description="Its legal form: at most 100 characters."
    )
    address_line: str | None = strawberry.field(
        default=None, description="Number and street: at most 300 characters."
    )
    commune_code: str | None = strawberry.field(
        default=None, description="The code of its commune, as `COM-01283`."
    )

    def plain(self) -> GivenStructure:
        """Give it in plain words."""
        return GivenStructure(
            siret=self.siret,
            name=self.name,
            postal_code=self.postal_code,
            city=self.city,
            legal_form=self.legal_form,
            address_line=self.address_line,
            commune_code=self.commune_code,
        )
