"""What is kept, and how long: the rows whose time is over, table by table.

No more personal data is kept than is needed, and no longer (RGPD, article 5). The audit and the
acceptances of the charter are proofs, and stay; so do changes, of which a number is kept.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, and_, exists, or_

from models import tables
from models.jobs import JobState
from models.moderation import CaseKind
from resolvers.contact.erasing import months_before
from resolvers.policy import Policy


class Over(NamedTuple):
    """Rows to delete: what they are called in a report, their key, and which they are."""

    what: str
    key: Column[Any]
    where: ColumnElement[bool]


def rows_over(policy: Policy, now: datetime) -> Iterator[Over]:
    """List them; what stands on other rows comes before these."""
    link, token, live = tables.sign_in_link.c, tables.refresh_token.c, tables.session.c
    spent, asked, invited = tables.spent_id_token.c, tables.registration.c, tables.invitation.c
    long_ago = now - timedelta(days=policy.session_record_days)
    used = or_(link.used_at.is_not(None), link.expires_at <= now)
    yield Over("sign_in_links", link.token_hash, used)
    yield Over("refresh_tokens", token.token_hash, token.used_at <= long_ago)
    yield Over("sessions", live.id, or_(live.ended_at <= long_ago, live.expires_at <= long_ago))
    yield Over("id_tokens", spent.token_hash, spent.expires_at <= now)
    yield Over("registrations", asked.id, asked.expires_at <= now)
    yield Over("invitations", invited.id, invited.expires_at <= now)
    licence = tables.mark_licence.c
    closed_long_ago = now - timedelta(days=policy.mark_kept_days)
    yield Over("mark_licences", licence.id, licence.closed_at <= closed_long_ago)
    case, report, sanction = tables.moderation_case.c, tables.profile_report.c, tables.sanction.c
    decided = months_before(now, policy.moderation_kept_months)
    yield Over("moderation_cases", case.id, case.decided_at <= decided)
    yield Over("sanctions", sanction.id, sanction.lifted_at <= decided)
    yield Over("profile_reports", report.id, _is_settled(decided))
    counted = tables.rate_limit.c
    yield Over("rate_limits", counted.key, counted.arrival <= now.timestamp())
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
    return Over(what, job.id, and_(job.state == state, job.finished_at <= long_ago))
