"""Refuses a document that exceeds a limit, before the standard rules look at it.

The standard rules compare fields two by two, so that a flood must not reach them. Strawberry's
`ValidationCache` would run them whatever another extension found, and hashes the whole syntax tree
on each request: the caches here, keyed by the text, stand in for it and for `ParserCache`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from graphlib import CycleError

from cachetools import LRUCache
from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    validate,
)
from strawberry.extensions import SchemaExtension

from schema.limits.bounds import (
    LimitCode,
    Limits,
    exceeded,
    explain_unreadable,
    ill_written,
)
from schema.limits.measure import Estimates, measure
from schema.limits.sizes import sizes_of


def limits_extension(
    limits: Limits, estimates: Estimates | None = None, documents: int = 128
) -> Callable[[], SchemaExtension]:
    """What to put into a schema's `extensions`, once: the caches live as long as what it returns.

    `documents` is how many texts are remembered.
    """
    return partial(LimitsExtension, Gate(limits, estimates or Estimates(), documents))


@dataclass(frozen=True, eq=False)
class Parsed:
    """A document compared by identity, which makes it a cheap key."""

    document: DocumentNode


class Gate:
    """What one application remembers of the documents it read, so that each is judged once."""

    def __init__(self, limits: Limits, estimates: Estimates, documents: int) -> None:
        self.limits = limits
        self.estimates = estimates
        self.parsed: LRUCache[str, Parsed] = LRUCache(documents)
        self.refusals = lru_cache(documents)(self._refusals)
        self.faults = lru_cache(documents)(self._faults)

    def _refusals(
        self, schema: GraphQLSchema, parsed: Parsed, sizes: tuple[tuple[str, int], ...]
    ) -> tuple[GraphQLError, ...]:
        """Judge a document with variables of these sizes by the limits."""
        if found := tuple(ill_written(parsed.document, self.limits)):
            return found
        try:
            measured = measure(schema, parsed.document, dict(sizes), self.estimates)
        except CycleError as error:
            names = ", ".join(error.args[1])
            message = f"Fragments must not contain themselves: {names}."
            return (GraphQLError(message, extensions={"code": LimitCode.CIRCULAR_FRAGMENTS}),)
        return tuple(exceeded(measured, self.limits))

    def _faults(
        self, schema: GraphQLSchema, parsed: Parsed, rules: tuple[type[ASTValidationRule], ...]
    ) -> tuple[GraphQLError, ...]:
        """Judge a document by the standard rules, and by those that other extensions add."""
        return tuple(validate(schema, parsed.document, rules))


class LimitsExtension(SchemaExtension):
    """Takes one operation past the limits, then past the standard rules.

    Errors are recorded, not raised: Strawberry's streams do not catch what a hook raises.
    """

    parsed: Parsed

    def __init__(self, gate: Gate) -> None:
        self.gate = gate

    def on_parse(self) -> Iterator[None]:
        """Recall the document, or have Strawberry parse it up to the limit of tokens."""
        context, gate = self.execution_context, self.gate
        text = context.query or ""
        known = gate.parsed.get(text)
        context.graphql_document = known.document if known else None
        context.parse_options["max_tokens"] = gate.limits.tokens
        yield
        for error in context.pre_execution_errors or ():
            explain_unreadable(error, gate.limits)
        if context.graphql_document:
            self.parsed = known or Parsed(context.graphql_document)
            gate.parsed[text] = self.parsed

    def on_validate(self) -> Iterator[None]:
        """Refuse what exceeds a limit; let the standard rules judge the rest only."""
        context, gate = self.execution_context, self.gate
        schema = context.schema._schema  # noqa: SLF001 - Strawberry has no public name for it
        refusals = gate.refusals(schema, self.parsed, sizes_of(context.variables or {}))
        faults = refusals or gate.faults(schema, self.parsed, context.validation_rules)
        chosen = context._provided_operation_name is not None  # noqa: SLF001 - no public name either
        context.pre_execution_errors = list(faults or ([] if chosen else unchosen(self.parsed)))
        yield


def unchosen(parsed: Parsed) -> list[GraphQLError]:
    """Refuse several operations without the name of one: Strawberry would run the first."""
    definitions = parsed.document.definitions
    count = sum(isinstance(one, OperationDefinitionNode) for one in definitions)
    if count == 1:
        return []
    return [GraphQLError(f"operationName: expected the name of one of the {count} operations.")]
