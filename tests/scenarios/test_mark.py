"""The mark: asked for by the activator itself, granted by staff, given back (article 5)."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import select

from models import tables
from models.accounts import Role
from models.mark_licences import LicenceState as S
from tests.marks import (
    DAY,
    LICENCE,
    act,
    add_holder,
    add_licence,
    add_staff,
    begun_anew,
    change_activator,
    errors,
    row_of,
    subjects,
    verify,
)
from tests.rules.world import rows_of
from tests.service import NOW, Service

OWN = (
    """query ($id: ID!) { activator(id: $id) {
  markLicence { ...licence viewerMay { grant refuse revoke surrender } }
  markLicences { number }
  markConditions { condition { code required sentence } met found }
} } """
    + LICENCE
)
WATCHED = (tables.mark_licence, tables.audit_entry, tables.job)


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own; its clock begins anew."""
    return await begun_anew(shared_service)


async def test_an_activator_asks_a_moderator_grants_and_anybody_verifies(service: Service) -> None:
    holder = await add_holder(service, given_name="Zoé", family_name="Lenoir")
    moderator = await add_staff(service)

    asked = await act(service, "requestMarkLicence", holder.token, activator=holder.node)
    again = await act(service, "requestMarkLicence", holder.token, activator=holder.node)
    licence = asked["markLicence"]
    before = await verify(service, licence["number"])
    granted = await act(service, "grantMarkLicence", moderator, id=licence["id"])

    assert asked == again
    assert (licence["state"], licence["valid"]) == ("REQUESTED", False)
    assert before == {
        "number": licence["number"],
        "valid": False,
        "validUntil": None,
        "holder": None,
    }
    assert granted["userErrors"] == []
    ends = (NOW + 365 * DAY).isoformat()
    assert (granted["markLicence"]["state"], granted["markLicence"]["expiresAt"]) == (
        "GRANTED",
        ends,
    )
    spoken = licence["number"].lower().replace("-", " ")
    found = await verify(service, spoken)
    holder_told = found.pop("holder")
    assert found == {"number": licence["number"], "valid": True, "validUntil": ends}
    assert (holder_told["displayName"], holder_told["kind"]) == ("Zoé Lenoir", "ADVISER")
    await service.work()
    assert subjects(service) == ["Vous pouvez utiliser la marque du programme"]
    text = service.mails()[0].get_body(("plain",))
    assert text is not None
    assert f"/mark/{licence['number']}.svg?lang=fr" in text.get_content()


async def test_each_condition_that_fails_is_told_by_its_code(service: Service) -> None:
    fails = {"state_changed_at": NOW - 89 * DAY, "confirmed_at": NOW - 243 * DAY}
    holder = await add_holder(service, **fails)
    before = await rows_of(service.database, *WATCHED)

    refused = await act(service, "requestMarkLicence", holder.token, activator=holder.node)

    assert errors(refused) == {("CONFLICT", "ACTIVE_FOR_LONG"), ("CONFLICT", "PROFILE_CONFIRMED")}
    assert "at least 90 days: found 89." in refused["userErrors"][0]["message"]
    assert await rows_of(service.database, *WATCHED) == before


async def test_conditions_are_looked_at_again_when_it_is_granted(service: Service) -> None:
    holder, moderator = await add_holder(service), await add_staff(service)
    licence = await add_licence(service, holder.id, S.REQUESTED)
    await change_activator(service, holder.id, left_at=NOW)

    refused = await act(service, "grantMarkLicence", moderator, id=licence.node)

    assert errors(refused) == {("CONFLICT", "PROFILE_CONFIRMED")}
    assert (await row_of(service, licence)).state is S.REQUESTED


async def test_two_who_grant_at_once_grant_it_once(service: Service) -> None:
    holder, one, other = (
        await add_holder(service),
        await add_staff(service),
        await add_staff(service, Role.ADMINISTRATOR),
    )
    licence = await add_licence(service, holder.id, S.REQUESTED)

    answers = await asyncio.gather(
        *(act(service, "grantMarkLicence", token, id=licence.node) for token in (one, other, one))
    )

    assert [one["markLicence"]["expiresAt"] for one in answers] == [
        (NOW + 365 * DAY).isoformat()
    ] * 3
    assert await entries_of(service, licence.id) == ["mark_licence.grant"]
    await service.work()
    assert len(service.mails()) == 1


async def test_who_asks_twice_at_once_asks_once(service: Service) -> None:
    holder = await add_holder(service)

    answers = await asyncio.gather(
        *(act(service, "requestMarkLicence", holder.token, activator=holder.node) for _ in range(3))
    )

    assert len({one["markLicence"]["id"] for one in answers}) == 1


