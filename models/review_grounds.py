"""Why moderators refuse, remove or keep reviews: codes, and what people read of each.

Grounds of refusal are told to the author, and published (`review_law.CONTROL`).
"""

from enum import Enum
from typing import NamedTuple


class GroundUse(Enum):
    """Which decision a ground is for."""

    REFUSE = "REFUSE"
    REMOVE = "REMOVE"
    REMOVE_REPLY = "REMOVE_REPLY"
    KEEP = "KEEP"


class ReviewGround(Enum):
    """Why a decision about a review was made."""

    INSULT = "INSULT"
    PERSONAL_DATA = "PERSONAL_DATA"
    CONFIDENTIAL = "CONFIDENTIAL"
    UNLAWFUL = "UNLAWFUL"
    ADVERTISING = "ADVERTISING"
    CONFLICT_OF_INTEREST = "CONFLICT_OF_INTEREST"
    NOT_AN_EXPERIENCE = "NOT_AN_EXPERIENCE"
    OFF_TOPIC = "OFF_TOPIC"
    UNREADABLE = "UNREADABLE"
    NOT_AUTHENTIC = "NOT_AUTHENTIC"
    AUTHENTIC = "AUTHENTIC"
    DOUBT_UNFOUNDED = "DOUBT_UNFOUNDED"


class Wording(NamedTuple):
    """What people read, in the two languages."""

    fr: str
    en: str


class Ground(NamedTuple):
    """A ground: for which decisions, what it means, and words to begin with when telling it."""

    uses: frozenset[GroundUse]
    meaning: Wording
    template: Wording


_OF_ANY_TEXT = frozenset({GroundUse.REFUSE, GroundUse.REMOVE, GroundUse.REMOVE_REPLY})
_OF_A_REVIEW = frozenset({GroundUse.REFUSE, GroundUse.REMOVE})

