"""What is held about a person is given to them: all of it, nothing of others, no secret."""

import json
from collections import defaultdict
from typing import Any

import pytest
from sqlalchemy import Column, update

from models import tables
from models.accounts import Role
from models.activators import ActivatorKind
from models.declared_engagements import DeclarationState
from models.sessions import secret_hash
from tests.belongings import Person, add_person
from tests.declarations import CONTENT, DISPUTE, add_engagement
from tests.people import add_account, add_activator
from tests.portals import forget_keys, make_key
from tests.reviews import COMMENT
from tests.rules.world import rows_of
from tests.service import NOW, Service
from tests.statements import statements

EXPORT = "{ exportMyData }"

SECRET = "a secret, or what is made of one"
ANOTHERS = "another person's"
SECTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "account": ("account", {}),
    "account_role": ("roles", {}),
    "activator": ("activators", {}),
    "api_key": ("apiKeys", {"secret_hash": SECRET, "previous_hash": SECRET}),
    "charter_acceptance": ("charterAcceptances", {"account_id": ANOTHERS}),
    "contact_request": (
        "contactRequests",
        {
            "sealed": "opened, as `content`",
            **dict.fromkeys(("email_hash", "text_hash", "idempotency_hash", "asked_hash"), SECRET),
        },
    ),
    "declared_engagement": (
        "declaredEngagements",
        {
            "sealed": "opened, as `content`",
            **dict.fromkeys(("email_hash", "proof_hash", "idempotency_hash"), SECRET),
            **dict.fromkeys(("declared_hash", "link_hash"), SECRET),
        },
    ),
    "identity": ("identities", {}),
    "invitation": ("invitationsReceived", {"invited_by": ANOTHERS}),
    "job": ("jobs", {"payload": SECRET, "dedupe_key": SECRET}),
    "link_check": ("linkChecks", {}),
    "moderation_case": (
        "moderationCases",
        {
            "subject_id": ANOTHERS,
            "activator_id": ANOTHERS,
            "sealed": "opened, as `content`",
        },
    ),
    "profile_report": (
        "profileReports",
        {"sealed": "opened, as `content`", "reporter_hash": SECRET},
    ),
    "mark_licence": ("markLicences", {}),
    "refresh_token": ("sessionTokens", {"token_hash": SECRET}),
    "registration": ("registrations", {}),
    "review": ("reviews", {"sealed": "opened, as `reply`"}),
    "sanction": ("sanctions", {"sealed": "opened, as `content`"}),
    "session": ("sessions", {}),
    "sign_in_link": ("signInLinks", {"token_hash": SECRET}),
}
"""Where a table's rows stand in the export, and which columns do not and why."""

SHAPED = {
    "activator_expertise": "codes within `activators`",
    "activator_sector": "codes within `activators`",
    "activator_territory": "codes within `activators`",
    "audit_entry": "`auditEntries`, as told below",
    "contact_message": "within `contactRequests`, opened; `contactRequestsReceived`: its own",
    "contact_request_link": "within `contactRequests`, without what the secret is known by",
    "contact_request_step": "within `contactRequests` and `contactRequestsReceived`",
    "diagnosis": "within `contactRequests`, opened",
    "engagement": "within `contactRequests`, opened",
    "enrolment": "within `activators`",
    "redirection_offer": "within `contactRequests`, as `offers`",
    "review_history": "within `reviews` and `reviewsReceived`: there its own doubts",
    "review_text": "within `reviews`, and those that are published within `reviewsReceived`",
    "structure": "the names of those that the rest names",
}
"""Tables that stand there in another shape."""

WITHIN = defaultdict[str, set[str]](
    set,
    activator={"expertise", "sectors", "territories", "enrolments"},
    contact_request={"content", "links", "steps", "offers", "messages", "diagnosis", "engagement"},
    declared_engagement={"content"},
    moderation_case={"content"},
    profile_report={"content"},
    review={"reply", "texts", "history"},
    sanction={"content"},
)
"""What stands within the rows of a table besides their columns."""

