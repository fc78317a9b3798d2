"""Deleting one's own account: all that is personal goes at once, and what the law keeps stays."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select, update

from models import tables
from models.accounts import Language, Role
from models.activators import ActivatorState
from models.base import new_id
from models.jobs import JobState
from resolvers.mail.delivery import MailRefused
from schema.nodes import global_id
from tests.belongings import add_person
from tests.people import add_account, add_activator, add_structure
from tests.portals import forget_keys, make_key
from tests.rules.world import rows_of
from tests.service import NOW, Service, running

DELETE = """mutation ($confirm: String!) {
  deleteMyAccount(input: {confirm: $confirm}) { userErrors { code field message } }
}"""
WHO = "{ viewer { isAuthenticated } }"
PAGE = "query ($id: ID!) { activator(id: $id) { id } }"
WATCHED = (
    *(tables.account, tables.account_role, tables.activator, tables.session, tables.job),
    *(tables.audit_entry, tables.registration, tables.invitation, tables.revision),
)
DONE: dict[str, Any] = {"userErrors": []}
PROOFS = {"audit_entry", "charter_acceptance", "change", "activator", "enrolment"}
"""Tables in which the number of an account, or of an activator, stays."""

ANOTHERS = {"contact_request", "declared_engagement", "job", "review", "sanction"}
"""Where its number stays as an activator that was asked or reviewed: requests, reviews and what was
declared of it are the company's, a job has the company offered others, and what was held against it
stays a number."""


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own."""
    await forget_keys(shared_service)
    return shared_service


async def end(service: Service, token: str | None, confirm: str) -> Any:
    """Ask for an end."""
    answer = await service.data(DELETE, {"confirm": confirm}, token=token)
    return answer["deleteMyAccount"]


async def is_refused(service: Service, token: str) -> bool:
    """Say whether a token is refused."""
    answer = await service.ask(WHO, token=token)
    return "errors" in answer


async def with_email(service: Service, account_id: int) -> str:
    """Give the address of an account."""
    table = tables.account
    async with service.database.read() as session:
        query = select(table.c.email).where(table.c.id == account_id)
        return str((await session.execute(query)).scalar_one())


async def where_it_stands(service: Service, *words: object) -> set[str]:
    """Name the tables in which one of these words or numbers stands."""
    found = set()
    for table in tables.metadata.sorted_tables:
        text = str(await rows_of(service.database, table))
        if any(str(word) in text for word in words):
            found.add(table.name)
    return found


async def test_all_that_is_personal_goes_at_once_and_the_proofs_stay(service: Service) -> None:
    person, other = await add_person(service, Role.MODERATOR), await add_person(service)
    shown = await service.data(PAGE, {"id": global_id("Activator", person.activator_id)})
    assert shown["activator"] is not None

    assert await end(service, person.token, person.email) == DONE

    assert await is_refused(service, person.token)
    hidden = await service.data(PAGE, {"id": global_id("Activator", person.activator_id)})
    assert hidden["activator"] is None
    assert (
        await where_it_stands(service, person.account_id, person.activator_id) == PROOFS | ANOTHERS
    )
    assert await where_it_stands(service, person.email, "Zoé") == {"job", "activator"}
    await service.work()
    assert await where_it_stands(service, person.email) == set()
    assert not await is_refused(service, other.token)
    assert other.email in str(await rows_of(service.database, tables.account))


async def test_its_activator_is_withdrawn_and_erased(service: Service) -> None:
    person = await add_person(service)

    await end(service, person.token, person.email)

    activator = await the(service, tables.activator, id=person.activator_id)
    assert activator.state is ActivatorState.WITHDRAWN
    assert (activator.state_changed_at, activator.erased_at) == (NOW, NOW)
    assert (activator.given_name, activator.family_name, activator.email) == ("", "", None)
    accepted = await the(service, tables.charter_acceptance, activator_id=person.activator_id)
    assert accepted.account_id == person.account_id


async def test_an_activator_that_another_account_is_too_stays(service: Service) -> None:
    person = await add_person(service)
    async with service.write() as session:
        await add_account(session, Role.ACTIVATOR, activator_id=person.activator_id)

    await end(service, person.token, person.email)

    activator = await the(service, tables.activator, id=person.activator_id)
    assert (activator.state, activator.given_name) == (ActivatorState.ACTIVE, "Zoé")