GROUNDS: dict[ReviewGround, Ground] = {
    ReviewGround.INSULT: Ground(
        _OF_ANY_TEXT,
        Wording(
            "Le texte contient des injures, des menaces ou des propos haineux.",
            "The text holds insults, threats or hateful words.",
        ),
        Wording(
            "Votre texte contient des propos injurieux. Dites ce qui s'est passé, sans viser "
            "personne.",
            "Your text holds insulting words. Please say what happened, and attack nobody.",
        ),
    ),
    ReviewGround.PERSONAL_DATA: Ground(
        _OF_ANY_TEXT,
        Wording(
            "Le texte contient des données personnelles : nom, adresse, téléphone, santé.",
            "The text holds personal data: a name, an address, a phone number, someone's health.",
        ),
        Wording(
            "Votre texte permet d'identifier une personne. Retirez les noms et les coordonnées.",
            "Your text tells who somebody is. Please leave out names and ways to reach people.",
        ),
    ),
    ReviewGround.CONFIDENTIAL: Ground(
        _OF_ANY_TEXT,
        Wording(
            "Le texte révèle une information confidentielle, comme un secret d'affaires.",
            "The text reveals something confidential, such as a trade secret.",
        ),
        Wording(
            "Votre texte révèle une information qui devait rester confidentielle. Retirez-la.",
            "Your text reveals what was to stay confidential. Please leave it out.",
        ),
    ),
    ReviewGround.UNLAWFUL: Ground(
        _OF_ANY_TEXT,
        Wording(
            "Le texte est contraire à la loi, par exemple diffamatoire ou discriminatoire.",
            "The text breaks the law, as by defamation or discrimination.",
        ),
        Wording(
            "Votre texte ne peut pas être publié : il accuse ou désigne d'une manière que la loi "
            "interdit.",
            "Your text cannot be published: it accuses or singles out in a way that the law "
            "forbids.",
        ),
    ),
    ReviewGround.ADVERTISING: Ground(
        _OF_ANY_TEXT,
        Wording(
            "Le texte fait de la publicité ou renvoie vers un autre site.",
            "The text advertises, or leads to another site.",
        ),
        Wording(
            "Votre texte fait la promotion d'une offre ou contient un lien. Retirez-les.",
            "Your text promotes an offer or holds a link. Please leave them out.",
        ),
    ),
    ReviewGround.CONFLICT_OF_INTEREST: Ground(
        _OF_A_REVIEW,
        Wording(
            "L'auteur a un intérêt dans ce qu'il évalue : il en est proche, ou concurrent.",
            "The author has an interest in what is reviewed: it is close to it, or a competitor.",
        ),
        Wording(
            "Un avis vient d'une entreprise sans lien avec l'activateur, ni concurrente. Nous "
            "avons constaté un tel lien.",
            "A review comes from a company that is neither close to the activator nor its "
            "competitor. We found such a tie.",
        ),
    ),
    ReviewGround.NOT_AN_EXPERIENCE: Ground(
        _OF_A_REVIEW,
        Wording(
            "Le texte ne décrit pas une expérience de l'accompagnement reçu.",
            "The text tells of no experience of the help that was given.",
        ),
        Wording(
            "Un avis raconte l'accompagnement que vous avez reçu. Dites ce qui a été fait et ce "
            "que vous en pensez.",
            "A review tells of the help that you got. Please say what was done, and what you "
            "think of it.",
        ),
    ),
    ReviewGround.OFF_TOPIC: Ground(
        _OF_ANY_TEXT,
        Wording(
            "Le texte parle d'autre chose que de cet activateur et de son accompagnement.",
            "The text is about something else than this activator and its help.",
        ),
        Wording(
            "Votre texte parle d'autre chose. Tenez-vous-en à l'accompagnement de cet activateur.",
            "Your text is about something else. Please keep to the help of this activator.",
        ),
    ),
    ReviewGround.UNREADABLE: Ground(
        _OF_ANY_TEXT,
        Wording("Le texte est incompréhensible.", "The text cannot be understood."),
        Wording(
            "Nous n'avons pas compris votre texte. Écrivez-le en phrases simples.",
            "We did not understand your text. Please write it in simple sentences.",
        ),
    ),
    ReviewGround.NOT_AUTHENTIC: Ground(
        frozenset({GroundUse.REMOVE}),
        Wording(
            "L'examen a montré que l'avis ne vient pas d'une entreprise accompagnée.",
            "The examination showed that the review is not by a company that was helped.",
        ),
        Wording(
            "Nous avons examiné cet avis : il ne repose pas sur un accompagnement réel.",
            "We examined this review: it rests on no help that was really given.",
        ),
    ),
    ReviewGround.AUTHENTIC: Ground(
        frozenset({GroundUse.KEEP}),
        Wording(
            "L'examen a confirmé que l'avis vient d'une entreprise accompagnée.",
            "The examination confirmed that the review is by a company that was helped.",
        ),
        Wording(
            "Nous avons vérifié la demande à l'origine de cet avis : il est authentique et reste "
            "publié. Vous pouvez y répondre.",
            "We checked the request behind this review: it is authentic and stays published. You "
            "may reply to it.",
        ),
    ),
    ReviewGround.DOUBT_UNFOUNDED: Ground(
        frozenset({GroundUse.KEEP}),
        Wording(
            "Rien de ce qui a été dit ne met en cause l'authenticité de l'avis.",
            "Nothing that was said calls the review's authenticity into question.",
        ),
        Wording(
            "Ce que vous nous avez dit ne montre pas que cet avis serait faux : il reste publié. "
            "Vous pouvez y répondre.",
            "What you told us does not show that this review is false: it stays published. You "
            "may reply to it.",
        ),
    ),
}
"""All of them, in the order in which they are read."""


def is_for(ground: ReviewGround, use: GroundUse) -> bool:
    """Say whether a decision of this kind may rest on a ground."""
    return use in GROUNDS[ground].uses
