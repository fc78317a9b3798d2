"""What each kind of viewer may or must do next, and what it is about."""

import re
from base64 import b64decode
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Role
from models.activators import ActivatorState
from models.base import new_id
from models.jobs import JobState
from models.mark_licences import LicenceState
from models.networks import AdmissionPolicy
from models.request_steps import RequestState
from models.revisions import Subject, record_changes
from resolvers.next_steps.steps import LABELS, NextStepCode
from schema.limits.bounds import Limits
from schema.nodes import global_id
from schema.schema import build_schema
from tests.contact import add_request, put_request
from tests.marks import put_licence
from tests.moderation import put_report
from tests.people import accept_charter, add_account, add_activator, add_structure
from tests.portals import make_key
from tests.service import NOW, Service
from tests.statements import statements

STEPS = """{ viewer { nextSteps {
  code activatorId structureId networkCode by waiting overdue fr: label en: label(language: EN)
} } }"""
DAY = timedelta(days=1)
PENDING, ACTIVE = ActivatorState.PENDING, ActivatorState.ACTIVE
WHOLE: dict[str, Any] = {
    **dict.fromkeys(("headline", "presentation", "pricing"), "Tout est dit."),
    "profile_references": [{"title": "Un site", "url": None, "description": None}],
    "videos": [{"title": "Une vidéo", "url": "https://youtube.com/x"}],
    "expertise": ["site-internet"],
    "serves": ["DEP-01"],
    "confirmed_at": NOW - DAY,
}
"""A profile from which nothing is missing, confirmed yesterday."""


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all of these, in which nothing waits for staff."""
    activator, structure, network = tables.activator, tables.structure, tables.network
    async with shared_service.write() as session:
        pending = activator.c.state == PENDING
        waiting = list((await session.execute(select(activator.c.id).where(pending))).scalars())
        await session.execute(
            update(activator).where(pending).values(state=ACTIVE, version=activator.c.version + 1)
        )
        await session.execute(update(structure).values(awaits_confirmation=False))
        await session.execute(update(network).values(admission=AdmissionPolicy.BY_STAFF))
        waits = tables.moderation_case, tables.profile_report, tables.mark_licence
        for table in (tables.job, tables.api_key, tables.contact_request, *waits):
            await session.execute(delete(table))
        if waiting:
            await record_changes(session, Subject.ACTIVATOR, waiting)
        await record_changes(session, Subject.REFERENCE, None)
    return shared_service


async def steps_of(service: Service, token: str | None) -> list[dict[str, Any]]:
    """Ask for somebody's steps, without what is null and without labels."""
    answer = await service.data(STEPS, token=token)
    steps = answer["viewer"]["nextSteps"]
    return [
        {name: value for name, value in step.items() if value and name not in {"fr", "en"}}
        for step in steps
    ]


async def be(service: Service, *, accepts: bool = True, **values: Any) -> tuple[str, str]:
    """Be an activator with a whole profile, but for the values given; give a token and its id."""
    async with service.write() as session:
        activator_id = await add_activator(session, **WHOLE | values)
        if accepts:
            await accept_charter(session, activator_id)
        account_id = await add_account(session, Role.ACTIVATOR, activator_id=activator_id)
    return service.token(account_id), global_id("Activator", activator_id)


async def test_a_visitor_signs_in_or_registers(service: Service) -> None:
    assert await steps_of(service, None) == [{"code": "SIGN_IN"}, {"code": "REGISTER"}]


async def test_a_portal_has_no_steps(service: Service) -> None:
    assert await steps_of(service, (await make_key(service)).text) == []


async def test_an_account_that_is_nobody_registers(service: Service) -> None:
    async with service.write() as session:
        nobody = service.token(await add_account(session))
    gone, _ = await be(service, state=ActivatorState.WITHDRAWN)

    for token in (nobody, gone):
        assert await steps_of(service, token) == [{"code": "REGISTER"}]


