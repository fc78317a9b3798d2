"""The words of the mark on the wire: states of licences, codes of conditions."""

import strawberry

from models.mark_licences import LicenceState
from permissions.guard import describe_values
from resolvers.mark.conditions import ConditionCode

__all__ = ["ConditionCode", "LicenceState"]

strawberry.enum(
    LicenceState,
    name="MarkLicenceState",
    description="Where a licence to use the mark stands (charter, article 5).",
)
describe_values(
    {
        LicenceState.REQUESTED: "It was asked for, and waits for a moderator.",
        LicenceState.REFUSED: "A moderator refused it; another may be asked for.",
        LicenceState.GRANTED: "It was granted. It is good until it ends, while its holder is "
        "active and listed.",
        LicenceState.REVOKED: "A moderator revoked it, or its conditions failed for too long.",
        LicenceState.EXPIRED: "Its time is over.",
        LicenceState.SURRENDERED: "The activator gave it back, took its request back, or left the "
        "programme.",
    }
)
strawberry.enum(
    ConditionCode,
    name="MarkConditionCode",
    description="What is required of an activator that uses the mark (charter, article 5), and in "
    "which unit `required` and `found` are.",
)
describe_values(
    {
        ConditionCode.ACTIVE_FOR_LONG: "To be an active member, for so many days at least when it "
        "asks and when the licence is granted. Who is suspended begins anew. While the licence "
        "lasts, to be active is enough.",
        ConditionCode.CHARTER_ACCEPTED: "To have accepted the version of the charter that is in "
        "force, which is named; met where none is.",
        ConditionCode.PROFILE_CONFIRMED: "To have confirmed the profile less than so many days "
        "ago, and to be listed (article 3).",
        ConditionCode.ANSWERS_IN_TIME: "To have answered in time so many percent at least of the "
        "contact requests that were due in the last 12 months (article 4), rounded down. One that "
        "its company took back before counts for nothing. Who had none to answer meets it, as do "
        "kinds that nobody asks: then nothing is `found`.",
        ConditionCode.NO_OPEN_SANCTION: "To be neither suspended nor under a sanction that is "
        "open: how many there are, a suspension among them.",
    }
)
