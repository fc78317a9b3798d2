"""Asking, some each day, whether the links of members still answer (charter, article 3).

A job asks a few links and writes the job that goes on from there: whatever they answer, and
however slowly, it takes half of its lease. What one link of several people answers is kept for
all of them: colleagues share a website.
"""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

import structlog
from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.jobs import JobState
from resolvers.imports import in_one_transaction
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.links.asking import ALIVE, Heard
from resolvers.links.findings import Finding, finding, findings_about, keep_findings
from resolvers.links.letters import enqueue_letter
from resolvers.links.pages import ROUNDS, Page, activator, links_due, links_of_members, read_page
from resolvers.links.profile_links import forget_other_links, links_in
from resolvers.platform import Platform

log = structlog.get_logger()

LINK_CHECKS = "link_checks"
"""Of each day; its payload: `after`, where another job came to the activators up to there."""
GOES_ON = f"{LINK_CHECKS}:after:"
"""How the keys of jobs begin that go on from another."""

LONGEST = 10.0
"""Seconds for one link, at most."""
MANY_HOSTS = 5
"""Where so many hosts are silent, and no other answers, it is we who hear nothing."""


async def check_links(platform: Platform, job: TakenJob) -> None:
    """Ask some links, keep what they answer, and have the owners of dead ones told."""
    policy, after = platform.policy, job.payload.get("after")
    if not policy.check_links or (after is None and await _is_under_way(platform)):
        return
    page = await read_page(platform, after or 0)
    seconds = min(LONGEST, policy.job_lease.total_seconds() / 2 / ROUNDS)
    heard = await platform.link_asker.ask(page.to_ask, seconds=seconds)
    if _we_hear_nothing(heard):
        log.warning("link_checks_heard_nothing", links=len(heard))
        return

    async def keep(session: AsyncSession) -> None:
        await _keep(platform, session, page, heard)
        if page.next_after is not None:
            on, key = {"after": page.next_after}, f"{GOES_ON}{job.id}"
            await enqueue(session, LINK_CHECKS, on, now=platform.now(), dedupe_key=key)

    await in_one_transaction(platform.database, keep)


async def _is_under_way(platform: Platform) -> bool:
    """Say whether the day before is not at its end: two at once would ask a link twice."""
    job = tables.job
    goes_on = job.c.dedupe_key.startswith(GOES_ON, autoescape=True)
    waits = exists().where(job.c.kind == LINK_CHECKS, job.c.state == JobState.WAITING, goes_on)
    async with platform.database.read() as session:
        return bool((await session.execute(select(waits))).scalar())


def _we_hear_nothing(heard: Mapping[str, Heard]) -> bool:
    hosts = {urlsplit(url).netloc for url in heard}
    return len(hosts) >= MANY_HOSTS and set(heard.values()) == {Heard.SILENCE}


async def _keep(
    platform: Platform, session: AsyncSession, page: Page, heard: Mapping[str, Heard]
) -> None:
    """Keep what was found of links that are still there, of members that still are.

    Nobody edits or erases them meanwhile, so that nothing is kept of what is gone.
    """
    now, days = platform.now(), platform.policy.link_check_days
    ids = {*page.gone_from, *(activator_id for activator_id, _ in page.due)}
    locked = links_of_members().where(activator.c.id.in_(ids)).with_for_update(key_share=True)
    rows = (await session.execute(locked)).mappings()
    links = {row["id"]: links_in(dict(row)) for row in rows}
    for activator_id in page.gone_from & links.keys():
        await forget_other_links(session, activator_id, links[activator_id])
    before = await findings_about(session, list(links))
    found = {
        (activator_id, url): _found(
            before.get((activator_id, url)), page.known.get(url), heard.get(url), now
        )
        for activator_id, url in links_due(links, before, now, days)
        if (activator_id, url) in page.due
    }
    await keep_findings(session, found)
    died = {activator_id for (activator_id, _), one in found.items() if one.dead_since == now}
    for activator_id in sorted(died):
        await enqueue_letter(session, activator_id, now=now)


def _found(
    before: Finding | None, known: Finding | None, heard: Heard | None, now: datetime
) -> Finding:
    """Say what is to be kept: what is known of another's link, or what this one answered."""
    if known is not None:
        return finding(before, known.last_asked_at, known.failures, now)
    failed_before = 0 if before is None else before.failures
    return finding(before, now, 0 if heard in ALIVE else failed_before + 1, now)
