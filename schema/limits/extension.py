"""Refuses a document that exceeds a limit, before the standard rules look at it.

The standard rules compare fields two by two, so that a flood must not reach them. Strawberry's
`ValidationCache` would run them whatever another extension found, and hashes the whole syntax tree
on each request: the caches here, keyed by the text, stand in for it and for `ParserCache`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from graphlib import CycleError
from typing import NamedTuple

from cachetools import LRUCache
from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    validate,
)
from strawberry.extensions import SchemaExtension
from strawberry.types.graphql import OperationType

from schema.limits.bounds import (
    LimitCode,
    Limits,
    exceeded,
    explain_unreadable,
    ill_written,
)
from schema.limits.measure import Estimates, measure
from schema.limits.sizes import sizes_of

LEAST_COST = 20
"""What a request costs at least, in the time of as many values: to be read, logged and answered."""
INTROSPECTION_COST = 2_000
"""What a list of all types or fields costs, which the measure leaves out."""


def limits_extension(
    limits: Limits, estimates: Estimates | None = None, documents: int = 128
) -> Callable[[], SchemaExtension]:
    """What to put into a schema's `extensions`, once: the caches live as long as what it returns.

    `documents` is how many texts are remembered.
    """
    return extension_of(Gate(limits, estimates or Estimates(), documents))


def extension_of(gate: "Gate") -> Callable[[], SchemaExtension]:
    """What to put into a schema's `extensions` where its gate is asked for costs too."""
    return partial(LimitsExtension, gate)


@dataclass(frozen=True, eq=False)
class Parsed:
    """A document compared by identity, which makes it a cheap key."""

    document: DocumentNode


class Judgement(NamedTuple):
    """Why a document is refused, if it is, and what it costs to answer it."""

    refusals: tuple[GraphQLError, ...]
    cost: int = LEAST_COST


class Gate:
    """What one application remembers of the documents it read, so that each is judged once."""

    def __init__(self, limits: Limits, estimates: Estimates, documents: int = 128) -> None:
        self.limits = limits
        self.estimates = estimates
        self.parsed: LRUCache[str, Parsed] = LRUCache(documents)
        self.judgement = lru_cache(documents)(self._judgement)
        self.faults = lru_cache(documents)(self._faults)

    def cost(self, schema: GraphQLSchema, text: str, variables: Mapping[str, object]) -> int:
        """Say what a text costs before it runs; what cannot run costs the least."""
        parsed = self._read(text)
        if parsed is None:
            return LEAST_COST
        return self.judgement(schema, parsed, sizes_of(variables)).cost

    def kind(self, text: str, name: str | None) -> OperationType | None:
        """Say what the named or only operation of a text is; None where there is none such."""
        parsed = self._read(text)
        definitions = parsed.document.definitions if parsed else ()
        operations = [one for one in definitions if isinstance(one, OperationDefinitionNode)]
        if name is not None:
            operations = [one for one in operations if one.name and one.name.value == name]
        return OperationType(operations[0].operation.value) if len(operations) == 1 else None

    def _read(self, text: str) -> Parsed | None:
        """Recall a text, or parse it up to the limit of tokens; None for what is no document."""
        parsed = self.parsed.get(text)
        if parsed is None:
            try:
                document = parse(text, max_tokens=self.limits.tokens)
            except GraphQLError:
                return None
            parsed = self.parsed[text] = Parsed(document)
        return parsed

    def _judgement(
        self, schema: GraphQLSchema, parsed: Parsed, sizes: tuple[tuple[str, int], ...]
    ) -> Judgement:
        """Judge a document with variables of these sizes by the limits."""
        if found := tuple(ill_written(parsed.document, self.limits)):
            return Judgement(found)
        try:
            measured = measure(schema, parsed.document, dict(sizes), self.estimates)
        except CycleError as error:
            names = ", ".join(error.args[1])
            message = f"Fragments must not contain themselves: {names}."
            code = LimitCode.CIRCULAR_FRAGMENTS
            return Judgement((GraphQLError(message, extensions={"code": code}),))
        if refusals := tuple(exceeded(measured, self.limits)):
            return Judgement(refusals)
        introspection = INTROSPECTION_COST * measured.introspection_lists
        return Judgement((), max(measured.cost + introspection, LEAST_COST))

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
        sizes = sizes_of(context.variables or {})
        faults = gate.judgement(schema, self.parsed, sizes).refusals or gate.faults(
            schema, self.parsed, context.validation_rules
        )
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
