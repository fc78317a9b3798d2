"""What a decision on a report does: a sanction, if it is founded, and who is told."""

from sqlalchemy import insert

from models import tables
from models.base import new_id
from resolvers.moderation.letters import tell_reporter, tell_sanctioned
from resolvers.moderation.ruling import Ruling

sanction = tables.sanction


async def decide_on_report(ruling: Ruling) -> None:
    """Hold it against the activator, where it is founded, in the moderator's words.

    Whoever reported it is told of the outcome, the activator of a sanction alone.
    """
    session, report, decision, now = ruling.session, ruling.subject, ruling.decision, ruling.now
    if decision.accept:
        number = new_id()
        row = {
            "id": number,
            "activator_id": report.activator_id,
            "report_id": report.id,
            "ground": report.reason,
            "opened_at": now,
            "sealed": ruling.platform.sealer.seal({"words": decision.words}),
        }
        await session.execute(insert(sanction).values(row))
        await tell_sanctioned(session, number, "sanction_opened", now=now)
    await tell_reporter(session, report.id, now=now)
    await ruling.platform.audit.record(
        session,
        ruling.viewer,
        "profile_report.decide",
        "ProfileReport",
        report.id,
        now=now,
        after={"verdict": decision.verdict.value},
    )
