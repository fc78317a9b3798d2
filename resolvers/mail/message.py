"""Messages: a template in a language becomes a mail with a text and an HTML part that say the same.

A template is plain text: its first line is the subject, the rest are paragraphs between empty
lines. A paragraph `[words](address)` is a link. What is put in stays on its line, so that a name
can add neither a header nor a paragraph; the HTML part is escaped.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from textwrap import fill

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models.accounts import Language
from resolvers.jobs.failures import Permanent

WIDTH = 72
"""Characters of a line of the text part."""
LINK = re.compile(r"\[(?P<words>[^\]]+)\]\((?P<address>\S+)\)")

_loader = FileSystemLoader(Path(__file__).parent / "templates")
_text = Environment(loader=_loader, undefined=StrictUndefined, autoescape=False)  # noqa: S701  it is no HTML
_html = Environment(loader=_loader, undefined=StrictUndefined, autoescape=True, trim_blocks=True)


class BadAddress(Permanent):
    """It is not the address of one person: nothing can be sent there."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words; a link where it has an address."""

    words: str
    address: str | None = None

    @classmethod
    def read(cls, text: str) -> "Paragraph":
        """Read what stands between two empty lines; how its lines are broken does not matter."""
        words = " ".join(text.split())
        link = LINK.fullmatch(words)
        return cls(words) if link is None else cls(link["words"], link["address"])

    @property
    def text(self) -> str:
        """Write it for the text part; an address stands alone on its line, and whole."""
        words = fill(self.words, WIDTH, break_long_words=False, break_on_hyphens=False)
        return words if self.address is None else f"{words}\n{self.address}"


def on_one_line(value: str) -> str:
    """Leave neither line breaks nor characters that are not seen, such as those turning a text."""
    return "".join(one for one in " ".join(value.split()) if one.isprintable())


def write_message(
    template: str,
    language: Language,
    values: Mapping[str, str],
    *,
    sender: str,
    to: str,
    at: datetime,
    message_id: str,
) -> EmailMessage:
    """Write a mail; raises UndefinedError where the template asks for what is not given."""
    given = {name: on_one_line(value) for name, value in values.items()}
    subject, _, body = _render(template, language, given).partition("\n")
    paragraphs, footer = _paragraphs(body), _paragraphs(_render("footer", language, given))
    message = EmailMessage()
    if not to.isprintable():
        raise BadAddress
    message["From"], message["To"], message["Subject"] = sender, to, on_one_line(subject)
    if [bool(one.domain) for one in message["To"].addresses] != [True]:
        raise BadAddress
    message["Date"], message["Message-ID"] = at, message_id
    message["Auto-Submitted"] = "auto-generated"
    below = "\n".join(one.text for one in footer)
    text = "\n\n".join([*(one.text for one in paragraphs), f"-- \n{below}"])
    page = _html.get_template("layout.html.j2").render(
        language=language.value.lower(), subject=subject, paragraphs=paragraphs, footer=footer
    )
    message.set_content(f"{text}\n", cte="quoted-printable")
    message.add_alternative(page, subtype="html", cte="quoted-printable")
    message["Content-Language"] = language.value.lower()
    return message


def _render(template: str, language: Language, values: Mapping[str, str]) -> str:
    return _text.get_template(f"{template}.{language.value.lower()}.j2").render(values).strip()


def _paragraphs(text: str) -> list[Paragraph]:
    return [Paragraph.read(one) for one in re.split(r"\n\s*\n", text.strip())]
