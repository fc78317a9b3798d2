"""Who does what: a handler for each kind of job."""

from collections.abc import Mapping

from resolvers.activator_mails import STATE_CHANGED, tell_state
from resolvers.jobs.handling import Handler

HANDLERS: Mapping[str, Handler] = {STATE_CHANGED: tell_state}