async def entries_of(service: Service, licence_id: int) -> list[str]:
    """Read what the audit says of a licence."""
    entry = tables.audit_entry
    query = select(entry.c.action).where(
        entry.c.subject == "MarkLicence", entry.c.subject_id == str(licence_id)
    )
    async with service.database.read() as session:
        return list((await session.execute(query.order_by(entry.c.sequence))).scalars())


@pytest.mark.parametrize(
    ("name", "state", "template"),
    [
        ("refuseMarkLicence", S.REQUESTED, "Votre demande d'utiliser la marque"),
        ("revokeMarkLicence", S.GRANTED, "Votre droit d'utiliser la marque"),
    ],
)
async def test_a_ground_is_mailed_and_the_same_again_changes_nothing(
    service: Service, name: str, state: S, template: str
) -> None:
    holder, moderator = await add_holder(service), await add_staff(service)
    licence = await add_licence(service, holder.id, state)

    first = await act(service, name, moderator, id=licence.node, ground=" La marque est  déformée.")
    again = await act(service, name, moderator, id=licence.node, ground="La marque est déformée.")
    other = await act(service, name, moderator, id=licence.node, ground="Autre chose.")

    assert first == again
    assert first["markLicence"]["ground"] == "La marque est déformée."
    assert first["markLicence"]["closedAt"] == NOW.isoformat()
    assert errors(other) == {("CONFLICT", "state")}
    await service.work()
    (mail,) = service.mails()
    assert mail["Subject"].startswith(template)
    text = mail.get_body(("plain",))
    assert text is not None
    assert "« La marque est déformée. »" in " ".join(text.get_content().split())


@pytest.mark.parametrize("ground", ["", "   ", "x" * 201, "a\x00b", "\ud800"])
async def test_a_ground_that_is_none_is_refused(service: Service, ground: str) -> None:
    holder, moderator = await add_holder(service), await add_staff(service)
    licence = await add_licence(service, holder.id)

    answer = await send(service, {"id": licence.node, "ground": ground}, moderator)

    told = answer.get("errors") or answer["data"]["revokeMarkLicence"]["userErrors"]
    assert [one.get("field", "ground") for one in told] == ["ground"]
    assert (await row_of(service, licence)).state is S.GRANTED


REVOKE = """mutation ($input: RevokeMarkLicenceInput!) {
  revokeMarkLicence(input: $input) { userErrors { code field } }
}"""


async def send(service: Service, given: Any, token: str) -> Any:
    """Send a revocation as a client that escapes whatever it likes."""
    body = {"query": REVOKE, "variables": {"input": given}}
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    response = await service.client.post("/graphql", content=json.dumps(body), headers=headers)
    assert response.status_code in {200, 400}
    return response.json()


async def test_it_is_given_back_once_and_another_may_be_asked_for(service: Service) -> None:
    holder = await add_holder(service)
    licence = await add_licence(service, holder.id)

    first = await act(service, "surrenderMarkLicence", holder.token, id=licence.node)
    again = await act(service, "surrenderMarkLicence", holder.token, id=licence.node)
    another = await act(service, "requestMarkLicence", holder.token, activator=holder.node)

    assert first == again
    assert (first["markLicence"]["state"], first["markLicence"]["valid"]) == ("SURRENDERED", False)
    assert another["markLicence"]["id"] != licence.node
    assert await entries_of(service, licence.id) == ["mark_licence.surrender"]


async def test_the_next_one_may_be_asked_for_in_the_last_sixty_days(service: Service) -> None:
    holder, moderator = await add_holder(service), await add_staff(service)
    ends = NOW + 60 * DAY
    licence = await add_licence(service, holder.id, expires_at=ends)

    service.clock.advance(seconds=-1)
    early = await act(service, "requestMarkLicence", holder.token, activator=holder.node)
    service.clock.advance(seconds=1)
    asked = await act(service, "requestMarkLicence", holder.token, activator=holder.node)
    granted = await act(service, "grantMarkLicence", moderator, id=asked["markLicence"]["id"])
    too_soon = await act(service, "requestMarkLicence", holder.token, activator=holder.node)

    assert errors(early) == errors(too_soon) == {("CONFLICT", "activator")}
    assert granted["markLicence"]["expiresAt"] == (ends + 365 * DAY).isoformat()
    assert (await verify(service, licence.number))["valid"]
    assert (await verify(service, granted["markLicence"]["number"]))["valid"]
    own = (await service.data(OWN, {"id": holder.node}, token=holder.token))["activator"]
    assert own["markLicence"]["number"] == granted["markLicence"]["number"]
    assert {one["number"] for one in own["markLicences"]} == {
        licence.number,
        granted["markLicence"]["number"],
    }