async def test_an_activator_is_told_by_when_companies_wait_for_its_answer(
    service: Service,
) -> None:
    token, id = await be(service)
    mine = int(b64decode(id).decode().partition(":")[2])
    for days in (3, 2):
        await add_request(service, mine, due_at=NOW + days * DAY)
    for state in (RequestState.HELD, RequestState.ANSWERED, RequestState.EXPIRED):
        await add_request(service, mine, state=state, due_at=NOW)

    due = {"activatorId": id, "by": (NOW + 2 * DAY).isoformat()}
    assert await steps_of(service, token) == [{"code": "ANSWER_CONTACT_REQUESTS", **due}]


LAPSE = 243 * DAY
PAGES: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "nothing": ({}, []),
    "nothing, suspended": ({"state": ActivatorState.SUSPENDED}, []),
    "pending": ({"state": PENDING}, [{"code": "WAIT_FOR_ADMISSION"}]),
    "an empty profile": ({"pricing": None}, [{"code": "COMPLETE_PROFILE"}]),
    "confirmed long ago": (
        {"confirmed_at": NOW - 183 * DAY},
        [{"code": "CONFIRM_PROFILE", "by": (NOW - 183 * DAY + LAPSE).isoformat()}],
    ),
    "not so long ago": ({"confirmed_at": NOW - 182 * DAY}, []),
    "never, since it became a member": (
        {"confirmed_at": None, "state_changed_at": NOW - 200 * DAY},
        [{"code": "CONFIRM_PROFILE", "by": (NOW - 200 * DAY + LAPSE).isoformat()}],
    ),
    "never, and nobody knows since when": ({"confirmed_at": None}, []),
    "lapsed": (
        {"confirmed_at": NOW - 300 * DAY, "lapsed_at": NOW - DAY},
        [{"code": "CONFIRM_PROFILE"}],
    ),
    "it left its structure": ({"left_at": NOW}, [{"code": "NAME_A_STRUCTURE"}]),
    "much at once": (
        {"state": PENDING, "left_at": NOW, "videos": []},
        [
            {"code": "NAME_A_STRUCTURE"},
            {"code": "COMPLETE_PROFILE"},
            {"code": "WAIT_FOR_ADMISSION"},
        ],
    ),
}


@pytest.mark.parametrize("case", PAGES)
async def test_an_activator_is_told_what_its_page_needs(service: Service, case: str) -> None:
    values, expected = PAGES[case]

    token, id = await be(service, **values)

    assert await steps_of(service, token) == [{**step, "activatorId": id} for step in expected]


async def test_it_waits_for_the_structure_that_it_named(service: Service) -> None:
    async with service.write() as session:
        following = await add_structure(session)
    token, _ = await be(service, left_at=NOW, next_structure_id=following)

    assert await steps_of(service, token) == []


async def test_it_accepts_the_charter_that_is_in_force_before_it_waits(service: Service) -> None:
    accept_by = NOW + 60 * DAY
    table, version = tables.charter_version, {"version": "2099-1", "published_on": NOW.date()}
    earlier, _ = await be(service)
    async with service.write() as session:
        dates = {"installed_at": NOW + 9_999 * DAY, "accept_by": accept_by}
        texts: dict[str, Any] = {"texts": {}, "commitments": []}
        await session.execute(insert(table).values(**version, **dates, **texts))
    try:
        token, id = await be(service, accepts=False, state=PENDING)
        stands, other = await be(service, state=PENDING)

        step = {"code": "ACCEPT_CHARTER", "by": accept_by.isoformat(), "activatorId": id}
        assert await steps_of(service, token) == [step]
        assert [one["code"] for one in await steps_of(service, earlier)] == ["ACCEPT_CHARTER"]
        waits = {"code": "WAIT_FOR_ADMISSION", "activatorId": other}
        assert await steps_of(service, stands) == [waits]
    finally:
        async with service.write() as session:
            for one in (tables.charter_acceptance, table):
                await session.execute(delete(one).where(one.c.version == "2099-1"))


