"""Access tokens: signed statements of who an account is (JWT, HS256)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class Bearer:
    """What a token says: an account, the session that it belongs to, and when it was written.

    A token that an operator issued has no session. `issued_at` is in Unix seconds.
    """

    account_id: int
    session_id: int | None
    issued_at: float


class Tokens:
    """Writes and reads tokens with one secret."""

    def __init__(self, secret: str, issuer: str) -> None:
        """Sign for an issuer, the service's public address."""
        self._key = OctKey.import_key(secret)
        self._issuer = issuer

    def write(
        self, account_id: int, *, now: datetime, lifetime: timedelta, session_id: int | None = None
    ) -> str:
        """Write a token for an account, of a session or of an operator's hand."""
        claims = {
            "iss": self._issuer,
            "sub": str(account_id),
            "iat": now.timestamp(),
            "exp": int((now + lifetime).timestamp()),
        }
        if session_id is not None:
            claims["sid"] = str(session_id)
        return jwt.encode({"alg": ALGORITHM}, claims, self._key)

    def read(self, token: str, *, now: datetime) -> Bearer | None:
        """Read a token; None for one that is forged, expired or another's."""
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
            if claims.get("iss") != self._issuer or int(claims["exp"]) <= now.timestamp():
                return None
            session = claims.get("sid")
            return Bearer(
                int(claims["sub"]), None if session is None else int(session), float(claims["iat"])
            )
        except (JoseError, KeyError, ValueError, TypeError):
            return None
