"""What one GraphQL document may ask for, and how the answer says no.

Every bound is a setting; none depends on who asks. The defaults let through the introspection
query of GraphiQL and a page of 100 activators with all that a card shows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from graphql import DocumentNode, FragmentDefinitionNode, GraphQLError, TokenKind

from schema.limits.measure import CEILING, Measure

LONGEST_NUMBER = 100
"""Digits of an integer: Python reads at most 4,300 of them, and no argument takes more than 10."""


class LimitCode(StrEnum):
    """The `extensions.code` of a document that is refused before it runs."""

    TOO_MANY_TOKENS = "TOO_MANY_TOKENS"
    """The document is too long: reading stopped at the first token too many."""
    TOO_MANY_LINES = "TOO_MANY_LINES"
    """The document is spread over too many lines."""
    TOO_MANY_FRAGMENTS = "TOO_MANY_FRAGMENTS"
    """The document defines too many fragments."""
    QUERY_TOO_DEEP = "QUERY_TOO_DEEP"
    """Fields stand within fields too many times over."""
    TOO_MANY_ALIASES = "TOO_MANY_ALIASES"
    """Too many fields are renamed, or repeated within the same braces."""
    TOO_MANY_ROOT_FIELDS = "TOO_MANY_ROOT_FIELDS"
    """One operation asks too many questions at once."""
    QUERY_TOO_COSTLY = "QUERY_TOO_COSTLY"
    """The answer could hold too many values."""
    CIRCULAR_FRAGMENTS = "CIRCULAR_FRAGMENTS"
    """A fragment contains itself, so that the document has no measure."""


@dataclass(frozen=True)
class Limits:
    """The greatest measure allowed of each kind, inclusive; fragments count as unfolded."""

    tokens: int = 1_000
    """Words and signs of the whole document, comments too. The standard rules compare fragments
    two by two: a document of 2,000 tokens can hold them for 120 ms, one of 1,000 for 30."""
    lines: int = 1_000
    """Lines of the whole document. Each error that names a place counts the lines before it, and
    an empty line is no token."""
    fragments: int = 25
    """Fragments that the document defines: they too are compared two by two."""
    depth: int = 12
    """Fields within fields; a root field is at depth 1."""
    introspection_lists: int = 2
    """Lists of types or of fields within one another, below `__schema` or `__type`. Tools need the
    fields of all types; their fields' types' fields, a third list, take seconds to write down."""
    introspection_aliases: int = 2
    """Aliases on or below `__schema` and `__type`: each can double the answer, and no tool needs
    any."""
    aliases: int = 30
    """Fields of one operation that are aliased, or repeated within the same braces."""
    root_fields: int = 15
    """Fields at the top of one operation."""
    cost: int = 20_000
    """Values that the answer to one operation could hold: see `schema.limits.measure`."""


def ill_written(document: DocumentNode, limits: Limits) -> Iterator[GraphQLError]:
    """An error for each limit that the text of a document goes beyond."""
    fragments = sum(isinstance(one, FragmentDefinitionNode) for one in document.definitions)
    tokens = document.loc and document.loc.start_token
    lines = document.loc.end_token.line if document.loc else 0
    for code, value, limit, what in (
        (LimitCode.TOO_MANY_LINES, lines, limits.lines, "lines"),
        (LimitCode.TOO_MANY_FRAGMENTS, fragments, limits.fragments, "fragments"),
    ):
        if value > limit:
            message = f"This document has {value:,} {what}; at most {limit:,} are allowed."
            yield GraphQLError(message, extensions={"code": code, "limit": limit})
    while tokens:
        if tokens.kind is TokenKind.INT and len(tokens.value or "") > LONGEST_NUMBER:
            yield GraphQLError(f"A number has more than {LONGEST_NUMBER} digits.")
            return
        tokens = tokens.next


def exceeded(measured: Measure, limits: Limits) -> Iterator[GraphQLError]:
    """An error for each limit that the measure goes beyond."""
    for code, value, limit, what in (
        (LimitCode.QUERY_TOO_DEEP, measured.depth, limits.depth, "levels of fields"),
        (
            LimitCode.QUERY_TOO_DEEP,
            measured.introspection_lists,
            limits.introspection_lists,
            "levels of lists in introspection",
        ),
        (
            LimitCode.TOO_MANY_ALIASES,
            measured.introspection_aliases,
            limits.introspection_aliases,
            "aliased or repeated fields in introspection",
        ),
        (
            LimitCode.TOO_MANY_ALIASES,
            measured.aliases,
            limits.aliases,
            "aliased or repeated fields",
        ),
        (LimitCode.TOO_MANY_ROOT_FIELDS, measured.fields, limits.root_fields, "root fields"),
        (LimitCode.QUERY_TOO_COSTLY, measured.cost, limits.cost, "possible values in its answer"),
    ):
        if value > limit:
            count = f"{value:,}" if value < CEILING else f"{CEILING:,} or more"
            message = f"This operation has {count} {what}; at most {limit:,} are allowed."
            yield GraphQLError(message, extensions={"code": code, "limit": limit})


def explain_unreadable(error: GraphQLError, limits: Limits) -> None:
    """Give the parser's two refusals of size the code and the number of our limit.

    The parser has no codes, and stops at 200 braces or brackets within one another, before the
    measure of depth can tell how many are fields. It also hands its error the text, which a log
    would print whole: megabytes, if that is what was sent.
    """
    error.source = None
    if "more than" in error.message and "tokens" in error.message:
        code, limit, what = LimitCode.TOO_MANY_TOKENS, limits.tokens, "tokens"
    elif "nested too deeply" in error.message:
        code, limit, what = LimitCode.QUERY_TOO_DEEP, limits.depth, "levels of fields"
    else:
        return
    error.message = f"This document has too many {what}; at most {limit:,} are allowed."
    error.extensions = {"code": code, "limit": limit}
