"""The law of online reviews: its labels, as the charter cites them (article 4).

A later decree renumbers the articles: they are spelled out here and nowhere else.
"""

CODE = "Code de la consommation"
DECREE = "décret n° 2017-1436 du 29 septembre 2017"

FAIR_INFORMATION = "L.111-7-2"
"""Information that is fair, clear and transparent; dates; reasons of a refusal; reported doubts."""
DEFINITION = "D.111-16"
"""What a review is."""
DISPLAY = "D.111-17"
"""What stands beside the reviews (1°), and in a section of its own (2°)."""
CONTROL = "D.111-18"
"""How reviews are controlled, changed and refused; personal data."""
REFUSAL = "D.111-19"
"""The author of a refused review is told why."""

CHARTER = "article 4"
"""The article of the charter that has activators reviewed."""

PERSONAL_DATA = "RGPD (règlement (UE) 2016/679)"


def cited(*articles: str) -> str:
    """Cite articles of the code, for descriptions."""
    return f"{CODE}, {', '.join(articles)}"
