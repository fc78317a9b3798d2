"""Why a contact request goes no further: codes, which are counted."""

from enum import Enum


class CancellationReason(Enum):
    """Why the company needs no answer, or no further one."""

    HELPED_ELSEWHERE = "HELPED_ELSEWHERE"
    NO_LONGER_NEEDED = "NO_LONGER_NEEDED"
    NO_ANSWER = "NO_ANSWER"
    MISTAKE = "MISTAKE"
    OTHER = "OTHER"


class DeclineReason(Enum):
    """Why an activator cannot help: what is counted, and what managers see of it."""

    OUTSIDE_EXPERTISE = "OUTSIDE_EXPERTISE"
    OUTSIDE_TERRITORY = "OUTSIDE_TERRITORY"
    NO_TIME = "NO_TIME"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    OTHER = "OTHER"


class DismissalReason(Enum):
    """Why a held request is not sent."""

    ADVERTISING = "ADVERTISING"
    MASS_MAILING = "MASS_MAILING"
    OTHER_ABUSE = "OTHER_ABUSE"
