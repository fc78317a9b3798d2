"""What may be asked of an activator: an enum, a sentence each."""

from enum import Enum


class Permission(Enum):
    """A thing that a viewer may or may not do with one activator; the value says it in words."""

    SEE = "See that it exists: its name, structure, expertise and profile."
    SEE_ON_MAP = "See it on the map: its position, address, distance and clusters."
    FOLLOW_WEBSITE = "Follow the link to its website (« découvrir les offres »)."
    READ_COORDINATES = "See its e-mail address and phone number."
    REQUEST_CONTACT = "Ask it for contact."
    REVIEW = "Review it, as a company that it helped."
    SEE_STARS = "See its stars: their average, their count, and those of each review."
    SEE_CONSULTATIONS = "See how often its page is consulted."
    READ_MEMBERSHIP = "See its membership status, charter acceptance and external ids."
    EDIT = "Change its profile."
    ADMIT = "Admit or refuse it while it is pending."
    CHANGE_STATE = "Suspend it, restore it or withdraw it."
    COMMIT = "Accept the charter in its name, and leave the programme."
