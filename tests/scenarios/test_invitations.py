"""Inviting people to structures: who is written to, what a link opens, and that it opens once."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from models import tables
from models.accounts import Language, Role
from models.activators import ActivatorState
from models.base import new_id
from models.jobs import JobState
from resolvers.invitation_actions import MOST_INVITATIONS
from resolvers.link_secrets import LinkTo
from resolvers.roster_writing import renew_activators_of
from schema.nodes import global_id
from tests.people import add_account, add_activator, add_structure
from tests.rules.world import rows_of
from tests.service import Service, running
from tests.world import number_of as int_of

INVITE = """mutation ($input: InviteToStructureInput!) {
  inviteToStructure(input: $input) {
    invitation { id email role createdAt expiresAt } userErrors { code field message }
  }
}"""
WITHDRAW = """mutation ($input: WithdrawInvitationInput!) {
  withdrawInvitation(input: $input) {
    structure { invitations { id } } userErrors { code field }
  }
}"""
ACCEPT = """mutation ($input: AcceptInvitationInput!) {
  acceptInvitation(input: $input) { role structureName userErrors { code field message } }
}"""
REMOVE = """mutation ($input: RemoveStructureManagerInput!) {
  removeStructureManager(input: $input) {
    structure { managers { email } } userErrors { code field }
  }
}"""
LISTED = """query ($id: ID!) {
  structure(id: $id) { managers { id email } invitations { id email role } }
}"""
WATCHED = (
    *(tables.account, tables.account_role, tables.activator, tables.invitation),
    *(tables.audit_entry, tables.revision, tables.job),
)


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all of these, each with structures of its own, and no mail under way."""
    await shared_service.work()
    return shared_service


async def given(service: Service, **values: Any) -> tuple[str, str]:
    """Add a structure and a manager; give its id and the manager's token."""
    async with service.write() as session:
        number = await add_structure(session, **values)
        manager = await add_account(session, Role.STRUCTURE_MANAGER, structure_id=number)
    return global_id("Structure", number), service.token(manager)


async def do(service: Service, query: str, token: str | None = None, **asked: Any) -> Any:
    """Ask for a mutation; give its payload."""
    (payload,) = (await service.data(query, {"input": asked}, token=token)).values()
    return payload


async def invited(
    service: Service, structure: str, token: str, email: str, role: str = "STRUCTURE_MANAGER"
) -> str:
    """Invite somebody; give the secret of the link that they got."""
    known = {mail["Message-ID"] for mail in service.mails()}
    asked = {"structure": structure, "email": email, "role": role}
    assert (await do(service, INVITE, token, **asked))["userErrors"] == []
    await service.work()
    (mail,) = [one for one in service.mails() if one["Message-ID"] not in known]
    assert mail["To"] == email
    text, _ = mail.iter_parts()
    found = re.search(r"#invitation=(\S+)", text.get_content())
    assert found is not None
    return found[1]


async def accept(service: Service, secret: str) -> Any:
    """Accept by a link's secret, without being signed in; give the payload."""
    answer = await service.data(ACCEPT, {"input": {"token": secret}})
    return answer["acceptInvitation"]


def unused() -> str:
    """Make an address that nobody has."""
    return f"new.{new_id()}@example.org"


async def person(service: Service, **values: Any) -> tuple[int, str]:
    """Add an activator with an account; give its number and the account's address."""
    email = unused()
    async with service.write() as session:
        number = await add_activator(session, **values)
        account = await add_account(session, Role.ACTIVATOR, activator_id=number)
        own = tables.account.c.id == account
        await session.execute(update(tables.account).where(own).values(email=email))
    return number, email


async def activator(service: Service, number: int) -> Any:
    """Read an activator's row."""
    query = select(tables.activator).where(tables.activator.c.id == number)
    async with service.database.read() as session:
        return (await session.execute(query)).one()


def codes(payload: Any) -> list[tuple[str, str | None]]:
    """Say how it was refused."""
    return [(one["code"], one["field"]) for one in payload["userErrors"]]


