"""What a resolver of the wire finds beside its arguments."""

from dataclasses import dataclass
from functools import cached_property

from strawberry.types import Info as StrawberryInfo

from models import tables
from models.api_keys import Scope
from permissions.viewer import Viewer
from resolvers.charter_standing import CharterAcceptances
from resolvers.consultations.comparing import ComparablePages
from resolvers.consultations.statistics import Statistics
from resolvers.consultations.visitors import Visitor
from resolvers.contact.asked_activators import AskedActivators
from resolvers.contact.chains import Chains, Offers
from resolvers.contact.history import Histories
from resolvers.contact.outcomes import Diagnoses, Engagements
from resolvers.contact.thread import Threads
from resolvers.declarations.loading import SeenEngagements
from resolvers.directory.directory import Directory
from resolvers.links.profile_links import DeadLinks
from resolvers.live.hub import Watch
from resolvers.mark.loading import Licences, MarkFindings
from resolvers.moderation.sanctions import Sanctions
from resolvers.moderation.subjects import CaseReviews, Reports, WaitingTexts
from resolvers.platform import Platform
from resolvers.portals import check_scope
from resolvers.rate_limits import Limit
from resolvers.reviews.doubts import Doubts
from resolvers.reviews.helped import Helped
from resolvers.reviews.life import PartsOfReviews, ReviewsOf
from resolvers.reviews.listing import ReviewCounts, ReviewPages


@dataclass(frozen=True)
class Context:
    """One operation: who asks, and of what."""

    viewer: Viewer
    platform: Platform
    request_id: str
    address: str
    """Where the client is, as it is counted: see `schema.client_address`."""
    watch: Watch | None = None
    """Of a subscription: what has it answered anew."""
    visitor: Visitor | None = None
    """Who looks, where looking at a page is counted: not in a subscription."""

    @property
    def directory(self) -> Directory:
        """The live directory: what most resolvers read; raises Forbidden for a key that may not.

        Every field that reads it comes by here.
        """
        check_scope(self.viewer, Scope.DIRECTORY_READ)
        return self.platform.directory

    async def check_rate(self, limit: Limit, *, email: str | None = None) -> None:
        """Count one of what is limited; raises RateLimited, a Refusal.

        What the client gave as an e-mail address counts too, whatever it is: known or not.
        """
        limits = self.platform.rate_limits
        await limits.check(limit, self.viewer, self.address, email=email)

    @cached_property
    def charter_acceptances(self) -> CharterAcceptances:
        """The loader of this operation, for all activators that it shows."""
        return CharterAcceptances(self.platform.database)

    @cached_property
    def dead_links(self) -> DeadLinks:
        """The loader of this operation, for all activators that it shows."""
        return DeadLinks(self.platform.database)

    @cached_property
    def helped(self) -> Helped:
        """The loader of this operation, for all activators that it shows."""
        return Helped(self.platform.database, self.viewer)

    @cached_property
    def asked_activators(self) -> AskedActivators:
        """The loader of this operation, for all contact requests that it shows."""
        return AskedActivators(self.platform.directory, self.viewer)

    @cached_property
    def contact_histories(self) -> Histories:
        """The loader of this operation, for all contact requests that it shows."""
        return Histories(self.platform.database)

    @cached_property
    def contact_threads(self) -> Threads:
        """The loader of this operation, for all contact requests that it shows."""
        return Threads(self.platform)

    @cached_property
    def contact_diagnoses(self) -> Diagnoses:
        """The loader of this operation, for all contact requests that it shows."""
        return Diagnoses(self.platform)

    @cached_property
    def contact_engagements(self) -> Engagements:
        """The loader of this operation, for all contact requests that it shows."""
        return Engagements(self.platform)

    @cached_property
    def contact_offers(self) -> Offers:
        """The loader of this operation, for all contact requests that it shows."""
        return Offers(self.platform.database)

    @cached_property
    def seen_engagements(self) -> SeenEngagements:
        """The loader of this operation, for all cases about declared engagements."""
        return SeenEngagements(self.platform, self.viewer)

    @cached_property
    def contact_chains(self) -> Chains:
        """The loader of this operation, for all contact requests that it shows."""
        return Chains(self.platform.database)

    @cached_property
    def mark_findings(self) -> MarkFindings:
        """The loader of this operation, for all activators that it shows."""
        return MarkFindings(self.platform)

    @cached_property
    def mark_licences(self) -> Licences:
        """The loader of this operation, for all activators that it shows."""
        return Licences(self.platform.database)

    @cached_property
    def case_reviews(self) -> CaseReviews:
        """The loader of this operation, for all cases that it shows."""
        return CaseReviews(self.platform, self.viewer)

    @cached_property
    def waiting_texts(self) -> WaitingTexts:
        """The loader of this operation, for all cases that it shows."""
        return WaitingTexts(self.platform)

    @cached_property
    def profile_reports(self) -> Reports:
        """The loader of this operation, for all cases that it shows."""
        return Reports(self.platform)

    @cached_property
    def sanctions(self) -> Sanctions:
        """The loader of this operation, for all activators that it shows."""
        return Sanctions(self.platform.database)

    @cached_property
    def review_texts(self) -> PartsOfReviews:
        """The loader of this operation, for all reviews that it shows."""
        return PartsOfReviews(self.platform.database, tables.review_text.c.review_id)

    @cached_property
    def review_histories(self) -> PartsOfReviews:
        """The loader of this operation, for all reviews that it shows."""
        return PartsOfReviews(self.platform.database, tables.review_history.c.review_id)

    @cached_property
    def reviews_of_requests(self) -> ReviewsOf:
        """The loader of this operation, for all contact requests that it shows."""
        return ReviewsOf(self.platform.database, tables.review.c.request_id)

    @cached_property
    def reviews_of_engagements(self) -> ReviewsOf:
        """The loader of this operation, for all declared engagements that it shows."""
        return ReviewsOf(self.platform.database, tables.review.c.engagement_id)

    @cached_property
    def consultations(self) -> Statistics:
        """The loader of this operation, for all activators that it shows."""
        return Statistics(self.platform.database)

    @cached_property
    def comparable_pages(self) -> ComparablePages:
        """The loader of this operation, for all activators that it shows."""
        return ComparablePages(self.platform.database, self.viewer)

    @cached_property
    def review_pages(self) -> ReviewPages:
        """The loader of this operation, for all activators that it shows."""
        return ReviewPages(self.platform, self.viewer)

    @cached_property
    def review_counts(self) -> ReviewCounts:
        """The loader of this operation, for all activators that it shows."""
        return ReviewCounts(self.platform)

    @cached_property
    def review_doubts(self) -> Doubts:
        """The loader of this operation, for all reviews that it shows."""
        return Doubts(self.platform)


Info = StrawberryInfo[Context, None]
