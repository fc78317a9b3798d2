"""Who does what: a handler for each kind of job."""

from collections.abc import Mapping

from resolvers.jobs.handling import Handler

HANDLERS: Mapping[str, Handler] = {}
