"""Keys rotate: interrupted or not, everything can be read, and at the end with the newest alone."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import delete, insert, select, update

from models import tables
from models.accounts import Language
from models.base import new_id
from models.contact_requests import Author
from models.database import Database
from models.moderation import ReportReason
from models.review_steps import ReviewState, ReviewStep
from models.reviews import ReviewAuthor
from resolvers import key_rotation
from resolvers.contact.content import content_of
from resolvers.key_rotation import SEALED, Rotation, Unopened, rotate_keys
from resolvers.platform import Platform
from resolvers.reviews.steps import add_history
from resolvers.sealing import Sealer
from tests.command_line import CommandLine
from tests.contact import COMPANY, WORDS, Asked, add_exchange, add_request
from tests.declarations import add_engagement
from tests.live_server import ROOT, environment
from tests.people import add_activator
from tests.reviews import COMMENT, add_review
from tests.service import NOW, SECRET, Service, address_of, running

NEW = Fernet.generate_key().decode()
NOTHING = {one.name: 0 for one in SEALED}
OF_AN_EXCHANGE = {
    "contact_request": 1,
    "contact_message": 2,
    "diagnosis": 1,
    "engagement": 1,
    "review": 1,
    "review_text": 1,
    "review_history": 1,
    "profile_report": 1,
    "declared_engagement": 1,
}
"""Texts that `exchanges` has sealed for each request."""
EACH = sum(OF_AN_EXCHANGE.values())


def of_exchanges(count: int) -> dict[str, int]:
    """Count the texts of some exchanges, by table."""
    return NOTHING | {name: each * count for name, each in OF_AN_EXCHANGE.items()}


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all of these, which begins without requests."""
    async with shared_service.write() as session:
        for table in (
            *(tables.review, tables.profile_report, tables.contact_request),
            tables.declared_engagement,
        ):
            await session.execute(delete(table))
    return shared_service


def with_key(service: Service, *keys: str) -> Platform:
    """Give what the command works with, once these keys are in the settings."""
    return replace(service.platform, sealer=Sealer(SECRET, keys))


def new_alone() -> Sealer:
    """Open with the newest key and no other: not even with the one that is made of the secret."""
    return Sealer("another secret, in which nothing was ever sealed", [NEW])


async def exchanges(service: Service, count: int) -> list[Asked]:
    """Add requests with all that may follow them."""
    async with service.write() as session:
        activator_id = await add_activator(session)
    asked = [await add_request(service, activator_id) for _ in range(count)]
    for one in asked:
        await add_exchange(service, one.id)
        await add_words_of_review(service, activator_id, one)
        await add_engagement(service, activator_id)
    return asked


async def add_words_of_review(service: Service, activator_id: int, asked: Asked) -> None:
    """Add a review with a comment, a reply and a doubt, and a report of the activator's page."""
    seal = service.platform.sealer.seal
    said: dict[str, Any] = {
        "comment": COMMENT,
        "sealed": seal({"text": "Merci."}),
        "replied_at": NOW,
    }
    review = await add_review(service, activator_id, request=asked, **said)
    doubt = ReviewStep.DOUBT, ReviewState.UNDER_DOUBT, ReviewAuthor.ACTIVATOR
    words = seal({"words": "Qui est-ce ?"})
    report: dict[str, Any] = {
        "id": new_id(),
        "reason": ReportReason.OTHER,
        "language": Language.FR,
        "reported_at": NOW,
        "sealed": words,
    }
    async with service.write() as session:
        await add_history(session, review.id, *doubt, by=None, now=NOW, sealed=words)
        added = insert(tables.profile_report).values(activator_id=activator_id, **report)
        await session.execute(added)


async def opened(database: Database, sealer: Sealer) -> list[Any]:
    """Read everything that is sealed."""
    async with database.read() as session:
        return [
            sealer.open(text)
            for one in SEALED
            for text in (await session.execute(select(one.column).order_by(one.key))).scalars()
            if text is not None
        ]


def test_everything_sealed_is_in_the_one_list_of_it() -> None:
    columns = {
        column
        for table in tables.metadata.tables.values()
        for column in table.c
        if column.name == "sealed"
    }

    assert {one.column for one in SEALED} == columns


async def test_at_the_end_everything_opens_with_the_newest_key_alone(service: Service) -> None:
    await exchanges(service, 3)
    before = await opened(service.database, service.platform.sealer)

    done = await rotate_keys(with_key(service, NEW))

    assert done == Rotation(new_alone().newest, of_exchanges(3), [], 0)
    assert await opened(service.database, new_alone()) == before
    assert WORDS["COMPANY"] in str(before)


async def test_run_again_it_changes_nothing_and_what_was_purged_stays_empty(
    service: Service,
) -> None:
    (asked,) = await exchanges(service, 1)
    request = tables.contact_request
    async with service.write() as session:
        purged = update(request).where(request.c.id == asked.id).values(sealed=None)
        await session.execute(purged)
    platform = with_key(service, NEW)
    await rotate_keys(platform)

    again = await rotate_keys(platform)

    assert again == Rotation(platform.sealer.newest, NOTHING, [], 0)
    async with service.database.read() as session:
        assert (await session.execute(select(request.c.sealed))).scalar_one() is None


async def test_interrupted_half_way_everything_is_read_and_it_goes_on(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_rotation, "CHUNK", 2)
    await exchanges(service, 5)
    before = await opened(service.database, service.platform.sealer)
    platform = with_key(service, NEW)

    def interrupt(done: int, total: int) -> None:
        assert total == 5 * EACH
        if done > 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rotate_keys(platform, progress=interrupt)

    assert await opened(service.database, platform.sealer) == before
    rest = await rotate_keys(platform)
    assert 0 < sum(rest.sealed.values()) < 5 * EACH
    assert await opened(service.database, new_alone()) == before


