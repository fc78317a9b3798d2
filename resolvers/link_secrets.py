"""The secrets in links sent by e-mail: a number, and what proves that we wrote it.

Nothing is stored: a mail that is sent a second time holds the same link, and a stolen database
opens none. That a link serves once, or for a time, is for the row that it names to say.
"""

import hmac
from enum import Enum

from resolvers.directory.slugs import digits_of, number_of


class LinkTo(Enum):
    """What a link opens: one made for another thing opens nothing."""

    REGISTRATION = "registration"
    INVITATION = "invitation"
    CONTACT_REQUEST = "contact request"
    DECLARED_ENGAGEMENT = "declared engagement"


class LinkSecrets:
    """Writes and reads them, with one key of the service."""

    def __init__(self, secret: str) -> None:
        """Derive the key from the service's secret."""
        self._key = hmac.digest(secret.encode(), b"maillage links", "sha256")

    def write(self, to: LinkTo, number: int) -> str:
        """Write the secret that opens a thing."""
        return f"{digits_of(number)}_{self._proof(to, number)}"

    def read(self, to: LinkTo, text: str) -> int | None:
        """Read which thing a secret opens; None for what we did not write."""
        digits, _, proof = text.partition("_")
        number = number_of(digits)
        if number is None or not hmac.compare_digest(
            proof.encode("utf-8", "surrogatepass"), self._proof(to, number).encode()
        ):
            return None
        return number

    def _proof(self, to: LinkTo, number: int) -> str:
        return hmac.new(self._key, f"{to.value} {number}".encode(), "sha256").hexdigest()
