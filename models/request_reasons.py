"""Why a company withdraws its contact request: a code, which is counted."""

from enum import Enum


class CancellationReason(Enum):
    """Why the company needs no answer, or no further one."""

    HELPED_ELSEWHERE = "HELPED_ELSEWHERE"
    NO_LONGER_NEEDED = "NO_LONGER_NEEDED"
    NO_ANSWER = "NO_ANSWER"
    MISTAKE = "MISTAKE"
    OTHER = "OTHER"
