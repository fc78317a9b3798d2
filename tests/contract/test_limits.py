"""Each limit at its edge, and each attack: refused before anything runs, in little time."""

import time
from collections.abc import AsyncIterator, Callable

import pytest
import strawberry
from graphql import ValidationContext, ValidationRule, get_introspection_query
from strawberry.extensions import AddValidationRules, SchemaExtension

from schema.limits.bounds import LimitCode, Limits
from schema.limits.extension import limits_extension

ran: list[str] = []


@strawberry.type
class Person:
    """Anyone with a friend, who has one too."""

    name: str = "Ada"
    friend: "Person | None" = None


@strawberry.type
class PersonConnection:
    """A page of people."""

    nodes: list[Person]


@strawberry.type
class Query:
    """What the tests ask."""

    @strawberry.field
    def person(self, cells: list[list[int]] | None = None) -> Person:
        """Always there."""
        ran.append("person")
        return Person()

    @strawberry.field
    def people(self, first: int | None = None) -> PersonConnection:
        """As many as are asked."""
        ran.append("people")
        return PersonConnection(nodes=[Person()] * (first or 0))


@strawberry.type
class Subscription:
    """A stream for the tests of streams."""

    @strawberry.subscription
    async def ticks(self) -> AsyncIterator[int]:
        """One tick."""
        yield 1


def schema_with(*extensions: Callable[[], SchemaExtension], **limits: int) -> strawberry.Schema:
    return strawberry.Schema(
        Query,
        subscription=Subscription,
        extensions=[limits_extension(Limits(**limits)), *extensions],
    )


async def refusals(
    schema: strawberry.Schema, query: str, **variables: object
) -> list[tuple[str, int | None]]:
    """The code and the limit of each error; nothing may have run if there is one."""
    ran.clear()
    errors = (await schema.execute(query, variable_values=variables)).errors or []
    assert not (errors and ran)
    told = [error.extensions or {} for error in errors]
    return [(extensions["code"], extensions.get("limit")) for extensions in told]


@pytest.mark.parametrize(
    ("limits", "allowed", "refused", "code"),
    [
        ({"tokens": 6}, "{person{name}}", "{person{name name}}", "TOO_MANY_TOKENS"),
        ({"lines": 3}, "{person{name}}\n\n", "{person{name}}\n\r\n\r", "TOO_MANY_LINES"),
        (
            {"fragments": 1},
            "{...a} fragment a on Query{person{name}}",
            "{...a} fragment a on Query{...b} fragment b on Query{person{name}}",
            "TOO_MANY_FRAGMENTS",
        ),
        ({"depth": 2}, "{person{name}}", "{person{friend{name}}}", "QUERY_TOO_DEEP"),
        (
            {"introspection_lists": 1},
            "{__schema{types{name}}}",
            "{__schema{types{interfaces{name}}}}",
            "QUERY_TOO_DEEP",
        ),
        (
            {"introspection_aliases": 1},
            "{__schema{a:types{name}}}",
            "{__schema{a:types{b:name}}}",
            "TOO_MANY_ALIASES",
        ),
        ({"aliases": 1}, "{a:person{name}}", "{a:person{b:name}}", "TOO_MANY_ALIASES"),
        ({"aliases": 1}, "{person{name name}}", "{person{name name name}}", "TOO_MANY_ALIASES"),
        (
            {"root_fields": 2},
            "{person{name} __typename}",
            "{person{name} __typename people{__typename}}",
            "TOO_MANY_ROOT_FIELDS",
        ),
        (
            {"cost": 52},
            "{people(first:50){nodes{name}}}",
            "{people(first:51){nodes{name}}}",
            "QUERY_TOO_COSTLY",
        ),
    ],
)
async def test_each_limit_allows_its_value_and_refuses_one_more(
    limits: dict[str, int], allowed: str, refused: str, code: LimitCode
) -> None:
    schema = schema_with(**limits)

    assert await refusals(schema, refused) == [(code, *limits.values())]
    assert await refusals(schema, allowed) == []


