"""The life of a contact request, over HTTP and with a real mail server: nobody is left alone."""

import asyncio
import logging
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from pydantic import SecretStr

from models.accounts import Role
from models.api_keys import Scope
from models.database import Database
from resolvers.jobs.worker import Worker
from schema.nodes import global_id
from tests.contact import COMPANY
from tests.jobs import jobs_of
from tests.mail_server import MailServer, mail_server
from tests.people import add_account, add_activator
from tests.portals import make_key
from tests.registrations import text_of
from tests.service import Clock, Service, running
from tests.waiting import until

log = logging.getLogger(__name__)

FRIDAY = datetime(2026, 7, 10, 13, tzinfo=UTC)  # 15:00 in Paris; Tuesday 14 is a holiday
DUE = datetime(2026, 7, 15, 16, tzinfo=UTC)
LATE = datetime(2026, 7, 20, 16, tzinfo=UTC)
FIELD = "site-internet"
WORD = "Je vous appelle demain matin, pour voir ce qui se vend déjà."
FINDINGS = "La boutique n'a pas de site, et trois clients sur quatre demandent à commander."
AGREED = "Une boutique en ligne simple, avec retrait au fournil."
REQUEST = """{
  id reference state late dueAt need company { name person email }
  activator { id displayName }
  history { step state author at }
  offers { activator { id displayName } }
  chain { reference state activator { displayName } }
  messages { nodes { author text } }
  diagnosis { findings nextSteps }
  engagement { agreed outcome completedAt }
}"""


@dataclass
class Person:
    """An activator of the story, with its number and its account."""

    family_name: str
    number: int
    account: int

    @property
    def email(self) -> str:
        """Its address."""
        return f"{self.family_name.lower()}@example.org"

    @property
    def node(self) -> str:
        """Its id on the wire."""
        return global_id("Activator", self.number)


@dataclass
class Journey:
    """The service, and the mails that it sends."""

    service: Service
    server: MailServer

    async def do(self, mutation: str, asked: dict[str, Any], token: str | None = None) -> Any:
        """Have a mutation done, which must succeed; give the request after it."""
        name = mutation[0].upper() + mutation[1:]
        document = f"""mutation ($input: {name}Input!) {{ {mutation}(input: $input) {{
          contactRequest {REQUEST} userErrors {{ code field message }}
        }} }}"""
        answer = (await self.service.data(document, {"input": asked}, token=token))[mutation]
        assert answer["userErrors"] == [], answer
        return answer["contactRequest"]

    async def read(self, *, token: str | None = None, **which: str) -> Any:
        """Read a request by `id`, or by `link`."""
        document = f"""query ($id: ID, $link: String) {{
          contactRequest(id: $id, token: $link) {REQUEST}
        }}"""
        return (await self.service.data(document, which, token=token))["contactRequest"]

    async def worker_at_rest(self) -> Worker:
        """Have a worker wait that has just looked for jobs, so that it would not look soon."""
        await self.service.begin_day()
        await self.service.work()
        worker = Worker(self.service.platform)
        worker.start()
        await asyncio.sleep(0.1)
        return worker

    def mails(self, email: str) -> list[str]:
        """Read what an address was sent, in order."""
        return [words_of(mail) for mail in self.server.mails() if mail["To"] == email]

    async def told(self, email: str) -> str:
        """Run the jobs; read what an address was sent last."""
        await self.service.work()
        return self.mails(email)[-1]

    async def add_adviser(self, family_name: str, latitude: float) -> Person:
        """Add an adviser who signs in, so far north."""
        async with self.service.write() as session:
            number = await add_activator(
                session,
                given_name="Camille",
                family_name=family_name,
                email=f"{family_name.lower()}@example.org",
                expertise=[FIELD],
                networks=["cci"],
                latitude=latitude,
            )
            account = await add_account(session, Role.ACTIVATOR, activator_id=number)
        return Person(family_name, number, account)


