"""The rule book of contact requests: who may know of one, read it, and take which step.

What a company wrote is seen by the parties only (DESIGN, charter article 4). Managers and
institutions see its state and its delays. Nothing else in the code decides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache

from models.activators import ActivatorKind
from models.request_steps import Step


class RequestPermission(Enum):
    """A thing that a viewer may or may not do with one contact request, besides its steps."""

    SEE = "See that it exists, its state, its history and its delays."
    READ = "Read who asks, what for, and what was written since."
    FOLLOW = "See where else it went, and all who may be chosen instead."
    REVOKE_LINKS = "Have its private links revoked, and a new one mailed to the company."
    OPEN_ACCOUNT = "Have it in an account of the company's address."


@dataclass(frozen=True, slots=True)
class RequestStanding:
    """How a viewer stands to one request: all that is looked at, of the viewer."""

    company: bool = False
    """It asked: by its private link, or signed in."""
    asked: bool = False
    """It is the activator that was asked."""
    owner: bool = False
    """It manages the structure or a network of the activator that was asked."""
    institution: bool = False
    """It is the State, or the region where the activator is."""
    moderator: bool = False
    administrator: bool = False
    portal: bool = False
    """It comes with a key of the network whose portal asked."""
    agreed: bool = False
    """Whether the company agreed beforehand to be redirected."""
    sent: bool = True
    """Whether the request was sent to its activator: never, while it is held for spam."""


Audience = Callable[[RequestStanding], bool]


def company(standing: RequestStanding) -> bool:
    """The company that asked."""
    return standing.company


def asked(standing: RequestStanding) -> bool:
    """The activator that was asked, once the request was sent to it."""
    return standing.asked and standing.sent


def parties(standing: RequestStanding) -> bool:
    """The company that asked and the activator that was asked."""
    return company(standing) or asked(standing)


def company_or_asked_if_agreed(standing: RequestStanding) -> bool:
    """The company; and the activator that was asked, if the company agreed beforehand."""
    return company(standing) or (asked(standing) and standing.agreed)


def staff(standing: RequestStanding) -> bool:
    """Moderators and administrators."""
    return standing.moderator or standing.administrator


def administrators(standing: RequestStanding) -> bool:
    """Administrators alone."""
    return standing.administrator


def onlookers(standing: RequestStanding) -> bool:
    """The parties; managers, institutions and the portal that asked; staff."""
    concerned = standing.owner or standing.institution
    return parties(standing) or standing.portal or staff(standing) or (concerned and standing.sent)


def the_service(_standing: RequestStanding) -> bool:
    """No viewer: the service takes such steps by itself, or in one of the other actions."""
    return False


ALLOWED: dict[RequestPermission, Audience] = {
    RequestPermission.SEE: onlookers,
    RequestPermission.READ: parties,
    RequestPermission.FOLLOW: company,
    RequestPermission.REVOKE_LINKS: company,
    RequestPermission.OPEN_ACCOUNT: company,
}

TAKES: dict[Step, Audience] = {
    Step.ASK: the_service,
    Step.RELEASE: staff,
    Step.DISMISS: staff,
    Step.ACKNOWLEDGE: the_service,
    Step.ANSWER: asked,
    Step.REPLY: parties,
    Step.DIAGNOSE: asked,
    Step.START: asked,
    Step.COMPLETE: asked,
    Step.DECLINE: asked,
    Step.PROPOSE: asked,
    Step.REDIRECT: company_or_asked_if_agreed,
    Step.CANCEL: company,
    Step.REMIND: the_service,
    Step.ESCALATE: the_service,
    Step.EXPIRE: the_service,
    Step.REVEAL: administrators,
}
"""Whose each step is; `models.request_steps.STEPS` says in which states.

Whether somebody may ask at all is for the activator's rule book (`REQUEST_CONTACT`)."""


NEVER_ASKED = frozenset({ActivatorKind.INSTITUTIONAL})
"""Kinds that answer who asks them as if they did not exist, even to those who see them."""


@cache
def request_grants(standing: RequestStanding) -> frozenset[RequestPermission | Step]:
    """List all that such a viewer may do with a request, in some state or other."""
    seen = {one for one, audience in ALLOWED.items() if audience(standing)}
    return frozenset(seen | {one for one, audience in TAKES.items() if audience(standing)})