async def somebody(service: Service, role: Role, **about: Any) -> str:
    """Have a role; give a token."""
    async with service.write() as session:
        return service.token(await add_account(session, role, **about))


async def wait_for_all(service: Service) -> int:
    """Have something wait for everybody; give the structure that awaits confirmation."""
    async with service.write() as session:
        awaiting = await add_structure(session, awaits_confirmation=True)
        await add_activator(session, state=PENDING, networks=["cci"])
        job = {"id": new_id(), "kind": "note", "payload": {}, "state": JobState.DEAD}
        job |= {"created_at": NOW, "run_at": NOW, "attempts": 8, "finished_at": NOW}
        await session.execute(insert(tables.job).values(job))
        asked = await add_activator(session)
        await put_request(service, session, asked, state=RequestState.HELD)
        await put_licence(session, asked, LicenceState.REQUESTED, NOW)
        await put_report(service, session, asked)
        await put_report(service, session, asked)
    return awaiting


async def admits(session: AsyncSession, code: str) -> None:
    """Allow a network to admit."""
    network = tables.network
    allowed = update(network).where(network.c.code == code)
    await session.execute(allowed.values(admission=AdmissionPolicy.BY_NETWORK))
    await record_changes(session, Subject.REFERENCE, None)


MODERATES = {"code": "MODERATE", "by": "2026-12-09T09:30:00+00:00", "waiting": 2}
BY_ROLE: dict[Role, list[dict[str, Any]]] = {
    Role.ADMINISTRATOR: [
        {"code": "CONFIRM_STRUCTURE"},
        {"code": "DECIDE_ON_HELD_REQUESTS"},
        {"code": "DECIDE_ON_MARK_LICENCES"},
        {"code": "TEND_JOBS"},
        MODERATES,
        {"code": "ADMIT"},
    ],
    Role.MODERATOR: [
        {"code": "CONFIRM_STRUCTURE"},
        {"code": "DECIDE_ON_HELD_REQUESTS"},
        {"code": "DECIDE_ON_MARK_LICENCES"},
        MODERATES,
        {"code": "ADMIT"},
    ],
    Role.INSTITUTION: [],
}


@pytest.mark.parametrize("role", BY_ROLE)
async def test_those_who_run_the_service_are_told_what_waits(service: Service, role: Role) -> None:
    token = await somebody(service, role)
    assert await steps_of(service, token) == []

    await wait_for_all(service)

    assert await steps_of(service, token) == BY_ROLE[role]


async def test_a_network_s_managers_admit_where_it_is_allowed_to(service: Service) -> None:
    token = await somebody(service, Role.NETWORK_MANAGER, network_code="cci")
    other = await somebody(service, Role.NETWORK_MANAGER, network_code="cma")
    await wait_for_all(service)
    assert await steps_of(service, token) == []

    async with service.write() as session:
        await admits(session, "cci")
        await admits(session, "cma")

    assert await steps_of(service, token) == [{"code": "ADMIT", "networkCode": "cci"}]
    assert await steps_of(service, other) == []


async def test_a_structure_s_managers_confirm_it(service: Service) -> None:
    awaiting = await wait_for_all(service)
    about = {"structure_id": awaiting}
    token = await somebody(service, Role.STRUCTURE_MANAGER, **about)
    async with service.write() as session:
        elsewhere = await add_structure(session)
    other = await somebody(service, Role.STRUCTURE_MANAGER, structure_id=elsewhere)

    step = {"code": "CONFIRM_STRUCTURE", "structureId": global_id("Structure", awaiting)}
    assert await steps_of(service, token) == [step]
    assert await steps_of(service, other) == []


