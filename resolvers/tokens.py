"""Access tokens: signed statements of who an account is (JWT, HS256)."""

from datetime import datetime, timedelta

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

ALGORITHM = "HS256"


class Tokens:
    """Writes and reads tokens with one secret."""

    def __init__(self, secret: str, issuer: str) -> None:
        """Sign for an issuer, the service's public address."""
        self._key = OctKey.import_key(secret)
        self._issuer = issuer

    def write(self, account_id: int, *, now: datetime, lifetime: timedelta) -> str:
        """Write a token for an account."""
        claims = {
            "iss": self._issuer,
            "sub": str(account_id),
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
        }
        return jwt.encode({"alg": ALGORITHM}, claims, self._key)

    def read(self, token: str, *, now: datetime) -> int | None:
        """Read the account of a token; None for one that is forged, expired or another's."""
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
            if claims.get("iss") != self._issuer or int(claims["exp"]) <= now.timestamp():
                return None
            return int(claims["sub"])
        except (JoseError, KeyError, ValueError, TypeError):
            return None
