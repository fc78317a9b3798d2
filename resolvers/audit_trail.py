"""Reading the audit, newest first: all of it, or what was done to one thing or by one account."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from models import tables
from permissions.duties import Duty, has_duty
from permissions.viewer import Viewer
from resolvers.account_actions import normal_email
from resolvers.paging import Stretch, Window, number_behind
from resolvers.platform import Platform
from resolvers.refusal import Forbidden, InvalidInput

entry, account = tables.audit_entry, tables.account


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An entry; `email` is that of the account, where it still is."""

    sequence: int
    at: datetime
    action: str
    email: str | None
    client: str
    subject: str
    subject_id: str
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def cursor(self) -> str:
        """Its place in the trail."""
        return str(self.sequence)


async def audit_trail(
    platform: Platform,
    viewer: Viewer,
    *,
    window: Window,
    subject: tuple[str, str] | None = None,
    email: str | None = None,
) -> Stretch[AuditRow]:
    """Give a page of the trail; `subject` is a type and a key, `email` an account's address.

    Raises Forbidden for those who do not read it, InvalidInput for a cursor of another list.
    """
    if not has_duty(viewer, Duty.READ_AUDIT):
        raise Forbidden("Only administrators read the audit.")
    wanted = _wanted(window, subject, email)
    query = (
        select(*(entry.c[name] for name in ENTRY_COLUMNS), account.c.email)
        .outerjoin_from(entry, account, account.c.id == entry.c.account_id)
        .where(*wanted)
        .order_by(entry.c.sequence.desc())
        .limit(window.count + 1)
    )
    async with platform.database.read() as session:
        found = (await session.execute(query)).all()
    return Stretch.of([AuditRow(**row._asdict()) for row in found], window)


ENTRY_COLUMNS = ("sequence", "at", "action", "client", "subject", "subject_id", "before", "after")


def _wanted(
    window: Window, subject: tuple[str, str] | None, email: str | None
) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if window.after is not None:
        wanted.append(entry.c.sequence < number_behind(window.after))
    if subject is not None:
        if not "".join(subject).isprintable():  # PostgreSQL takes no NUL
            raise InvalidInput("subject", ":".join(subject), "an id that this service gave")
        wanted += [entry.c.subject == subject[0], entry.c.subject_id == subject[1]]
    if email is not None:
        wanted.append(account.c.email == normal_email(email))
    return wanted
