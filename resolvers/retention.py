"""What is kept, and how long: the rows whose time is over, table by table.

No more personal data is kept than is needed, and no longer (RGPD, article 5). The audit and the
acceptances of the charter are proofs, and stay; so do changes, of which a number is kept.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Table, and_, exists, or_

from models import tables
from models.jobs import JobState
from models.moderation import CaseKind
from resolvers.contact.erasing import months_before
from resolvers.paris_days import day_of
from resolvers.policy import Policy


class Over(NamedTuple):
    """Rows to delete: what they are called in a report, their table, and which they are."""

    what: str
    table: Table
    where: ColumnElement[bool]


def rows_over(policy: Policy, now: datetime) -> Iterator[Over]:
    """List them; what stands on other rows comes before these."""
    link, token, live = tables.sign_in_link.c, tables.refresh_token.c, tables.session.c
    spent, asked, invited = tables.spent_id_token.c, tables.registration.c, tables.invitation.c
    long_ago = now - timedelta(days=policy.session_record_days)
    used = or_(link.used_at.is_not(None), link.expires_at <= now)
    yield Over("sign_in_links", tables.sign_in_link, used)
    yield Over("refresh_tokens", tables.refresh_token, token.used_at <= long_ago)
    ended = or_(live.ended_at <= long_ago, live.expires_at <= long_ago)
    yield Over("sessions", tables.session, ended)
    yield Over("id_tokens", tables.spent_id_token, spent.expires_at <= now)
    yield Over("registrations", tables.registration, asked.expires_at <= now)
    yield Over("invitations", tables.invitation, invited.expires_at <= now)
    licence = tables.mark_licence.c
    closed_long_ago = now - timedelta(days=policy.mark_kept_days)
    yield Over("mark_licences", tables.mark_licence, licence.closed_at <= closed_long_ago)
    case, sanction = tables.moderation_case.c, tables.sanction.c
    decided = months_before(now, policy.moderation_kept_months)
    yield Over("moderation_cases", tables.moderation_case, case.decided_at <= decided)
    yield Over("sanctions", tables.sanction, sanction.lifted_at <= decided)
    yield Over("profile_reports", tables.profile_report, _is_settled(decided))
    counted = tables.rate_limit.c
    yield Over("rate_limits", tables.rate_limit, counted.arrival <= now.timestamp())
    first_kept = day_of(months_before(now, policy.consultation_kept_months))
    yield Over("consultations", tables.consultation, tables.consultation.c.day < first_kept)
    yield _jobs("done_jobs", JobState.DONE, now - timedelta(days=policy.done_job_days))
    yield _jobs("dead_jobs", JobState.DEAD, now - timedelta(days=policy.dead_job_days))


def _is_settled(decided: datetime) -> ColumnElement[bool]:
    """Say which reports nobody has to decide, and on which no sanction rests, any more."""
    case, report, sanction = tables.moderation_case.c, tables.profile_report.c, tables.sanction.c
    waits = exists().where(case.kind == CaseKind.PROFILE_REPORT, case.subject_id == report.id)
    holds = exists().where(sanction.report_id == report.id)
    return and_(report.reported_at <= decided, ~waits, ~holds)


def _jobs(what: str, state: JobState, long_ago: datetime) -> Over:
    job = tables.job.c
    return Over(what, tables.job, and_(job.state == state, job.finished_at <= long_ago))
