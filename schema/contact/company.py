"""The company that asks, as the parties of its request read it."""

from typing import Self

import strawberry

from resolvers.contact.content import Content
from resolvers.contact.finding import SeenRequest
from schema.contact.states import CompanySize
from schema.context import Info
from schema.expertise import Sector
from schema.territories import Territory


@strawberry.type(description="The company that asks, and the person who speaks for it.")
class RequestingCompany:
    """What the parties alone read."""

    name: str = strawberry.field(description="The company's name.")
    siret: str | None = strawberry.field(description="Its SIRET, 14 digits; null if not given.")
    size: CompanySize = strawberry.field(description="How many people work there.")
    sector: Sector | None = strawberry.field(
        description="Its section of the NAF; null if not given."
    )
    commune: Territory | None = strawberry.field(
        description="The commune where it is; null where that is none any more."
    )
    person: str = strawberry.field(description="The name of the person.")
    email: str = strawberry.field(description="The person's e-mail address.")
    phone: str | None = strawberry.field(description="The person's phone number (E.164), if given.")

    @classmethod
    def of(cls, info: Info, seen: SeenRequest, content: Content) -> Self:
        """Say who, from what was opened and what stands in clear."""
        reference = info.context.platform.directory.snapshot.reference
        sector = reference.sectors.get(seen.row.sector_code or "")
        commune = reference.territories.get(content["commune"] or "")
        return cls(
            name=content["company"],
            siret=content["siret"],
            size=seen.row.size,
            sector=None if sector is None else Sector(row=sector),
            commune=None if commune is None else Territory(row=commune),
            person=content["name"],
            email=content["email"],
            phone=content["phone"],
        )
