"""Checking what people say in their profile: from raw input to columns and sets of codes.

Whoever registers gives all of it, whoever updates gives what changes.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from typing_extensions import TypedDict

from resolvers import cells
from resolvers.cells import Unexpected, optional, required
from resolvers.directory.reference import Codes, Reference
from resolvers.given_address import Address, GivenAddress, checked_address
from resolvers.input_checks import InputChecks
from resolvers.placing import position_of
from resolvers.profile_lists import (
    GivenReference,
    GivenVideo,
    checked_codes,
    checked_languages,
    checked_references,
    checked_videos,
)
from resolvers.safe_markdown import lines, safe_markdown


class GivenProfile(TypedDict, total=False):
    """What somebody says. What is absent stays as it is; None empties what may be empty."""

    given_name: str | None
    family_name: str | None
    email: str | None
    phone: str | None
    publishes_coordinates: bool | None
    headline: str | None
    presentation: str | None
    website_url: str | None
    pricing: str | None
    remote: bool | None
    languages: Sequence[str] | None
    references: Sequence[GivenReference] | None
    videos: Sequence[GivenVideo] | None
    expertise: Sequence[str] | None
    sectors: Sequence[str] | None
    serves: Sequence[str] | None
    address: GivenAddress | None


class CheckedProfile(NamedTuple):
    """What it says: columns of the activator, and its sets of codes by their names.

    Of a field that `checks` told to be wrong, nothing is to be believed.
    """

    columns: dict[str, Any]
    codes: dict[str, frozenset[str]]


def _email(text: str) -> str:
    address = cells.email(text)
    if address is None:
        raise Unexpected("an e-mail address, as name@example.org")
    return address


NAME = partial(required, longest=100)
TEXTS: dict[str, tuple[str, Callable[[str], str | None]]] = {
    "given_name": ("givenName", NAME),
    "family_name": ("familyName", NAME),
    "email": ("email", _email),
    "headline": ("headline", partial(optional, longest=200)),
    "website_url": ("websiteUrl", cells.website),
}
"""Texts of one line, by column: what the wire calls them, and how each is checked."""

LONG_TEXTS: dict[str, Callable[[str], str | None]] = {
    "presentation": partial(safe_markdown, longest=5000),
    "pricing": partial(lines, longest=2000),
}
"""Texts of several lines, which are called the same on the wire."""

FLAGS = {"publishes_coordinates": "publishesCoordinates", "remote": "remote"}


def checked_profile(
    checks: InputChecks,
    reference: Reference,
    given: GivenProfile,
    *,
    video_hosts: Collection[str],
    postal_code: str = "",
) -> CheckedProfile:
    """Check each field that is given; `checks` then tells what is wrong.

    A phone number is of the plan of the address given, or else of `postal_code`.
    """
    columns = _columns(checks, {**given})
    if "languages" in given:
        columns["languages"] = checked_languages(checks, given["languages"])
    if "references" in given:
        columns["profile_references"] = checked_references(checks, given["references"])
    if "videos" in given:
        columns["videos"] = checked_videos(checks, given["videos"], video_hosts)
    address = _address(checks, reference, given)
    columns |= placed(reference, address) if address else {}
    if "phone" in given:
        plan = address.postal_code if address else postal_code
        phone = partial(cells.phone, postal=plan)
        columns["phone"] = checks.field("phone", given["phone"], phone)
    return CheckedProfile(columns, _codes(checks, reference, given))


def _columns(checks: InputChecks, said: Mapping[str, Any]) -> dict[str, Any]:
    """Check what stands in a column of its own."""
    columns: dict[str, Any] = {}
    for column, (name, check) in TEXTS.items():
        if column in said:
            columns[column] = checks.field(name, said[column], check)
    for name, long_check in LONG_TEXTS.items():
        if name in said:
            columns[name] = checks.as_given(name, said[name], long_check)
    for column, name in FLAGS.items():
        if column in said:
            columns[column] = _flag(checks, name, said[column])
    return columns


def _flag(checks: InputChecks, name: str, value: object) -> bool:
    if value is None:
        checks.refuse(name, value, "true or false")
    return value is True


def _address(checks: InputChecks, reference: Reference, given: GivenProfile) -> Address | None:
    if "address" not in given:
        return None
    address = given["address"]
    if address is None:
        checks.refuse("address", None, "an address: a profile has one")
        return None
    return checked_address(checks.within("address"), reference, address)


def placed(reference: Reference, address: Address) -> dict[str, Any]:
    """Give the columns of an address, and of where it is."""
    code = address.commune_code
    commune = None if code is None else reference.territories.get(code)
    position = position_of(reference, commune, address.postal_code)
    names = ("latitude", "longitude", "precision")
    where = {name: getattr(position, name) if position else None for name in names}
    return {**address._asdict(), **where}


def _codes(
    checks: InputChecks, reference: Reference, given: GivenProfile
) -> dict[str, frozenset[str]]:
    bounds: dict[str, tuple[Codes[Any], str, int, int]] = {
        "expertise": (reference.fields, "codes of fields of expertise, as site-internet", 1, 30),
        "sectors": (reference.sectors, "sections of the NAF, A to U", 0, 21),
        "serves": (reference.territories, "territories, as REG-84, DEP-01 or COM-01283", 0, 50),
    }
    said: Mapping[str, Any] = {**given}
    return {
        name: checked_codes(
            checks, name, said[name], known, expected=expected, least=least, most=most
        )
        for name, (known, expected, least, most) in bounds.items()
        if name in said
    }
