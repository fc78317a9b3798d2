"""From the rows of a batch and what the database holds of them to what has to change."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from models.base import new_id
from resolvers.roster_edits import beside_edits
from resolvers.roster_row import CodeSets, Key, Profile, RosterRow, StructureDetails
from resolvers.roster_store import Content, Stored, StoredActivator, StoredStructure


class Outcome(Enum):
    """What becomes of a row."""

    INSERTED = "INSERTED"
    UPDATED = "UPDATED"
    UNCHANGED = "UNCHANGED"
    REJECTED = "REJECTED"


class Decided(NamedTuple):
    """A good row's outcome, and whom it is about."""

    line: int
    outcome: Outcome
    activator_id: int


@dataclass(frozen=True, slots=True)
class ActivatorChange:
    """An activator to insert or update. `codes` is none where they stay.

    Who has left a structure stays so until it is in another.
    """

    key: Key
    id: int
    structure_id: int
    profile: Profile
    codes: CodeSets | None
    left_at: datetime | None = None
    next_structure_id: int | None = None


@dataclass(slots=True)
class Changes:
    """All that one batch changes, and how its rows count."""

    inserted: list[ActivatorChange] = field(default_factory=list)
    updated: list[ActivatorChange] = field(default_factory=list)
    new_structures: dict[str, StoredStructure] = field(default_factory=dict)
    changed_structures: dict[int, StructureDetails] = field(default_factory=dict)
    new_memberships: list[tuple[int, str]] = field(default_factory=list)
    shown_otherwise: set[int] = field(default_factory=set)
    """Structures that were there, and whose pages change, as do those of their activators."""
    decided: list[Decided] = field(default_factory=list)

    def count(self, outcome: Outcome) -> int:
        """Count the rows with an outcome."""
        return sum(one.outcome is outcome for one in self.decided)


def changes_of(rows: Sequence[RosterRow], stored: Stored) -> Changes:
    """Compare each row with what is stored; nothing is written."""
    changes = Changes()
    for row in rows:
        outcome, activator_id = _decide(changes, row, stored)
        changes.decided.append(Decided(row.line, outcome, activator_id))
    return changes


def _decide(changes: Changes, row: RosterRow, stored: Stored) -> tuple[Outcome, int]:
    old = stored.activators.get(row.key)
    if old is not None and row.keeps_structure:
        structure_id, touched = old.content.structure_id, False
    else:
        structure_id, touched = _structure(changes, row, stored)
    if old is None:
        new = ActivatorChange(row.key, new_id(), structure_id, row.profile, row.codes)
        changes.inserted.append(new)
        return Outcome.INSERTED, new.id
    update = _update(row, structure_id, old) if row.sets_profile else None
    if update is not None:
        changes.updated.append(update)
    changed = touched or update is not None
    return (Outcome.UPDATED if changed else Outcome.UNCHANGED), old.id


def _update(row: RosterRow, structure_id: int, old: StoredActivator) -> ActivatorChange | None:
    """Say what a row changes of an activator that is there; nothing where they agree."""
    if old.withdrawn:
        return None
    was = old.content
    becomes = beside_edits(old, Content(structure_id, row.profile, row.codes))
    if becomes == was:
        return None
    stays = becomes.structure_id == was.structure_id
    return ActivatorChange(
        row.key,
        old.id,
        becomes.structure_id,
        becomes.profile,
        None if becomes.codes == was.codes else becomes.codes,
        old.left_at if stays else None,
        old.next_structure_id if stays else None,
    )


def _structure(changes: Changes, row: RosterRow, stored: Stored) -> tuple[int, bool]:
    """Find or found the row's structure: its id, and whether the row changes what it shows."""
    siret = row.structure.siret
    old = stored.structures.get(siret)
    if old is None:
        new = changes.new_structures.setdefault(
            siret, StoredStructure(new_id(), row.structure, frozenset())
        )
        changes.new_memberships += [(new.id, row.network)] if row.joins_network else []
        return new.id, row.joins_network and not row.sets_structure
    renamed = row.sets_structure and not old.keeps_details and row.structure != old.details
    joining = row.joins_network and row.network not in old.networks
    if renamed:
        changes.changed_structures[old.id] = row.structure
    if joining:
        changes.new_memberships.append((old.id, row.network))
    if renamed or joining:
        changes.shown_otherwise.add(old.id)
    return old.id, renamed or joining
