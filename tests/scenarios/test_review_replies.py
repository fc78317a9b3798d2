"""The activator's reply to a review, and its doubts about one (charter, article 4; L.111-7-2)."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from models import tables
from models.accounts import Role
from models.moderation import CaseKind, Verdict
from models.review_steps import ReviewStep
from models.reviews import ReviewAuthor
from permissions.viewer import VISITOR
from resolvers.moderation.cases import close_case
from resolvers.reviews.finding import WhichReview, find_review
from resolvers.reviews.steps import write_step
from tests.contact import COMPANY
from tests.people import add_account, add_activator
from tests.registrations import mails_to, text_of
from tests.reviews import COMMENT, Reviewed, add_review
from tests.service import NOW, Service

REPLY = """mutation ($input: ReplyToReviewInput!) { replyToReview(input: $input) {
  review { id reply { text at } doubt { words } } userErrors { code field message } } }"""
DOUBT = """mutation ($input: DoubtReviewInput!) { doubtReview(input: $input) {
  review { id doubt { ground words } } userErrors { code field message } } }"""
REVIEW = """query ($id: ID, $token: String) { review(id: $id, token: $token) {
  state stars comment mayBeQuoted reply { text at }
  doubt { reportedAt ground words decidedAt kept answer } } }"""
DELETE = """mutation ($input: DeleteMyAccountInput!) { deleteMyAccount(input: $input) {
  userErrors { code } } }"""
THANKS = "Merci !\n\nÀ bientôt au marché de Noël."
REASON = "Nous n'avons jamais travaillé pour cette entreprise."
DOUBTED = {"ground": "NOT_A_CLIENT", "words": REASON}


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own."""
    shared_service.clock.now = NOW
    return shared_service


@dataclass(frozen=True)
class Review:
    """A published review, and who may have to do with it."""

    service: Service
    reviewed: Reviewed
    activator: int
    itself: str
    moderator: str

    async def send(self, document: str, token: str | None = None, **values: Any) -> Any:
        """Send a mutation, as the activator unless a token is given."""
        given = {"id": self.reviewed.node, **values}
        token = self.itself if token is None else token
        data = await self.service.data(document, {"input": given}, token=token)
        (answer,) = data.values()
        return answer

    async def codes(self, document: str, **values: Any) -> list[str]:
        """Send a mutation as the activator; give the codes of its refusals."""
        answer = await self.send(document, **values)
        return [one["code"] for one in answer["userErrors"]]

    async def read(self, token: str | None = None, *, by_link: bool = False) -> Any:
        """Read it."""
        which = {"token": self.reviewed.token} if by_link else {"id": self.reviewed.node}
        return (await self.service.data(REVIEW, which, token=token))["review"]

    async def letters(self) -> list[str]:
        """Send what is due; give the letters to the company."""
        await self.service.work()
        return [text_of(mail) for mail in mails_to(self.service, f"{self.activator}@example.org")]

    async def step(self, step: ReviewStep, **values: Any) -> None:
        """Have a moderator take a step."""
        service, now = self.service, self.service.clock()
        async with service.write() as session:
            which = WhichReview(self.reviewed.id)
            seen = await find_review(service.platform, session, VISITOR, which, lock=True)
            author = ReviewAuthor.MODERATOR
            await write_step(
                service.platform, session, None, seen.row, step, author, now=now, **values
            )
            number, verdict = self.reviewed.id, Verdict.REFUSED
            await close_case(session, CaseKind.REVIEW_DOUBT, number, verdict, now=now)

    async def history(self) -> list[ReviewStep]:
        """List its steps."""
        table = tables.review_history
        own = select(table.c.step).where(table.c.review_id == self.reviewed.id)
        async with self.service.database.read() as session:
            return list((await session.execute(own.order_by(table.c.number))).scalars())


async def add_one(service: Service, **values: Any) -> Review:
    """Add a review to an activator of its own."""
    async with service.write() as session:
        activator = await add_activator(session, networks=["cci"])
        itself = await add_account(session, Role.ACTIVATOR, activator_id=activator)
        moderator = await add_account(session, Role.MODERATOR)
    content = {**COMPANY, "email": f"{activator}@example.org"}
    own = {"request_values": {"content": content}, **values}
    reviewed = await add_review(service, activator, comment=COMMENT, **own)
    return Review(service, reviewed, activator, service.token(itself), service.token(moderator))