HOLDS_NOTHING = {
    "audit_head": "the number and the seal of the last entry",
    "change": "numbers of what changed, kept for a while for the workers",
    "charter_version": "a public document",
    "consultation": "how often a page was consulted on a day, by nobody in particular",
    "expertise_field": "taxonomy",
    "expertise_theme": "taxonomy",
    "membership": "structures and networks",
    "network": "networks",
    "rate_limit": "keyed hashes that name nobody",
    "revision": "a number",
    "sector": "taxonomy",
    "spent_id_token": "hashes of tokens, without whose they were",
    "territory": "places",
    "territory_postal_code": "places",
}
"""Tables that hold nothing about a person, and what they hold."""


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own."""
    await forget_keys(shared_service)
    return shared_service


async def export_of(service: Service, person: Person) -> Any:
    """Ask for what is held about a person."""
    return (await service.data(EXPORT, token=person.token))["exportMyData"]


def camel(name: str) -> str:
    """Write a column as the export does."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def test_every_table_is_exported_or_holds_nothing_about_a_person() -> None:
    known = [*SECTIONS, *SHAPED, *HOLDS_NOTHING]

    assert sorted(known) == sorted(tables.metadata.tables)


async def test_every_column_is_there_but_for_those_left_out_for_a_reason(
    service: Service,
) -> None:
    exported = await export_of(service, await add_person(service, Role.MODERATOR))

    for table, (section, left_out) in SECTIONS.items():
        rows = exported[section] if section != "account" else [exported[section]]
        assert rows, f"{section} is empty: the test shows nothing"
        columns = {column.name for column in tables.metadata.tables[table].c}
        for row in rows:
            assert {*row} - WITHIN[table] == {camel(name) for name in columns - {*left_out}}
        assert {*left_out} <= columns


async def test_it_is_whole_and_of_a_known_shape(service: Service) -> None:
    person = await add_person(service, Role.MODERATOR)

    exported = await export_of(service, person)

    assert (exported["format"], exported["exportedAt"]) == ("maillage-export-1", NOW.isoformat())
    account = {"id": person.account_id, "email": person.email, "language": "FR"}
    assert exported["account"] == account | {
        "createdAt": "2026-01-01T00:00:00+00:00",
        "signedOutAt": None,
    }
    assert {one["role"] for one in exported["roles"]} == {"ACTIVATOR", "MODERATOR"}
    (activator,) = exported["activators"]
    assert activator["givenName"] == "Zoé"
    assert (activator["expertise"], activator["sectors"]) == (["site-internet"], ["A"])
    assert activator["territories"] == ["DEP-01"]
    assert [one["networkCode"] for one in activator["enrolments"]] == ["cci"]
    named = {activator["structureId"], exported["invitationsReceived"][0]["structureId"]}
    assert {one["id"] for one in exported["structures"]} == named
    assert [one["id"] for one in exported["invitationsSent"]] == [person.invitation_sent]
    assert [one["name"] for one in exported["apiKeys"]] == [person.key_name]
    assert len(exported["jobs"]) == 2
    assert exported["auditEntries"][-1] == {
        "at": NOW.isoformat(),
        "action": "account.export",
        "subject": "Account",
        "subjectId": str(person.account_id),
        "byMyself": True,
        "client": f"session:{person.session_id}",
        "before": {},
        "after": {},
    }


async def test_nothing_of_anybody_else_is_in_it(service: Service) -> None:
    person, other = await add_person(service), await add_person(service)
    entry = tables.audit_entry.c
    watched = await rows_of(service.database, tables.audit_entry)
    place = [column.name for column in tables.audit_entry.c].index(entry.account_id.name)
    accounts = {row[place] for row in watched} - {person.account_id, None}

    text = json.dumps(await export_of(service, person))

    assert "somebody.else" not in text
    for number in (other.account_id, other.activator_id, other.session_id, *accounts):
        assert str(number) not in text
    assert other.email not in text


async def test_its_deeds_to_others_are_told_without_whom(service: Service) -> None:
    person = await add_person(service)

    told = (await export_of(service, person))["auditEntries"]

    (by_another,) = [one for one in told if not one["byMyself"]]
    assert (by_another["subject"], by_another["after"]) == ("Activator", {"state": "ACTIVE"})
    assert "client" not in by_another
    (to_another,) = [one for one in told if one["subject"] == "Activator" and one["byMyself"]]
    assert {*to_another} == {"at", "action", "subject", "byMyself", "client"}


