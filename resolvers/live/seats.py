"""How many sockets and streams a worker keeps open: for one client, and for all of them."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from permissions.viewer import Viewer
from resolvers.policy import Policy
from resolvers.rate_limits import client_of
from resolvers.refusal import Refusal


class NoSeat(Refusal):
    """Too many connections stay open already."""

    code = "TOO_MANY_CONNECTIONS"


class Seats:
    """The connections that stay open, by client; one that is closed frees its seat."""

    def __init__(self, policy: Policy) -> None:
        """Take as many as the operator chose; a portal asks for many people."""
        self._most_of_one = policy.live_connections_per_client
        self._most_of_portal = int(self._most_of_one * policy.rate_portal_factor)
        self._most = policy.live_connections
        self._taken: Counter[str] = Counter()

    @property
    def taken(self) -> int:
        """How many there are."""
        return self._taken.total()

    @contextmanager
    def seat(self, viewer: Viewer, address: str) -> Iterator[None]:
        """Take a seat meanwhile; raises NoSeat."""
        client = client_of(viewer, address)
        most = self._most_of_one if viewer.api_key_id is None else self._most_of_portal
        if self._taken[client] >= most:
            raise NoSeat(f"You have {most} connections open already: close one, or use it.")
        if self.taken >= self._most:
            raise NoSeat("Too many connections are open: try again in a while.")
        self._taken[client] += 1
        try:
            yield
        finally:
            self._taken[client] -= 1
            if not self._taken[client]:
                del self._taken[client]
