"""From requests to reviews, over HTTP and with a real mail server (charter, article 4).

Nobody but the owner sees a star before the fifth review is published, and all vanish below it.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr

from models.accounts import Role
from models.database import Database
from schema.nodes import global_id
from tests.askings import asked, taken
from tests.mail_server import MailServer, mail_server
from tests.people import add_account, add_activator
from tests.registrations import text_of
from tests.service import Service, running

ANSWER = """mutation ($id: ID!) {
  answerContactRequest(input: {id: $id, message: "Commençons mardi."}) {
    userErrors { message } } }"""
WRITE = """mutation ($token: String!, $stars: Int!) {
  writeReview(input: {
    token: $token, stars: $stars, comment: "Une aide précise.", experiencedOn: "2026-11-24"
  }) { review { id state } userErrors { message } } }"""
QUEUE = "{ moderationQueue { nodes { id } } }"
APPROVE = """mutation ($case: ID!) {
  decideModeration(input: {decisions: [{case: $case, verdict: ACCEPT}]}) {
    userErrors { message } } }"""
WITHDRAW = """mutation ($token: String!) {
  withdrawReview(input: {token: $token}) { review { state } userErrors { message } } }"""
SEE = """query ($id: ID!, $reviews: [ID!]!) {
  activator(id: $id) { rating { average count } }
  nodes(ids: $reviews) { ... on Review { stars } } }"""

Seen = tuple[Any, list[int | None]]


@dataclass
class Journey:
    """The service, its mails, and an adviser that companies review."""

    service: Service
    server: MailServer
    adviser: int
    owner: str
    moderator: str

    def secret(self, email: str, name: str) -> str:
        """Read the newest private link that an address was mailed, behind such a name."""
        texts = [text_of(mail) for mail in self.server.mails() if mail["To"] == email]
        return str(re.findall(rf"#{name}=(\S+)", " ".join(texts))[-1])

    async def help(self) -> str:
        """Have a company ask and be answered; give its address."""
        given = asked(self.adviser)
        request = await taken(self.service, given)
        answered = await self.service.data(ANSWER, {"id": request["id"]}, token=self.owner)
        assert answered["answerContactRequest"]["userErrors"] == []
        await self.service.work()
        return str(given["person"]["email"])

    async def review(self, email: str, stars: int) -> str:
        """Have it say how it went, by its private link, and a moderator approve; give the id."""
        token = self.secret(email, "request")
        written = (await self.service.data(WRITE, {"token": token, "stars": stars}))["writeReview"]
        assert (written["userErrors"], written["review"]["state"]) == ([], "PENDING")
        queue = await self.service.data(QUEUE, token=self.moderator)
        (case,) = queue["moderationQueue"]["nodes"]
        decided = await self.service.data(APPROVE, {"case": case["id"]}, token=self.moderator)
        assert decided["decideModeration"]["userErrors"] == []
        await self.service.work()
        return str(written["review"]["id"])

    async def seen(self, reviews: list[str], token: str | None = None) -> Seen:
        """Look at the rating of the adviser, and at the stars of each review that is there."""
        given = {"id": global_id("Activator", self.adviser), "reviews": reviews}
        found = await self.service.data(SEE, given, token=token)
        return found["activator"]["rating"], [one["stars"] for one in found["nodes"] if one]


@pytest.fixture
async def journey(database: Database) -> AsyncIterator[Journey]:
    """The service with a mail server, an adviser that signs in, and a moderator."""
    with mail_server() as server:
        async with running(database, smtp_url=SecretStr(server.url)) as service:
            async with service.write() as session:
                adviser = await add_activator(
                    session, email="camille@example.org", expertise=["site-internet"]
                )
                owner = await add_account(session, Role.ACTIVATOR, activator_id=adviser)
                moderator = await add_account(session, Role.MODERATOR)
            tokens = service.token(owner), service.token(moderator)
            yield Journey(service, server, adviser, *tokens)


async def test_stars_show_from_the_fifth_review_on_and_vanish_below_it(journey: Journey) -> None:
    companies = [await journey.help() for _ in range(5)]

    # Four are published: the visitor reads them without a star, the owner sees all.
    reviews = [
        await journey.review(email, stars)
        for email, stars in zip(companies, (5, 4, 5, 3), strict=False)
    ]
    assert await journey.seen(reviews) == (None, [None] * 4)
    assert await journey.seen(reviews, journey.owner) == (
        {"average": 4.25, "count": 4},
        [5, 4, 5, 3],
    )

    # The fifth is approved: all appear.
    reviews.append(await journey.review(companies[4], 5))
    whole = {"average": 4.4, "count": 5}, [5, 4, 5, 3, 5]
    assert await journey.seen(reviews) == whole
    assert await journey.seen(reviews, journey.owner) == whole

    # One is withdrawn, by the link of the letter that said it was published: all vanish.
    token = journey.secret(companies[0], "review")
    withdrawn = await journey.service.data(WITHDRAW, {"token": token})
    assert withdrawn["withdrawReview"] == {"review": {"state": "WITHDRAWN"}, "userErrors": []}
    assert await journey.seen(reviews) == (None, [None] * 4)
    assert await journey.seen(reviews, journey.owner) == (
        {"average": 4.25, "count": 4},
        [4, 5, 3, 5],
    )

    # Each company was told what became of its review; no mail has a word of another's.
    await journey.service.work()
    for email in companies:
        subjects = [str(mail["Subject"]) for mail in journey.server.mails() if mail["To"] == email]
        assert [one for one in subjects if "nous est bien parvenu" in one]
        assert [one for one in subjects if one.endswith("est publié")]
    told = [text_of(m) for m in journey.server.mails() if m["To"] == "camille@example.org"]
    assert len([text for text in told if "#activator-reviews=" in text]) == 5
    assert not [
        text for text in told if "Une aide précise." in text or "vuillermoz" in text.lower()
    ]
