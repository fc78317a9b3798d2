"""The rule book: the law of the charter on one page.

Nothing else in the code decides who may do what with an activator. A row is a permission, a column a kind; a
cell names an audience. Above the table stands one rule for every cell: an activator that is
not active, or not listed, exists for its owner and staff only.
"""

from functools import cache

from models.activators import ActivatorKind, ActivatorState
from permissions.audiences import (
    Audience,
    Facts,
    admitters,
    everyone,
    everyone_once_rated,
    everyone_while_shown,
    helped,
    itself,
    members,
    members_or_published,
    nobody,
    overseers,
    owner_and_staff,
    staff,
)
from permissions.permission import Permission
from permissions.viewer import Standing

COLUMNS = (
    ActivatorKind.ADVISER,
    ActivatorKind.FUNDING_ADVISER,
    ActivatorKind.CHAMPION,
    ActivatorKind.SOLUTION_PROVIDER,
    ActivatorKind.INSTITUTIONAL,
)

# fmt: off
RULEBOOK: dict[Permission, tuple[Audience, Audience, Audience, Audience, Audience]] = {
    #                              ADVISER                FUNDING_ADVISER        CHAMPION               SOLUTION_PROVIDER     INSTITUTIONAL
    Permission.SEE:               (everyone,              everyone,              everyone,              everyone,             members),
    Permission.SEE_ON_MAP:        (everyone,              everyone,              everyone,              members,              members),
    Permission.FOLLOW_WEBSITE:    (everyone,              everyone,              everyone,              everyone,             members),
    Permission.READ_COORDINATES:  (members_or_published,  members_or_published,  members_or_published,  members,              members),
    Permission.REQUEST_CONTACT:   (everyone_while_shown,  everyone_while_shown,  everyone_while_shown,  nobody,               nobody),
    Permission.REVIEW:            (helped,                helped,                nobody,                helped,               nobody),
    Permission.SEE_STARS:         (everyone_once_rated,   everyone_once_rated,   nobody,                everyone_once_rated,  nobody),
    Permission.SEE_CONSULTATIONS: (overseers,             overseers,             overseers,             overseers,            overseers),
    Permission.READ_MEMBERSHIP:   (owner_and_staff,       owner_and_staff,       owner_and_staff,       owner_and_staff,      owner_and_staff),
    Permission.EDIT:              (owner_and_staff,       owner_and_staff,       owner_and_staff,       owner_and_staff,      owner_and_staff),
    Permission.ADMIT:             (admitters,             admitters,             admitters,             admitters,            admitters),
    Permission.CHANGE_STATE:      (staff,                 staff,                 staff,                 staff,                staff),
    Permission.COMMIT:            (itself,                itself,                itself,                itself,               itself),
}
# fmt: on


def may(permission: Permission, standing: Standing, facts: Facts) -> bool:
    """Decide one cell: whether such a viewer may do this with such an activator."""
    audience = RULEBOOK[permission][COLUMNS.index(facts.kind)]
    exists = facts.shown or owner_and_staff(standing, facts)
    return exists and audience(standing, facts)


@cache
def is_reviewed(kind: ActivatorKind) -> bool:
    """Say whether activators of this kind are reviewed, whoever wrote."""
    return may(Permission.REVIEW, Standing(helped=True), Facts(kind, ActivatorState.ACTIVE))


@cache
def grants(standing: Standing, facts: Facts) -> frozenset[Permission]:
    """List all that such a viewer may do with such an activator (a few hundred cases in all)."""
    return frozenset(permission for permission in Permission if may(permission, standing, facts))