@pytest.fixture
async def journey(database: Database) -> AsyncIterator[Journey]:
    """The service on that Friday, with a mail server."""
    clock = Clock()
    clock.now = FRIDAY
    with mail_server() as server:
        async with running(database, smtp_url=SecretStr(server.url), clock=clock) as service:
            yield Journey(service, server)


def asked_of(person: Person) -> dict[str, Any]:
    """What the company fills in, in French, on its portal."""
    return {
        "activator": person.node,
        "company": {"name": COMPANY["company"], "size": "MICRO", "commune": COMPANY["commune"]},
        "person": {"name": COMPANY["name"], "email": COMPANY["email"]},
        "need": COMPANY["need"],
        "language": "FR",
        "consent": True,
        "idempotencyKey": "portail-2026-07-10-0001",
    }


def words_of(mail: EmailMessage) -> str:
    """Read a mail on one line, the subject first."""
    return " ".join([str(mail["Subject"]), *text_of(mail).split()])


def link_in(letter: str) -> str:
    """Read the secret of the private link in a letter."""
    (secret,) = set(re.findall(r"#request=([\w-]+)", letter))
    return str(secret)


def names_company(letters: list[str]) -> bool:
    """Say whether a letter tells who the company is, or what it wrote."""
    told = [COMPANY["company"], COMPANY["name"], COMPANY["email"], COMPANY["need"]]
    return any(value in letter for value in told for letter in letters)


