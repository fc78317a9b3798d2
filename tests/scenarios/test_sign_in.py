"""Signing in by an e-mailed link, as a person does, and as somebody who looks for accounts."""

import re
import statistics
import time
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select

from models import tables
from models.accounts import Role
from tests.jobs import forget_jobs
from tests.people import add_account, count
from tests.rules.world import rows_of
from tests.service import Service
from tests.statements import statements

ASK = """mutation ($email: String!, $language: Language! = FR) {
  requestSignInLink(input: {email: $email, language: $language}) {
    userErrors { code field message }
  }
}"""
SIGN_IN = """mutation ($token: String!) {
  signIn(input: {token: $token}) { accessToken userErrors { code } }
}"""
SENT: dict[str, Any] = {"requestSignInLink": {"userErrors": []}}


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with accounts of its own."""
    shared_service.clock.advance(hours=1)
    return shared_service


async def account(service: Service) -> str:
    """Add an account; give its address."""
    async with service.write() as session:
        account_id = await add_account(session, Role.MODERATOR)
        query = select(tables.account.c.email).where(tables.account.c.id == account_id)
        email: str = (await session.execute(query)).scalar_one()
        return email


def mails_to(service: Service, email: str) -> list[EmailMessage]:
    return [mail for mail in service.mails() if mail["To"] == email]


def text_of(mail: EmailMessage) -> str:
    part: Any = mail.get_body(("plain",))
    return str(part.get_content())


def token_in(mail: EmailMessage) -> str:
    (token,) = set(re.findall(r"#token=([\w-]+)", text_of(mail)))
    return str(token)


async def test_a_person_asks_for_a_link_and_comes_in(service: Service) -> None:
    email = await account(service)

    assert await service.data(ASK, {"email": f"  {email.upper()} ".strip()}) == SENT
    await service.work()

    (mail,) = mails_to(service, email)
    assert mail["Subject"] == "Votre lien de connexion"
    assert "http://127.0.0.1:8000/graphql#token=" in text_of(mail)
    answer = (await service.data(SIGN_IN, {"token": token_in(mail)}))["signIn"]
    assert answer["userErrors"] == []
    who = await service.data("{ viewer { email } }", token=answer["accessToken"])
    assert who == {"viewer": {"email": email}}


async def test_the_mail_speaks_the_language_that_was_asked_for(service: Service) -> None:
    email = await account(service)

    await service.data(ASK, {"email": email, "language": "EN"})
    await service.work()

    (mail,) = mails_to(service, email)
    assert mail["Subject"] == "Your sign-in link"


async def test_an_address_without_an_account_gets_no_mail_and_the_same_answer(
    service: Service,
) -> None:
    assert await service.data(ASK, {"email": "nobody@example.org"}) == SENT
    links = await count(service.database, tables.sign_in_link)
    await service.work()

    assert mails_to(service, "nobody@example.org") == []
    assert await count(service.database, tables.sign_in_link) == links


async def test_a_link_asked_for_twice_in_a_minute_is_sent_once(service: Service) -> None:
    email = await account(service)

    for _ in range(3):
        assert await service.data(ASK, {"email": email}) == SENT
        await service.work()
    assert len(mails_to(service, email)) == 1
    service.clock.advance(minutes=1)
    await service.data(ASK, {"email": email})
    await service.work()

    first, second = mails_to(service, email)
    assert first["Message-ID"] != second["Message-ID"]
    for mail in (first, second):
        answer = await service.data(SIGN_IN, {"token": token_in(mail)})
        assert answer["signIn"]["userErrors"] == []


async def test_nobody_waits_for_a_link_of_this_morning(service: Service) -> None:
    email = await account(service)
    await service.data(ASK, {"email": email})
    service.clock.advance(hours=7)

    await service.work()

    assert mails_to(service, email) == []


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c.fr", "x" * 300 + "@example.org", "é@\0.fr"])
async def test_what_is_no_address_is_told_and_nothing_is_queued(
    service: Service, email: str
) -> None:
    before = await rows_of(service.database, tables.job)

    answer = await service.data(ASK, {"email": email})

    (error,) = answer["requestSignInLink"]["userErrors"]
    assert (error["code"], error["field"]) == ("BAD_USER_INPUT", "email")
    assert await rows_of(service.database, tables.job) == before


async def test_what_was_sent_leaves_no_address_and_no_token_behind(service: Service) -> None:
    email = await account(service)
    await service.data(ASK, {"email": email})
    await service.work()
    (mail,) = mails_to(service, email)

    jobs = await rows_of(service.database, tables.job)
    stored = str(jobs + await rows_of(service.database, tables.sign_in_link))

    assert email not in stored
    assert token_in(mail) not in stored


async def test_known_and_unknown_addresses_differ_neither_in_answer_nor_statements_nor_time(
    service: Service,
) -> None:
    known = [await account(service) for _ in range(200)]
    unknown = [f"unknown.{number}@example.org" for number in range(200)]
    took: dict[str, list[float]] = {"known": [], "unknown": []}
    told: set[str] = set()
    sent: dict[str, set[str]] = {"known": set(), "unknown": set()}

    async def ask(kind: str, email: str) -> None:
        begun = time.perf_counter()
        with statements(service) as asked:
            answer: Any = await service.data(ASK, {"email": email})
        took[kind].append(time.perf_counter() - begun)
        told.add(str(answer))
        sent[kind].add(" ".join(one.text for one in asked))

    for pair in zip(known, unknown, strict=True):
        await ask("known", pair[0])
        await ask("unknown", pair[1])

    await forget_jobs(service.database)
    assert told == {str(SENT)}
    assert sent["known"] == sent["unknown"]
    one, other = (statistics.median(times) for times in took.values())
    spread = statistics.quantiles(took["unknown"], n=4)
    assert abs(one - other) < max(spread[2] - spread[0], 0.002)
