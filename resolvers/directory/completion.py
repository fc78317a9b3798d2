"""How much of a profile is filled in, and what is missing (charter, article 3)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from models.activators import ActivatorKind

if TYPE_CHECKING:
    from resolvers.directory.cards import Card


class ProfileField(Enum):
    """A part of a profile by which companies find and judge an activator."""

    HEADLINE = "HEADLINE"
    PRESENTATION = "PRESENTATION"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    WEBSITE = "WEBSITE"
    POSITION = "POSITION"
    EXPERTISE = "EXPERTISE"
    SERVES = "SERVES"
    LANGUAGES = "LANGUAGES"
    PRICING = "PRICING"
    REFERENCES = "REFERENCES"
    VIDEOS = "VIDEOS"


FILLED: dict[ProfileField, Callable[["Card"], bool]] = {
    ProfileField.HEADLINE: lambda card: bool(card.headline),
    ProfileField.PRESENTATION: lambda card: bool(card.presentation),
    ProfileField.EMAIL: lambda card: bool(card.email),
    ProfileField.PHONE: lambda card: bool(card.phone),
    ProfileField.WEBSITE: lambda card: bool(card.website_url),
    ProfileField.POSITION: lambda card: card.position is not None,
    ProfileField.EXPERTISE: lambda card: bool(card.expertise),
    ProfileField.SERVES: lambda card: bool(card.serves),
    ProfileField.LANGUAGES: lambda card: bool(card.languages),
    ProfileField.PRICING: lambda card: bool(card.pricing),
    ProfileField.REFERENCES: lambda card: bool(card.references),
    ProfileField.VIDEOS: lambda card: bool(card.videos),
}


@dataclass(frozen=True, slots=True)
class Completion:
    """How much is filled in, in whole percent, and what is not."""

    percent: int
    missing: tuple[ProfileField, ...]


def completion_of(card: "Card") -> Completion:
    """Say it; each part weighs the same, and an institution has no prices (article 4)."""
    institutional = card.kind is ActivatorKind.INSTITUTIONAL
    asked = [one for one in ProfileField if not (institutional and one is ProfileField.PRICING)]
    missing = tuple(one for one in asked if not FILLED[one](card))
    return Completion(100 * (len(asked) - len(missing)) // len(asked), missing)
