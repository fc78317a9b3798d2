"""How a job fails, where the reason is known; all that is kept of it is its name."""


class Permanent(Exception):
    """It would fail the same way each time: the job is dead at once, and not tried again."""


class UnknownKind(Exception):
    """Nobody here does such a job; a newer version of the service may."""


class WorkerLost(Permanent):
    """Each worker that took it was killed, or lost the database: it was taken too often."""