async def test_what_it_wrote_as_a_company_and_what_was_written_about_it_are_told_opened(
    service: Service,
) -> None:
    person = await add_person(service)

    exported = await export_of(service, person)

    (written,), (received,) = exported["reviews"], exported["reviewsReceived"]
    assert [one["content"] for one in written["texts"]] == [{"comment": COMMENT}]
    assert [one["step"] for one in written["history"]] == ["WRITE"]
    assert received["reply"] == {"text": "Merci."}
    assert [one["content"]["words"] for one in received["history"]] == ["Qui est-ce ?"]
    assert not {"requestId", "engagementId"} & {*received}


async def test_what_it_declared_is_told_opened_and_of_what_was_declared_of_it_its_own_words(
    service: Service,
) -> None:
    person = await add_person(service)

    exported = await export_of(service, person)

    (declared,), (received,) = (
        exported["declaredEngagements"],
        exported["declaredEngagementsReceived"],
    )
    assert declared["content"]["proof"] == CONTENT["proof"]
    assert (received["state"], received["dispute"]) == ("DECLARED", DISPUTE)
    assert "content" not in received


async def test_its_reviews_of_declared_engagements_are_told_too(service: Service) -> None:
    person = await add_person(service)
    async with service.write() as session:
        provider = await add_activator(session, kind=ActivatorKind.SOLUTION_PROVIDER)
    own: dict[str, Any] = {"account_id": person.account_id, "state": DeclarationState.CONFIRMED}
    one = await add_engagement(service, provider, **own)
    given = {"id": one.node, "stars": 4, "experiencedOn": service.clock().date().isoformat()}
    document = """mutation ($input: WriteReviewInput!) { writeReview(input: $input) {
      review { id } } }"""
    await service.data(document, {"input": given}, token=person.token)

    exported = await export_of(service, person)

    (written,) = [review for review in exported["reviews"] if review["engagementId"] is not None]
    assert (written["engagementId"], written["stars"]) == (one.id, 4)


async def test_no_secret_is_in_it(service: Service) -> None:
    person = await add_person(service)
    key: Column[Any] = tables.api_key.c.secret_hash
    hashes = [row[[*tables.api_key.c].index(key)] for row in await keys(service)]

    text = json.dumps(await export_of(service, person))

    assert hashes
    assert "seal" not in text
    own = [secret_hash(f"{what} {person.account_id}") for what in ("link", "token")]
    assert [secret for secret in (*hashes, *own) if secret in text] == []


async def keys(service: Service) -> list[tuple[Any, ...]]:
    """Read all keys."""
    return await rows_of(service.database, tables.api_key)


async def test_visitors_and_portals_have_nothing_to_export(service: Service) -> None:
    watched = (tables.audit_entry, tables.audit_head)
    portal = (await make_key(service)).text
    before = await rows_of(service.database, *watched)

    for token in (None, portal):
        answer = await service.ask(EXPORT, token=token)
        assert answer["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
        assert answer["data"] is None

    assert await rows_of(service.database, *watched) == before


async def test_an_account_without_anything_gets_what_there_is(service: Service) -> None:
    async with service.write() as session:
        token = service.token(await add_account(session))

    exported = (await service.data(EXPORT, token=token))["exportMyData"]

    empty = {name for name, value in exported.items() if value == []}
    assert empty == {section for section, _ in SECTIONS.values()} - {"account"} | {
        "structures",
        "invitationsSent",
        "contactRequestsReceived",
        "declaredEngagementsReceived",
        "reviewsReceived",
    }


async def test_each_export_is_in_the_audit_and_shows_in_the_next(service: Service) -> None:
    person = await add_person(service)

    first, second = await export_of(service, person), await export_of(service, person)

    exports = [
        [one["action"] for one in exported["auditEntries"]].count("account.export")
        for exported in (first, second)
    ]
    assert exports == [1, 2]


async def test_it_takes_as_many_statements_for_much_as_for_little(service: Service) -> None:
    person = await add_person(service)
    await export_of(service, person)
    with statements(service) as little:
        await export_of(service, person)
    role = tables.account_role
    async with service.write() as session:
        for _ in range(5):
            activator_id = await add_activator(session, networks=["cci", "adie"])
            values = {"role": Role.ACTIVATOR, "activator_id": activator_id}
            await session.execute(
                role.insert().values(id=activator_id, account_id=person.account_id, **values)
            )
            await session.execute(
                update(tables.activator)
                .where(tables.activator.c.id == activator_id)
                .values(next_structure_id=person.structure_id)
            )

    with statements(service) as much:
        exported = await export_of(service, person)

    assert len(exported["activators"]) == 6
    assert len(much) == len(little) <= 60