async def test_what_it_made_for_others_stays_without_its_name(service: Service) -> None:
    person = await add_person(service)

    await end(service, person.token, person.email)

    sent = await the(service, tables.invitation, id=person.invitation_sent)
    assert (sent.email, sent.invited_by) == ("somebody.else@example.org", None)
    key = await the(service, tables.api_key, name=person.key_name)
    assert key.revoked_at is None


async def test_it_is_in_the_audit_by_number_alone(service: Service) -> None:
    person = await add_person(service, Role.MODERATOR)

    await end(service, person.token, person.email)

    entry = tables.audit_entry
    query = select(entry).where(entry.c.account_id == person.account_id)
    async with service.database.read() as session:
        last = (await session.execute(query.order_by(entry.c.sequence.desc()).limit(2))).all()
    assert [(one.action, one.subject_id, one.before, one.after) for one in last] == [
        (
            "account.delete",
            str(person.account_id),
            {"roles": ["activator", "moderator"]},
            {},
        ),
        ("activator.erase", str(person.activator_id), {"state": "ACTIVE"}, {}),
    ]
    assert person.email not in str(last)


@pytest.mark.parametrize(
    ("language", "subject"),
    [(Language.FR, "Votre compte est supprimé"), (Language.EN, "Your account is deleted")],
)
async def test_a_last_mail_says_that_it_is_done(
    service: Service, language: Language, subject: str
) -> None:
    person, account = await add_person(service), tables.account
    async with service.write() as session:
        speaks = update(account).where(account.c.id == person.account_id)
        await session.execute(speaks.values(language=language))

    await end(service, person.token, person.email)
    await service.work()

    (mail,) = [one for one in service.mails() if one["To"] == person.email]
    assert (mail["Subject"], mail["Content-Language"]) == (subject, language.value.lower())


