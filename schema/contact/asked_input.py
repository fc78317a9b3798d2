"""What a company fills in to ask an activator for help."""

import strawberry

from models.accounts import Language
from resolvers.contact.given_request import GivenCompany, GivenPerson, GivenRequest
from schema.contact.states import CompanySize
from schema.nodes import find_number


@strawberry.input(description="The company that asks (charter, article 4: TPE and PME).")
class AskingCompanyInput:
    """What is said of it."""

    name: str = strawberry.field(description="Its name: 1 to 200 characters, without links.")
    size: CompanySize = strawberry.field(description="How many people work there.")
    commune: str = strawberry.field(
        description="The code of the commune where it is, as `COM-01283`."
    )
    siret: str | None = strawberry.field(
        default=None, description="Its SIRET, if it has one: 14 digits (INSEE, Sirene)."
    )
    sector: str | None = strawberry.field(
        default=None, description="Its section of the NAF rev. 2: a letter, `A` to `U`."
    )

    def plain(self) -> GivenCompany:
        """Give it in plain words."""
        return GivenCompany(self.name, self.size, self.commune, self.siret, self.sector)


@strawberry.input(description="The person who speaks for the company.")
class AskingPersonInput:
    """What is said of them."""

    name: str = strawberry.field(description="Their name: 1 to 100 characters, without links.")
    email: str = strawberry.field(
        description="Their e-mail address, to which the acknowledgement and the private link go."
    )
    phone: str | None = strawberry.field(
        default=None,
        description="Their phone number; a local one is of where the company is.",
    )

    def plain(self) -> GivenPerson:
        """Give it in plain words."""
        return GivenPerson(self.name, self.email, self.phone)


@strawberry.input(
    description="A company asks one activator for help (charter, article 4). What it says of "
    "itself is encrypted, and read by the two of them alone."
)
class RequestContactInput:
    """What is asked, and of whom."""

    activator: strawberry.ID = strawberry.field(description="The activator that is asked.")
    company: AskingCompanyInput = strawberry.field(description="The company that asks.")
    person: AskingPersonInput = strawberry.field(description="Who speaks for it.")
    need: str = strawberry.field(
        description="What it needs, in its words: plain text of several lines, 1 to 5,000 "
        "characters."
    )
    consent: bool = strawberry.field(
        description="Whether the person agrees that all this is kept and transmitted to the "
        "activator, and to another one that the company agrees to. It must be true: nothing is "
        "transmitted without (RGPD, article 6; charter, article 4)."
    )
    idempotency_key: str = strawberry.field(
        description="A name for this asking, 8 to 200 characters, such as a new UUID. Sent again "
        "with the same input it gives the same request and sends nothing; with another input it "
        "is refused with `CONFLICT`. Keys are each network's own, or each account's; visitors "
        "share theirs, so that only one that nobody guesses is safe."
    )
    expertise: list[str] = strawberry.field(
        default_factory=list,
        description="What it is about: up to 10 codes of `expertiseFields`.",
    )
    language: Language = strawberry.field(
        default=Language.FR, description="The language of the mails to the company."
    )
    agrees_to_redirection: bool = strawberry.field(
        default=False,
        description="Whether the company agrees beforehand that the activator hands the request "
        "on to another one that may be asked. Else it is asked each time.",
    )

    def plain(self) -> GivenRequest:
        """Give it in plain words; raises NotFound for an id of another type."""
        return GivenRequest(
            activator_id=find_number("activator", self.activator, "Activator"),
            company=self.company.plain(),
            person=self.person.plain(),
            need=self.need,
            consent=self.consent,
            idempotency_key=self.idempotency_key,
            expertise=self.expertise,
            language=self.language,
            agrees_to_redirection=self.agrees_to_redirection,
        )
