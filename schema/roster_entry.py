"""An entry of a roster, as a network sends it."""

import strawberry

from models.activators import ActivatorKind
from resolvers.roster_entries import GivenEntry

CODES = "an unknown one has the entry rejected."


@strawberry.input(
    description="An activator, as its network declares it: what a line of a roster in CSV says "
    "(`import-roster`), typed. Texts are trimmed; an empty one is as none. What is wrong of its "
    "values has this entry rejected, and no other."
)
class RosterEntryInput:
    """What is said of one."""

    external_id: str = strawberry.field(
        description="The network's own number for it, 1 to 100 characters: with the network, the "
        "key by which it is found again."
    )
    kind: ActivatorKind = strawberry.field(description="Its kind (charter, article 2).")
    given_name: str = strawberry.field(description="1 to 100 characters.")
    family_name: str = strawberry.field(description="1 to 100 characters.")
    siret: str = strawberry.field(
        description="The SIRET of its structure: 14 digits (INSEE, Sirene). The structure is "
        "founded where there is none, and joins the network."
    )
    structure_name: str = strawberry.field(
        description="The structure's legal name: 1 to 200 characters. The first entry of a SIRET "
        "sets the structure's details, while the network enrols everyone who works there and "
        "nobody edited them here."
    )
    postal_code: str = strawberry.field(description="Of the address: 5 digits, as `01100`.")
    email: str | None = strawberry.field(default=None, description="Its e-mail address.")
    phone: str | None = strawberry.field(
        default=None,
        description="Its phone number; a local one, as `01 99 00 12 34`, is of the postal code's "
        "numbering plan.",
    )
    structure_legal_form: str | None = strawberry.field(
        default=None, description="The structure's legal form: at most 100 characters."
    )
    address: str | None = strawberry.field(
        default=None, description="Number and street: at most 300 characters."
    )
    commune_code: str | None = strawberry.field(
        default=None,
        description="Its commune, as `COM-01283`; the INSEE code alone, `01283`, will do. One that "
        "is no more (merged since) is left out.",
    )
    city: str | None = strawberry.field(
        default=None, description="At most 100 characters; by default the commune's name."
    )
    latitude: float | None = strawberry.field(
        default=None,
        description="Degrees (WGS 84) from -90 to 90, with the longitude or without both: then "
        "the commune's position stands for it, or the postal code's.",
    )
    longitude: float | None = strawberry.field(
        default=None, description="Degrees (WGS 84) from -180 to 180."
    )
    expertise: list[str] = strawberry.field(
        default_factory=list, description=f"Codes of `expertiseFields`; {CODES}"
    )
    sectors: list[str] = strawberry.field(
        default_factory=list, description=f"Letters of sections of the NAF, A to U; {CODES}"
    )
    serves: list[str] = strawberry.field(
        default_factory=list,
        description=f"Codes of territories, as `REG-84`, `DEP-01` or `COM-01283`; {CODES}",
    )
    headline: str | None = strawberry.field(
        default=None, description="What it does, in a line: at most 200 characters."
    )
    website: str | None = strawberry.field(
        default=None, description="The address of its website, `https://` or `http://`."
    )
    remote: bool = strawberry.field(
        default=False, description="Whether it also helps at a distance."
    )

    def plain(self) -> GivenEntry:
        """Give it in plain words."""
        return GivenEntry(**{name: getattr(self, name) for name in GivenEntry._fields})
