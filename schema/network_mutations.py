"""Which structures networks federate, and who admits for them (mutations)."""

from typing import Annotated

import strawberry

from models.networks import AdmissionPolicy
from resolvers.network_actions import add_structure, remove_structure, set_admission_policy
from resolvers.refusal import InvalidInput, Refusal
from resolvers.structures import is_siret
from schema.context import Info
from schema.networks import Network
from schema.nodes import read_number
from schema.structure_mutations import WHY, StructurePayload
from schema.user_error import UserError

NETWORK = "The code of the network, such as `cci`."


@strawberry.input(one_of=True, description="A structure, named in one of two ways.")
class StructureKey:
    """A structure."""

    id: strawberry.Maybe[strawberry.ID] = strawberry.field(description="Its id.")
    siret: strawberry.Maybe[str] = strawberry.field(description="Its SIRET: 14 digits.")

    def plain(self) -> int | str | None:
        """Give its number or SIRET; None for what names none."""
        if self.id:
            return read_number("structure.id", self.id.value, "Structure")
        siret = self.siret.value if self.siret else ""
        if not is_siret(siret):
            raise InvalidInput("structure.siret", siret, "14 digits")
        return siret


@strawberry.input(description="A structure that a network federates, or no longer does.")
class NetworkStructureInput:
    """What is asked."""

    network: str = strawberry.field(description=NETWORK)
    structure: StructureKey = strawberry.field(description="The structure.")


@strawberry.input(description="Who is to admit the activators of a network.")
class SetAdmissionPolicyInput:
    """What is asked."""

    network: str = strawberry.field(description=NETWORK)
    policy: AdmissionPolicy = strawberry.field(description="Who admits them.")


@strawberry.type(description="What became of a network.")
class SetAdmissionPolicyPayload:
    """The answer."""

    network: Network | None = strawberry.field(
        description="The network after it; null where it was refused."
    )
    user_errors: list[UserError] = strawberry.field(description=WHY)


@strawberry.type
class NetworkMutations:
    """The mutations of networks."""

    @strawberry.mutation(
        description="Have a network federate a structure: administrators and the network's "
        "managers, any structure that they may see. It does not give them the pages of those who "
        "work there (an enrolment does), nor the structure itself, but while the network enrols "
        "everyone who works there. One that it federates already stays so, without an error."
    )
    async def add_structure_to_network(
        self,
        info: Info,
        input: Annotated[NetworkStructureInput, strawberry.argument(description="Which, where.")],
    ) -> StructurePayload:
        """Add one."""
        context = info.context
        try:
            seen = await add_structure(
                context.platform,
                context.viewer,
                network=input.network,
                structure=input.structure.plain(),
            )
        except Refusal as refusal:
            return StructurePayload.refused(refusal)
        return StructurePayload.of(seen)

    @strawberry.mutation(
        description="Have a network federate a structure no more: administrators and the network's "
        "managers. Those whom the network enrols there stay enrolled, and its managers go on "
        "owning their pages (`unenrolActivator`). Its next roster that names the structure brings "
        "it back. One that it does not federate stays so, without an error."
    )
    async def remove_structure_from_network(
        self,
        info: Info,
        input: Annotated[NetworkStructureInput, strawberry.argument(description="Which, where.")],
    ) -> StructurePayload:
        """Remove one."""
        context = info.context
        try:
            seen = await remove_structure(
                context.platform,
                context.viewer,
                network=input.network,
                structure=input.structure.plain(),
            )
        except Refusal as refusal:
            return StructurePayload.refused(refusal)
        return StructurePayload.of(seen)

    @strawberry.mutation(
        description="Say who admits the activators of a network: administrators. With `BY_NETWORK` "
        "its managers admit and refuse those that wait and that it enrols; with `BY_STAFF` they no "
        "longer do."
    )
    async def set_admission_policy(
        self,
        info: Info,
        input: Annotated[SetAdmissionPolicyInput, strawberry.argument(description="Who, where.")],
    ) -> SetAdmissionPolicyPayload:
        """Say who."""
        context = info.context
        try:
            await set_admission_policy(
                context.platform, context.viewer, network=input.network, policy=input.policy
            )
        except Refusal as refusal:
            return SetAdmissionPolicyPayload(network=None, user_errors=UserError.each(refusal))
        return SetAdmissionPolicyPayload(network=Network.find(info, input.network), user_errors=[])
