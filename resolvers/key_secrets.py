"""The text of an API key, `mlg_ID_SECRET`, and what is kept of it.

The id, in base 32, finds the key; the secret, 256 random bits in hexadecimal, proves that one holds
it.
"""

import hmac
import secrets
from dataclasses import dataclass

from resolvers.directory.slugs import digits_of, number_of

PREFIX = "mlg_"
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Drawn:
    """A new text, shown once, and the hash that is kept."""

    text: str
    hash: str


class KeySecrets:
    """Draws and recognises the texts of keys, with one key of the service."""

    def __init__(self, secret: str) -> None:
        """Derive the key of the hashes from the service's secret."""
        self._key = hmac.digest(secret.encode(), b"maillage api keys", "sha256")

    def draw(self, key_id: int) -> Drawn:
        """Draw a secret for a key."""
        text = f"{PREFIX}{digits_of(key_id)}_{secrets.token_hex(SECRET_BYTES)}"
        return Drawn(text, self.hash(text))

    def hash(self, text: str) -> str:
        """Give what is kept of a text (HMAC-SHA256 of all of it, in hexadecimal).

        A stolen database opens nothing, and one that can be written to none but with the service's
        secret; the hash of one key is no good for another.
        """
        return hmac.new(self._key, text.encode(), "sha256").hexdigest()


def is_key(text: str) -> bool:
    """Tell an API key from another bearer token."""
    return text.startswith(PREFIX)


def id_in(text: str) -> int | None:
    """Read which key a text says to be; None for what is none."""
    return number_of(text.removeprefix(PREFIX).partition("_")[0])
