"""Registering, for tests: what somebody fills in, the mail that comes back, and its link."""

import itertools
import re
from email.message import EmailMessage
from typing import Any

from tests.people import siret
from tests.service import Service

REGISTER = """mutation ($input: RegisterActivatorInput!) {
  registerActivator(input: $input) { userErrors { code field message } }
}"""
VERIFY = """mutation ($token: String!) {
  verifyRegistration(input: {token: $token, client: "Portail"}) {
    activator {
      id displayName kind state version headline email phone remote languages
      structure { siret name } address { line postalCode city }
      position { latitude precision } networks { code } enrolments { externalId }
      expertise { code } sectors { code } serves { code } viewerMay { commit edit }
    }
    accessToken refreshToken
    userErrors { code field message }
  }
}"""
DONE: dict[str, Any] = {"userErrors": []}

_numbers = itertools.count(1)


def filled_in(**values: Any) -> dict[str, Any]:
    """Fill in a page at Oyonnax, of a new person in a new structure, but for the values given."""
    number = next(_numbers)
    structure = {"siret": siret(), "name": f"Atelier {number}", "postalCode": "01100"}
    return {
        "kind": "ADVISER",
        "givenName": "Élodie",
        "familyName": f"Garnier{number}",
        "email": f"elodie.{number}@example.org",
        "expertise": ["site-internet"],
        "structure": {**structure, "city": "Oyonnax", "addressLine": "3 rue Anatole France"},
        **values,
    }


async def register(service: Service, *, token: str | None = None, **values: Any) -> Any:
    """Register; give the answer."""
    data = await service.data(REGISTER, {"input": filled_in(**values)}, token=token)
    return data["registerActivator"]


async def verify(service: Service, secret: str) -> Any:
    """Open a link."""
    return (await service.data(VERIFY, {"token": secret}))["verifyRegistration"]


def mails_to(service: Service, email: str) -> list[EmailMessage]:
    """Read what an address was sent."""
    return [mail for mail in service.mails() if mail["To"] == email]


def text_of(mail: EmailMessage) -> str:
    """Read the text of a mail."""
    part: Any = mail.get_body(("plain",))
    return str(part.get_content())


def secret_in(mail: EmailMessage) -> str:
    """Read the secret of a link in a mail."""
    (secret,) = set(re.findall(r"#registration=(\w+)", text_of(mail)))
    return str(secret)


async def registered(service: Service, **values: Any) -> str:
    """Register and read the mail; give the link's secret."""
    email = values.setdefault("email", f"marc.{next(_numbers)}@example.org")
    known = {mail["Message-ID"] for mail in service.mails()}
    assert await register(service, **values) == DONE
    await service.work()
    new = [mail for mail in mails_to(service, email) if mail["Message-ID"] not in known]
    (mail,) = [mail for mail in new if "#registration=" in text_of(mail)]
    return secret_in(mail)


async def joined(service: Service, **values: Any) -> Any:
    """Register, and open the link; give the answer."""
    answer = await verify(service, await registered(service, **values))
    assert answer["userErrors"] == []
    return answer
