"""What people say in their profile, as they write it when they join or keep it true."""

from typing import Any, cast

import strawberry

from resolvers.given_address import GivenAddress
from resolvers.profile_checks import GivenProfile
from resolvers.profile_lists import GivenReference, GivenVideo

UNSET: Any = strawberry.UNSET


@strawberry.input(
    description="Work that an activator quotes to show its skills (charter, article 3)."
)
class ReferenceInput:
    """A reference."""

    title: str = strawberry.field(description="What it was: 1 to 200 characters.")
    url: str | None = strawberry.field(
        default=None, description="Where to read more: `http` or `https`, at most 500 characters."
    )
    description: str | None = strawberry.field(
        default=None, description="A few words about it: at most 1,000 characters."
    )

    def plain(self) -> GivenReference:
        """Give it in plain words."""
        return GivenReference(self.title, self.url, self.description)


@strawberry.input(description="A video that an activator shows (charter, article 3).")
class VideoInput:
    """A video."""

    title: str = strawberry.field(description="What it shows: 1 to 200 characters.")
    url: str = strawberry.field(
        description="Where to watch it: `https`, on a host that the operator allows (by default "
        "YouTube, Vimeo, Dailymotion and tube.numerique.gouv.fr) or a subdomain of one."
    )

    def plain(self) -> GivenVideo:
        """Give it in plain words."""
        return GivenVideo(self.title, self.url)


@strawberry.input(
    description="Where an activator works. Its position is that of the commune, or else of the "
    "postal code."
)
class AddressInput:
    """An address."""

    postal_code: str = strawberry.field(description="Its postal code: 5 digits.")
    city: str = strawberry.field(description="Its city: 1 to 100 characters.")
    address_line: str | None = strawberry.field(
        default=None, description="Number and street: at most 300 characters."
    )
    commune_code: str | None = strawberry.field(
        default=None,
        description="The code of its commune, as `COM-01283`. Without one, the postal code must be "
        "known.",
    )

    def plain(self) -> GivenAddress:
        """Give it in plain words."""
        return GivenAddress(self.postal_code, self.city, self.address_line, self.commune_code)


def said(description: str) -> Any:
    """Declare a field that need not be given."""
    return strawberry.field(default=UNSET, description=description)


@strawberry.input
class ProfileFields:
    """What registering and updating share: a field that is left out says nothing."""

    given_name: str | None = said("Its given name: 1 to 100 characters.")
    family_name: str | None = said("Its family name: 1 to 100 characters.")
    email: str | None = said("The e-mail address of its page: it must have one.")
    phone: str | None = said(
        "Its phone number, international or as one dials it in the place of its address."
    )
    publishes_coordinates: bool | None = said(
        "Whether everyone sees its e-mail and phone, where its kind allows it; else members do."
    )
    headline: str | None = said("What it does, in a line: at most 200 characters.")
    presentation: str | None = said(
        "What it does, in its own words: at most 5,000 characters, plain text or Markdown "
        "(CommonMark) without HTML or images, whose links lead to whole `http`, `https` or "
        "`mailto` addresses."
    )
    website_url: str | None = said("Its website: `http` or `https`, at most 500 characters.")
    pricing: str | None = said(
        "What it asks for its services, in simple words (article 4): at most 2,000 characters."
    )
    remote: bool | None = said("Whether it also helps at a distance.")
    languages: list[str] | None = said("The languages that it speaks: at most 20 ISO 639-1 codes.")
    references: list[ReferenceInput] | None = said("Work that it quotes: at most 20.")
    videos: list[VideoInput] | None = said("Videos that it shows: at most 10.")
    expertise: list[str] | None = said("Where it advises: 1 to 30 codes of `expertiseFields`.")
    sectors: list[str] | None = said(
        "The sections of activities (NAF) that it knows, by letter; none: no one in particular."
    )
    serves: list[str] | None = said("Where it works: at most 50 codes of territories.")
    address: AddressInput | None = said("Where it works; it must have one.")

    def given(self) -> GivenProfile:
        """Give what is said in plain words."""
        names = GivenProfile.__optional_keys__
        values = {name: _plain(getattr(self, name)) for name in sorted(names)}
        return cast("GivenProfile", {name: one for name, one in values.items() if one is not UNSET})


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.plain() if hasattr(value, "plain") else value
