"""Days, as people write them."""

from datetime import date

from models.accounts import Language

WRITTEN = {Language.FR: "%d/%m/%Y", Language.EN: "%d %B %Y"}


def written(day: date, language: Language) -> str:
    """Write a day in a language."""
    return day.strftime(WRITTEN[language])
