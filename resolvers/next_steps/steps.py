"""Next steps: what somebody may or must do now, and what each is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from resolvers.directory.rows import Label


class NextStepCode(Enum):
    """A thing to do next, the most urgent first."""

    SIGN_IN = "SIGN_IN"
    REGISTER = "REGISTER"
    ACCEPT_CHARTER = "ACCEPT_CHARTER"
    ANSWER_CONTACT_REQUESTS = "ANSWER_CONTACT_REQUESTS"
    NAME_A_STRUCTURE = "NAME_A_STRUCTURE"
    CONFIRM_PROFILE = "CONFIRM_PROFILE"
    COMPLETE_PROFILE = "COMPLETE_PROFILE"
    WAIT_FOR_ADMISSION = "WAIT_FOR_ADMISSION"
    CONFIRM_STRUCTURE = "CONFIRM_STRUCTURE"
    CONFIRM_EMPLOYMENT = "CONFIRM_EMPLOYMENT"
    DECIDE_ON_HELD_REQUESTS = "DECIDE_ON_HELD_REQUESTS"
    DECIDE_ON_MARK_LICENCES = "DECIDE_ON_MARK_LICENCES"
    MODERATE = "MODERATE"
    ADMIT = "ADMIT"
    TEND_JOBS = "TEND_JOBS"


LABELS: Mapping[NextStepCode, Label] = {
    NextStepCode.SIGN_IN: Label("Se connecter", "Sign in"),
    NextStepCode.REGISTER: Label("Adhérer au programme", "Join the programme"),
    NextStepCode.ACCEPT_CHARTER: Label(
        "Accepter la charte en vigueur", "Accept the charter in force"
    ),
    NextStepCode.ANSWER_CONTACT_REQUESTS: Label(
        "Répondre aux demandes d'entreprises", "Answer the requests of companies"
    ),
    NextStepCode.NAME_A_STRUCTURE: Label(
        "Indiquer sa nouvelle structure", "Name the new structure"
    ),
    NextStepCode.CONFIRM_PROFILE: Label(
        "Confirmer que son profil est à jour", "Confirm that the profile is up to date"
    ),
    NextStepCode.COMPLETE_PROFILE: Label("Compléter son profil", "Complete the profile"),
    NextStepCode.WAIT_FOR_ADMISSION: Label(
        "Attendre que l'adhésion soit acceptée", "Wait to be admitted"
    ),
    NextStepCode.CONFIRM_STRUCTURE: Label("Confirmer la structure", "Confirm the structure"),
    NextStepCode.CONFIRM_EMPLOYMENT: Label(
        "Confirmer qui travaille dans la structure", "Confirm who works in the structure"
    ),
    NextStepCode.DECIDE_ON_HELD_REQUESTS: Label(
        "Décider des demandes de contact retenues", "Decide on contact requests that are held"
    ),
    NextStepCode.DECIDE_ON_MARK_LICENCES: Label(
        "Décider des demandes d'utiliser la marque", "Decide on requests to use the mark"
    ),
    NextStepCode.MODERATE: Label(
        "Décider de ce qui attend un modérateur", "Decide on what waits for a moderator"
    ),
    NextStepCode.ADMIT: Label("Examiner les demandes d'adhésion", "Look at those who ask to join"),
    NextStepCode.TEND_JOBS: Label(
        "Reprendre les tâches abandonnées", "See to the jobs that were given up"
    ),
}
"""What people read."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step; the thing that it is about, where it is about one; `by` is when, in UTC.

    `waiting` and `overdue` say how much waits, and how much of that for too long; None where
    nobody counts.
    """

    code: NextStepCode
    activator_id: int | None = None
    structure_id: int | None = None
    network_code: str | None = None
    by: datetime | None = None
    waiting: int | None = None
    overdue: int | None = None

    @property
    def label(self) -> Label:
        """Say it for people."""
        return LABELS[self.code]
