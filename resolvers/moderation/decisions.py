"""A decision as a moderator gives it, and what each kind of decision has to say.

Whoever is refused is told why (`review_law.REFUSAL`); an approved text needs no words, and nobody
edits one.
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

from models.moderation import CaseKind, Verdict
from models.review_grounds import GroundUse, ReviewGround, is_for
from resolvers.cells import Unexpected
from resolvers.input_checks import InputChecks
from resolvers.safe_markdown import lines

LONGEST = 2_000
"""Characters of the words of a decision, or of a report."""


class Words(Enum):
    """Whether a decision has words."""

    NONE = "NONE"
    IF_ANY = "IF_ANY"
    NEEDED = "NEEDED"


class Needs(NamedTuple):
    """What a decision says: on which grounds it rests, none where it needs none; its words."""

    ground: GroundUse | None
    words: Words


_APPROVED, _REFUSED = Needs(None, Words.NONE), Needs(GroundUse.REFUSE, Words.IF_ANY)
_SETTLED = Needs(None, Words.NEEDED)

NEEDS: dict[tuple[CaseKind, bool], Needs] = {
    (CaseKind.REVIEW, True): _APPROVED,
    (CaseKind.REVIEW, False): _REFUSED,
    (CaseKind.REVIEW_CHANGE, True): _APPROVED,
    (CaseKind.REVIEW_CHANGE, False): _REFUSED,
    (CaseKind.REVIEW_DOUBT, True): Needs(GroundUse.REMOVE, Words.NEEDED),
    (CaseKind.REVIEW_DOUBT, False): Needs(GroundUse.KEEP, Words.NEEDED),
    (CaseKind.ENGAGEMENT_DISPUTE, True): _SETTLED,
    (CaseKind.ENGAGEMENT_DISPUTE, False): _SETTLED,
    (CaseKind.PROFILE_REPORT, True): _SETTLED,
    (CaseKind.PROFILE_REPORT, False): Needs(None, Words.IF_ANY),
}
"""By the kind of the case, and whether it is accepted."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decides on a case, by its number."""

    case: int
    accept: bool
    ground: ReviewGround | None = None
    words: str | None = None

    @property
    def verdict(self) -> Verdict:
        """Say it as the case does."""
        return Verdict.ACCEPTED if self.accept else Verdict.REFUSED

    @property
    def ground_code(self) -> str | None:
        """Give the code of its ground, if it has one."""
        return None if self.ground is None else self.ground.value


def checked_decision(kind: CaseKind, given: Decision, field: str) -> Decision:
    """Check that a decision on such a case says what it has to; `field` is where it stands.

    Raises Refusals.
    """
    needs, checks = NEEDS[kind, given.accept], InputChecks(field)
    check_ground(checks, given.ground, needs.ground)
    words = check_words(checks, given.words, needs.words)
    checks.end()
    return replace(given, words=words)


def check_ground(checks: InputChecks, ground: ReviewGround | None, use: GroundUse | None) -> None:
    """Check that a ground is one of those for a decision; None where it takes none."""
    if use is None:
        if ground is not None:
            checks.refuse("ground", ground.value, "nothing: this decision rests on no ground")
    elif ground is None or not is_for(ground, use):
        given = None if ground is None else ground.value
        checks.refuse("ground", given, f"a ground that is for {use.value}: see moderationGrounds")


def check_words(checks: InputChecks, text: str | None, words: Words) -> str | None:
    """Check the words of a decision; None where it has none."""
    if words is Words.NONE:
        if text is not None:
            checks.refuse("words", text, "nothing: whoever is approved is told no words")
        return None
    return checks.as_given("words", text, lambda given: _lines(given, needed=words is Words.NEEDED))


def _lines(text: str, *, needed: bool) -> str | None:
    clean = lines(text, LONGEST)
    if clean is None and needed:
        raise Unexpected(f"1 to {LONGEST} characters")
    return clean
