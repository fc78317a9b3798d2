"""References: what a company and an activator call a request, in mails and on the phone."""

import secrets

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""None that is taken for another: no I, L, O, U, 0 or 1."""
LENGTH = 10


def new_reference() -> str:
    """Make one at random: of 30^10, so that nobody finds one by trying."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