async def test_a_manager_is_invited_accepts_signs_in_and_manages(service: Service) -> None:
    structure, token = await given(service, name="Atelier & fils")
    email = unused()
    asked = {"structure": structure, "email": email.title(), "role": "STRUCTURE_MANAGER"}

    made = await do(service, INVITE, token, language="EN", **asked)
    listed = (await service.data(LISTED, {"id": structure}, token=token))["structure"]
    await service.work()
    mail = next(one for one in service.mails() if one["To"] == email)
    text = next(mail.iter_parts()).get_content()
    secret = re.search(r"#invitation=(\S+)", text)
    assert secret is not None
    accepted = await accept(service, secret[1])

    now = service.clock()
    invitation = made["invitation"]
    assert invitation == {
        "id": invitation["id"],
        "email": email,
        "role": "STRUCTURE_MANAGER",
        "createdAt": now.isoformat(),
        "expiresAt": (now + timedelta(days=30)).isoformat(),
    }
    assert [one["id"] for one in listed["invitations"]] == [invitation["id"]]
    assert mail["Content-Language"] == "en"
    assert mail["Subject"] == "Invitation to manage Atelier & fils"
    assert f"{now + timedelta(days=30):%d %B %Y}" in text
    assert accepted == {
        "role": "STRUCTURE_MANAGER",
        "structureName": "Atelier & fils",
        "userErrors": [],
    }
    listed = (await service.data(LISTED, {"id": structure}, token=token))["structure"]
    (manager,) = [one for one in listed["managers"] if one["email"] == email]
    assert listed["invitations"] == []
    own = service.token(int_of(manager["id"]))
    seen = (await service.data("{ viewer { structureIds } }", token=own))["viewer"]
    assert seen == {"structureIds": [structure]}
    table = tables.account
    query = select(table.c.language).where(table.c.email == email)
    async with service.database.read() as session:
        assert (await session.execute(query)).scalar_one() is Language.EN


async def test_an_account_that_is_there_gets_the_role_and_keeps_its_others(
    service: Service,
) -> None:
    structure, token = await given(service)
    number, email = await person(service)

    secret = await invited(service, structure, token, email)
    assert (await accept(service, secret))["userErrors"] == []

    role, account = tables.account_role, tables.account
    query = select(role.c.role).join(account, account.c.id == role.c.account_id)
    async with service.database.read() as session:
        held = set((await session.execute(query.where(account.c.email == email))).scalars())
    assert held == {Role.ACTIVATOR, Role.STRUCTURE_MANAGER}
    assert (await activator(service, number)).version == 1


async def test_inviting_answers_the_same_whether_or_not_the_address_has_an_account(
    service: Service,
) -> None:
    structure, token = await given(service)
    _, known = await person(service)
    answers = []

    for email in (known, unused()):
        asked = {"structure": structure, "email": email, "role": "ACTIVATOR"}
        answer = await do(service, INVITE, token, **asked)
        answers.append(answer | {"invitation": sorted(answer["invitation"])})

    assert answers[0] == answers[1]


async def test_an_activator_brings_its_page_along(service: Service) -> None:
    structure, token = await given(
        service, address_line="2 place Bellecour", postal_code="69002", city="Lyon"
    )
    number, email = await person(service, left_at=service.clock(), networks=["cci"])

    secret = await invited(service, structure, token, email, "ACTIVATOR")
    hidden = await service.data(PAGE, {"id": global_id("Activator", number)})
    accepted = await accept(service, secret)
    shown = await service.data(PAGE, {"id": global_id("Activator", number)})

    assert hidden == {"activator": None}
    assert (accepted["role"], accepted["userErrors"]) == ("ACTIVATOR", [])
    assert shown["activator"]["structure"] == {"id": structure}
    address = {"line": "2 place Bellecour", "postalCode": "69002", "city": "Lyon"}
    assert shown["activator"]["address"] == address
    assert shown["activator"]["networks"] == [{"code": "cci"}]
    row = await activator(service, number)
    assert (row.version, row.left_at, row.employed_at) == (2, None, service.clock())
    assert set(row.edited) >= {"structure", "postal_code", "latitude", "precision"}
    assert set(row.edited.values()) == {2}


