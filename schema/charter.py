"""The charter: its versions, what each asks of whom, and who accepted it."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from models.accounts import Language
from models.activators import ActivatorKind
from permissions.guard import of_row
from resolvers.charter_standing import AcceptanceRow
from resolvers.charter_versions import (
    CharterRow,
    CommitmentRow,
    charter_of,
    charters,
    in_language,
)
from schema.context import Info
from schema.expertise import LanguageArgument
from schema.kinds import KindArgument


@strawberry.type(
    description="What activators commit to (charter, articles 3 and 4, which differ by kind)."
)
class CharterCommitment:
    """A commitment."""

    row: strawberry.Private[CommitmentRow]
    code: str = of_row("Its code, such as `answer-soon`, the same in all versions that have it.")
    article: str = of_row("The article of the charter in which it stands: `1` to `6`.")
    kinds: list[ActivatorKind] = of_row("The kinds of activators that commit to it.")

    @strawberry.field(description="What it says, in plain text of one line.")
    def text(self, language: LanguageArgument = Language.FR) -> str:
        """Say it in a language."""
        return in_language(self.row.texts, language)


@strawberry.type(
    description="A version of the charter, which everybody may read. A version never changes: what "
    "is said otherwise is another version."
)
class Charter:
    """A version."""

    row: strawberry.Private[CharterRow]
    version: str = of_row("Its name, such as `2026-1`.")
    published_on: date = of_row("When it was published.")
    accept_by: datetime | None = of_row(
        "By when members have to accept it: an active one who has not is suspended then, until it "
        "does. Null for the first version, which replaces none."
    )

    @strawberry.field(
        description="All of it, in Markdown (CommonMark) without HTML or images, whose links lead "
        "to http, https or mailto addresses. The French text counts."
    )
    def text(self, language: LanguageArgument = Language.FR) -> str:
        """Say it in a language."""
        return in_language(self.row.texts, language)

    @strawberry.field(
        description="What activators commit to, article by article; all, or those of a kind."
    )
    def commitments(self, kind: KindArgument = None) -> list[CharterCommitment]:
        """List the commitments of a kind."""
        return [
            CharterCommitment(row=one)
            for one in self.row.commitments
            if kind is None or kind in one.kinds
        ]


@strawberry.type(description="That an activator accepted a version of the charter: kept for good.")
class CharterAcceptance:
    """An acceptance."""

    row: strawberry.Private[AcceptanceRow]
    version: str = of_row("The version.")
    accepted_at: datetime = of_row("When it was accepted, the first time.")
    current: bool = of_row("Whether this version is the one in force.")


@strawberry.type
class CharterQueries:
    """Queries of the charter."""

    @strawberry.field(
        description="The charter in force, or another version by its name; null for one that is "
        "not installed. Everybody may read it."
    )
    async def charter(
        self,
        info: Info,
        version: Annotated[
            str | None,
            strawberry.argument(description="A version's name; the one in force by default."),
        ] = None,
    ) -> Charter | None:
        """Find one."""
        row = await charter_of(info.context.platform.database, version)
        return None if row is None else Charter(row=row)

    @strawberry.field(
        description="All versions of the charter that were installed, the one in force first. "
        "Everybody may read them."
    )
    async def charter_versions(self, info: Info) -> list[Charter]:
        """List them."""
        return [Charter(row=row) for row in await charters(info.context.platform.database)]
