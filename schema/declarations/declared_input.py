"""What a company fills in to declare an engagement."""

from datetime import date

import strawberry

from models.accounts import Language
from resolvers.declarations.given import GivenEngagement
from schema.nodes import find_number


@strawberry.input(
    description="A company declares what a solution provider did for it (charter, article 4). What "
    "it says is encrypted, and read by the two of them; in a dispute by a moderator, too."
)
class DeclareEngagementInput:
    """What is declared, and of whom."""

    provider: strawberry.ID = strawberry.field(
        description="The solution provider: the id of its `Activator`."
    )
    company: str = strawberry.field(
        description="The company's name: 1 to 200 characters, without links."
    )
    name: str = strawberry.field(
        description="The name of who speaks for it: 1 to 100 characters, without links."
    )
    email: str = strawberry.field(
        description="Their e-mail address, to which the private link goes."
    )
    what: str = strawberry.field(
        description="What the provider did: plain text of several lines, 1 to 2,000 characters, "
        "without links."
    )
    engaged_on: date = strawberry.field(
        description="The day of it, or its last one: not to come, and at most 24 months ago."
    )
    proof: str = strawberry.field(
        description="What proves it, such as an invoice's number: 1 to 200 characters, without "
        "links. The provider looks for it, and in a dispute a moderator."
    )
    consent: bool = strawberry.field(
        description="Whether the person agrees that all this is kept and transmitted to the "
        "provider, and to a moderator in a dispute. It must be true: nothing is transmitted "
        "without (RGPD, article 6)."
    )
    siret: str | None = strawberry.field(
        default=None, description="The company's SIRET, if it has one: 14 digits (INSEE, Sirene)."
    )
    language: Language = strawberry.field(
        default=Language.FR, description="The language of the mails to the company."
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="A name for this declaration, 8 to 200 characters, such as a new UUID. Sent "
        "again with the same input it gives the same engagement and sends nothing; with another "
        "input it is refused with `CONFLICT`. Keys are each network's own, or each account's; "
        "visitors share theirs, so that only one that nobody guesses is safe.",
    )

    def plain(self) -> GivenEngagement:
        """Give it in plain words; raises NotFound for an id of another type."""
        return GivenEngagement(
            activator_id=find_number("provider", self.provider, "Activator"),
            company=self.company,
            siret=self.siret,
            name=self.name,
            email=self.email,
            what=self.what,
            engaged_on=self.engaged_on,
            proof=self.proof,
            consent=self.consent,
            language=self.language,
            idempotency_key=self.idempotency_key,
        )