async def test_who_arrives_while_the_structure_changes_shows_it_as_it_is_then(
    service: Service,
) -> None:
    structure, token = await given(service)
    number, email = await person(service)
    secret = await invited(service, structure, token, email, role="ACTIVATOR")
    shown = "query ($id: ID!) { activator(id: $id) { structure { name } } }"

    async with service.write() as session:
        own = tables.structure.c.id == int_of(structure)
        await session.execute(update(tables.structure).where(own).values(name="Nouveau nom"))
        await renew_activators_of(session, [int_of(structure)], but=set())
        arriving = asyncio.create_task(accept(service, secret))
        await asyncio.sleep(0.3)
        assert not arriving.done()
    accepted = await arriving

    assert (accepted["userErrors"], accepted["structureName"]) == ([], "Nouveau nom")
    page = await service.data(shown, {"id": global_id("Activator", number)})
    assert page["activator"]["structure"]["name"] == "Nouveau nom"


async def test_who_works_there_already_keeps_its_place(service: Service) -> None:
    structure, token = await given(service, postal_code="69002", city="Lyon")
    number, email = await person(service, structure_id=int_of(structure))

    secret = await invited(service, structure, token, email, "ACTIVATOR")
    assert codes(await accept(service, secret)) == []

    row = await activator(service, number)
    assert (row.version, row.employed_at, row.edited) == (2, service.clock(), {})
    assert row.city == "Oyonnax"


PAGE = """query ($id: ID!) {
  activator(id: $id) { structure { id } networks { code } address { line postalCode city } }
}"""


@pytest.mark.parametrize("pages", ["none", "one that has withdrawn", "two"])
async def test_an_address_without_one_page_of_its_own_brings_none(
    service: Service, pages: str
) -> None:
    structure, token = await given(service)
    email = unused()
    if pages == "one that has withdrawn":
        _, email = await person(service, state=ActivatorState.WITHDRAWN)
    if pages == "two":
        _, email = await person(service)
        async with service.write() as session:
            other = await add_activator(session)
            query = select(tables.account.c.id).where(tables.account.c.email == email)
            account = (await session.execute(query)).scalar_one()
            row = {"id": new_id(), "account_id": account, "role": Role.ACTIVATOR}
            await session.execute(insert(tables.account_role).values(**row, activator_id=other))
    secret = await invited(service, structure, token, email, "ACTIVATOR")
    before = await rows_of(service.database, *WATCHED)

    refused = await accept(service, secret)

    assert codes(refused) == [("CONFLICT", "token")]
    if pages != "two":
        assert "register with this invitation" in refused["userErrors"][0]["message"]
    assert await rows_of(service.database, *WATCHED) == before


@pytest.mark.parametrize("role", ["STRUCTURE_MANAGER", "ACTIVATOR"])
async def test_a_link_serves_once_even_for_several_at_once(service: Service, role: str) -> None:
    structure, token = await given(service)
    _, email = await person(service)
    secret = await invited(service, structure, token, email, role)

    answers = await asyncio.gather(*(accept(service, secret) for _ in range(4)))
    before = await rows_of(service.database, *WATCHED)
    late = await accept(service, secret)

    over = [("BAD_USER_INPUT", "token")]
    assert sorted(codes(one) for one in answers) == [[], over, over, over]
    assert codes(late) == over
    assert await rows_of(service.database, *WATCHED) == before


async def test_a_link_that_is_over_withdrawn_or_of_another_hand_opens_nothing(
    service: Service,
) -> None:
    structure, token = await given(service)
    over = await invited(service, structure, token, unused())
    own = tables.invitation.c.structure_id == int_of(structure)
    async with service.write() as session:
        ending = update(tables.invitation).where(own)
        await session.execute(ending.values(expires_at=service.clock()))
    expired = await accept(service, over)
    taken = await invited(service, structure, token, unused())
    ids = (await service.data(LISTED, {"id": structure}, token=token))["structure"]["invitations"]
    for one in ids:
        await do(service, WITHDRAW, token, id=one["id"])
    secrets = service.platform.link_secrets
    number = int_of(ids[0]["id"])
    foreign = [secrets.write(LinkTo.REGISTRATION, number), taken[:-1], "", "\0", "é_é", "x" * 5_000]
    before = await rows_of(service.database, *WATCHED)

    answers = [await accept(service, one) for one in (taken, *foreign)]

    assert [codes(one) for one in (expired, *answers)] == [[("BAD_USER_INPUT", "token")]] * 8
    assert len({one["userErrors"][0]["message"] for one in (expired, *answers)}) == 1
    assert await rows_of(service.database, *WATCHED) == before


