"""How a read or an action says no: plain errors that the wire turns into its own words."""

from collections.abc import Sequence


class Refusal(Exception):
    """Something that cannot be done, for a reason its author may know.

    `code` is stable and for programs; `field` names the argument, or is None; the message is
    for people and holds nothing that the viewer may not see.
    """

    code = "REFUSED"

    def __init__(self, message: str, field: str | None = None) -> None:
        """Keep the words and the field."""
        super().__init__(message)
        self.message = message
        self.field = field


class InvalidInput(Refusal):
    """An argument is not what was expected."""

    code = "BAD_USER_INPUT"

    def __init__(self, field: str, value: object, expected: str) -> None:
        """Name the field, quote the value, say what was expected."""
        shown = (
            "nothing" if value is None else repr(value) if isinstance(value, str) else str(value)
        )
        shown = shown if len(shown) <= 80 else shown[:77] + "..."
        super().__init__(f"{field}: got {shown}, expected {expected}.", field)


class NotFound(Refusal):
    """No such thing, or none that the viewer may see: the two answer alike."""

    code = "NOT_FOUND"


class Forbidden(Refusal):
    """The viewer sees the thing and may not do this with it."""

    code = "FORBIDDEN"


class Unauthenticated(Refusal):
    """A visitor asks for what only somebody signed in has."""

    code = "UNAUTHENTICATED"


class Conflict(Refusal):
    """The thing is not in a state in which this can be done."""

    code = "CONFLICT"


class Refusals(Refusal):
    """Several fields of one input are not what was expected: each is told."""

    code = "BAD_USER_INPUT"

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        """Keep them all; the first speaks where only one can."""
        super().__init__(refusals[0].message, refusals[0].field)
        self.refusals = tuple(refusals)
