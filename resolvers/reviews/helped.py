"""Whom an activator helped: who may review it, once for each time (charter, article 4).

A company was helped once its activator answered its request, or once its declared engagement is
confirmed. Which kinds are reviewed at all, the rule book says (`REVIEW`).
"""

from sqlalchemy import ColumnElement, and_, exists, select, union_all

from models import tables
from models.database import Database
from models.declared_engagements import DeclarationState
from models.request_steps import Step
from permissions.permission import Permission
from permissions.viewer import Viewer
from resolvers.activators import grants_of
from resolvers.directory.cards import Card
from resolvers.directory.snapshot import Snapshot
from resolvers.loader import BatchLoader

request, step = tables.contact_request, tables.contact_request_step
engagement, review = tables.declared_engagement, tables.review


def was_helped() -> ColumnElement[bool]:
    """Keep the requests that were answered, of companies that are still known."""
    answered = exists().where(step.c.request_id == request.c.id, step.c.step == Step.ANSWER)
    return and_(request.c.purged_at.is_(None), answered)


def was_engaged() -> ColumnElement[bool]:
    """Keep the declared engagements that were confirmed, of companies that are still known."""
    confirmed = engagement.c.state == DeclarationState.CONFIRMED
    return and_(engagement.c.purged_at.is_(None), confirmed)


class Helped(BatchLoader[int, bool]):
    """Whether activators helped a viewer's company, which has not reviewed them for that yet."""

    def __init__(self, database: Database, viewer: Viewer) -> None:
        """Read nothing yet."""
        super().__init__()
        self._database = database
        self._account_id = viewer.account_id

    async def read(self, keys: list[int]) -> dict[int, bool]:
        """Read some, in one statement."""
        asked = select(request.c.activator_id).where(
            request.c.account_id == self._account_id,
            request.c.activator_id.in_(keys),
            was_helped(),
            ~exists().where(review.c.request_id == request.c.id),
        )
        engaged = select(engagement.c.activator_id).where(
            engagement.c.account_id == self._account_id,
            engagement.c.activator_id.in_(keys),
            was_engaged(),
            ~exists().where(review.c.engagement_id == engagement.c.id),
        )
        async with self._database.read() as session:
            found = (await session.execute(union_all(asked, engaged))).scalars()
            return dict.fromkeys(found, True)


async def may_review(helped: Helped, snapshot: Snapshot, viewer: Viewer, card: Card) -> bool:
    """Say whether an account may review an activator now; nothing is read where none could.

    Nobody reviews those with whom they work, as `check_may_review` says when it comes to it.
    """
    possible = Permission.REVIEW in grants_of(viewer, card, helped=True)
    if viewer.account_id is None or not possible or _works_there(snapshot, viewer, card):
        return False
    return await helped.load(card.id) or False


def _works_there(snapshot: Snapshot, viewer: Viewer, card: Card) -> bool:
    """Say whether the viewer manages its structure, or is an activator of it."""
    places = (snapshot.locate(one) for one in viewer.activator_ids)
    structures = {int(place[0].structures[place[1]]) for place in places if place is not None}
    return card.structure.id in viewer.structure_ids | structures
