"""From the rows of a batch and what the database holds of them to what has to change."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from models.base import new_id
from resolvers.roster_row import CodeSets, RosterRow, StructureDetails
from resolvers.roster_store import Stored, StoredActivator, StoredStructure


@dataclass(frozen=True, slots=True)
class ActivatorChange:
    """An activator to insert or update. `codes` is none where they stay."""

    row: RosterRow
    id: int
    structure_id: int
    codes: CodeSets | None


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
    touched: int = 0
    """Rows that changed nothing but their structure."""
    unchanged: int = 0


def changes_of(rows: Sequence[RosterRow], stored: Stored) -> Changes:
    """Compare each row with what is stored; nothing is written."""
    changes = Changes()
    for row in rows:
        structure_id, touched = _structure(changes, row, stored)
        old = stored.activators.get(row.key)
        if old is None:
            changes.inserted.append(ActivatorChange(row, new_id(), structure_id, row.codes))
        elif row.sets_profile and _differs(row, structure_id, old):
            codes = None if row.codes == old.codes else row.codes
            changes.updated.append(ActivatorChange(row, old.id, structure_id, codes))
        elif touched:
            changes.touched += 1
        else:
            changes.unchanged += 1
    return changes


def _differs(row: RosterRow, structure_id: int, old: StoredActivator) -> bool:
    return (structure_id, row.profile, row.codes) != (old.structure_id, old.profile, old.codes)


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
    renamed = row.sets_structure and not old.edited and row.structure != old.details
    joining = row.joins_network and row.network not in old.networks
    if renamed:
        changes.changed_structures[old.id] = row.structure
    if joining:
        changes.new_memberships.append((old.id, row.network))
    if renamed or joining:
        changes.shown_otherwise.add(old.id)
    return old.id, renamed or joining