PEOPLE: dict[str, tuple[dict[str, Any], bool]] = {
    "nobody said so yet": ({"employed_at": None}, True),
    "a year ago": ({"employed_at": NOW - 365 * DAY}, True),
    "not so long ago": ({"employed_at": NOW - 364 * DAY}, False),
    "it left": ({"employed_at": None, "left_at": NOW}, False),
    "it is no member yet": ({"employed_at": None, "state": PENDING}, False),
    "it left the programme": (
        {"employed_at": None, "state": ActivatorState.WITHDRAWN},
        False,
    ),
}


@pytest.mark.parametrize("case", PEOPLE)
async def test_a_structure_s_managers_say_who_works_there(service: Service, case: str) -> None:
    values, asked = PEOPLE[case]
    async with service.write() as session:
        number = await add_structure(session)
        await add_activator(session, structure_id=number, **values)
    token = await somebody(service, Role.STRUCTURE_MANAGER, structure_id=number)

    step = {"code": "CONFIRM_EMPLOYMENT", "structureId": global_id("Structure", number)}
    assert await steps_of(service, token) == ([step] if asked else [])


async def test_they_are_asked_of_who_says_that_it_has_come_once_their_structure_is_sure(
    service: Service,
) -> None:
    async with service.write() as session:
        number = await add_structure(session, awaits_confirmation=True)
        await add_activator(session, left_at=NOW, next_structure_id=number)
    token = await somebody(service, Role.STRUCTURE_MANAGER, structure_id=number)
    id = global_id("Structure", number)
    assert await steps_of(service, token) == [{"code": "CONFIRM_STRUCTURE", "structureId": id}]

    confirm = "mutation ($id: ID!) { confirmStructure(input: {id: $id}) { userErrors { code } } }"
    await service.data(confirm, {"id": id}, token=token)

    assert await steps_of(service, token) == [{"code": "CONFIRM_EMPLOYMENT", "structureId": id}]


async def test_what_was_done_is_no_step_any_more(service: Service) -> None:
    token, id = await be(service, confirmed_at=NOW - 200 * DAY)
    assert [one["code"] for one in await steps_of(service, token)] == ["CONFIRM_PROFILE"]

    confirm = "mutation ($id: ID!) { confirmProfile(input: {id: $id}) { userErrors { code } } }"
    await service.data(confirm, {"id": id}, token=token)

    assert await steps_of(service, token) == []


async def test_it_takes_few_statements_however_much_is_to_be_done(service: Service) -> None:
    await wait_for_all(service)
    async with service.write() as session:
        account_id = await add_account(session, Role.ADMINISTRATOR)
        for _ in range(5):
            one = await add_activator(session, state=PENDING, left_at=NOW)
            awaiting = await add_structure(session, awaits_confirmation=True)
            for role, about in (
                (Role.ACTIVATOR, {"activator_id": one}),
                (Role.STRUCTURE_MANAGER, {"structure_id": awaiting}),
            ):
                row = {"id": new_id(), "account_id": account_id, "role": role, **about}
                await session.execute(insert(tables.account_role).values(row))
    token = service.token(account_id)
    await steps_of(service, token)

    with statements(service) as sent:
        steps = await steps_of(service, token)

    assert len(steps) > 15
    assert len(sent) <= 14


def test_each_step_has_labels_and_names_what_the_schema_has() -> None:
    schema = build_schema(Limits())._schema
    code = schema.type_map["NextStepCode"]
    queries, mutations = schema.query_type, schema.mutation_type
    assert queries is not None
    assert mutations is not None
    fields = [
        f"{of}.{name}"
        for of in ("Activator", "Structure")
        for name in schema.type_map[of].fields  # type: ignore[attr-defined]
    ]
    known = {*queries.fields, *mutations.fields, *fields, "by"}

    unknown = {}
    for name, value in code.values.items():  # type: ignore[attr-defined]
        words = set(re.findall(r"`([^`]+)`", value.description or ""))
        assert words & {*mutations.fields}, f"{name} names no mutation"
        if words - known:
            unknown[name] = words - known

    assert unknown == {}
    assert set(LABELS) == set(NextStepCode)
    assert all(label.fr and label.en and label.fr != label.en for label in LABELS.values())
