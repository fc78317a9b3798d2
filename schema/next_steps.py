"""What somebody may or must do next, as the wire says it."""

from datetime import datetime

import strawberry

from models.accounts import Language
from permissions.guard import describe_values, of_row
from resolvers.next_steps.steps import NextStepCode, Step
from schema.expertise import LanguageArgument, label_in
from schema.nodes import global_id

strawberry.enum(NextStepCode, description="A thing to do next.")
describe_values(
    {
        NextStepCode.SIGN_IN: "Sign in, with an account: `requestSignInLink`, "
        "`signInWithOpenIdConnect`.",
        NextStepCode.REGISTER: "Join the programme as an activator: `registerActivator` (charter, "
        "article 2).",
        NextStepCode.ACCEPT_CHARTER: "Accept the version of the charter that is in force: "
        "`acceptCharter`. `by` is when members who have not are suspended.",
        NextStepCode.ANSWER_CONTACT_REQUESTS: "Answer companies that wait for it: "
        "`Activator.contactRequests`, `answerContactRequest`. `by` is when the first answer is due "
        "(article 4).",
        NextStepCode.NAME_A_STRUCTURE: "Say which structure one works in since one left: "
        "`declareSituationChange`; the page is hidden until it confirms that (article 3).",
        NextStepCode.CONFIRM_PROFILE: "Say that the profile is still true: `confirmProfile`, or "
        "`updateActivatorProfile` (article 3). `by` is when it leaves the directory, at the "
        "earliest; null where it has left.",
        NextStepCode.COMPLETE_PROFILE: "Fill in what is missing (`Activator.completion`): "
        "`updateActivatorProfile`.",
        NextStepCode.WAIT_FOR_ADMISSION: "Nothing but to wait until one is admitted; "
        "`leaveProgramme` takes the request back.",
        NextStepCode.CONFIRM_STRUCTURE: "Confirm a structure that a registration named: "
        "`confirmStructure`. For staff it is about none of them: `structuresToConfirm` lists all.",
        NextStepCode.CONFIRM_EMPLOYMENT: "Say who works in the structure that one manages, "
        "`Structure.activatorsToConfirm`: `confirmEmployment` (article 3).",
        NextStepCode.DECIDE_ON_HELD_REQUESTS: "Decide on contact requests that look like an abuse: "
        "`releaseContactRequest`, `dismissContactRequest` (charter, article 4).",
        NextStepCode.DECIDE_ON_MARK_LICENCES: "Decide on requests to use the programme's mark, "
        "`markLicences`: `grantMarkLicence`, `refuseMarkLicence` (charter, article 5).",
        NextStepCode.MODERATE: "Decide on reviews, disputes and reports, `moderationQueue`: "
        "`decideModeration` (article 4). `by` is when the first decision is due.",
        NextStepCode.ADMIT: "Admit or refuse activators that are pending: "
        "`changeActivatorState`. Of a network that is allowed to admit, it is about the network.",
        NextStepCode.TEND_JOBS: "See to the jobs that were given up, `deadJobs`: `retryJob`.",
    }
)


@strawberry.type(
    description="Something that the viewer may or must do next, and what it is about, if one thing."
)
class NextStep:
    """A step."""

    row: strawberry.Private[Step]
    code: NextStepCode = of_row("What is to be done.")
    activator_id: strawberry.ID | None = of_row(
        "The activator that it is about.", wrap=lambda key: global_id("Activator", key)
    )
    structure_id: strawberry.ID | None = of_row(
        "The structure that it is about.", wrap=lambda key: global_id("Structure", key)
    )
    network_code: str | None = of_row("The code of the network that it is about.")
    by: datetime | None = of_row("Until when, where there is a date.")
    waiting: int | None = of_row("How many things wait; null where that is not counted.")
    overdue: int | None = of_row(
        "How many of them wait for longer than they should; null where that is not counted."
    )

    @strawberry.field(description="What people read.")
    def label(self, language: LanguageArgument = Language.FR) -> str:
        """Say it in a language."""
        return label_in(language, self.row.label)