async def test_a_chain_of_keys_ends_with_the_newest(service: Service) -> None:
    await exchanges(service, 1)
    middle = Fernet.generate_key().decode()
    await rotate_keys(with_key(service, middle))
    await exchanges(service, 1)

    done = await rotate_keys(with_key(service, NEW, middle))

    assert sum(done.sealed.values()) == 2 * EACH
    assert len(await opened(service.database, new_alone())) == 2 * EACH


async def test_what_no_key_opens_is_told_and_stays_as_it_is(service: Service) -> None:
    asked, _ = await exchanges(service, 2)
    lost = Sealer("a secret that nobody knows any more, alas").seal({"text": "perdu"})
    message = tables.contact_message
    own = message.c.request_id == asked.id
    async with service.write() as session:
        await session.execute(update(message).where(own).values(sealed=lost))
        numbers = select(message.c.id).where(own).order_by(message.c.id)
        ids = (await session.execute(numbers)).scalars().all()

    done = await rotate_keys(with_key(service, NEW))

    assert done.unreadable == [Unopened("contact_message", number) for number in ids]
    assert (done.left, done.sealed["contact_message"]) == (2, 2)
    async with service.database.read() as session:
        texts = (await session.execute(select(message.c.sealed).where(own))).scalars()
        assert {*texts} == {lost}


async def test_what_a_service_writes_meanwhile_is_kept(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_rotation, "CHUNK", 2)
    asked = await exchanges(service, 4)
    said = service.platform.sealer.seal({"text": "dit entre-temps"})

    async def write_on() -> None:
        for number, one in enumerate(asked * 3, 3):
            row = {"request_id": one.id, "at": NOW, "author": Author.COMPANY, "sealed": said}
            async with service.write() as session:
                new = insert(tables.contact_message).values(id=new_id(), number=number, **row)
                await session.execute(new)
                changed = update(tables.diagnosis).where(tables.diagnosis.c.request_id == one.id)
                await session.execute(changed.values(sealed=said))

    done, _ = await asyncio.gather(rotate_keys(with_key(service, NEW)), write_on())
    rest = await rotate_keys(with_key(service, NEW))

    assert rest.left == 0
    found = await opened(service.database, new_alone())
    assert found.count({"text": "dit entre-temps"}) == 16
    assert len(found) == 4 * EACH + 12
    assert sum(done.sealed.values()) >= 16


async def test_its_counts_are_in_the_audit_and_nothing_of_a_key(service: Service) -> None:
    await exchanges(service, 1)

    await rotate_keys(with_key(service, NEW))

    entry = tables.audit_entry
    query = select(entry.c.after).where(entry.c.action == "service.rotate_keys")
    async with service.database.read() as session:
        last = (await session.execute(query.order_by(entry.c.sequence.desc()).limit(1))).scalar()
    assert last == of_exchanges(1) | {"left": 0}


async def test_the_command_says_what_it_did_and_what_it_could_not(
    database: Database, command_lines: list[CommandLine]
) -> None:
    run, url, name = command_lines[0], address_of(database), new_alone().newest
    async with running(database) as service:
        (asked,) = await exchanges(service, 1)

    first = run("rotate-keys", database=url, data_keys=NEW)
    again = run("rotate-keys", "--json", database=url, data_keys=NEW)
    lost = run("rotate-keys", database=url)

    said = f"{EACH} texts encrypted anew with the key {name}; nothing needs another key.\n"
    assert (first.code, first.out) == (0, said)
    assert again.json == {"key": name, "sealed": NOTHING, "unreadable": [], "left": 0}
    assert lost.code == 1
    assert f"contact_request {asked.id}: no key opens it\n" in lost.out
    assert "Some texts open with none of the keys" in lost.err
    async with running(database, data_keys=NEW) as service, service.database.read() as session:
        row = (await session.execute(select(tables.contact_request))).one()
        assert content_of(service.platform.sealer, row) == COMPANY


def rotating(database: Database) -> "subprocess.Popen[bytes]":
    """Start the command in a process of its own."""
    command = [sys.executable, "server.py", "rotate-keys"]
    variables = environment(address_of(database), data_keys=NEW)
    return subprocess.Popen(command, cwd=ROOT, env=variables, stderr=subprocess.DEVNULL)


async def test_killed_half_way_everything_is_read_and_it_goes_on(database: Database) -> None:
    async with running(database) as service:
        (asked,) = await exchanges(service, 1)
        said, message = service.platform.sealer.seal({"text": "bonjour"}), tables.contact_message
        row = {"request_id": asked.id, "at": NOW, "author": Author.COMPANY, "sealed": said}
        async with service.write() as session:
            await session.execute(
                insert(message), [row | {"id": new_id(), "number": 3 + one} for one in range(3_000)]
            )
        under_new = message.c.sealed.startswith(new_alone().newest)
        begun = select(message.c.id).where(under_new).limit(1)

        with rotating(database) as command:
            while command.poll() is None:
                async with database.read() as session:
                    if (await session.execute(begun)).first() is not None:
                        break
                await asyncio.sleep(0.02)  # a chunk takes longer
            command.kill()

        platform = with_key(service, NEW)
        assert len(await opened(database, platform.sealer)) == 3_000 + EACH
        rest = await rotate_keys(platform)
        assert 0 < sum(rest.sealed.values()) < 3_000 + EACH
        assert len(await opened(database, new_alone())) == 3_000 + EACH
