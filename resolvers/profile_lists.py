"""The lists of a profile: work quoted, videos, languages and codes of the reference data."""

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from models.activators import Reference, Video
from models.languages import LANGUAGES
from resolvers import cells
from resolvers.cells import Unexpected, optional, required
from resolvers.directory.reference import Codes
from resolvers.input_checks import InputChecks

MOST_REFERENCES = 20
MOST_VIDEOS = 10
MOST_LANGUAGES = 20


class GivenReference(NamedTuple):
    """Work that somebody quotes."""

    title: str
    url: str | None = None
    description: str | None = None


class GivenVideo(NamedTuple):
    """A video that somebody shows."""

    title: str
    url: str


TITLE = partial(required, longest=200)


def checked_references(
    checks: InputChecks, given: Sequence[GivenReference] | None
) -> list[Reference]:
    """Check them, in their order; `checks` tells what is wrong."""
    checked: list[Reference] = []
    if not _few(checks, "references", given, MOST_REFERENCES):
        return checked
    for number, one in enumerate(given or ()):
        inner = checks.within(f"references.{number}")
        title = inner.field("title", one.title, TITLE)
        url = inner.field("url", one.url, cells.website)
        text = inner.field("description", one.description, partial(optional, longest=1000))
        checked.append({"title": title or "", "url": url, "description": text})
    return checked


def checked_videos(
    checks: InputChecks, given: Sequence[GivenVideo] | None, hosts: Collection[str]
) -> list[Video]:
    """Check them, in their order, each on one of the hosts; `checks` tells what is wrong."""
    checked: list[Video] = []
    if not _few(checks, "videos", given, MOST_VIDEOS):
        return checked
    for number, one in enumerate(given or ()):
        inner = checks.within(f"videos.{number}")
        title = inner.field("title", one.title, TITLE)
        url = inner.field("url", one.url, partial(_hosted, hosts=hosts))
        checked.append({"title": title or "", "url": url or ""})
    return checked


def checked_languages(checks: InputChecks, given: Sequence[str] | None) -> list[str]:
    """Take codes once each, in their order; `checks` tells what is wrong."""
    codes = _once(given)
    if not _few(checks, "languages", codes, MOST_LANGUAGES):
        return []
    for unknown in (code for code in codes if code not in LANGUAGES):
        checks.refuse("languages", unknown, "codes of languages of ISO 639-1, as fr")
    return codes


def checked_codes(
    checks: InputChecks,
    name: str,
    given: Sequence[str] | None,
    known: Codes[Any],
    *,
    expected: str,
    least: int,
    most: int,
) -> frozenset[str]:
    """Take codes that the reference data knows; `checks` tells what is wrong."""
    codes = _once(given)
    if not least <= len(codes) <= most:
        checks.refuse(name, f"{len(codes)} of them", f"{least} to {most} {expected}")
        return frozenset()
    for unknown in (code for code in codes if known.get(code) is None):
        checks.refuse(name, unknown, f"known {expected}")
    return frozenset(codes)


def _few(checks: InputChecks, name: str, given: Sequence[Any] | None, most: int) -> bool:
    few = len(given or ()) <= most
    if not few:
        checks.refuse(name, f"{len(given or ())} of them", f"at most {most}")
    return few


def _once(given: Iterable[str] | None) -> list[str]:
    return list(dict.fromkeys(given or ()))


def _hosted(text: str, hosts: Collection[str]) -> str:
    address = cells.website(text)
    parts = urlsplit(address or "")
    host = (parts.hostname or "").lower()
    if address is None or parts.scheme != "https" or not _is_on(host, hosts):
        raise Unexpected(f"an https address of a video on {', '.join(hosts)}")
    return address


def _is_on(host: str, hosts: Collection[str]) -> bool:
    return any(host == one or host.endswith(f".{one}") for one in hosts)
