"""Reading a version of the charter from a folder: `charter.toml` and its Markdown by language.

All that is wrong with it is told at once, by file and field, and nothing of it is installed.
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from models.activators import ActivatorKind
from resolvers.cells import Unexpected, cleaned
from resolvers.refusal import Refusal, Refusals
from resolvers.safe_markdown import safe_markdown

DATA = "charter.toml"
TEXTS = {"fr": "charter.fr.md", "en": "charter.en.md"}
LONGEST_TEXT, LONGEST_LINE, MOST_COMMITMENTS = 100_000, 2_000, 100
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,19}")
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class BadDocument(Refusal):
    """A file of the folder is not what was expected; `field` names the file."""

    code = "BAD_USER_INPUT"


def _version(text: str) -> str:
    if not VERSION.fullmatch(text):
        raise ValueError("expected 1 to 20 letters, digits, dots or hyphens, as in 2026-1")
    return text


def _code(text: str) -> str:
    if len(text) > 64 or not CODE.fullmatch(text):
        raise ValueError("expected at most 64 small letters, digits and hyphens, as in answer-soon")
    return text


def _line(text: str) -> str:
    try:
        line = safe_markdown(cleaned(text), LONGEST_LINE)
    except Unexpected as bad:
        raise ValueError(f"expected {bad}") from None
    if line is None:
        raise ValueError("expected a text")
    return line


Line = Annotated[str, AfterValidator(_line)]


class InLanguages(BaseModel):
    """A text in each language."""

    model_config = ConfigDict(extra="forbid")

    fr: Line
    en: Line


class Commitment(BaseModel):
    """What some kinds of activators commit to."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, AfterValidator(_code)]
    article: Literal["1", "2", "3", "4", "5", "6"]
    kinds: Annotated[list[ActivatorKind], Field(min_length=1, max_length=len(ActivatorKind))]
    text: InLanguages


class CharterData(BaseModel):
    """A version of the charter as data."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[str, AfterValidator(_version)]
    published_on: date
    commitments: Annotated[list[Commitment], Field(min_length=1, max_length=MOST_COMMITMENTS)]

    @field_validator("commitments")
    @classmethod
    def _each_code_once(cls, commitments: list[Commitment]) -> list[Commitment]:
        if len({one.code for one in commitments}) < len(commitments):
            raise ValueError("expected a code of its own for each commitment")
        return commitments


class CharterDocument(NamedTuple):
    """A version of the charter, checked: as data, and as Markdown by language."""

    data: CharterData
    texts: dict[str, str]

    def content(self) -> dict[str, Any]:
        """Give what the table keeps of it, besides its name and its times."""
        commitments = self.data.model_dump(mode="json")["commitments"]
        published_on = self.data.published_on
        return {"published_on": published_on, "texts": self.texts, "commitments": commitments}


def read_document(folder: Path) -> CharterDocument:
    """Read a folder; raises Refusals with all that is wrong."""
    wrong: list[Refusal] = []
    texts = {}
    for language, name in TEXTS.items():
        try:
            texts[language] = _markdown(_content(folder, name), name)
        except BadDocument as bad:
            wrong.append(bad)
    try:
        data = CharterData.model_validate(tomllib.loads(_content(folder, DATA)))
    except BadDocument as bad:
        wrong.insert(0, bad)
    except tomllib.TOMLDecodeError as error:
        wrong.insert(0, BadDocument(f"{DATA}: expected TOML: {error}.", DATA))
    except ValidationError as error:
        wrong[:0] = _told(error)
    if wrong:
        raise Refusals(wrong)
    return CharterDocument(data, texts)


def _content(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_text("utf-8-sig")
    except FileNotFoundError:
        raise BadDocument(f"{name}: expected a file of this name in {folder}.", name) from None
    except (OSError, UnicodeDecodeError):
        raise BadDocument(f"{name}: expected a text in UTF-8.", name) from None


def _markdown(text: str, name: str) -> str:
    """Take Markdown that a page can show as it is."""
    try:
        checked = safe_markdown(text, LONGEST_TEXT)
    except Unexpected as bad:
        got = "" if bad.value is None else f" got {bad.value!r},"
        raise BadDocument(f"{name}:{got} expected {bad}.", name) from None
    if checked is None:
        raise BadDocument(f"{name}: expected a text.", name)
    return f"{checked}\n"


def _told(error: ValidationError) -> Iterator[BadDocument]:
    """Say what is wrong, and where within the file; lists count from 1."""
    for one in error.errors():
        steps = [str(step + 1) if isinstance(step, int) else step for step in one["loc"]]
        place, message = ", ".join([DATA, *steps]), one["msg"].removeprefix("Value error, ")
        yield BadDocument(f"{place}: {message}.", DATA)
