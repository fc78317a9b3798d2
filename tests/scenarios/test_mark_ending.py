"""How a licence to use the mark ends by itself, and whom that is told (article 5)."""

from datetime import timedelta

import pytest

from models.mark_licences import LicenceState as S
from tests.marks import (
    DAY,
    act,
    add_holder,
    add_licence,
    add_staff,
    begun_anew,
    change_activator,
    forget_mails,
    row_of,
    subjects,
    verify,
)
from tests.service import NOW, Service


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own; its clock begins anew."""
    return await begun_anew(shared_service)


async def test_it_ends_by_itself_after_two_notices(service: Service) -> None:
    holder, moderator = await add_holder(service), await add_staff(service)
    licence = await add_licence(service, holder.id, S.REQUESTED)
    await act(service, "grantMarkLicence", moderator, id=licence.node)
    await service.work()

    told = []
    for days in (305, 350, 365):
        service.clock.now = NOW + timedelta(days=days)
        forget_mails(service)
        await service.work()
        told.append(subjects(service))

    ending = "Votre licence de la marque du programme se termine le 24/11/2027"
    assert told == [[ending], [ending], ["Votre licence de la marque du programme est terminée"]]
    assert (await row_of(service, licence)).state is S.EXPIRED
    assert not (await verify(service, licence.number))["valid"]


async def test_it_is_over_at_its_end_even_before_that_is_written(service: Service) -> None:
    holder = await add_holder(service)
    licence = await add_licence(service, holder.id, expires_at=NOW + DAY)

    service.clock.advance(days=1, microseconds=-1)
    before = await verify(service, licence.number)
    service.clock.advance(microseconds=1)

    assert before["valid"]
    assert not (await verify(service, licence.number))["valid"]


async def test_who_asked_for_the_next_one_is_told_of_no_end(service: Service) -> None:
    holder, moderator = await add_holder(service), await add_staff(service)
    licence = await add_licence(service, holder.id, S.REQUESTED)
    await act(service, "grantMarkLicence", moderator, id=licence.node)
    await service.work()
    service.clock.advance(days=306)
    await change_activator(service, holder.id, confirmed_at=service.clock())
    next_one = await add_licence(service, holder.id, S.REQUESTED)
    forget_mails(service)

    service.clock.advance(days=60)
    await service.work()

    assert [one for one in subjects(service) if "marque" in one] == []
    assert (await row_of(service, licence)).state is S.EXPIRED
    assert (await row_of(service, next_one)).state is S.REQUESTED
