"""Expertise fields and sectors, with their labels in two languages."""

from typing import Annotated

import strawberry

from models.accounts import Language
from permissions.guard import describe_values, of_row
from resolvers.directory import rows
from schema.pure import PURE

strawberry.enum(Language, description="A language of labels and texts. Codes never change with it.")
describe_values({Language.FR: "French.", Language.EN: "English."})

LanguageArgument = Annotated[
    Language | None, strawberry.argument(description="The language; French by default.")
]


def label_in(language: Language | None, label: rows.Label) -> str:
    """Choose a label's language."""
    return label.en if language is Language.EN else label.fr


@strawberry.type(
    description="A field of expertise (champ d'expertise) of the programme's taxonomy."
)
class ExpertiseField:
    """An entry of the taxonomy."""

    row: strawberry.Private[rows.ExpertiseFieldRow]
    code: str = of_row("Its code, such as `site-internet`.")
    theme: str = of_row("The code of its theme, such as `vente-promotion`.")

    @strawberry.field(metadata=PURE, description="What people read.")
    def label(self, language: LanguageArgument = Language.FR) -> str:
        """Say it in a language."""
        return label_in(language, self.row.label)


@strawberry.type(description="A section of the French classification of activities (NAF rev. 2).")
class Sector:
    """A NAF section."""

    row: strawberry.Private[rows.SectorRow]
    code: str = of_row("Its letter, `A` to `U`.")

    @strawberry.field(metadata=PURE, description="What people read.")
    def label(self, language: LanguageArgument = Language.FR) -> str:
        """Say it in a language."""
        return label_in(language, self.row.label)
