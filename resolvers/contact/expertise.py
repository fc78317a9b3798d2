"""The fields of expertise that a contact request, a diagnosis or an engagement is about."""

from collections.abc import Sequence

from resolvers.input_checks import InputChecks
from resolvers.platform import Platform
from resolvers.profile_lists import checked_codes

MOST = 10
"""A list of everything recommends nothing."""
EXPECTED = "codes of fields of expertise, as site-internet"


def checked_expertise(
    checks: InputChecks, platform: Platform, given: Sequence[str], *, least: int
) -> list[str]:
    """Take codes once each, in the taxonomy's order; `checks` tells what is wrong."""
    known = platform.directory.snapshot.reference.fields
    codes = checked_codes(
        checks, "expertise", given, known, expected=EXPECTED, least=least, most=MOST
    )
    return [one.code for one in known.items if one.code in codes]