async def test_a_reply_is_shown_to_everyone_at_once_and_its_author_is_told_without_its_words(
    service: Service,
) -> None:
    review = await add_one(service)

    answer = await review.send(REPLY, text=f"  {THANKS}\r\n")

    said = {"text": THANKS, "at": NOW.isoformat()}
    assert answer["review"]["reply"] == said
    assert (await review.read())["reply"] == said
    (letter,) = await review.letters()
    assert "Noël" not in letter


async def test_the_same_reply_again_changes_nothing_and_there_is_no_other(service: Service) -> None:
    review = await add_one(service)
    await review.send(REPLY, text=THANKS)

    service.clock.advance(minutes=5)
    assert await review.codes(REPLY, text=THANKS) == []
    assert await review.codes(REPLY, text="Autre chose.") == ["CONFLICT"]

    assert (await review.read())["reply"] == {"text": THANKS, "at": NOW.isoformat()}
    assert (await review.history()).count(ReviewStep.REPLY) == 1
    assert len(await review.letters()) == 1


async def test_a_reply_that_a_moderator_took_away_is_shown_no_more_and_has_no_successor(
    service: Service,
) -> None:
    review = await add_one(service)
    await review.send(REPLY, text=THANKS)
    await review.step(ReviewStep.REMOVE_REPLY, ground="INSULT", reply_removed_at=NOW)

    for text in (THANKS, "Autre chose."):
        assert await review.codes(REPLY, text=text) == ["CONFLICT"]

    for found in (await review.read(), await review.read(review.moderator)):
        assert found["reply"] is None


async def test_of_two_replies_at_once_one_is_kept(service: Service) -> None:
    review = await add_one(service)

    codes = await asyncio.gather(*(review.codes(REPLY, text=f"Merci, {n}.") for n in range(4)))
    alike = await add_one(service)
    twice = await asyncio.gather(*(alike.codes(REPLY, text=THANKS) for _ in range(2)))

    assert sorted(codes) == [[], ["CONFLICT"], ["CONFLICT"], ["CONFLICT"]]
    assert twice == [[], []]
    assert (await alike.history()).count(ReviewStep.REPLY) == 1


@pytest.mark.parametrize(
    ("document", "field", "right", "shortest"),
    [(REPLY, "text", {}, 1), (DOUBT, "words", {"ground": "OTHER"}, 10)],
)
async def test_a_text_that_is_no_text_is_refused_by_its_name(
    service: Service, document: str, field: str, right: dict[str, Any], shortest: int
) -> None:
    review = await add_one(service)
    before = await review.read(review.moderator)

    for text in ("", " \n ", "x" * (shortest - 1), "x" * 2_001, "Merci\0 à vous, vraiment."):
        answer = await review.send(document, **right, **{field: text})
        (told,) = answer["userErrors"]
        assert (told["code"], told["field"]) == ("BAD_USER_INPUT", field), text
    for id in ("", "x", "QWN0aXZhdG9yOjE=", "\0"):
        answer = await review.send(document, **right, **{field: "x" * 20, "id": id})
        (told,) = answer["userErrors"]
        assert told["code"] in {"BAD_USER_INPUT", "NOT_FOUND"}, id
        assert told["field"] == "id"
    assert await review.read(review.moderator) == before

    longest = "é" * 2_000
    assert await review.codes(document, **right, **{field: longest}) == []


async def test_a_doubt_hides_nothing_and_the_public_learns_nothing_of_it(service: Service) -> None:
    review = await add_one(service, may_quote=True)
    public = await review.read()

    answer = await review.send(DOUBT, **DOUBTED)

    assert answer["review"]["doubt"] == DOUBTED
    assert await review.read() == public
    assert public == {**dict.fromkeys(public), "comment": COMMENT}
    at = {"reportedAt": NOW.isoformat(), "decidedAt": None, "kept": None, "answer": None}
    author = await review.read(by_link=True)
    assert (author["state"], author["stars"], author["mayBeQuoted"]) == ("UNDER_DOUBT", 5, True)
    assert author["doubt"] == {**at, "ground": None, "words": None}
    for token in (review.itself, review.moderator):
        assert (await review.read(token))["doubt"] == {**at, **DOUBTED}
    (letter,) = await review.letters()
    assert "jamais" not in letter


async def test_a_doubt_waits_for_a_moderator_for_so_many_days(service: Service) -> None:
    review = await add_one(service)

    await review.send(DOUBT, **DOUBTED)

    table = tables.moderation_case
    async with service.database.read() as session:
        query = select(table).where(table.c.subject_id == review.reviewed.id)
        case = (await session.execute(query)).one()
    assert (case.kind, case.activator_id) == (CaseKind.REVIEW_DOUBT, review.activator)
    assert (case.opened_at, case.due_at) == (NOW, NOW + timedelta(days=15))