BOMB = (
    "{ ...f0 } "
    + "".join(f"fragment f{i} on Query {{ ...f{i + 1} ...f{i + 1} }} " for i in range(80))
    + "fragment f80 on Query { __typename }"
)
ATTACKS = {
    "aliases, many": "{" + "".join(f"a{i}: person {{ name }} " for i in range(150)) + "}",
    "aliases, very many": "{" + "".join(f"a{i}: __typename " for i in range(20_000)) + "}",
    "aliases, one name": "{ person {" + "a: name " * 300 + "} }",
    "repeated fields": "{ person {" + "name " * 900 + "} }",
    "repeated in inline fragments": "{ person {" + "... { name } " * 240 + "} }",
    "fragment bomb": BOMB,
    "fragment bomb, unused": BOMB.replace("{ ...f0 }", "{ __typename }"),
    "fragment bomb, in another operation": "query a { __typename } query b " + BOMB,
    "circular fragments": "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
    "a circle, unused": "{ __typename } fragment a on Query { ...a }",
    "a circle and a flood": "{ ...a } fragment a on Query { ...a " + "__typename " * 900 + "}",
    "deep": "{ person " + "{ friend " * 190 + "{ name }" + "}" * 191,
    "deeper than the parser goes": "{ person " + "{ friend " * 300 + "{ name }" + "}" * 301,
    "deep and open": "{ person " + "{ friend " * 20_000,
    "deep values": "{ person(cells: " + "[" * 400 + "]" * 400 + ") { name } }",
    "deep types": "query ($x: " + "[" * 400 + "Int" + "]" * 400 + ") { __typename }",
    "introspection in circles": "{ __schema { types { fields { type { fields { name" + "}" * 6,
    "introspection, aliased": "{ __schema { types { "
    + "".join(f"a{i}: fields {{ name }} " for i in range(9))
    + "} } }",
    "comments": "#\n" * 100_000 + "{ __typename }",
    "directives": "{ __typename " + "@skip(if: true) " * 160 + "}",
}


async def test_a_refusal_names_what_was_measured_and_what_is_allowed() -> None:
    schema = schema_with(cost=1_000, depth=2)

    result = await schema.execute(
        "{ people(first: 100) { nodes { name " + "friend { name } " * 9 + "} } }"
    )

    assert [error.message for error in result.errors or ()] == [
        "This operation has 4 levels of fields; at most 2 are allowed.",
        "This operation has 1,902 possible values in its answer; at most 1,000 are allowed.",
    ]


async def test_a_bomb_beyond_counting_is_refused_without_a_number() -> None:
    result = await schema_with(fragments=100).execute(BOMB)

    assert result.errors
    assert result.errors[0].message == (
        "This operation has 1,000,000,000 or more root fields; at most 15 are allowed."
    )


async def test_every_tool_s_introspection_query_passes() -> None:
    query = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )

    assert await refusals(schema_with(), query) == []


async def test_the_cost_is_that_of_the_variables_sent() -> None:
    schema = schema_with(cost=52)
    query = "query ($n: Int) { people(first: $n) { nodes { name } } }"

    assert await refusals(schema, query, n=51) == [("QUERY_TOO_COSTLY", 52)]
    assert await refusals(schema, query, n=50) == []
    assert await refusals(schema, query, n=51) == [("QUERY_TOO_COSTLY", 52)]


@pytest.mark.parametrize("query", ATTACKS.values(), ids=ATTACKS.keys())
async def test_an_attack_is_refused_in_under_fifty_milliseconds(query: str) -> None:
    schema, durations = schema_with(), []
    ran.clear()

    for attempt in range(5):
        begun = time.process_time()
        result = await schema.execute(query + " " * attempt)  # so that no cache knows it
        durations.append(time.process_time() - begun)

        assert result.errors
        assert not ran
    assert min(durations) < 0.050


@pytest.mark.parametrize("frames", range(0, 900, 100))
def test_depth_is_an_error_of_the_client_however_deep_the_server_stands(frames: int) -> None:
    schema = schema_with()

    def standing(frames: int) -> object:
        return standing(frames - 1) if frames else schema.execute_sync(ATTACKS["deep"]).errors

    errors = standing(frames)

    assert isinstance(errors, list)
    assert [error.extensions for error in errors] == [{"code": "QUERY_TOO_DEEP", "limit": 12}]


async def test_fragments_that_contain_themselves_are_told_by_name() -> None:
    result = await schema_with().execute(ATTACKS["circular fragments"])

    assert [error.formatted for error in result.errors or ()] == [
        {
            "message": "Fragments must not contain themselves: a, b, a.",
            "extensions": {"code": "CIRCULAR_FRAGMENTS"},
        }
    ]


async def test_a_stream_is_refused_with_the_same_codes() -> None:
    schema = schema_with(tokens=5, root_fields=1)

    for query, code in (
        ("subscription { ticks ticks }", "TOO_MANY_ROOT_FIELDS"),
        ("subscription { ticks } # one\n# two", "TOO_MANY_TOKENS"),
    ):
        results = [result async for result in await schema.subscribe(query)]
        errors = [error for result in results for error in result.errors or ()]
        assert [(error.extensions or {})["code"] for error in errors] == [code]


class Examination(ValidationRule):
    """A rule that only tells that the standard rules ran."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        ran.append("rules")


async def test_the_standard_rules_judge_a_text_once_and_never_one_that_exceeds_a_limit() -> None:
    schema = schema_with(lambda: AddValidationRules([Examination]), depth=1)
    ran.clear()

    for _ in range(3):
        faulty = await schema.execute("{ unknown }")
        refused = await schema.execute("{ person { name } }")

        assert [error.message for error in faulty.errors or ()] == [
            "Cannot query field 'unknown' on type 'Query'."
        ]
        assert [error.extensions for error in refused.errors or ()] == [
            {"code": "QUERY_TOO_DEEP", "limit": 1}
        ]
    assert ran == ["rules"]
