"""A role that is taken away while the worker reads everything again is gone all the same."""

from typing import Any

import pytest
from sqlalchemy import delete

from models import tables
from models.accounts import Role
from models.database import Database
from models.revisions import Subject, record_changes
from tests.people import add_account
from tests.service import Service

ROLES = "{ viewer { roles } }"


async def test_a_role_revoked_during_a_reload_is_forgotten(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with service.write() as session:
        account = await add_account(session, Role.ADMINISTRATOR)
    token = service.token(account)
    assert await service.data(ROLES, token=token) == {"viewer": {"roles": ["ADMINISTRATOR"]}}
    elsewhere = Database(service.database.url.render_as_string(hide_password=False))
    read_all = service.directory._load

    async def revoke_then_read_all(*arguments: Any) -> None:
        async with elsewhere.write() as session:
            await session.execute(delete(tables.account_role))
            await record_changes(session, Subject.ACCOUNT, [account])
        await read_all(*arguments)

    monkeypatch.setattr(service.directory, "_load", revoke_then_read_all)
    async with service.write() as session:
        await record_changes(session, Subject.REFERENCE, None)

    await service.directory.catch_up()
    assert await service.data(ROLES, token=token) == {"viewer": {"roles": []}}
    await elsewhere.close()