async def test_a_mail_that_never_arrives_keeps_no_address(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await add_person(service)
    await end(service, person.token, person.email)

    async def refuse(*_: object, **__: object) -> None:
        raise MailRefused

    monkeypatch.setattr("resolvers.account_mails.send_mail", refuse)
    await service.work()

    assert await where_it_stands(service, person.email) == set()


@pytest.mark.parametrize("written", ["upper", "spaced"])
async def test_the_address_may_be_typed_in_capitals_and_with_spaces(
    service: Service, written: str
) -> None:
    person = await add_person(service)
    confirm = person.email.upper() if written == "upper" else f"  {person.email} "

    assert await end(service, person.token, confirm) == DONE


@pytest.mark.parametrize("confirm", ["", "x", "other@example.org", "\0", "é" * 5_000])
async def test_without_its_address_nothing_changes(service: Service, confirm: str) -> None:
    person = await add_person(service)
    before = await rows_of(service.database, *WATCHED)

    refused = await end(service, person.token, confirm)

    (error,) = refused["userErrors"]
    assert (error["code"], error["field"]) == ("BAD_USER_INPUT", "confirm")
    assert person.email not in error["message"]
    assert await rows_of(service.database, *WATCHED) == before


async def test_visitors_and_portals_have_no_account_to_delete(service: Service) -> None:
    person, portal = await add_person(service), (await make_key(service)).text
    before = await rows_of(service.database, *WATCHED)

    for token in (None, portal):
        (error,) = (await end(service, token, person.email))["userErrors"]
        assert (error["code"], error["field"]) == ("UNAUTHENTICATED", None)

    assert await rows_of(service.database, *WATCHED) == before


async def test_each_role_but_that_of_the_only_administrator_may_go(service: Service) -> None:
    async with service.write() as session:
        about: dict[Role, dict[str, Any]] = {
            Role.NETWORK_MANAGER: {"network_code": "cci"},
            Role.STRUCTURE_MANAGER: {"structure_id": await add_structure(session)},
            Role.ACTIVATOR: {
                "activator_id": await add_activator(session, state=ActivatorState.WITHDRAWN)
            },
        }
        others = {
            role: await add_account(session, role, **about.get(role, {}))
            for role in Role
            if role is not Role.ADMINISTRATOR
        }
        others_without = await add_account(session)
    for account_id in (*others.values(), others_without):
        email = await with_email(service, account_id)
        assert await end(service, service.token(account_id), email) == DONE

    only = await the_only_administrator(service)
    before = await rows_of(service.database, *WATCHED)
    refused = await end(service, service.token(only), await with_email(service, only))

    message = "You are the only administrator: name another first."
    assert refused["userErrors"] == [{"code": "CONFLICT", "field": None, "message": message}]
    assert await rows_of(service.database, *WATCHED) == before
    async with service.write() as session:
        await add_account(session, Role.ADMINISTRATOR)
    assert await end(service, service.token(only), await with_email(service, only)) == DONE


async def the_only_administrator(service: Service) -> int:
    """Add an administrator where none is left."""
    role = tables.account_role
    async with service.write() as session:
        await session.execute(delete(role).where(role.c.role == Role.ADMINISTRATOR))
        return await add_account(session, Role.ADMINISTRATOR)


async def test_of_the_last_two_administrators_who_go_at_once_one_stays(service: Service) -> None:
    one = await the_only_administrator(service)
    async with service.write() as session:
        other = await add_account(session, Role.ADMINISTRATOR)
    emails = {number: await with_email(service, number) for number in (one, other)}

    answers = await asyncio.gather(
        *(end(service, service.token(number), email) for number, email in emails.items())
    )

    codes = sorted(error["code"] for answer in answers for error in answer["userErrors"])
    assert codes == ["CONFLICT"]


async def test_twice_and_at_once_it_is_done_once(service: Service) -> None:
    person = await add_person(service)
    variables = {"confirm": person.email}

    answers = await asyncio.gather(
        *(service.ask(DELETE, variables, token=person.token) for _ in range(4))
    )

    assert [answer.get("data") == {"deleteMyAccount": DONE} for answer in answers].count(True) == 1
    for answer in answers:
        errors = answer.get("errors") or answer["data"]["deleteMyAccount"]["userErrors"]
        codes = {error.get("code") or error["extensions"]["code"] for error in errors}
        assert codes <= {"UNAUTHENTICATED"}
    await service.work()
    assert len([one for one in service.mails() if one["To"] == person.email]) == 1
    again = await service.ask(DELETE, variables, token=person.token)
    assert again["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


SIGN_IN = "mutation ($link: String!) { signIn(input: {token: $link}) { userErrors { code } } }"
REFRESH = """mutation ($token: String!) {
  refreshSession(input: {refreshToken: $token}) { userErrors { code } }
}"""
SIGN_OUT = "mutation { signOutEverywhere { userErrors { code } } }"


async def test_signing_in_and_out_meanwhile_breaks_nothing(service: Service) -> None:
    for _ in range(5):
        person = await add_person(service)
        number = person.account_id
        variables = {"confirm": person.email, "link": f"link {number}", "token": f"token {number}"}
        calls = [
            service.ask(query, variables, token=token)
            for query, token in (
                (SIGN_IN, None),
                (DELETE, person.token),
                (REFRESH, None),
                (SIGN_OUT, person.token),
                ("{ exportMyData }", person.token),
            )
        ]

        answers = await asyncio.gather(*calls)

        assert "INTERNAL" not in str(answers)
        assert answers[1]["data"]["deleteMyAccount"] == DONE
        left = {tables.session.name, tables.sign_in_link.name, tables.refresh_token.name}
        assert await where_it_stands(service, number) & left == set()


async def test_every_other_worker_refuses_its_tokens_too(service: Service) -> None:
    person = await add_person(service)
    async with running(service.database) as other:
        assert not await is_refused(other, person.token)

        await end(service, person.token, person.email)

        async with asyncio.timeout(0.25):
            while not await is_refused(other, person.token):
                pass


async def test_jobs_that_were_given_up_hold_nothing_of_it(service: Service) -> None:
    person = await add_person(service)
    job = {"id": new_id(), "kind": "note", "state": JobState.DEAD, "attempts": 8}
    job |= {"created_at": NOW, "run_at": NOW, "finished_at": NOW}
    other = {**job, "id": new_id(), "payload": {"email": f"not.{person.email}"}}
    async with service.write() as session:
        await session.execute(insert(tables.job).values({**job, "payload": {"to": person.email}}))
        await session.execute(insert(tables.job).values(other))

    await end(service, person.token, person.email)

    left = {row[0] for row in await rows_of(service.database, tables.job)}
    assert (job["id"] in left, other["id"] in left) == (False, True)


async def the(service: Service, table: Table, **values: Any) -> Any:
    """Read the only row with these values."""
    query = select(table).where(*(table.c[name] == value for name, value in values.items()))
    async with service.database.read() as session:
        return (await session.execute(query)).one()
