"""How reviews are handled, in the words that the law wants beside them and in a section of its own.

Numbers are not written here: `{…}` stands for what the operator chose, and for what the code does.
"""

from enum import Enum
from typing import NamedTuple

from models import review_law as law
from models.review_grounds import Wording


class PolicyTopic(Enum):
    """What is to be told about reviews."""

    DEFINITION = "DEFINITION"
    CONTROL_AT_COLLECTION = "CONTROL_AT_COLLECTION"
    CONTROL_AT_MODERATION = "CONTROL_AT_MODERATION"
    CONTROL_AT_PUBLICATION = "CONTROL_AT_PUBLICATION"
    REWARD = "REWARD"
    ORDER = "ORDER"
    DATES = "DATES"
    DELAYS = "DELAYS"
    CONTACT = "CONTACT"
    CHANGE = "CHANGE"
    REFUSAL = "REFUSAL"
    DOUBT = "DOUBT"
    REPLY = "REPLY"
    STARS = "STARS"
    PERSONAL_DATA = "PERSONAL_DATA"


class Topic(NamedTuple):
    """What the law asks, and what we do."""

    source: str
    text: Wording


POLICY: dict[PolicyTopic, Topic] = {
    PolicyTopic.DEFINITION: Topic(
        law.cited(law.DEFINITION),
        Wording(
            "Un avis est l'opinion d'une entreprise sur l'accompagnement qu'elle a reçu d'un "
            "activateur : des étoiles, de {fewest_stars} à {most_stars}, et un commentaire si elle "
            "le souhaite. L'entreprise a demandé de l'aide ici et l'activateur lui a répondu, ou "
            "elle a déclaré l'accompagnement d'un offreur de solutions, et celui-ci l'a confirmé "
            "ou un modérateur l'a reconnu.",
            "A review is the opinion of a company on the help that it got from an activator: "
            "stars, from {fewest_stars} to {most_stars}, and a comment if it wishes. The company "
            "asked for help here and the activator answered it, or it declared what a solution "
            "provider did for it, and that one confirmed it or a moderator upheld it.",
        ),
    ),
    PolicyTopic.CONTROL_AT_COLLECTION: Topic(
        law.cited(law.FAIR_INFORMATION, law.CONTROL),
        Wording(
            "Les avis sont contrôlés. À la collecte : seule peut écrire l'entreprise qui détient "
            "le lien privé envoyé à son adresse électronique, ou qui est connectée à son compte ; "
            "un seul avis par demande ou par accompagnement ; personne n'évalue sa propre "
            "structure.",
            "Reviews are controlled. At collection: only the company may write that holds the "
            "private link sent to its e-mail address, or is signed in to its account; one review "
            "for each request or engagement; nobody reviews their own structure.",
        ),
    ),
    PolicyTopic.CONTROL_AT_MODERATION: Topic(
        law.cited(law.CONTROL),
        Wording(
            "Une personne, le modérateur, lit chaque commentaire avant sa publication. Elle "
            "l'accepte ou le refuse, sans jamais le modifier, pour l'un des motifs publiés. Qui "
            "est de la structure de l'activateur, la gère ou gère un de ses réseaux, est son "
            "concurrent ou l'auteur de l'avis ne décide pas. Un "
            "avis sans commentaire est publié aussitôt.",
            "A person, the moderator, reads each comment before it is published. They accept or "
            "refuse it, and never edit it, on one of the published grounds. Who is of the "
            "activator's structure, manages it or one of the activator's networks, competes with "
            "the activator or wrote the review does not decide. A "
            "review without a comment is published at once.",
        ),
    ),
    PolicyTopic.CONTROL_AT_PUBLICATION: Topic(
        law.cited(law.FAIR_INFORMATION, law.CONTROL),
        Wording(
            "À la publication : tous les avis acceptés sont publiés, favorables ou non ; chacun "
            "dit ce qui a été contrôlé ; un doute sur l'authenticité est examiné par un "
            "modérateur.",
            "At publication: all accepted reviews are published, favourable or not; each says what "
            "was controlled; a doubt about authenticity is examined by a moderator.",
        ),
    ),
    PolicyTopic.REWARD: Topic(
        law.cited(law.DISPLAY),
        Wording(
            "Aucune contrepartie n'est donnée pour un avis.",
            "Nothing is given in return for a review.",
        ),
    ),
    PolicyTopic.ORDER: Topic(
        law.cited(law.DISPLAY),
        Wording(
            "Les avis sont classés du plus récent au plus ancien, selon la date de première "
            "publication ; sur demande, du plus ancien au plus récent, ou par nombre d'étoiles "
            "quand elles sont visibles. L'ordre appliqué est indiqué avec la liste.",
            "Reviews stand from the newest to the oldest, by the date of their first publication; "
            "on demand from the oldest to the newest, or by stars where they are visible. The "
            "order that was applied is told with the list.",
        ),
    ),
    PolicyTopic.DATES: Topic(
        law.cited(law.FAIR_INFORMATION, law.DISPLAY),
        Wording(
            "Chaque avis porte la date de sa publication, celle de l'expérience, et celle de sa "
            "dernière modification s'il a été modifié.",
            "Each review bears the date of its publication, that of the experience, and that of "
            "its last change if it was changed.",
        ),
    ),
    PolicyTopic.DELAYS: Topic(
        law.cited(law.DISPLAY),
        Wording(
            "Un commentaire est examiné en {moderation_days} jours au plus ; passé ce délai, les "
            "étoiles sont publiées seules en attendant la décision. Un avis est publié pendant "
            "{published_months} mois au plus ; ses textes sont effacés {kept_months} mois après "
            "la fin de sa publication, son retrait ou son refus.",
            "A comment is examined within {moderation_days} days at most; after that its stars "
            "are published alone until it is decided. A review is published for "
            "{published_months} months at most; its texts are erased {kept_months} months after "
            "its publication ended, or it was withdrawn or refused.",
        ),
    ),
    PolicyTopic.CONTACT: Topic(
        law.cited(law.CONTROL),
        Wording(
            "L'auteur n'est nommé nulle part, et aucun lecteur ne peut le contacter : l'avis ne "
            "donne aucune coordonnée. L'activateur a celles de la demande de contact, avec son fil "
            "tant qu'elle est ouverte, ou de la déclaration d'accompagnement. Le service lui "
            "écrit pour l'inviter à donner son avis, une seule fois, et pour ce qui arrive à cet "
            "avis.",
            "The author is named nowhere, and no reader can contact them: the review gives no way "
            "to reach them. The activator has those of their contact request, with its thread "
            "while it is open, or of their declared engagement. The service writes to them to ask "
            "for their review, once, and about what becomes of it.",
        ),
    ),
    PolicyTopic.CHANGE: Topic(
        law.cited(law.FAIR_INFORMATION, law.CONTROL),
        Wording(
            "L'auteur peut modifier ou retirer son avis, par son lien privé ou son compte, tant "
            "que ce qui l'identifie n'est pas effacé. Un commentaire modifié est examiné de "
            "nouveau, et le texte précédent reste publié jusque-là ; sans commentaire, la "
            "modification est publiée aussitôt. Un avis dont l'authenticité est examinée peut "
            "seulement être retiré.",
            "The author may change or withdraw their review, by their private link or account, "
            "as long as what identifies them is not erased. A changed comment is examined anew, "
            "and the earlier text stays published until then; without a comment the change is "
            "published at once. A review whose authenticity is being examined may only be "
            "withdrawn.",
        ),
    ),
    PolicyTopic.REFUSAL: Topic(
        law.cited(law.FAIR_INFORMATION, law.CONTROL, law.REFUSAL),
        Wording(
            "L'auteur d'un avis refusé reçoit par courriel le motif du refus et son explication. "
            "Il peut le réécrire une fois ; un second refus est définitif. Les motifs sont publiés "
            "ci-dessous.",
            "The author of a refused review is told the ground of the refusal and its explanation "
            "by e-mail. They may rewrite it once; a second refusal is final. The grounds are "
            "published below.",
        ),
    ),
    PolicyTopic.DOUBT: Topic(
        law.cited(law.FAIR_INFORMATION),
        Wording(
            "L'activateur peut signaler gratuitement un doute motivé sur l'authenticité d'un avis. "
            "Un modérateur l'examine en {doubt_days} jours au plus et lui répond ; l'avis reste "
            "publié pendant l'examen. Un même avis peut être mis en doute {most_doubts} fois au "
            "plus.",
            "The activator may report, free of charge, a reasoned doubt about the authenticity of "
            "a review. A moderator examines it within {doubt_days} days at most and answers; the "
            "review stays published meanwhile. One review may be doubted {most_doubts} times at "
            "most.",
        ),
    ),
    PolicyTopic.REPLY: Topic(
        f"Charte, {law.CHARTER}",
        Wording(
            "L'activateur peut répondre une fois à chaque avis ; sa réponse est publiée avec "
            "l'avis, et un modérateur peut la retirer pour l'un des motifs publiés.",
            "The activator may reply once to each review; the reply is published with the review, "
            "and a moderator may take it away on one of the published grounds.",
        ),
    ),
    PolicyTopic.STARS: Topic(
        f"Charte, {law.CHARTER}",
        Wording(
            "Les étoiles sont visibles de tous à partir de {stars_shown_from} avis publiés. "
            "L'activateur, ceux qui gèrent sa structure et ses réseaux, les modérateurs et les "
            "institutions les voient toujours.",
            "Stars are visible to everyone from {stars_shown_from} published reviews on. The "
            "activator, who manages its structure and networks, moderators and institutions "
            "always see them.",
        ),
    ),
    PolicyTopic.PERSONAL_DATA: Topic(
        f"{law.cited(law.CONTROL)} ; {law.PERSONAL_DATA}",
        Wording(
            "Les textes sont chiffrés ; seuls l'auteur et les modérateurs lisent ceux qui ne sont "
            "pas publiés. Ce qui identifie l'entreprise est effacé {contact_months} mois après la "
            "clôture de sa demande, ou {engagement_months} mois après la décision sur "
            "l'accompagnement qu'elle a déclaré ; son avis reste alors publié sans auteur connu, "
            "jusqu'à sa fin. Les dossiers des modérateurs sont effacés {cases_months} mois après "
            "la décision. L'entreprise et l'activateur obtiennent copie de leurs données, peuvent "
            "les rectifier, faire supprimer leur compte et saisir la CNIL.",
            "Texts are encrypted; only the author and moderators read those that are not "
            "published. What identifies the company is erased {contact_months} months after its "
            "request was closed, or {engagement_months} months after its declared engagement was "
            "decided; its review then stays published without a known author, until its end. "
            "Moderators' files are erased {cases_months} months after the decision. The company "
            "and the activator are given copies of their data, may correct them, have their "
            "account deleted, and complain to the CNIL.",
        ),
    ),
}
"""All of it, in the order in which it is read."""
