"""What an operator says of an OpenID Connect issuer: whom to believe, and about what."""

from collections.abc import Sequence
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from models.identities import LONGEST_ISSUER

LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})
EVERYTHING: Literal["*"] = "*"

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures by a key pair: an issuer's public key, or a secret that we share, signs nothing."""


class OfAnIssuer(BaseModel):
    """A part of an issuer's settings; a misspelt name is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ClaimNames(OfAnIssuer):
    """What the issuer calls what we read of a person."""

    email: str = "email"
    email_verified: str = "email_verified"
    roles: str | None = None
    """A text, or a list of them; `IssuerSettings.roles` says what each means."""


class IssuerSettings(OfAnIssuer):
    """One issuer. It vouches for people whose roles are all about `networks`, and no others."""

    issuer: str = Field(max_length=LONGEST_ISSUER)
    client_id: str = Field(min_length=1, max_length=255)
    """What the portal is called there: the audience of its ID tokens."""
    networks: frozenset[str] | Literal["*"]
    """Codes; `*` stands for every network and every role, those of staff too."""
    claims: ClaimNames = ClaimNames()
    roles: dict[str, str] = {}
    """A value of the claim `claims.roles`, and the network that its holder manages."""
    algorithms: frozenset[Algorithm] = Field(
        default=frozenset({"RS256", "PS256", "ES256"}), min_length=1
    )
    userinfo: bool = False
    """Whether claims are read at its userinfo endpoint, instead of in the ID token."""
    emails_are_verified: bool = False
    """Whether an address that comes without `email_verified` is one that the issuer checked."""

    @field_validator("issuer")
    @classmethod
    def _is_a_safe_address(cls, url: str) -> str:
        if not is_safe(url, local=True) or set("?#") & set(url):
            raise ValueError("expected an https address without a query (http on localhost only)")
        return url

    @model_validator(mode="after")
    def _speaks_for_its_own(self) -> Self:
        if self.networks != EVERYTHING and not self.networks:
            raise ValueError('networks: expected codes, or "*" for all')
        if bool(self.roles) != (self.claims.roles is not None):
            raise ValueError("roles and claims.roles: expected both, or neither")
        beyond = sorted(code for code in self.roles.values() if not self.speaks_for(code))
        if beyond:
            raise ValueError(f"roles: {', '.join(beyond)} is not among its networks")
        return self

    def speaks_for(self, network_code: str) -> bool:
        """Say whether it may speak for a network."""
        return self.networks == EVERYTHING or network_code in self.networks

    @property
    def is_local(self) -> bool:
        """Whether it runs on this machine, without TLS."""
        return urlsplit(self.issuer).scheme == "http"

    @property
    def named_networks(self) -> frozenset[str]:
        """Every network code that stands in the settings."""
        listed = frozenset() if self.networks == EVERYTHING else self.networks
        return frozenset(listed) | frozenset(self.roles.values())


def is_safe(url: str, *, local: bool) -> bool:
    """Say whether we may fetch an address: https; http on this machine only, where `local`."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or not (url.isascii() and url.isprintable()):
        return False
    return parts.scheme == "https" or (local and parts.scheme == "http" and host in LOCAL)


def named_once(issuers: Sequence[IssuerSettings]) -> Sequence[IssuerSettings]:
    """Refuse two settings of one issuer: which one holds would be a guess."""
    urls = [one.issuer for one in issuers]
    twice = sorted({url for url in urls if urls.count(url) > 1})
    if twice:
        raise ValueError(f"{', '.join(twice)} stands there twice")
    return issuers
