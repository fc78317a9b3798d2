"""Sealing: what companies write is encrypted before it is stored (RGPD, article 32).

Fernet (AES-128-CBC and HMAC-SHA256). A sealed text begins with the name of its key, so that the
database finds what an old key still has to open.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import orjson
from cryptography.fernet import Fernet

NAME_LENGTH = 8


class Unreadable(Exception):
    """A sealed text whose key is not among ours, or that somebody altered."""


def checked_key(text: str) -> str:
    """Check a key of the settings; raises ValueError that does not quote it."""
    try:
        Fernet(text)
    except ValueError:
        raise ValueError("expected keys of 32 random bytes in URL-safe base64") from None
    return text


def name_of(key: str) -> str:
    """Name a key without telling anything of it."""
    return sha256(b"maillage key " + key.encode()).hexdigest()[:NAME_LENGTH]


class Sealer:
    """Seals with the newest key, opens with any of them."""

    def __init__(self, secret: str, keys: Sequence[str] = ()) -> None:
        """Take the operator's keys, the newest first; the last one is made of the secret."""
        own = hmac.digest(secret.encode(), b"maillage sealing", "sha256")
        known = [*keys, urlsafe_b64encode(own).decode()]
        self._keys = {name_of(key): Fernet(key) for key in known}
        self.newest = name_of(known[0])
        self._hashing = hmac.digest(secret.encode(), b"maillage hashing", "sha256")

    def seal(self, content: Any) -> str:
        """Encrypt what can be written as JSON."""
        token = self._keys[self.newest].encrypt(orjson.dumps(content)).decode()
        return f"{self.newest}:{token}"

    def open(self, sealed: str) -> Any:
        """Decrypt; raises Unreadable."""
        name, _, token = sealed.partition(":")
        try:
            return orjson.loads(self._keys[name].decrypt(token.encode()))
        except Exception:  # noqa: BLE001  whatever it was, its message might quote the text
            raise Unreadable from None

    def hash(self, purpose: str, text: str) -> str:
        """Give what finds the same text again, for one purpose, and tells nothing of it."""
        return hmac.new(self._hashing, f"{purpose} {text}".encode(), "sha256").hexdigest()
