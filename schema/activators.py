"""Activators, as the wire shows them: a card, and what the viewer may do with it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from models.activators import ActivatorKind
from permissions.guard import Guarded, each, of_row
from permissions.permission import Permission
from resolvers.absences import absence_of, today_of
from resolvers.activators import Grants, Seen, get_activators
from resolvers.consultations.days import period_of
from resolvers.contact.listing import sees_those_of
from resolvers.directory import cards
from resolvers.directory.slugs import id_of
from resolvers.links.profile_links import broken_links
from resolvers.paris_days import day_of
from resolvers.refusal import InvalidInput
from resolvers.structures import structure_grants
from schema.absence import Absence
from schema.activator_actions import ActivatorActions
from schema.activator_states import ActivatorState
from schema.charter import CharterAcceptance
from schema.completion import ProfileCompletion
from schema.consultations.statistics import ConsultationStatistics, From, To
from schema.context import Info
from schema.declarations.of_activator import EngagementsOfActivator
from schema.enrolments import Enrolment
from schema.expertise import ExpertiseField, Sector
from schema.mark.of_activator import MarkOfActivator
from schema.moderation.of_activator import SanctionsOfActivator
from schema.networks import Network
from schema.nodes import Node, global_id, read_number
from schema.pages import After, First
from schema.profile_parts import Reference, Video
from schema.pure import PURE, PURE_ON_MAP
from schema.reviews.of_activator import ReviewsOfActivator
from schema.reviews.rating import Rating
from schema.structures import Structure
from schema.territories import Address, Position, Territory

if TYPE_CHECKING:
    from schema.contact.connection import ContactRequestConnection, ContactRequestFilter


@strawberry.federation.type(
    keys=["id"],
    description="Somebody who helps small companies through their digital transformation: a "
    "natural person attached to a structure, of one kind (charter, article 2).",
)
class Activator(
    ReviewsOfActivator, MarkOfActivator, SanctionsOfActivator, EngagementsOfActivator, Node
):
    """An activator."""

    row: strawberry.Private[cards.Card]
    grants: strawberry.Private[Grants]
    id: strawberry.ID = of_row("Opaque and unique.", wrap=lambda key: global_id("Activator", key))
    slug: str = of_row(
        "A name for addresses. It changes with the person's name; an old one still finds the page."
    )
    kind: ActivatorKind = of_row("Its kind.")
    display_name: str = of_row("Given name and family name.")
    headline: str | None = of_row("What it does, in a line.")
    presentation: str | None = of_row(
        "What it does, in its own words: plain text or Markdown (CommonMark). What is written here "
        "has neither HTML nor images, and its links lead to `http`, `https` or `mailto` addresses."
    )
    networks: list[Network] = of_row("The networks that enrol it.", wrap=each(Network))
    expertise: list[ExpertiseField] = of_row("Where it advises.", wrap=each(ExpertiseField))
    sectors: list[Sector] = of_row(
        "The sections of activities that it knows; empty: no one in particular.", wrap=each(Sector)
    )
    serves: list[Territory] = of_row("The territories where it works.", wrap=each(Territory))
    remote: bool = of_row("Whether it also helps at a distance.")
    languages: list[str] = of_row("The languages that it speaks (ISO 639-1 codes).")
    pricing: str | None = of_row("What it asks for its services, in simple words (article 4).")
    references: list[Reference] = of_row("Work that it quotes.", wrap=each(Reference))
    videos: list[Video] = of_row("Videos that it shows.", wrap=each(Video))
    position: Position | None = of_row(
        "Where it is.", guard=Permission.SEE_ON_MAP, wrap=lambda row: Position(row=row)
    )
    address: Address | None = of_row(
        "Where it works.", guard=Permission.SEE_ON_MAP, wrap=lambda row: Address(row=row)
    )
    website_url: str | None = of_row(
        "Its website, to discover its offers (« découvrir les offres », article 3).",
        guard=Permission.FOLLOW_WEBSITE,
    )
    email: str | None = of_row("Its e-mail address.", guard=Permission.READ_COORDINATES)
    phone: str | None = of_row(
        "Its phone number (E.164: `+33…`).", guard=Permission.READ_COORDINATES
    )
    rating: Rating | None = of_row(
        "Its stars, from its published reviews; null where it has none. Everyone sees them from "
        "the fifth published review on (charter, article 4); the activator, the managers of its "
        "structure and networks, staff and institutions always.",
        guard=Permission.SEE_STARS,
        wrap=lambda row: Rating(row=row),
    )
    confirmed_at: datetime | None = of_row("When its profile was last said to be true.")
    version: int | None = of_row(
        "Grows with each change of its page; `updateActivatorProfile` asks for it.",
        guard=Permission.EDIT,
    )
    completion: ProfileCompletion | None = of_row(
        "How much of its profile is filled in.",
        guard=Permission.EDIT,
        wrap=lambda row: ProfileCompletion(row=row),
    )
    listed: bool | None = of_row(
        "Whether it is listed while it is active: its profile was confirmed in time, and it has "
        "not left its structure.",
        guard=Permission.READ_MEMBERSHIP,
    )
    lapsed_at: datetime | None = of_row(
        "Since when its profile, not confirmed for too long, is out of the directory.",
        guard=Permission.READ_MEMBERSHIP,
    )
    left_at: datetime | None = of_row(
        "Since when it is no longer with its structure, and not yet with another.",
        guard=Permission.READ_MEMBERSHIP,
    )
    employed_at: datetime | None = of_row(
        "When its structure last confirmed that it works there.", guard=Permission.READ_MEMBERSHIP
    )
    state: ActivatorState | None = of_row(
        "Where its membership stands.", guard=Permission.READ_MEMBERSHIP
    )
    state_reason: str | None = of_row(
        "Why its state last changed, as it was told; null where nobody said. It is "
        "`charter-not-accepted` where the service suspended it for not accepting the charter in "
        "time.",
        guard=Permission.READ_MEMBERSHIP,
    )
    state_changed_at: datetime | None = of_row(
        "When its state last changed; null where it never did.", guard=Permission.READ_MEMBERSHIP
    )
    enrolments: list[Enrolment] | None = of_row(
        "Its numbers in the rosters of networks.",
        guard=Permission.READ_MEMBERSHIP,
        wrap=each(Enrolment),
    )

    @strawberry.field(metadata=PURE_ON_MAP, description="The legal person that it is attached to.")
    def structure(self, info: Info) -> Structure:
        """Give its structure: its place shows if this or another activator there shows on a map."""
        granted = self.grants
        if Permission.SEE_ON_MAP not in granted:
            snapshot = info.context.directory.snapshot
            granted = structure_grants(snapshot, info.context.viewer, self.row.structure.id)
        return Structure(row=self.row.structure, grants=granted)

    @strawberry.field(
        directives=[Guarded(by=Permission.READ_MEMBERSHIP)],
        description="The last version of the charter that it accepted (article 3); null where it "
        "accepted none.",
    )
    async def charter_acceptance(self, info: Info) -> CharterAcceptance | None:
        """Load it."""
        if Permission.READ_MEMBERSHIP not in self.grants:
            return None
        found = await info.context.charter_acceptances.load(self.row.id)
        return None if found is None else CharterAcceptance(row=found)

    @strawberry.field(
        directives=[Guarded(by=Permission.EDIT)],
        description="Links of its profile that failed three times in a row when the service asked "
        "them, on different days. Each is there until it answers again, or is in the profile no "
        "more (article 3).",
    )
    async def broken_links(self, info: Info) -> list[str] | None:
        """Load them."""
        if Permission.EDIT not in self.grants:
            return None
        return await broken_links(info.context.dead_links, self.row)

    @strawberry.field(
        description="What it is asked, the newest first: for itself, the managers of its structure "
        "and networks, institutions (the State, its region), moderators and administrators; null "
        "for others, who find what they asked in `contactRequests`."
    )
    async def contact_requests(
        self,
        info: Info,
        filter: Annotated[
            Annotated["ContactRequestFilter", strawberry.lazy("schema.contact.connection")] | None,
            strawberry.argument(description="Which ones; all by default."),
        ] = None,
        first: First = None,
        after: After = None,
    ) -> Annotated["ContactRequestConnection", strawberry.lazy("schema.contact.connection")] | None:
        """Page through them."""
        from schema.contact.connection import find_requests  # noqa: PLC0415  it ranks above

        if not sees_those_of(info.context.viewer, self.row):
            return None
        return await find_requests(info, filter, first, after, of=self.row.id)

    @strawberry.field(
        description="When it is away, if it is today or will be; null else. It may be asked "
        "meanwhile, and `requestContact` then offers others."
    )
    def away(self, info: Info) -> Absence | None:
        """Look at the day where it is."""
        today = today_of(info.context.platform, self.row)
        found = absence_of(self.row, today)
        return None if found is None else Absence(begins=found.begins, ends=found.ends)

    @strawberry.field(
        directives=[Guarded(by=Permission.SEE_CONSULTATIONS)],
        description="How often its page was consulted, over at most 366 days, the last thirty by "
        "default (charter, article 5). `BAD_USER_INPUT` for days that have not come yet, are in no "
        "order or are too many.",
    )
    async def consultations(
        self, info: Info, first_day: From = None, last_day: To = None
    ) -> ConsultationStatistics | None:
        """Say over which days; each figure is read where it is asked for."""
        if Permission.SEE_CONSULTATIONS not in self.grants:
            return None
        today = day_of(info.context.platform.now())
        period = period_of(first_day, last_day, today)
        return ConsultationStatistics(card=self.row, period=period)

    @strawberry.field(metadata=PURE, description="What the viewer may do with it.")
    def viewer_may(self) -> ActivatorActions:
        """Give the rule book's answers."""
        return ActivatorActions(row=self.row, grants=self.grants)

    @classmethod
    def of(cls, seen: Seen) -> Self:
        """Wrap an activator that the viewer sees."""
        return cls(row=seen.card, grants=seen.grants)

    @classmethod
    async def find(
        cls, info: Info, *, id: strawberry.ID | None = None, slug: str | None = None
    ) -> Self | None:
        """Find one by id or by slug; None where there is none that the viewer may see."""
        if (id is None) == (slug is None):
            raise InvalidInput("id", id, "an id or a slug, and not both")
        number = id_of(slug or "") if id is None else read_number("id", id, "Activator")
        if number is None:
            return None
        seen = (await get_activators(info.context.directory, info.context.viewer, [number]))[0]
        return None if seen is None else cls.of(seen)
