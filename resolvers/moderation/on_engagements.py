"""What a decision does about a declared engagement that its provider disputes (article 4)."""

from resolvers.declarations.deciding import decide_dispute
from resolvers.moderation.ruling import Ruling


async def decide_on_dispute(ruling: Ruling) -> None:
    """Say that it was so, or that it was not; both parties read the words."""
    await decide_dispute(
        ruling.platform,
        ruling.session,
        ruling.viewer,
        ruling.subject.id,
        accept=ruling.decision.accept,
        ground=ruling.decision.ground_code,
        words=ruling.decision.words or "",
    )
