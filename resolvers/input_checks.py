"""Checking the fields of an input: each with the check that fits it, all of them at once.

The checks are those of imported cells (`resolvers.cells`): what a roster may not say, nobody may.
"""

from collections.abc import Callable
from typing import TypeVar

from resolvers.cells import Unexpected, cleaned
from resolvers.refusal import InvalidInput, Refusals

T = TypeVar("T")


class InputChecks:
    """Collects what is wrong with an input, so that whoever filled it in learns all of it."""

    def __init__(self, within: str = "") -> None:
        """Begin; `within` names the field of the input in which the checked ones stand."""
        self._within = f"{within}." if within else ""
        self._wrong: list[InvalidInput] = []

    def within(self, name: str) -> "InputChecks":
        """Check what stands within one of the fields; what is wrong there is told with the rest."""
        inner = InputChecks(self._within + name)
        inner._wrong = self._wrong
        return inner

    def field(self, name: str, text: str | None, check: Callable[[str], T]) -> T | None:
        """Check a text, cleaned, none being an empty one; None where it is wrong."""
        return self.as_given(name, text, lambda given: check(cleaned(given)))

    def as_given(self, name: str, text: str | None, check: Callable[[str], T]) -> T | None:
        """Check a text as it came: one of several lines, say."""
        try:
            return check(text or "")
        except Unexpected as bad:
            self.refuse(name, text if bad.value is None else bad.value, str(bad))
            return None

    def refuse(self, name: str, value: object, expected: str) -> None:
        """Say that a field is wrong."""
        self._wrong.append(InvalidInput(self._within + name, value, expected))

    def end(self, *others: "InputChecks") -> None:
        """Raise Refusals with all that is wrong, here and in these others; nothing if nothing."""
        wrong = [one for checks in (self, *others) for one in checks._wrong]  # noqa: SLF001
        if wrong:
            raise Refusals(wrong)
