"""Who is asking, and how the one who asks stands to an activator."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from models.accounts import Role
from models.api_keys import Scope

STAFF_ROLES = frozenset({Role.MODERATOR, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Standing:
    """How a viewer stands to one activator: all that a permission may look at, of the viewer."""

    member: bool = False
    staff: bool = False
    institution: bool = False
    owner: bool = False
    itself: bool = False
    """Whether it is the activator."""
    admits: bool = False
    """Whether it manages a network that enrols the activator and is allowed to admit."""
    helped: bool = False
    """Whether it is a company that the activator helped, and that may say how that went."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who asks, with the things that their roles are about.

    `activator_ids` are the activators that the account is; it is a member through them only
    while one of them is active, which `active_member` says. It came through a session, or with
    a token that an operator issued.

    A portal comes with an API key (`api_key_id`) of a network: it is no person, has no role and
    sees what a visitor sees. `scopes` say what the key may be used for, `origins` from which pages.
    """

    account_id: int | None = None
    roles: frozenset[Role] = frozenset()
    activator_ids: frozenset[int] = frozenset()
    structure_ids: frozenset[int] = frozenset()
    network_codes: frozenset[str] = frozenset()
    region_codes: frozenset[str] = frozenset()
    active_member: bool = False
    session_id: int | None = None
    api_key_id: int | None = None
    scopes: frozenset[Scope] = frozenset()
    network_code: str | None = None
    origins: frozenset[str] = frozenset()

    @property
    def client(self) -> str:
        """Name what it came through, for the audit."""
        if self.session_id is not None:
            return f"session:{self.session_id}"
        if self.api_key_id is not None:
            return f"key:{self.api_key_id}"
        return "visitor" if self.account_id is None else "token"

    @property
    def authenticated(self) -> bool:
        """Whether it is somebody that the service knows: an account or a portal."""
        return self.account_id is not None or self.api_key_id is not None

    def may_use(self, scope: Scope) -> bool:
        """Whether it may use a part of the service at all: a key for its scopes, others always."""
        return self.api_key_id is None or scope in self.scopes

    @property
    def staff(self) -> bool:
        """Whether it is a moderator or an administrator."""
        return not self.roles.isdisjoint(STAFF_ROLES)

    @property
    def member(self) -> bool:
        """Whether it is a member: any role makes one, an activator's only while it is active."""
        return self.active_member or not self.roles <= {Role.ACTIVATOR}

    def as_member(self) -> "Viewer":
        """Give the same viewer while its activator is active."""
        return replace(self, active_member=True)

    def owns(self, activator_id: int, structure_id: int, network_codes: AbstractSet[str]) -> bool:
        """Whether it is the activator, a manager of its structure or of a network enrolling it."""
        return (
            activator_id in self.activator_ids
            or structure_id in self.structure_ids
            or not self.network_codes.isdisjoint(network_codes)
        )

    def standing(
        self, *, owner: bool, itself: bool = False, admits: bool = False, helped: bool = False
    ) -> Standing:
        """Say how it stands to an activator that it owns or does not own."""
        return Standing(
            member=self.member,
            staff=self.staff,
            institution=Role.INSTITUTION in self.roles,
            owner=owner,
            itself=itself,
            admits=admits,
            helped=helped,
        )


VISITOR = Viewer()
"""Nobody signed in."""
