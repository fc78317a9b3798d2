"""Mutations: each takes one input, calls one action, and turns its refusal into `userErrors`."""

import strawberry

from schema.absence_mutations import AbsenceMutations
from schema.api_key_mutations import ApiKeyMutations
from schema.charter_mutations import CharterMutations
from schema.consultations.clicks import ClickMutations
from schema.contact.answering import AnsweringMutations
from schema.contact.asking import AskingMutations
from schema.contact.company_mutations import CompanyMutations
from schema.contact.helping import HelpingMutations
from schema.contact.holding import HoldingMutations
from schema.contact.redirection import RedirectionMutations
from schema.contact.revealing import ContactRevealMutations
from schema.declarations.answering import EngagementAnswerMutations
from schema.declarations.declaring import DeclaringMutations
from schema.employment_mutations import EmploymentMutations
from schema.enrolment_mutations import EnrolmentMutations
from schema.invitation_mutations import InvitationMutations
from schema.jobs import JobMutations
from schema.mark.asking import MarkAskingMutations
from schema.mark.deciding import MarkDecidingMutations
from schema.membership import MembershipMutations
from schema.moderation.mutations import ModerationMutations
from schema.network_mutations import NetworkMutations
from schema.openid_connect import OpenIdConnectMutations
from schema.personal_rights import PersonalRightsMutations
from schema.profile_mutations import ProfileMutations
from schema.registration import RegistrationMutations
from schema.reviews.answering import ReviewAnsweringMutations
from schema.reviews.writing import ReviewWritingMutations
from schema.roster_sync import RosterMutations
from schema.sign_in import SignInMutations
from schema.situation_mutations import SituationMutations
from schema.structure_mutations import StructureMutations


@strawberry.type(description="What can be changed.")
class Mutation(
    RegistrationMutations,
    MembershipMutations,
    ProfileMutations,
    SituationMutations,
    AbsenceMutations,
    EmploymentMutations,
    SignInMutations,
    OpenIdConnectMutations,
    CharterMutations,
    ApiKeyMutations,
    JobMutations,
    StructureMutations,
    InvitationMutations,
    NetworkMutations,
    EnrolmentMutations,
    PersonalRightsMutations,
    RosterMutations,
    AnsweringMutations,
    HelpingMutations,
    AskingMutations,
    HoldingMutations,
    RedirectionMutations,
    ContactRevealMutations,
    CompanyMutations,
    MarkAskingMutations,
    MarkDecidingMutations,
    ReviewWritingMutations,
    ModerationMutations,
    DeclaringMutations,
    EngagementAnswerMutations,
    ClickMutations,
    ReviewAnsweringMutations,
):
    """The mutations, in the order of the SDL."""
