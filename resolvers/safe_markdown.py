"""Texts of several lines that people write of themselves: plain, or Markdown that is safe to show.

Portals turn the text into HTML with a library of their own, so what one of these might show as
markup is refused, not only what ours would.
"""

import re
from collections.abc import Iterable, Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from resolvers import cells
from resolvers.cells import UNREADABLE, Unexpected

SAFE_LINK = re.compile(r"mailto:[^\s@]+@[^\s@]+|https?://.*", re.IGNORECASE)

DEEPEST = 10
"""Quotes within lists within quotes: the library looks no deeper than 20."""

_markdown = MarkdownIt("commonmark")
_markdown.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
"""Whatever looks like a link is one, so that it can be judged."""


def lines(text: str, longest: int) -> str | None:
    """Take a text of several lines, composed, or none; at most `longest` characters."""
    clean = cells.composed(text)
    clean = clean.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ").strip()
    if UNREADABLE.search(clean.replace("\n", "")):
        raise Unexpected("text without control or unreadable characters")
    if len(clean) > longest:
        raise Unexpected(f"at most {longest} characters")
    return clean or None


def safe_markdown(text: str, longest: int) -> str | None:
    """Take plain text or Markdown (CommonMark) without HTML or images, whose links are safe."""
    clean = lines(text, longest)
    for token in _every(_markdown.parse(clean or "")):
        if token.level >= DEEPEST:
            raise Unexpected(f"text or Markdown nested less than {DEEPEST} times")
        if token.type in ("html_block", "html_inline"):
            raise Unexpected("text or Markdown without HTML tags", token.content.strip())
        if token.type == "image":
            raise Unexpected("text or Markdown without images", str(token.attrs["src"]))
        if token.type == "link_open":
            _check_link(str(token.attrs["href"]))
    return clean


def _every(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _every(token.children or ())


def _check_link(address: str) -> None:
    try:
        if not SAFE_LINK.fullmatch(address):
            raise Unexpected("a link")
        if not address.lower().startswith("mailto:"):
            cells.website(address)
    except Unexpected:
        expected = "links to whole http, https or mailto addresses"
        raise Unexpected(expected, address) from None
