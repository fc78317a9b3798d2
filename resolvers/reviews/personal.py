"""What is held about a person in reviews (RGPD, article 15), for the personal export.

A company is given all of what it wrote, opened, and what was decided of it. An activator is given
the reviews about it as they were published, without whose they are, and its own words.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Table, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.reviews import ReviewAuthor, TextState
from resolvers.personal_rows import Told, told, told_rows
from resolvers.sealing import Sealer

review, text, history = tables.review, tables.review_text, tables.review_history
report, case, sanction = tables.profile_report, tables.moderation_case, tables.sanction

WRITTEN_BY_COMPANY = ("request_id", "engagement_id", "may_quote", "refusals", "written_at")


async def reviews_by(
    session: AsyncSession,
    sealer: Sealer,
    request_ids: Collection[int],
    engagement_ids: Collection[int],
) -> list[Told]:
    """Tell the reviews of these requests and engagements, with each text and each decision."""
    occasions = review.c.request_id.in_(request_ids), review.c.engagement_id.in_(engagement_ids)
    query = select(review).where(or_(*occasions))
    rows = (await session.execute(query.order_by(review.c.written_at))).all()
    told_ones = [
        told(row, without=("sealed",)) | {"reply": _opened(sealer, row.sealed)} for row in rows
    ]
    texts = await _parts(session, sealer, text, [row.id for row in rows])
    steps = await _parts(session, sealer, history, [row.id for row in rows])
    for step in steps:
        if step["author"] == ReviewAuthor.ACTIVATOR.name:
            step["content"] = None
    return _within(told_ones, texts=texts, history=steps)


async def reviews_about(
    session: AsyncSession, sealer: Sealer, activator_ids: Collection[int]
) -> list[Told]:
    """Tell the reviews of activators that were published, with what was decided of their doubts."""
    query = select(review).where(
        review.c.activator_id.in_(activator_ids), review.c.published_at.is_not(None)
    )
    rows = (await session.execute(query.order_by(review.c.published_at))).all()
    told_ones = [
        told(row, without=("sealed", *WRITTEN_BY_COMPANY)) | {"reply": _opened(sealer, row.sealed)}
        for row in rows
    ]
    texts = await _parts(session, sealer, text, [row.id for row in rows])
    steps = await _parts(session, sealer, history, [row.id for row in rows])
    return _within(
        told_ones,
        texts=[one for one in texts if one["state"] == TextState.SHOWN.name],
        history=[one for one in steps if one["author"] == ReviewAuthor.ACTIVATOR.name],
    )


async def reports_by(session: AsyncSession, sealer: Sealer, account_id: int) -> list[Told]:
    """Tell the profiles that somebody reported, in its words."""
    query = select(report).where(report.c.account_id == account_id)
    rows = await told_rows(
        session, query.order_by(report.c.reported_at), without=("reporter_hash",)
    )
    return _contents(sealer, rows)


async def sanctions_against(
    session: AsyncSession, sealer: Sealer, activator_ids: Collection[int]
) -> list[Told]:
    """Tell what was held against activators, and what they were told of it."""
    query = select(sanction).where(sanction.c.activator_id.in_(activator_ids))
    return _contents(sealer, await told_rows(session, query.order_by(sanction.c.opened_at)))


async def cases_of(session: AsyncSession, sealer: Sealer, account_id: int) -> list[Told]:
    """Tell what somebody decided as a moderator, or holds, without whom it is about."""
    query = select(case).where(
        or_(case.c.decided_by == account_id, case.c.claimed_by == account_id)
    )
    without = ("subject_id", "activator_id")
    rows = await told_rows(session, query.order_by(case.c.opened_at), without=without)
    return _contents(sealer, rows)


async def _parts(
    session: AsyncSession, sealer: Sealer, table: Table, ids: Sequence[int]
) -> list[Told]:
    """Read the rows that stand on these reviews, the first ones first, opened, as `content`."""
    own = select(table).where(table.c.review_id.in_(ids)).order_by(table.c.number)
    without = tuple(name for name in ("account_id",) if name in table.c)
    return _contents(sealer, await told_rows(session, own, without=without))


def _contents(sealer: Sealer, rows: list[Told]) -> list[Told]:
    """Open what is sealed in them."""
    for one in rows:
        one["content"] = _opened(sealer, one.pop("sealed"))
    return rows


def _opened(sealer: Sealer, sealed: str | None) -> Told | None:
    return None if sealed is None else sealer.open(sealed)


def _within(reviews: list[Told], **parts: list[Told]) -> list[Told]:
    """Put the rows of each part within their review."""
    for one in reviews:
        for name, rows in parts.items():
            one[name] = [row for row in rows if row["reviewId"] == one["id"]]
    return reviews
