"""The rule book for viewers who signed in by an e-mailed link: that of the same account's token."""

import re

import pytest

from tests.registrations import mails_to, text_of
from tests.rules.charter import CELLS, VIEWERS
from tests.rules.evidence import GUARDED
from tests.rules.world import World
from tests.scenarios.openid import account_of, person_of
from tests.service import Service

ASK = """mutation ($email: String!) {
  requestSignInLink(input: {email: $email}) { userErrors { code } }
}"""
ALL = f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ...Guarded }} }} {GUARDED}"
SIGN_IN = "mutation ($token: String!) { signIn(input: {token: $token}) { accessToken } }"


async def signed_in(service: Service, email: str) -> str:
    """Ask for a link, read the mail, and sign in."""
    await service.data(ASK, {"email": email})
    await service.work()
    (mail,) = mails_to(service, email)
    (link,) = set(re.findall(r"#token=([\w-]+)", text_of(mail)))
    return str((await service.data(SIGN_IN, {"token": link}))["signIn"]["accessToken"])


@pytest.mark.parametrize("viewer", [one for one in VIEWERS if one != "a visitor"])
async def test_the_answers_are_those_of_the_same_account_with_an_operator_s_token(
    world: World, viewer: str
) -> None:
    by_hand, service = world.tokens[viewer], world.service
    person = await person_of(service, await account_of(service, by_hand or ""))

    by_link = await signed_in(service, person["email"])

    asked = {"ids": [world.people[cell].id for cell in CELLS]}
    mine, theirs = [
        (await service.data(ALL, asked, token=token))["nodes"] for token in (by_link, by_hand)
    ]
    assert len(mine) == len(CELLS)
    assert dict(zip(CELLS, mine, strict=True)) == dict(zip(CELLS, theirs, strict=True))
