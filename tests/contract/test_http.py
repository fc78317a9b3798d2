"""GraphQL over HTTP: what is no request of ours is refused with a status, a code and a reason."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.service import Service, running

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
A_NAME = "{ __typename }"
DEEP = b'{"query": "{ __typename }", "variables": %s1%s}'


def answered(response: httpx.Response) -> tuple[int, str, str]:
    """Give the status, the code and the message of an answer that is one clear error alone."""
    assert "Traceback" not in response.text
    assert response.headers["x-request-id"]
    (error,) = response.json()["errors"]
    assert "data" not in response.json()
    return response.status_code, error["extensions"]["code"], error["message"]


BODIES = {
    "not JSON": (b'{"query"', "body: expected JSON"),
    "a number": (b"1", "body: expected a JSON object with `query`."),
    "a string": (b'"x"', "body: expected a JSON object with `query`."),
    "a list": (b"[]", "body: expected a JSON object with `query`."),
    "null": (b"null", "body: expected a JSON object with `query`."),
    "nothing": (b"", "body: expected JSON"),
    "100,000 levels": (b"[" * 99_999, "body: expected JSON in UTF-8 (depth"),
    "an object of 2,000 levels": (DEEP % (b'{"a":' * 2_000, b"}" * 2_000), "body: expected JSON"),
    "variables of 1,000 levels": (DEEP % (b"[" * 1_000, b"]" * 1_000), "variables: expected an ob"),
    "variables, 1,000 objects": (DEEP % (b'{"a":' * 1_000, b"}" * 1_000), "variables: expected an"),
    "not UTF-8": (b'{"query": "\xff"}', "body: expected JSON"),
    "half a character": (b'{"query": "\\ud800"}', "body: expected JSON"),
    "a byte order mark": (b'\xef\xbb\xbf{"query": "{ __typename }"}', "body: expected JSON"),
    "not a number": (b'{"query": "", "variables": {"a": NaN}}', "body: expected JSON"),
    "no query": (b"{}", "query: expected a GraphQL document"),
    "an empty query": (b'{"query": ""}', "query: expected a GraphQL document"),
    "a query that is a number": (b'{"query": 1}', "query: expected a GraphQL document"),
    "a query that is null": (b'{"query": null}', "query: expected a GraphQL document"),
    "an operation named 1": (b'{"query": "{a}", "operationName": 1}', "operationName: expected a"),
    "variables, a list": (b'{"query": "{a}", "variables": []}', "variables: expected an object"),
    "variables, a string": (b'{"query": "{a}", "variables": "x"}', "variables: expected an obj"),
    "variables, 0": (b'{"query": "{a}", "variables": 0}', "variables: expected an object"),
    "extensions, 0": (b'{"query": "{a}", "extensions": 0}', "extensions: expected an object"),
    "extensions, false": (b'{"query": "{a}", "extensions": false}', "extensions: expected an"),
    "fragments alone": (b'{"query": "fragment F on Query { a }"}', "query: expected a document wi"),
    "a definition": (b'{"query": "type A { a: Int }"}', "query: expected a document with an oper"),
    "an unknown operation": (
        b'{"query": "query A { __typename }", "operationName": "B"}',
        "operationName: expected the name of an operation",
    ),
}


@pytest.mark.parametrize(("body", "reason"), BODIES.values(), ids=BODIES.keys())
async def test_a_body_that_is_no_request_is_told_what_was_expected(
    standing: Service, body: bytes, reason: str
) -> None:
    response = await standing.client.post("/graphql", content=body, headers={"Content-Type": JSON})

    status, code, message = answered(response)
    assert (status, code) == (400, "BAD_REQUEST")
    assert message.startswith(reason)


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "multipart/form-data", "application/graphql", f"{JSON}; charset=latin-1", ""],
)
async def test_only_json_in_utf_8_is_read(standing: Service, content_type: str) -> None:
    headers = {"Content-Type": content_type} if content_type else {}

    response = await standing.client.post("/graphql", content=b"{}", headers=headers)

    assert answered(response) == (
        415,
        "UNSUPPORTED_MEDIA_TYPE",
        "Content-Type: expected application/json in UTF-8.",
    )


@pytest.mark.parametrize(
    "content_type",
    [f"{JSON}; charset=utf-8; x=y", f'{JSON};charset="UTF-8"', f"{JSON}; x-charset=latin-1"],
)
async def test_other_parameters_of_the_type_do_not_matter(
    standing: Service, content_type: str
) -> None:
    response = await standing.client.post(
        "/graphql",
        content=b'{"query": "{ __typename }"}',
        headers={"Content-Type": content_type},
    )

    assert response.json() == {"data": {"__typename": "Query"}}


async def test_a_compressed_body_is_refused(standing: Service) -> None:
    headers = {"Content-Type": JSON, "Content-Encoding": "gzip"}

    response = await standing.client.post("/graphql", content=b"{}", headers=headers)

    assert answered(response) == (
        415,
        "UNSUPPORTED_MEDIA_TYPE",
        "Content-Encoding: expected none.",
    )


async def test_headers_that_weigh_too_much_are_refused(standing: Service) -> None:
    headers = {"Accept": ", ".join(f"text/x{number}" for number in range(2_000))}

    response = await standing.client.post("/graphql", json={"query": A_NAME}, headers=headers)

    assert answered(response) == (431, "HEADERS_TOO_LARGE", "headers: more than 16384 bytes.")


async def test_a_body_that_does_not_come_is_given_up(standing: Service) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(1)

    async with running(standing.database, max_operation_seconds=0.1) as service:
        response = await service.client.post(
            "/graphql", content=chunks(), headers={"Content-Type": JSON}
        )

    assert answered(response) == (
        408,
        "BODY_TIMEOUT",
        "body: expected all of it within 0.1 seconds.",
    )


async def test_a_body_that_is_too_large_is_not_read_to_its_end(standing: Service) -> None:
    read = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(1_000):
            read += 10_000
            yield b" " * 10_000

    for body in (b" " * 100_001, chunks()):
        response = await standing.client.post(
            "/graphql", content=body, headers={"Content-Type": JSON}
        )

        assert answered(response) == (413, "BODY_TOO_LARGE", "body: more than 100000 bytes.")
    assert read <= 120_000


async def test_variables_that_are_too_large_are_refused(standing: Service) -> None:
    query = "query ($code: String!) { network(code: $code) { code } }"

    response = await standing.client.post(
        "/graphql", json={"query": query, "variables": {"code": "x" * 20_000}}
    )

    assert answered(response) == (
        400,
        "VARIABLES_TOO_LARGE",
        "variables: more than 20000 bytes.",
    )


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"])
async def test_other_methods_are_refused_with_those_allowed(standing: Service, method: str) -> None:
    response = await standing.client.request(method, "/graphql")

    assert (response.status_code, response.headers["Allow"]) == (405, "GET, POST")
    if method != "HEAD":
        assert answered(response)[1:] == (
            "METHOD_NOT_ALLOWED",
            "Send GraphQL by POST, or queries by GET.",
        )


async def test_get_is_for_no_mutation(standing: Service) -> None:
    query = {"query": "mutation { __typename }"}

    response = await standing.client.get("/graphql", params=query)

    assert response.headers["Allow"] == "POST"
    assert answered(response)[:2] == (405, "METHOD_NOT_ALLOWED")


ADDRESSES: dict[str, tuple[dict[str, str], str]] = {
    "no query": ({}, "query: expected a GraphQL document"),
    "variables, not JSON": ({"query": A_NAME, "variables": "{"}, "variables: expected JSON"),
    "variables, a list": ({"query": A_NAME, "variables": "[]"}, "variables: expected an object"),
    "extensions, not JSON": ({"query": A_NAME, "extensions": "x"}, "extensions: expected JSON"),
}


@pytest.mark.parametrize(("parameters", "reason"), ADDRESSES.values(), ids=ADDRESSES.keys())
async def test_an_address_that_is_no_request_is_told_what_was_expected(
    standing: Service, parameters: dict[str, str], reason: str
) -> None:
    response = await standing.client.get("/graphql", params=parameters)

    status, code, message = answered(response)
    assert (status, code) == (400, "BAD_REQUEST")
    assert message.startswith(reason)


async def test_a_parameter_of_the_address_that_is_empty_is_as_none(standing: Service) -> None:
    parameters = {"query": A_NAME, "variables": "", "extensions": "", "operationName": ""}

    response = await standing.client.get("/graphql", params=parameters)

    assert response.json() == {"data": {"__typename": "Query"}}


async def test_an_answer_is_neither_stored_nor_taken_for_another_type(standing: Service) -> None:
    for query in (A_NAME, "{"):
        response = await standing.client.get("/graphql", params={"query": query})

        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "accept",
    ["image/png", "text/html", "x", f"{JSON};q=0", f"{JSON};q=x", "*/*;q=0", "text/*, image/*"],
)
async def test_what_accepts_no_json_is_refused(standing: Service, accept: str) -> None:
    response = await standing.client.post(
        "/graphql", json={"query": A_NAME}, headers={"Accept": accept}
    )

    assert answered(response) == (
        406,
        "NOT_ACCEPTABLE",
        "Accept: expected application/graphql-response+json or application/json.",
    )


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("*/*", JSON),
        ("", JSON),
        ("application/*", JSON),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (f"{GRAPHQL};q=0.1, {JSON}", JSON),
        (f"{GRAPHQL};q=0, */*", JSON),
        (f"{JSON};q=0, */*", GRAPHQL),
        (f"{JSON}, */*", JSON),
        (f"text/html, {GRAPHQL};charset=utf-8", GRAPHQL),
    ],
)
async def test_the_answer_is_of_the_type_that_is_wanted_most(
    standing: Service, accept: str, media: str
) -> None:
    response = await standing.client.post(
        "/graphql", json={"query": A_NAME}, headers={"Accept": accept}
    )

    assert response.json() == {"data": {"__typename": "Query"}}
    assert response.headers["Content-Type"] == f"{media}; charset=utf-8"


NOT_EXECUTED: dict[str, tuple[dict[str, Any], str, str]] = {
    "a syntax error": ({"query": "{"}, "GRAPHQL_PARSE_FAILED", "Expected Name"),
    "spaces": ({"query": "  "}, "GRAPHQL_PARSE_FAILED", "Unexpected <EOF>"),
    "half a character": ({"query": '{ a(b: "\\ud800") }'}, "GRAPHQL_PARSE_FAILED", "Unicode"),
    "an unknown field": ({"query": "{ nope }"}, "BAD_REQUEST", "Cannot query field 'nope'"),
    "an unknown argument": (
        {"query": "{ networks(a: 1) { code } }"},
        "BAD_REQUEST",
        "argument 'a'",
    ),
    "an undeclared variable": ({"query": "{ node(id: $x) { id } }"}, "BAD_REQUEST", "'$x'"),
    "two operations and no name": (
        {"query": "query A { __typename } query B { __typename }"},
        "BAD_REQUEST",
        "operationName: expected the name of one of the 2 operations.",
    ),
    "a missing variable": (
        {"query": "query ($code: String!) { network(code: $code) { code } }"},
        "BAD_REQUEST",
        "'$code'",
    ),
    "a variable of another type": (
        {
            "query": "query ($code: String!) { network(code: $code) { code } }",
            "variables": {"code": 1},
        },
        "BAD_REQUEST",
        "'$code' has invalid value: String cannot represent a non string value: 1",
    ),
}


@pytest.mark.parametrize(
    ("asked", "code", "reason"), NOT_EXECUTED.values(), ids=NOT_EXECUTED.keys()
)
async def test_a_document_that_cannot_run_has_no_data_and_its_status_by_media_type(
    standing: Service, asked: dict[str, Any], code: str, reason: str
) -> None:
    for media, status in ((JSON, 200), (GRAPHQL, 400)):
        response = await standing.client.post("/graphql", json=asked, headers={"Accept": media})

        found = answered(response)
        assert found[:2] == (status, code)
        assert reason in found[2]
