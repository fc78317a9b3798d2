"""Where contact requests stand and what is done with them, as the wire names it."""

import strawberry

from models.contact_requests import Author, CompanySize, Sign
from models.engagements import Outcome
from models.request_reasons import DismissalReason
from models.request_steps import RequestState, Step
from permissions.guard import describe_values

__all__ = ["Author", "CompanySize", "DismissalReason", "Outcome", "RequestState", "Sign", "Step"]

strawberry.enum(
    RequestState,
    name="ContactRequestState",
    description="Where a contact request stands (charter, article 4).",
)
describe_values(
    {
        RequestState.HELD: "It looks like an abuse: a moderator decides whether it is sent.",
        RequestState.SUBMITTED: "It was sent to the activator; the company's acknowledgement is on "
        "its way.",
        RequestState.ACKNOWLEDGED: "The mail server took the company's acknowledgement.",
        RequestState.ANSWERED: "The activator has answered.",
        RequestState.IN_PROGRESS: "The activator supports the company.",
        RequestState.COMPLETED: "The engagement is over.",
        RequestState.DECLINED: "The activator cannot help; others may be offered.",
        RequestState.REDIRECTED: "The company agreed to another activator: a new request follows.",
        RequestState.CANCELLED: "The company withdrew it, or a moderator dismissed it.",
        RequestState.EXPIRED: "Nobody answered in time; the company was offered others.",
    }
)
strawberry.enum(
    Step, name="ContactRequestStepKind", description="What is done with a contact request."
)
describe_values(
    {
        Step.ASK: "The company asks.",
        Step.RELEASE: "A moderator has a held request sent.",
        Step.DISMISS: "A moderator dismisses a held request.",
        Step.ACKNOWLEDGE: "The mail server took the acknowledgement for the company.",
        Step.ANSWER: "The activator's first answer.",
        Step.REPLY: "A message of one of the two parties.",
        Step.DIAGNOSE: "The activator records its first diagnosis, which is free.",
        Step.START: "An engagement begins.",
        Step.COMPLETE: "The engagement ends.",
        Step.DECLINE: "The activator cannot help.",
        Step.PROPOSE: "Other activators are proposed to the company.",
        Step.REDIRECT: "The request goes on to another activator.",
        Step.CANCEL: "The company withdraws it.",
        Step.REMIND: "The answer is due: the activator is reminded.",
        Step.ESCALATE: "The answer is late: managers are told, the company is offered others.",
        Step.EXPIRE: "The answer never came.",
        Step.REVEAL: "An administrator read it, for a reason that both parties were told.",
    }
)
strawberry.enum(Author, name="ContactRequestAuthor", description="Who took a step.")
describe_values(
    {
        Author.COMPANY: "The company that asks.",
        Author.ACTIVATOR: "The activator that is asked.",
        Author.MODERATOR: "A moderator.",
        Author.ADMINISTRATOR: "An administrator.",
        Author.SERVICE: "The service itself.",
    }
)
strawberry.enum(
    CompanySize,
    description="How many people work in a company: the classes of INSEE (décret n° 2008-1354).",
)
describe_values(
    {
        CompanySize.NONE: "Nobody but its head.",
        CompanySize.MICRO: "1 to 9.",
        CompanySize.SMALL: "10 to 49.",
        CompanySize.MEDIUM: "50 to 249.",
        CompanySize.LARGE: "250 and more.",
    }
)
strawberry.enum(Outcome, name="EngagementOutcome", description="How an engagement ended.")
describe_values(
    {
        Outcome.SUCCESSFUL: "What was agreed was reached.",
        Outcome.PARTLY_SUCCESSFUL: "A part of it was.",
        Outcome.UNSUCCESSFUL: "It was not.",
    }
)
strawberry.enum(
    Sign,
    name="ContactRequestSign",
    description="What makes a contact request look like an abuse.",
)
describe_values(
    {
        Sign.LINKS: "Its text holds links: how many.",
        Sign.REPEATED_TEXT: "The same text was sent within a week: to how many others.",
    }
)
strawberry.enum(
    DismissalReason,
    name="ContactRequestDismissal",
    description="Why a held contact request is not sent.",
)
describe_values(
    {
        DismissalReason.ADVERTISING: "Its links advertise.",
        DismissalReason.MASS_MAILING: "One text was sent to many.",
        DismissalReason.OTHER_ABUSE: "It is another abuse.",
    }
)
