"""Every mutation of the wire, and who may do it: a table apart from the code.

A mutation names what it is done to: a pending or active adviser of the network `cci`, in a
structure that has a manager. `WHO` are the viewers of the law (`tests.rules.charter`) and keys.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from models.activators import ActivatorKind, ActivatorState
from models.declared_engagements import DeclarationState
from models.mark_licences import LicenceState
from models.request_steps import RequestState
from models.review_steps import ReviewState
from schema.nodes import global_id
from tests.rules.charter import VIEWERS
from tests.rules.world import NETWORK

KEYS = ("key that reads", "key with every scope", "key of another network")
WHO = (*VIEWERS, *KEYS)

ANYBODY = frozenset(WHO)
"""What a secret or an address decides, and not who asks."""
PEOPLE = frozenset(VIEWERS) - {"a visitor"}
ADMINISTRATOR = frozenset({"administrator"})
STAFF = frozenset({"moderator", "administrator"})
ITSELF = frozenset({"the active ones themselves"})
STRUCTURE_S, NETWORK_S = "manager of its structure", "manager of its network"
OWNERS = ITSELF | {STRUCTURE_S, NETWORK_S}


@dataclass(frozen=True)
class Target:
    """What a mutation is done to, and what of the viewer it names."""

    activator: int
    structure: int
    other_structure: int
    manager: int
    invitation: int
    key: int
    job: int
    siret: str
    request: int = 1
    """A contact request to the activator, if the case needs one."""
    licence: int = 1
    """A licence of the activator to use the mark, if the case needs one."""
    review: int = 1
    """A review of the activator, if the case needs one."""
    report: int = 1
    """The case of a report of its page, if the case needs one."""
    sanction: int = 1
    """A sanction of it, if the case needs one."""
    engagement: int = 1
    """A declared engagement with the activator, if the case needs one."""
    email: str = "nobody@example.org"
    """The address of the viewer's account."""
    session: int = 1
    """A session of it."""

    @property
    def activator_id(self) -> str:
        """Its id on the wire."""
        return global_id("Activator", self.activator)

    @property
    def structure_id(self) -> str:
        """Its id on the wire."""
        return global_id("Structure", self.structure)

    @property
    def request_id(self) -> str:
        """Its id on the wire."""
        return global_id("ContactRequest", self.request)

    @property
    def licence_id(self) -> str:
        """Its id on the wire."""
        return global_id("MarkLicence", self.licence)

    @property
    def review_id(self) -> str:
        """Its id on the wire."""
        return global_id("Review", self.review)

    @property
    def report_id(self) -> str:
        """The id of its case on the wire."""
        return global_id("ModerationCase", self.report)

    @property
    def engagement_id(self) -> str:
        """Its id on the wire."""
        return global_id("DeclaredEngagement", self.engagement)


