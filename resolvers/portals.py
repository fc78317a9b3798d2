"""What a portal may use the service for."""

from models.api_keys import Scope
from permissions.viewer import Viewer
from resolvers.refusal import Forbidden


def check_scope(viewer: Viewer, scope: Scope) -> None:
    """Let pass a key that has the scope, and whoever came without a key; raises Forbidden."""
    if not viewer.may_use(scope):
        raise Forbidden(f"This key may not do that: it lacks the scope {scope.value}.")
