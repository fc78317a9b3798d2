"""Assembly: one schema, a Federation 2 subgraph."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.federation.schema import FederationAny
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext
from strawberry.types.graphql import OperationType
from strawberry.types.info import Info

from permissions.guard import Guarded
from schema.limits.bounds import Limits
from schema.limits.extension import Gate, extension_of
from schema.limits.measure import Estimates
from schema.mutations import Mutation
from schema.query import Query
from schema.refetch import find_entities
from schema.rendering import CardExecution
from schema.subscription import Subscription

LIST_SIZES = {
    "Query.activatorClusters": 1_000,
    "Query.expertiseFields": 22,
    "Query.networks": 14,
    "Query.apiKeys": 10,
    "Query.charterVersions": 3,
    "Charter.commitments": 12,
    "CharterCommitment.kinds": 4,
    "Viewer.nextSteps": 5,
    "ConsultationStatistics.days": 30,
    "ConsultationStatistics.portals": 5,
    "ConsultationStatistics.viewers": 4,
    "ContactRequest.history": 10,
    "Diagnosis.expertise": 4,
    "Engagement.expertise": 4,
    "ContactRequest.offers": 3,
    "ContactRequest.chain": 2,
    "ContactRequestFigures.outcomes": 3,
    "Review.controls": 3,
    "Review.texts": 2,
    "Review.history": 5,
    "Query.markConditions": 5,
    "Activator.markConditions": 5,
    "Activator.markLicences": 2,
    "MarkLicence.failing": 2,
    "Activator.networks": 2,
    "Activator.expertise": 4,
    "Structure.managers": 3,
    "Structure.invitations": 10,
    "RosterReport.entries": 1_000,
    "RosterReport.absent": 1_000,
    "ActivatorFacets.kinds": 5,
    "ActivatorFacets.expertise": 22,
    "ActivatorFacets.networks": 14,
    "ActivatorFacets.departments": 109,
}
"""About how long the lists are that have no page, for the cost of a query."""

WORK = {
    "Query.activators": 500,
    "Query.activatorClusters": 1_000,
    "Structure.activators": 20,
    "Query.exportMyData": 2_000,
    "Query.contactRequests": 100,
    "Activator.contactRequests": 50,
    "Query.declaredEngagements": 100,
    "Activator.declaredEngagements": 50,
    "DeclaredEngagementConnection.totalCount": 50,
    "ContactRequestConnection.totalCount": 50,
    "Activator.reviews": 20,
    "Activator.recommendations": 20,
    "ReviewConnection.totalCount": 5,
    "RecommendationConnection.totalCount": 5,
    "Viewer.nextSteps": 50,
    "Query.markLicences": 50,
    "Activator.markConditions": 50,
    "Structure.managers": 50,
    "Structure.invitations": 50,
    "Network.activators": 500,
    "Network.structures": 100,
    "Query.contactFigures": 5_000,
    "Activator.consultations": 50,
    "ConsultationStatistics.comparable": 500,
    "Mutation.registerActivator": 5_000,
    "Mutation.updateActivatorProfile": 5_000,
    "Mutation.syncRoster": 8_000,
}
"""What takes more than its answer shows, in the time of as many values: what reads search in a
directory of 100,000; a roster of 1,000 entries, of which one request may hold two; Markdown that is
made to take long."""


class Schema(strawberry.federation.Schema):
    """The subgraph."""

    gate: Gate

    def cost(self, query: str, variables: Mapping[str, object]) -> int:
        """Say what an operation costs, before it runs: see `schema.limits.measure`."""
        return self.gate.cost(self._schema, query, variables)

    def kind(self, query: str, name: str | None) -> OperationType | None:
        """Say what the named or only operation of a document is, before it runs."""
        return self.gate.kind(query, name)

    async def entities_resolver(  # type: ignore[override]
        self, info: Info[Any, Any], representations: list[FederationAny]
    ) -> list[FederationAny]:
        """Find a gateway's entities as `node` finds objects, never from what the client sent."""
        return await find_entities(info, representations)  # type: ignore[return-value]

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Log nothing here: `schema.errors` logs what is ours, without what the client sent."""


@cache
def build_schema(limits: Limits) -> Schema:
    """Assemble the schema, once for the same limits; the caches of checked documents live in it."""
    gate = Gate(limits, Estimates(LIST_SIZES, WORK))
    schema = Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        execution_context_class=CardExecution,
        extensions=[extension_of(gate)],
        schema_directives=[Guarded],
        config=StrawberryConfig(auto_camel_case=True),
    )
    schema.gate = gate
    return schema
