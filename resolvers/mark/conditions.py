"""The conditions of the mark, as data (charter, article 5): each with what it requires.

All hold when a licence is asked for and when it is granted. While it lasts they hold too, but that
one need not have been active for long: one who was suspended and is restored mends that at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from models.activators import ActivatorState
from resolvers.directory.rows import Label
from resolvers.policy import Policy


class ConditionCode(Enum):
    """What is required of who uses the mark."""

    ACTIVE_FOR_LONG = "ACTIVE_FOR_LONG"
    CHARTER_ACCEPTED = "CHARTER_ACCEPTED"
    PROFILE_CONFIRMED = "PROFILE_CONFIRMED"
    ANSWERS_IN_TIME = "ANSWERS_IN_TIME"
    NO_OPEN_SANCTION = "NO_OPEN_SANCTION"


SENTENCES: Mapping[ConditionCode, Label] = {
    ConditionCode.ACTIVE_FOR_LONG: Label(
        "Être membre actif du programme depuis au moins {} jours",
        "Be an active member of the programme for at least {} days",
    ),
    ConditionCode.CHARTER_ACCEPTED: Label(
        "Avoir accepté la charte en vigueur", "Have accepted the charter in force"
    ),
    ConditionCode.PROFILE_CONFIRMED: Label(
        "Avoir confirmé son profil depuis moins de {} jours et figurer dans l'annuaire",
        "Have confirmed the profile within the last {} days, and be listed in the directory",
    ),
    ConditionCode.ANSWERS_IN_TIME: Label(
        "Avoir répondu à temps à au moins {} % des demandes de contact des 12 derniers mois, s'il "
        "y en a eu",
        "Have answered in time at least {} % of the contact requests of the last 12 months, if "
        "there were any",
    ),
    ConditionCode.NO_OPEN_SANCTION: Label(
        "N'être ni suspendu ni sous le coup d'une sanction",
        "Be neither suspended nor under a sanction",
    ),
}
"""What people read; `{}` stands for what is required."""


@dataclass(frozen=True, slots=True)
class MarkFacts:
    """All that conditions look at, of an activator."""

    state: ActivatorState
    active_since: datetime | None
    """None for one that was active before states had a date."""
    said_true_at: datetime | None
    """When its profile was last confirmed, or it became a member with it."""
    listed: bool
    charter: str | None
    """The version in force, if one is."""
    charter_accepted: bool
    due: int
    """Contact requests of the last 12 months that it had to answer."""
    in_time: int
    """Those of them that it answered in time."""
    sanctions: int
    """Those that are open."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition, and the value that it requires: a number, or the version of the charter."""

    code: ConditionCode
    required: str | None

    @property
    def sentence(self) -> Label:
        """Say it for people."""
        words = SENTENCES[self.code]
        return Label(words.fr.format(self.required), words.en.format(self.required))


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether an activator meets a condition, and the value that was found, if there is one."""

    condition: Condition
    met: bool
    found: str | None


def conditions_of(policy: Policy, charter: str | None) -> dict[ConditionCode, Condition]:
    """List what the operator and the charter in force require."""
    required = {
        ConditionCode.ACTIVE_FOR_LONG: str(policy.mark_active_days),
        ConditionCode.CHARTER_ACCEPTED: charter,
        ConditionCode.PROFILE_CONFIRMED: str(policy.profile_lapse_days),
        ConditionCode.ANSWERS_IN_TIME: str(policy.mark_answers_percent),
        ConditionCode.NO_OPEN_SANCTION: "0",
    }
    return {code: Condition(code, value) for code, value in required.items()}


def findings(policy: Policy, facts: MarkFacts, now: datetime) -> list[Finding]:
    """Look at each condition, as when a licence is asked for."""
    active = facts.state is ActivatorState.ACTIVE
    days = None if facts.active_since is None else (now - facts.active_since).days
    for_long = days is None or days >= policy.mark_active_days
    age = None if facts.said_true_at is None else now - facts.said_true_at
    confirmed = age is not None and age < timedelta(days=policy.profile_lapse_days)
    percent = facts.in_time * 100 // facts.due if facts.due else None
    suspended = facts.state is ActivatorState.SUSPENDED
    held_against = facts.sanctions + suspended
    looked_at: dict[ConditionCode, tuple[bool, object]] = {
        ConditionCode.ACTIVE_FOR_LONG: (active and for_long, days if active else None),
        ConditionCode.CHARTER_ACCEPTED: (
            facts.charter_accepted,
            facts.charter if facts.charter_accepted else None,
        ),
        ConditionCode.PROFILE_CONFIRMED: (
            facts.listed and confirmed,
            None if age is None else age.days,
        ),
        ConditionCode.ANSWERS_IN_TIME: (
            percent is None or percent >= policy.mark_answers_percent,
            percent,
        ),
        ConditionCode.NO_OPEN_SANCTION: (held_against == 0, held_against),
    }
    wanted = conditions_of(policy, facts.charter)
    return [
        Finding(wanted[code], met, None if found is None else str(found))
        for code, (met, found) in looked_at.items()
    ]


def failing_codes(policy: Policy, facts: MarkFacts, now: datetime) -> list[str]:
    """Name the conditions that fail of one whose licence lasts, in their order."""
    fails = {one.condition.code for one in findings(policy, facts, now) if not one.met}
    if facts.state is ActivatorState.ACTIVE:
        fails -= {ConditionCode.ACTIVE_FOR_LONG}
    return [code.value for code in ConditionCode if code in fails]
