"""Who may see the queue, and what of it: staff, but for cases in which they have an interest."""

from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.moderation import CaseKind
from permissions.duties import Duty, has_duty
from permissions.moderation import is_conflicted
from permissions.viewer import Viewer
from resolvers.moderation.interests import interest_of
from resolvers.platform import Platform
from resolvers.refusal import Forbidden, Unauthenticated
from resolvers.reviews.finding import COMPANY_ACCOUNT

case, review = tables.moderation_case, tables.review
request, engagement = tables.contact_request, tables.declared_engagement
report = tables.profile_report

ABOUT_REVIEWS = (CaseKind.REVIEW, CaseKind.REVIEW_CHANGE, CaseKind.REVIEW_DOUBT)


def check_moderates(viewer: Viewer) -> None:
    """Let pass moderators and administrators."""
    if not viewer.authenticated:
        raise Unauthenticated("Sign in to moderate.")
    if not has_duty(viewer, Duty.MODERATE):
        raise Forbidden("Moderators and administrators decide what waits.")


async def offered(
    platform: Platform, session: AsyncSession, viewer: Viewer
) -> list[ColumnElement[bool]]:
    """Say in SQL which open cases somebody is offered: those in which they have no interest."""
    is_open = case.c.decided_at.is_(None)
    conditions = [is_open, ~written_by(viewer)]
    if viewer.activator_ids or viewer.structure_ids or viewer.network_codes:
        about = (await session.execute(select(case.c.activator_id).where(is_open).distinct())).all()
        snapshot = platform.directory.snapshot
        barred = [
            one.activator_id
            for one in about
            if is_conflicted(interest_of(snapshot, viewer, one.activator_id))
        ]
        conditions.append(case.c.activator_id.not_in(barred))
    return conditions


def written_by(viewer: Viewer) -> ColumnElement[bool]:
    """Say in SQL which cases are about what somebody wrote: a review, a declaration, a report."""
    company = COMPANY_ACCOUNT
    reviews = (
        select(review.c.id)
        .outerjoin(request, request.c.id == review.c.request_id)
        .outerjoin(engagement, engagement.c.id == review.c.engagement_id)
        .where(company == viewer.account_id)
    )
    declared = select(engagement.c.id).where(engagement.c.account_id == viewer.account_id)
    reported = select(report.c.id).where(report.c.account_id == viewer.account_id)
    return or_(
        and_(case.c.kind.in_(ABOUT_REVIEWS), case.c.subject_id.in_(reviews)),
        and_(case.c.kind == CaseKind.ENGAGEMENT_DISPUTE, case.c.subject_id.in_(declared)),
        and_(case.c.kind == CaseKind.PROFILE_REPORT, case.c.subject_id.in_(reported)),
    )


async def is_barred(
    platform: Platform, session: AsyncSession, viewer: Viewer, row: Row[Any]
) -> bool:
    """Say whether an interest keeps somebody from a case."""
    own = select(case.c.id).where(case.c.id == row.id, written_by(viewer))
    if (await session.execute(own)).first() is not None:
        return True
    return is_conflicted(interest_of(platform.directory.snapshot, viewer, row.activator_id))