async def test_a_company_asks_is_not_answered_turns_to_another_and_is_helped(
    journey: Journey,
) -> None:
    service, email = journey.service, COMPANY["email"]
    asked = await journey.add_adviser("Muet", 46.2561)
    others = [await journey.add_adviser(name, 46.26) for name in ("Proche", "Voisine", "Locale")]
    await journey.add_adviser("Lointaine", 48.85)
    async with service.write() as session:
        network_manager = await add_account(session, Role.NETWORK_MANAGER, network_code="cci")
    portal = (await make_key(service, scopes=[Scope.DIRECTORY_READ, Scope.CONTACT_WRITE])).text

    # On a Friday before 14 July the company asks, and is acknowledged at once.
    worker = await journey.worker_at_rest()
    first = await journey.do("requestContact", asked_of(asked), portal)
    begun = time.perf_counter()
    await until(lambda: bool(journey.mails(email)))
    seconds = time.perf_counter() - begun
    await until(lambda: bool(journey.mails(asked.email)))
    await worker.stop()
    log.info("acknowledged after %.3f s", seconds)
    (acknowledgement,) = journey.mails(email)
    link = link_in(acknowledgement)
    assert seconds < 1
    assert "bien été transmise à Camille Muet" in acknowledgement
    assert "15/07/2026" in acknowledgement
    assert first["reference"] in acknowledgement
    assert datetime.fromisoformat(first["dueAt"]) == DUE
    assert (await journey.read(id=first["id"], token=portal))["state"] == "ACKNOWLEDGED"
    assert (await journey.read(link=link))["need"] == COMPANY["need"]

    # The one asked says nothing: it is reminded, then those in charge and the company are told.
    service.clock.now = DUE
    assert "attend votre réponse" in await journey.told(asked.email)
    service.clock.now = LATE
    offer = await journey.told(email)
    seen = await journey.read(link=link)
    assert "toujours sans réponse" in offer
    assert {one["activator"]["id"] for one in seen["offers"]} == {one.node for one in others}
    assert all(one["activator"]["displayName"] in offer for one in seen["offers"])
    manager = service.token(network_manager)
    status = await journey.read(id=first["id"], token=manager)
    assert (status["state"], status["late"], status["need"]) == ("ACKNOWLEDGED", True, None)
    assert (status["company"], status["offers"], status["messages"]) == (None, None, None)

    # The company picks one by its link. Until then, that one knows nothing.
    helper = next(one for one in others if one.node == seen["offers"][1]["activator"]["id"])
    assert journey.mails(helper.email) == []
    helping = service.token(helper.account)
    assert await journey.read(id=first["id"], token=helping) is None
    chosen = {"token": link_in(offer), "activator": helper.node}
    await journey.do("agreeToRedirection", chosen)
    new = link_in(await journey.told(email))
    second = await journey.read(link=new)
    assert (second["state"], second["activator"]["id"]) == ("ACKNOWLEDGED", helper.node)
    assert datetime.fromisoformat(second["dueAt"]).isoformat() == "2026-07-22T16:00:00+00:00"
    assert second["need"] == COMPANY["need"]

    # The new one answers; both write.
    service.clock.advance(hours=16)  # Tuesday, 10:00 in Paris
    helping = service.token(helper.account)
    read = await journey.read(id=second["id"], token=helping)
    assert read["company"]["name"] == COMPANY["company"]
    await journey.do("answerContactRequest", {"id": second["id"], "message": WORD}, helping)
    assert f"un message de Camille {helper.family_name}" in await journey.told(email)
    await journey.do("replyToContactRequest", {"token": new, "message": "Parfait, merci."})
    assert "Un nouveau message" in await journey.told(helper.email)

    # It records its first diagnosis, and helps until the shop is open.
    diagnosis = {"findings": FINDINGS, "nextSteps": "Choisir une boutique.", "expertise": [FIELD]}
    await journey.do("recordDiagnosis", {"id": second["id"], **diagnosis}, helping)
    assert "diagnostic vous attend" in await journey.told(email)
    agreed = {"kind": "ADVICE", "expertise": [FIELD], "agreed": AGREED}
    await journey.do("startEngagement", {"id": second["id"], **agreed}, helping)
    assert "accompagnement commence" in await journey.told(email)
    service.clock.advance(days=45)
    helping = service.token(helper.account)
    ended = {"outcome": "SUCCESSFUL", "why": "La boutique est ouverte et vend."}
    await journey.do("completeEngagement", {"id": second["id"], **ended}, helping)
    assert "accompagnement est terminé" in await journey.told(email)

    # The company reads all of it; deadlines that came meanwhile changed nothing.
    service.clock.advance(days=60)
    await service.work()
    end, start = await journey.read(link=new), await journey.read(link=link)
    assert [line["step"] for line in start["history"]] == [
        *("ASK", "ACKNOWLEDGE", "REMIND", "ESCALATE", "REDIRECT"),
    ]
    assert [line["step"] for line in end["history"]] == [
        *("ASK", "ACKNOWLEDGE", "ANSWER", "REPLY", "DIAGNOSE", "START", "COMPLETE"),
    ]
    assert (start["state"], end["state"]) == ("REDIRECTED", "COMPLETED")
    assert [(one["reference"], one["state"]) for one in end["chain"]] == [
        (first["reference"], "REDIRECTED"),
        (second["reference"], "COMPLETED"),
    ]
    assert [one["text"] for one in end["messages"]["nodes"]] == [WORD, "Parfait, merci."]
    assert end["diagnosis"]["findings"] == FINDINGS
    assert (end["engagement"]["agreed"], end["engagement"]["outcome"]) == (AGREED, "SUCCESSFUL")
    assert {job.state.value for job in await jobs_of(service.database)} == {"DONE"}

    # Nobody got a letter too many; none tells others who the company is, or what was written.
    mails = journey.server.mails()
    counts = Counter(mail["To"] for mail in mails)
    assert (counts.pop(email), counts.pop(asked.email), counts.pop(helper.email)) == (7, 3, 2)
    assert list(counts.values()) == [1]  # the network's manager, that it was late
    assert not names_company([words_of(mail) for mail in mails if mail["To"] != email])
    assert not any(text in words_of(mail) for text in (WORD, FINDINGS, AGREED) for mail in mails)