async def test_an_invitation_that_is_repeated_is_renewed_and_sent_once_a_minute(
    service: Service,
) -> None:
    structure, token = await given(service)
    email = unused()
    asked = {"structure": structure, "email": email, "role": "STRUCTURE_MANAGER"}

    first = await do(service, INVITE, token, **asked)
    again = await asyncio.gather(*(do(service, INVITE, token, **asked) for _ in range(3)))
    service.clock.advance(minutes=1)
    later = await do(service, INVITE, token, **asked)
    other = await do(service, INVITE, token, **{**asked, "role": "ACTIVATOR"})
    await service.work()

    ids = {one["invitation"]["id"] for one in (first, *again, later)}
    assert len(ids) == 1
    assert later["invitation"]["expiresAt"] > first["invitation"]["expiresAt"]
    assert other["invitation"]["id"] not in ids
    mails = [one["Subject"].partition(" ")[0] for one in service.mails() if one["To"] == email]
    assert mails == ["Invitation"] * 3


async def test_a_withdrawn_invitation_is_not_sent_and_is_gone(service: Service) -> None:
    structure, token = await given(service)
    email = unused()
    asked = {"structure": structure, "email": email, "role": "ACTIVATOR"}
    made = await do(service, INVITE, token, **asked)

    answers = [await do(service, WITHDRAW, token, id=made["invitation"]["id"]) for _ in range(2)]
    await service.work()

    assert answers[0] == {"structure": {"invitations": []}, "userErrors": []}
    assert codes(answers[1]) == [("NOT_FOUND", "id")]
    assert [one for one in service.mails() if one["To"] == email] == []
    assert all(email not in str(row) for row in await rows_of(service.database, *WATCHED))


async def test_an_accepted_invitation_is_not_taken_back(service: Service) -> None:
    structure, token = await given(service)
    secret = await invited(service, structure, token, unused())
    number = service.platform.link_secrets.read(LinkTo.INVITATION, secret)
    await accept(service, secret)

    refused = await do(service, WITHDRAW, token, id=global_id("Invitation", number or 0))

    assert codes(refused) == [("CONFLICT", "id")]


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"email": ""}, ("BAD_USER_INPUT", "email")),
        ({"email": "nobody"}, ("BAD_USER_INPUT", "email")),
        ({"email": "a\0@example.org"}, ("BAD_USER_INPUT", "email")),
        ({"email": "a@example.org\nBcc: b@example.org"}, ("BAD_USER_INPUT", "email")),
        ({"email": f"{'a' * 250}@example.org"}, ("BAD_USER_INPUT", "email")),
        ({"structure": ""}, ("BAD_USER_INPUT", "structure")),
        ({"structure": global_id("Network", "cci")}, ("NOT_FOUND", "structure")),
    ],
)
async def test_what_is_wrong_of_an_invitation_is_told_by_its_field(
    service: Service, wrong: dict[str, str], expected: tuple[str, str]
) -> None:
    structure, token = await given(service)
    asked = {"structure": structure, "email": unused(), "role": "ACTIVATOR"}
    before = await rows_of(service.database, *WATCHED)

    refused = await do(service, INVITE, token, **{**asked, **wrong})

    assert codes(refused) == [expected]
    assert await rows_of(service.database, *WATCHED) == before


async def test_activators_are_invited_once_their_structure_is_confirmed(service: Service) -> None:
    structure, token = await given(service, awaits_confirmation=True)
    asked = {"structure": structure, "email": unused()}

    refused = await do(service, INVITE, token, role="ACTIVATOR", **asked)
    manager = await do(service, INVITE, token, role="STRUCTURE_MANAGER", **asked)

    assert codes(refused) == [("CONFLICT", "structure")]
    assert codes(manager) == []


