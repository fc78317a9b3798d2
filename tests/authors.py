"""What a company does with a review of its own, and what is read of it afterwards, for tests."""

from typing import Any

from sqlalchemy import select

from models import tables
from models.moderation import CaseKind, Verdict
from tests.contact import Asked
from tests.contact_viewers import (
    Everybody,
)
from tests.reviews import Reviewed, add_answered_request
from tests.service import Service

REVIEW = """review { id state comment publishedAt changedAt experiencedOn controls
  texts { number state stars comment experiencedOn mayBeQuoted }
  history { step state actor ground words textNumber }
  viewerMay { change withdraw reply doubt decide } }
  userErrors { code field message }"""
SAID = {"stars": 4, "experiencedOn": "2026-11-24"}
WRITTEN = (
    *(tables.review, tables.review_text, tables.review_history, tables.moderation_case),
    *(tables.job, tables.audit_entry, tables.activator, tables.change),
)


async def do(service: Service, name: str, given: dict[str, Any], token: str | None = None) -> Any:
    """Send a mutation of the author."""
    document = f"""mutation ($input: {name[0].upper()}{name[1:]}Input!) {{
      {name}(input: $input) {{ {REVIEW} }} }}"""
    return (await service.data(document, {"input": given}, token=token))[name]


async def write(service: Service, asked: Asked, token: str | None = None, **said: Any) -> Any:
    """Review a request: signed in, or else by its private link."""
    which = {"token": asked.token} if token is None else {"id": asked.node}
    return await do(service, "writeReview", {**which, **SAID, **said}, token)


async def change(service: Service, review: Reviewed, **said: Any) -> Any:
    """Change a review by its private link."""
    return await do(service, "changeReview", {"token": review.token, **SAID, **said})


async def answered(service: Service, everybody: Everybody, **values: Any) -> Asked:
    """Add a request of the company that was answered."""
    own = {"account_id": everybody.company, **values}
    return await add_answered_request(service, everybody.activator, **own)


async def cases(service: Service, activator_id: int) -> list[tuple[CaseKind, Verdict | None]]:
    """Read what waits, or waited, for a moderator about an activator."""
    case = tables.moderation_case
    query = select(case.c.kind, case.c.verdict).where(case.c.activator_id == activator_id)
    async with service.database.read() as session:
        return [
            (row.kind, row.verdict)
            for row in await session.execute(query.order_by(case.c.opened_at, case.c.id))
        ]


async def stars_of(service: Service, activator_id: int) -> list[int]:
    """Read the stars that are counted of an activator."""
    table = tables.activator
    query = select(table.c.stars).where(table.c.id == activator_id)
    async with service.database.read() as session:
        stars: list[int] = (await session.execute(query)).scalar_one()
    return stars


async def letters(service: Service) -> list[str]:
    """Run the jobs; read the subjects of what was sent for it, in order."""
    before = {str(mail["Message-ID"]) for mail in service.mails()}
    await service.work()
    new = [mail for mail in service.mails() if str(mail["Message-ID"]) not in before]
    return sorted(str(mail["Subject"]) for mail in new)


def codes(answer: Any) -> list[tuple[str, str | None]]:
    """Give why it was refused."""
    assert (answer["review"] is None) is bool(answer["userErrors"])
    return [(one["code"], one["field"]) for one in answer["userErrors"]]
