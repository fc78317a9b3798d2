"""The words of moderation on the wire: what is decided, and how."""

import strawberry

from models.moderation import CaseKind, ReportReason, Verdict
from models.review_law import FAIR_INFORMATION, cited
from permissions.guard import describe_values

__all__ = ["CaseKind", "ReportReason", "Verdict"]

strawberry.enum(CaseKind, name="ModerationCaseKind", description="What a case is about.")
describe_values(
    {
        CaseKind.REVIEW: "A review whose comment waits to be published.",
        CaseKind.REVIEW_CHANGE: "Another text for a review that is published.",
        CaseKind.REVIEW_DOUBT: "A doubt about the authenticity of a published review "
        f"({cited(FAIR_INFORMATION)}).",
        CaseKind.ENGAGEMENT_DISPUTE: "A declared engagement that its provider disputes, or says "
        "nothing of.",
        CaseKind.PROFILE_REPORT: "An activator's page that somebody reported.",
    }
)
strawberry.enum(Verdict, name="ModerationVerdict", description="How a case was decided.")
describe_values(
    {
        Verdict.ACCEPTED: "The text is published; the doubt or the report is founded; the "
        "engagement took place.",
        Verdict.REFUSED: "It is not so.",
        Verdict.WITHDRAWN: "Nobody decided: what it was about was withdrawn, or replaced.",
    }
)
strawberry.enum(ReportReason, description="What is wrong with an activator's page.")
describe_values(
    {
        ReportReason.FALSE_INFORMATION: "What it says is not true.",
        ReportReason.ADVERTISING: "It advertises what is no help of the programme's kind.",
        ReportReason.OFFENSIVE: "It insults, threatens or hates.",
        ReportReason.IMPERSONATION: "It pretends to be somebody else.",
        ReportReason.UNLAWFUL: "It breaks the law.",
        ReportReason.OTHER: "Something else, as the words say.",
    }
)