Input = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A mutation, its input, who may do it, and the state of the activator that it needs."""

    may: frozenset[str]
    asked: Callable[[Target], Input] = field(default=lambda _: {})
    state: ActivatorState = ActivatorState.ACTIVE
    accepted: bool = True
    """Whether the activator has accepted the charter."""
    request: RequestState | None = None
    """The state of the contact request that it needs, if it needs one."""
    licence: LicenceState | None = None
    """The state of the licence that it needs, if it needs one."""
    review: ReviewState | None = None
    """The state of the review that it needs, if it needs one."""
    replied: bool = False
    """Whether the activator has replied to it."""
    reported: bool = False
    """Whether it needs a report of the page, and a sanction."""
    engagement: DeclarationState | None = None
    """The state of the declared engagement that it needs, if it needs one; the viewer has claimed
    the case of one that is disputed."""
    kind: ActivatorKind = ActivatorKind.ADVISER
    """That of the activator."""
    by_secret: bool = False
    """Whether a secret decides: with a wrong one nobody changes anything."""


STRUCTURE = {"siret": "13002526500013", "name": "DINUM", "postalCode": "75007", "city": "Paris"}
WRONG = {"token": "not-a-secret"}

CASES: dict[str, Case] = {
    "acceptCharter": Case(
        ITSELF,
        lambda t: {"version": "2026-1", "activator": t.activator_id},
        accepted=False,
    ),
    "acceptInvitation": Case(ANYBODY, lambda _: WRONG, by_secret=True),
    "addStructureToNetwork": Case(
        ADMINISTRATOR | {NETWORK_S},
        lambda t: {
            "network": NETWORK,
            "structure": {"id": global_id("Structure", t.other_structure)},
        },
    ),
    "agreeToRedirection": Case(
        ANYBODY, lambda t: {**WRONG, "activator": t.activator_id}, by_secret=True
    ),
    "answerContactRequest": Case(
        ITSELF,
        lambda t: {"id": t.request_id, "message": "Bonjour."},
        request=RequestState.ACKNOWLEDGED,
    ),
    "cancelContactRequest": Case(ANYBODY, lambda _: {**WRONG, "reason": "MISTAKE"}, by_secret=True),
    "changeActivatorState": Case(
        STAFF,
        lambda t: {"id": t.activator_id, "state": "SUSPENDED", "reason": "Absent."},
    ),
    "changeReview": Case(
        ANYBODY, lambda _: {**WRONG, "stars": 4, "experiencedOn": "2026-11-20"}, by_secret=True
    ),
    "claimModerationCases": Case(STAFF, lambda t: {"ids": [t.report_id]}, reported=True),
    "completeEngagement": Case(
        ITSELF,
        lambda t: {"id": t.request_id, "outcome": "SUCCESSFUL", "why": "Tout va."},
        request=RequestState.IN_PROGRESS,
    ),
    "confirmDeclaredEngagement": Case(
        ITSELF,
        lambda t: {"id": t.engagement_id},
        engagement=DeclarationState.DECLARED,
    ),
    "confirmEmployment": Case(
        STAFF | {STRUCTURE_S},
        lambda t: {"structure": t.structure_id, "stillThere": [t.activator_id]},
    ),
    "confirmProfile": Case(STAFF | OWNERS, lambda t: {"id": t.activator_id}),
    "confirmStructure": Case(STAFF | {STRUCTURE_S}, lambda t: {"id": t.structure_id}),
    "createApiKey": Case(
        ADMINISTRATOR | {NETWORK_S},
        lambda t: {"network": NETWORK, "name": f"Clé {t.key}", "scopes": ["DIRECTORY_READ"]},
    ),
    "declineContactRequest": Case(
        ITSELF,
        lambda t: {"id": t.request_id, "reason": "NO_TIME", "message": "Désolé."},
        request=RequestState.ACKNOWLEDGED,
    ),
    "decideModeration": Case(
        STAFF,
        lambda t: {"decisions": [{"case": t.report_id, "verdict": "ACCEPT", "words": "Ôtez-le."}]},
        reported=True,
    ),
    "declareEngagement": Case(
        ANYBODY - OWNERS - {"key that reads"},
        lambda t: {
            "provider": t.activator_id,
            "company": "Atelier",
            "name": "Odile",
            "email": f"{t.job}@example.org",
            "what": "Une caisse.",
            "engagedOn": "2026-11-02",
            "proof": f"Facture {t.job}",
            "consent": True,
        },
        kind=ActivatorKind.SOLUTION_PROVIDER,
    ),
    "declareSituationChange": Case(
        STAFF | OWNERS, lambda t: {"id": t.activator_id, "change": "LEFT_STRUCTURE"}
    ),
    "deleteMyAccount": Case(PEOPLE, lambda t: {"confirm": t.email}),
    "dismissContactRequest": Case(
        STAFF,
        lambda t: {"id": t.request_id, "reason": "ADVERTISING"},
        request=RequestState.HELD,
    ),
    "disputeDeclaredEngagement": Case(
        ITSELF,
        lambda t: {"id": t.engagement_id, "reason": "OTHER_DATE", "message": "En octobre."},
        engagement=DeclarationState.DECLARED,
    ),
    "doubtReview": Case(
        ITSELF,
        lambda t: {"id": t.review_id, "ground": "NOT_A_CLIENT", "words": "Je ne la connais pas."},
        review=ReviewState.PUBLISHED,
    ),
    "endAbsence": Case(STAFF | OWNERS, lambda t: {"id": t.activator_id}),
    "enrolActivator": Case(
        ADMINISTRATOR | ITSELF, lambda t: {"network": "adie", "activator": t.activator_id}
    ),
    "grantMarkLicence": Case(STAFF, lambda t: {"id": t.licence_id}, licence=LicenceState.REQUESTED),
    "examineDeclaredEngagement": Case(
        STAFF,
        lambda t: {"id": t.engagement_id},
        engagement=DeclarationState.DISPUTED,
    ),
    "inviteToStructure": Case(
        STAFF | {STRUCTURE_S, NETWORK_S},
        lambda t: {
            "structure": t.structure_id,
            "email": f"{t.job}@example.org",
            "role": "ACTIVATOR",
        },
    ),
    "leaveProgramme": Case(ITSELF, lambda t: {"activator": t.activator_id}),
    "proposeRedirection": Case(
        ITSELF,
        lambda t: {"id": t.request_id, "activators": []},
        request=RequestState.DECLINED,
    ),
    "recordClick": Case(ANYBODY, lambda t: {"activator": t.activator_id, "kind": "WEBSITE"}),
    "recordDiagnosis": Case(
        ITSELF,
        lambda t: {"id": t.request_id, "findings": "Ni site ni boutique.", "nextSteps": "Un site."},
        request=RequestState.DECLINED,
    ),
    "liftSanction": Case(STAFF, lambda t: {"id": global_id("Sanction", t.sanction)}, reported=True),
    "openEngagementAccount": Case(ANYBODY, lambda _: WRONG, by_secret=True),
    "openCompanyAccount": Case(ANYBODY, lambda _: WRONG, by_secret=True),
    "refreshSession": Case(ANYBODY, lambda _: {"refreshToken": "not-a-secret"}, by_secret=True),
    "refuseMarkLicence": Case(
        STAFF,
        lambda t: {"id": t.licence_id, "ground": "Le site n'existe pas."},
        licence=LicenceState.REQUESTED,
    ),
    "registerActivator": Case(
        ANYBODY,
        lambda t: {
            "kind": "ADVISER",
            "givenName": "Camille",
            "familyName": "Martin",
            "email": f"{t.job}@example.org",
            "structure": STRUCTURE,
            "expertise": ["site-internet"],
            "serves": ["DEP-69"],
        },
    ),
    "removeStructureFromNetwork": Case(
        ADMINISTRATOR | {NETWORK_S},
        lambda t: {"network": NETWORK, "structure": {"id": t.structure_id}},
    ),
    "removeStructureManager": Case(
        STAFF | {STRUCTURE_S, NETWORK_S},
        lambda t: {"structure": t.structure_id, "account": global_id("Account", t.manager)},
    ),
    "replyToReview": Case(
        ITSELF,
        lambda t: {"id": t.review_id, "text": "Merci."},
        review=ReviewState.PUBLISHED,
    ),
    "replyToContactRequest": Case(
        ITSELF,
        lambda t: {"id": t.request_id, "message": "Bonjour."},
        request=RequestState.ANSWERED,
    ),
    "releaseModerationCases": Case(STAFF, lambda t: {"ids": [t.report_id]}, reported=True),
    "releaseContactRequest": Case(
        STAFF,
        lambda t: {"id": t.request_id},
        request=RequestState.HELD,
    ),
    "removeReview": Case(
        STAFF,
        lambda t: {"id": t.review_id, "ground": "INSULT", "words": "Des injures."},
        review=ReviewState.PUBLISHED,
    ),
    "removeReviewReply": Case(
        STAFF,
        lambda t: {"id": t.review_id, "ground": "INSULT", "words": "Des injures."},
        review=ReviewState.PUBLISHED,
        replied=True,
    ),
    "reportActivator": Case(
        ANYBODY - {"key that reads"},
        lambda t: {
            "activator": t.activator_id,
            "reason": "ADVERTISING",
            "words": f"Des publicités, {t.job}.",
        },
    ),
    "requestContact": Case(
        ANYBODY - {"key that reads"},
        lambda t: {
            "activator": t.activator_id,
            "company": {"name": "Atelier", "size": "NONE", "commune": "COM-01283"},
            "person": {"name": "Odile", "email": f"{t.job}@example.org"},
            "need": f"Un site, {t.job}.",
            "consent": True,
            "idempotencyKey": f"key {t.job}",
        },
    ),
    "renewContactRequestLink": Case(
        ANYBODY - {"key that reads"},
        lambda t: {"reference": "K7M2P9QX", "email": f"{t.job}@example.org"},
    ),
    "requestMarkLicence": Case(ITSELF, lambda t: {"activator": t.activator_id}),
    "requestSignInLink": Case(ANYBODY, lambda t: {"email": f"{t.job}@example.org"}),
    "retryJob": Case(ADMINISTRATOR, lambda t: {"id": global_id("Job", t.job)}),
    "revealContactRequest": Case(
        ADMINISTRATOR,
        lambda t: {"id": t.request_id, "reason": "Une plainte à vérifier."},
        request=RequestState.ACKNOWLEDGED,
    ),
    "revokeApiKey": Case(ADMINISTRATOR | {NETWORK_S}, lambda t: {"id": global_id("ApiKey", t.key)}),
    "revokeMarkLicence": Case(
        STAFF,
        lambda t: {"id": t.licence_id, "ground": "La marque est déformée."},
        licence=LicenceState.GRANTED,
    ),
    "revokeContactRequestLink": Case(ANYBODY, lambda _: WRONG, by_secret=True),
    "rotateApiKey": Case(ADMINISTRATOR | {NETWORK_S}, lambda t: {"id": global_id("ApiKey", t.key)}),
    "setAbsence": Case(
        STAFF | OWNERS,
        lambda t: {"id": t.activator_id, "from": "2026-12-01", "until": "2026-12-24"},
    ),
    "setAdmissionPolicy": Case(
        ADMINISTRATOR, lambda _: {"network": NETWORK, "policy": "BY_NETWORK"}
    ),
    "signIn": Case(ANYBODY, lambda _: WRONG, by_secret=True),
    "signInWithOpenIdConnect": Case(
        ANYBODY,
        lambda _: {
            "issuer": "https://issuer.example.org",
            "idToken": "not-a-token",
            "nonceSecret": "n" * 43,
        },
        by_secret=True,
    ),
    "signOut": Case(PEOPLE, lambda t: {"sessionId": global_id("Session", t.session)}),
    "signOutEverywhere": Case(PEOPLE),
    "startEngagement": Case(
        ITSELF,
        lambda t: {
            "id": t.request_id,
            "kind": "ADVICE",
            "expertise": ["site-internet"],
            "agreed": "Trois rendez-vous.",
        },
        request=RequestState.ANSWERED,
    ),
    "surrenderMarkLicence": Case(
        ITSELF, lambda t: {"id": t.licence_id}, licence=LicenceState.GRANTED
    ),
    "syncRoster": Case(
        ADMINISTRATOR | {NETWORK_S, "key with every scope"},
        lambda t: {"network": NETWORK, "entries": [roster_entry(t)]},
    ),
    "unenrolActivator": Case(
        ADMINISTRATOR | ITSELF | {NETWORK_S},
        lambda t: {"network": NETWORK, "activator": t.activator_id},
    ),
    "updateActivatorProfile": Case(
        STAFF | OWNERS,
        lambda t: {"id": t.activator_id, "version": 1, "headline": f"Conseil {t.job}"},
    ),
    "updateStructure": Case(
        STAFF | {STRUCTURE_S, NETWORK_S},
        lambda t: {"id": t.structure_id, "name": f"Atelier {t.job}"},
    ),
    "verifyRegistration": Case(ANYBODY, lambda _: WRONG, by_secret=True),
    "withdrawDeclaredEngagement": Case(ANYBODY, lambda _: WRONG, by_secret=True),
    "withdrawInvitation": Case(
        STAFF | {STRUCTURE_S, NETWORK_S},
        lambda t: {"id": global_id("Invitation", t.invitation)},
    ),
    "withdrawReview": Case(ANYBODY, lambda _: WRONG, by_secret=True),
    "writeReview": Case(
        ANYBODY, lambda _: {**WRONG, "stars": 4, "experiencedOn": "2026-11-20"}, by_secret=True
    ),
}

ADMITTING = {
    "to admit": Case(
        STAFF | {NETWORK_S},
        lambda t: {"id": t.activator_id, "state": "ACTIVE"},
        ActivatorState.PENDING,
    ),
    "to refuse": Case(
        STAFF | {NETWORK_S},
        lambda t: {"id": t.activator_id, "state": "WITHDRAWN", "reason": "Doublon."},
        ActivatorState.PENDING,
    ),
}
"""Other steps of `changeActivatorState`."""


def roster_entry(target: Target) -> Input:
    """Declare somebody."""
    return {
        "externalId": f"R-{target.job}",
        "kind": "ADVISER",
        "givenName": "Camille",
        "familyName": "Martin",
        "siret": target.siret,
        "structureName": "Atelier",
        "postalCode": "01100",
        "city": "Oyonnax",
        "expertise": ["site-internet"],
        "serves": ["DEP-01"],
    }