async def test_a_structure_has_room_for_a_hundred_open_invitations(service: Service) -> None:
    structure, token = await given(service)
    row = {"structure_id": int_of(structure), "role": Role.ACTIVATOR, "language": Language.FR}
    row |= {"created_at": service.clock(), "expires_at": service.clock() + timedelta(days=1)}
    rows = [{"id": new_id(), "email": unused(), **row} for _ in range(MOST_INVITATIONS - 1)]
    rows.append({"id": new_id(), "email": unused(), **row, "expires_at": service.clock()})
    async with service.write() as session:
        await session.execute(insert(tables.invitation), rows)
    asked = {"structure": structure, "role": "ACTIVATOR"}

    last = await do(service, INVITE, token, email=unused(), **asked)
    more = await do(service, INVITE, token, email=unused(), **asked)
    again = await do(service, INVITE, token, email=rows[0]["email"], **asked)

    assert [codes(one) for one in (last, more, again)] == [[], [("CONFLICT", "structure")], []]


async def test_a_removed_manager_is_refused_at_once_in_another_worker_and_told_by_mail(
    service: Service,
) -> None:
    structure, token = await given(service, name="Chez nous")
    email = unused()
    await accept(service, await invited(service, structure, token, email))
    listed = (await service.data(LISTED, {"id": structure}, token=token))["structure"]
    (manager,) = [one["id"] for one in listed["managers"] if one["email"] == email]
    own = service.token(int_of(manager))
    await do(service, INVITE, own, structure=structure, email=unused(), role="ACTIVATOR")
    await do(service, INVITE, token, structure=structure, email=email, role="ACTIVATOR")
    kept = await do(service, INVITE, token, structure=structure, email=unused(), role="ACTIVATOR")

    async with running(service.database) as other:
        assert (await other.data(LISTED, {"id": structure}, token=own))["structure"]
        removed = await do(service, REMOVE, token, structure=structure, account=manager)
        async with asyncio.timeout(1):
            while (await other.data(LISTED, {"id": structure}, token=own))["structure"]:
                pass
    again = await do(service, REMOVE, token, structure=structure, account=manager)
    await service.work()

    assert email not in str(removed)
    assert codes(again) == [("NOT_FOUND", "account")]
    assert (await service.data(LISTED, {"id": structure}, token=own))["structure"] is None
    left = (await service.data(LISTED, {"id": structure}, token=token))["structure"]
    assert [one["id"] for one in left["invitations"]] == [kept["invitation"]["id"]]
    subjects = [one["Subject"] for one in service.mails() if one["To"] == email]
    assert "Vous ne gérez plus Chez nous" in subjects


async def test_a_manager_removes_itself_once(service: Service) -> None:
    structure, token = await given(service)
    me = (await service.data(LISTED, {"id": structure}, token=token))["structure"]["managers"][0]

    answers = await asyncio.gather(
        *(do(service, REMOVE, token, structure=structure, account=me["id"]) for _ in range(3))
    )

    refused = {(), (("NOT_FOUND", "account"),), (("NOT_FOUND", "structure"),)}
    assert {tuple(codes(one)) for one in answers} <= refused
    assert sum(codes(one) == [] for one in answers) == 1
    assert [one["structure"] for one in answers] == [None] * 3


async def test_what_was_done_is_in_the_audit_without_an_address(service: Service) -> None:
    structure, token = await given(service)
    email = unused()
    await accept(service, await invited(service, structure, token, email))
    await do(service, INVITE, token, structure=structure, email=email, role="ACTIVATOR")

    entry = tables.audit_entry
    query = select(entry).where(entry.c.subject_id == str(int_of(structure)))
    async with service.database.read() as session:
        entries = (await session.execute(query.order_by(entry.c.sequence))).all()
    actions = [one.action for one in entries]
    assert actions == ["structure.invite", "structure.add_manager", "structure.invite"]
    assert email not in str(entries)


async def test_a_done_job_keeps_nothing_and_an_invitation_that_is_gone_is_no_failure(
    service: Service,
) -> None:
    structure, token = await given(service)
    await do(service, INVITE, token, structure=structure, email=unused(), role="ACTIVATOR")
    async with service.write() as session:
        await session.execute(delete(tables.invitation))

    await service.work()

    states = select(tables.job.c.state, tables.job.c.payload)
    async with service.database.read() as session:
        rows = (await session.execute(states.where(tables.job.c.kind == "invitation"))).all()
    assert {(row.state, str(row.payload)) for row in rows} == {(JobState.DONE, "{}")}
