"""The links of some members at a time: which of them are to be asked now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from models import tables
from models.activators import ActivatorState
from resolvers.links.asking import AT_ONCE
from resolvers.links.findings import Finding, OwnLink, findings_about, findings_of
from resolvers.links.profile_links import COLUMNS, is_somebodys, links_in
from resolvers.platform import Platform

SIZE = 500
"""Activators that one job looks at."""
ROUNDS = 4
CHUNK = ROUNDS * AT_ONCE
"""Links that one job takes: of each round, those that are asked at once."""

activator = tables.activator


@dataclass(frozen=True, slots=True)
class Page:
    """Links that are due, and what is known of them; members from whose profiles some are gone."""

    due: Sequence[OwnLink]
    known: Mapping[str, Finding]
    gone_from: frozenset[int]
    next_after: int | None
    """After which activator the next page begins; None at the end."""

    @property
    def to_ask(self) -> list[str]:
        """The links of which nothing is known."""
        return list(dict.fromkeys(url for _, url in self.due if url not in self.known))


async def read_page(platform: Platform, after: int) -> Page:
    """Read the page that begins after an activator."""
    now, days = platform.now(), platform.policy.link_check_days
    query = links_of_members().where(activator.c.id > after).limit(SIZE)
    async with platform.database.read() as session:
        rows = (await session.execute(query)).mappings().all()
        links = {row["id"]: links_in(dict(row)) for row in rows}
        findings = await findings_about(session, list(links))
        due = links_due(links, findings, now, days)
        known = await findings_of(session, [url for _, url in due[:CHUNK]])
    end = max(links) if len(rows) == SIZE else None
    return Page(
        due[:CHUNK],
        {url: one for url, one in known.items() if one.holds(now, days)},
        frozenset(one for one, url in findings if url not in links[one]),
        due[CHUNK][0] - 1 if len(due) > CHUNK else end,
    )


def links_of_members() -> Select[Any]:
    """Select the links of active activators, in order of id."""
    columns = (activator.c.id, *(activator.c[name] for name in sorted(COLUMNS)))
    is_member = (activator.c.state == ActivatorState.ACTIVE, activator.c.erased_at.is_(None))
    return select(*columns).where(*is_member).order_by(activator.c.id)


def links_due(
    links: Mapping[int, Sequence[str]],
    findings: Mapping[OwnLink, Finding],
    now: datetime,
    days: int,
) -> list[OwnLink]:
    """List the links that were not asked for so many days, in order of their owners."""
    own = [(one, url) for one, urls in links.items() for url in urls if is_somebodys(url)]
    return [one for one in own if one not in findings or not findings[one].holds(now, days)]