async def test_the_same_doubt_again_changes_nothing_while_it_is_examined(service: Service) -> None:
    review = await add_one(service)

    codes = await asyncio.gather(*(review.codes(DOUBT, **DOUBTED) for _ in range(3)))
    other = await review.codes(DOUBT, ground="OTHER", words=REASON)

    assert codes == [[], [], []]
    assert other == ["CONFLICT"]
    assert (await review.history()).count(ReviewStep.DOUBT) == 1
    assert len(await review.letters()) == 1


async def test_of_two_different_doubts_at_once_one_is_examined(service: Service) -> None:
    review = await add_one(service)

    asked = [review.codes(DOUBT, ground="OTHER", words=f"{REASON} {n}") for n in range(2)]
    codes = await asyncio.gather(*asked)

    assert sorted(codes) == [[], ["CONFLICT"]]
    assert (await review.history()).count(ReviewStep.DOUBT) == 1


async def test_a_doubt_that_was_answered_is_not_examined_again_and_three_are_enough(
    service: Service,
) -> None:
    review = await add_one(service)
    await review.send(DOUBT, **DOUBTED)
    await review.step(ReviewStep.KEEP, ground="AUTHENTIC", words="L'échange le prouve.")

    author = (await review.read(by_link=True))["doubt"]
    assert (author["kept"], author["answer"], author["words"]) == (
        True,
        "L'échange le prouve.",
        None,
    )
    assert (await review.read(review.itself))["doubt"]["answer"] == "L'échange le prouve."
    assert await review.codes(DOUBT, **DOUBTED) == ["CONFLICT"]
    for number in (2, 3):
        assert await review.codes(DOUBT, ground="INDUCED", words=f"{REASON} {number}") == []
        await review.step(ReviewStep.KEEP, ground="AUTHENTIC", words="Toujours pas.")
    assert await review.codes(DOUBT, ground="INDUCED", words=f"{REASON} 4") == ["CONFLICT"]
    assert (await review.read(review.itself))["doubt"]["words"] == f"{REASON} 3"
    assert len(await review.letters()) == 3


async def test_an_author_whose_company_is_doubted_and_removed_reads_the_answer(
    service: Service,
) -> None:
    review = await add_one(service)
    await review.send(DOUBT, **DOUBTED)

    await review.step(ReviewStep.REMOVE, ground="NOT_AUTHENTIC", words="Rien ne le prouve.")

    author = await review.read(by_link=True)
    assert (author["state"], author["doubt"]["kept"]) == ("REMOVED", False)
    assert author["doubt"]["answer"] == "Rien ne le prouve."
    assert await review.read(review.itself) is None


async def test_what_was_erased_is_null_and_breaks_nothing(service: Service) -> None:
    review = await add_one(service)
    await review.send(REPLY, text=THANKS)
    await review.send(DOUBT, **DOUBTED)
    async with service.write() as session:
        for table, key in (
            (tables.review, tables.review.c.id),
            (tables.review_text, tables.review_text.c.review_id),
            (tables.review_history, tables.review_history.c.review_id),
        ):
            own = update(table).where(key == review.reviewed.id)
            await session.execute(own.values(sealed=None))

    found = await review.read(review.moderator)

    assert (found["comment"], found["reply"], found["doubt"]["words"]) == (None, None, None)
    assert found["doubt"]["ground"] == "NOT_A_CLIENT"


async def test_an_activator_that_is_gone_while_it_replies_leaves_no_trouble(
    service: Service,
) -> None:
    review = await add_one(service)
    account = tables.account
    role = tables.account_role
    async with service.database.read() as session:
        query = select(account.c.email).join(role, role.c.account_id == account.c.id)
        email = (
            await session.execute(query.where(role.c.activator_id == review.activator))
        ).scalar_one()

    replied, deleted = await asyncio.gather(
        service.ask(
            REPLY, {"input": {"id": review.reviewed.node, "text": THANKS}}, token=review.itself
        ),
        service.ask(DELETE, {"input": {"confirm": email}}, token=review.itself),
    )

    assert deleted["data"]["deleteMyAccount"]["userErrors"] == []
    told = replied.get("errors") or replied["data"]["replyToReview"]["userErrors"]
    codes = {one.get("code") or one["extensions"]["code"] for one in told}
    assert codes <= {"NOT_FOUND", "FORBIDDEN", "UNAUTHENTICATED"}
