"""Invented words: names, headlines and presentations that belong to nobody."""

from itertools import product

GIVEN = tuple(
    "".join(parts)
    for parts in product(
        ("Al", "Be", "Ca", "Do", "El", "Fa", "Gi", "Ju", "Lu", "Ma", "No", "Ro", "Sa", "Ti", "Va"),
        ("bé", "ci", "lan", "mi", "ne", "ri", "so", "ta"),
        ("", "lle", "na", "rie"),
    )
)
"""480 given names."""

FAMILY = tuple(
    "".join(parts)
    for parts in product(
        ("Ar", "Bou", "Char", "Des", "Fau", "Gar", "Ha", "Lam", "Mar", "Per", "Rou", "Ver"),
        ("ban", "cé", "del", "gnon", "lier", "man", "mo", "net", "rel", "tin", "vat", "vil"),
        (
            *("", "ard", "bert", "champ", "court", "eau", "elle", "eron", "ert", "et", "ey", "ier"),
            *("in", "is", "man", "mont", "ois", "on", "ot", "oux", "val", "ville", "y", "zac"),
        ),
    )
)
"""3,456 family names."""

TRADES = (
    *("artisans", "commerçants", "restaurateurs", "hôteliers", "agriculteurs", "libraires"),
    *("transporteurs", "coiffeurs", "fleuristes", "menuisiers", "boulangers", "viticulteurs"),
    *("garagistes", "couturiers", "imprimeurs", "pharmaciens", "opticiens", "bijoutiers"),
)
GOALS = (
    *("à vendre en ligne", "à protéger leurs données", "à gagner du temps", "à se faire connaître"),
    *("à facturer sans papier", "à financer leur transformation", "à former leurs équipes"),
    *("à choisir un logiciel", "à suivre leurs stocks", "à automatiser leurs tâches"),
    *("à ouvrir une boutique", "à fidéliser leurs clients", "à sécuriser leur réseau"),
)
HEADLINES = tuple(f"J'aide les {trade} {goal}" for trade, goal in product(TRADES, GOALS))

WAYS = (
    *("Un premier échange fait le point sur vos besoins.", "Je me déplace dans vos locaux."),
    *("Diagnostic, feuille de route et suivi pendant six mois.", "Devis clair avant de commencer."),
    *("Ateliers collectifs chaque trimestre.", "Des outils libres quand c'est possible."),
    *("Vingt ans d'expérience auprès des petites entreprises.", "Réponse sous deux jours ouvrés."),
)
PRESENTATIONS = tuple(
    f"{headline}. {first} {second}"
    for headline, first, second in product(HEADLINES, WAYS, WAYS)
    if first != second
)

SUFFIXES = ("Conseil", "Numérique", "et Fils", "Services", "Atelier", "Développement")
FORMS = ("SARL", "SAS", "EI", "Association", "Établissement public", "EURL")
STREETS = ("rue des Lilas", "avenue du Marché", "place de la Halle", "quai Neuf", "chemin Vert")
