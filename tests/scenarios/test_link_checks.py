"""Links of members that no longer answer: when they are dead, who is told, and what is kept."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from models import tables
from models.accounts import Language
from models.activators import ActivatorState
from models.database import Database
from resolvers.links import pages
from resolvers.links.asking import AT_ONCE, LinkAsker
from resolvers.links.pages import CHUNK
from schema.nodes import global_id
from server import Settings
from tests.editors import EDITORS, OTHERS, add_person, token_of
from tests.live_server import free_port
from tests.people import add_activator
from tests.rules.world import rows_of
from tests.service import Service, running
from tests.statements import statements
from tests.web_server import CUT, WebServer, web_server

GONE = "404 Not Found"
SUBJECTS = {
    Language.FR: "Des liens de votre page ne répondent plus",
    Language.EN: "Links of your page no longer answer",
}
SHOWN = "query ($id: ID!) { activator(id: $id) { version brokenLinks } }"
UPDATE = """mutation ($input: UpdateActivatorProfileInput!) {
  updateActivatorProfile(input: $input) {
    activator { websiteUrl brokenLinks }
    userErrors { code }
  }
}"""


@pytest.fixture(scope="module")
async def checking(shared_database: Database) -> AsyncIterator[Service]:
    """One application for all of these, which asks links, each day, on this machine too."""
    async with running(shared_database, check_links=True, link_check_days=1) as service:
        asker = LinkAsker("Maillage link check (+http://maillage.test)", local=True)
        service.platform = replace(service.platform, link_asker=asker)
        yield service


@pytest.fixture
async def service(checking: Service) -> Service:
    """The application on a new day, without the members and mails of the test before."""
    checking.clock.advance(days=1)
    async with checking.write() as session:
        gone = update(tables.activator).values(state=ActivatorState.WITHDRAWN, website_url=None)
        await session.execute(gone)
        await session.execute(delete(tables.link_check))
    for file in checking.mailbox.glob("*.eml"):
        file.unlink()
    return checking


@pytest.fixture
async def web() -> AsyncIterator[WebServer]:
    """A web server."""
    async with web_server() as server:
        yield server


async def pass_days(service: Service, days: int = 1) -> None:
    """Let days pass, each with its jobs and the mails that follow."""
    for _ in range(days):
        service.clock.advance(days=1, hours=-1)
        await service.begin_day()
        await service.work()
        service.clock.advance(hours=1)
        await service.work()


async def broken(service: Service, number: int, viewer: str = "itself", structure: int = 0) -> Any:
    """Ask for its broken links, with a token of the moment."""
    token = await token_of(service, viewer, number, structure)
    found = await service.data(SHOWN, {"id": global_id("Activator", number)}, token=token)
    return found["activator"]["brokenLinks"]


def told(service: Service) -> list[str]:
    """Give the text of each mail about dead links."""
    return [
        next(mail.iter_parts()).get_content()
        for mail in service.mails()
        if mail["Subject"] in SUBJECTS.values()
    ]


async def known(service: Service) -> dict[str, tuple[int, bool]]:
    """Give what is kept: failures by link, and whether it is dead."""
    table = tables.link_check
    query = select(table.c.url, table.c.failures, table.c.dead_since)
    async with service.database.read() as session:
        rows = await session.execute(query)
        return {url: (failures, dead is not None) for url, failures, dead in rows}


async def test_links_that_fail_on_three_days_are_dead_and_their_owner_is_told_once(
    service: Service, web: WebServer
) -> None:
    quoted = {"title": "Site", "description": None}
    web.pages |= {"/404": GONE, "/410": "410 Gone", "/500": "500 No", "/cut": CUT}
    web.pages |= {"/loop": "302 Found\r\nLocation: /loop", "HEAD /head": "405 No"}
    web.pages["/within"] = "302 Found\r\nLocation: http://10.0.0.1/"
    nobody = f"http://127.0.0.1:{free_port()}/"
    failing = [web.url(path) for path in ("/404", "/410", "/500", "/cut", "/loop", "/within")]
    fine = [web.url("/head"), web.url("/page")]
    number, _ = await add_person(
        service,
        website_url=failing[0],
        profile_references=[{**quoted, "url": url} for url in (*fine, None, *failing)],
        videos=[{"title": "Film", "url": nobody}],
        given_name="Zoé",
    )

    await pass_days(service, 2)
    after_two = await broken(service, number), told(service)
    await pass_days(service)
    after_three, mails = await broken(service, number), told(service)
    await pass_days(service, 2)

    assert after_two == ([], [])
    assert after_three == [*failing, nobody]
    (mail,) = mails
    assert "Bonjour Zoé," in mail
    assert [line for line in mail.splitlines() if line in {*failing, *fine, nobody}] == after_three
    assert told(service) == mails
    assert {*await known(service)} == {*failing, *fine, nobody}


async def test_they_show_to_those_who_may_edit_the_page(service: Service, web: WebServer) -> None:
    web.pages["/page"] = GONE
    number, structure = await add_person(service, website_url=web.url("/page"))
    await pass_days(service, 3)

    shown = {
        viewer: await broken(service, number, viewer, structure) for viewer in (*EDITORS, *OTHERS)
    }

    dead = [web.url("/page")]
    assert shown == dict.fromkeys(EDITORS, dead) | dict.fromkeys(OTHERS)


async def test_an_account_of_the_same_address_says_the_language(
    service: Service, web: WebServer
) -> None:
    web.pages["/page"] = GONE
    number, structure = await add_person(service, website_url=web.url("/page"))
    await token_of(service, "itself", number, structure)
    account, role = tables.account, tables.account_role
    async with service.write() as session:
        query = (
            select(account.c.email, account.c.id).join(role).where(role.c.activator_id == number)
        )
        email, account_id = (await session.execute(query)).one()
        english = update(account).where(account.c.id == account_id).values(language=Language.EN)
        await session.execute(english)
        table = tables.activator
        await session.execute(update(table).where(table.c.id == number).values(email=email))

    await pass_days(service, 3)

    (mail,) = told(service)
    assert "Hello Camille," in mail


async def test_a_link_that_answers_again_is_dead_no_more_and_is_told_of_anew(
    service: Service, web: WebServer
) -> None:
    web.pages["/page"] = GONE
    number, _ = await add_person(service, website_url=web.url("/page"))
    await pass_days(service, 3)
    dead = await broken(service, number)

    web.pages.clear()
    await pass_days(service)
    alive = await broken(service, number)
    web.pages["/page"] = GONE
    await pass_days(service, 2)
    spared, mails = await broken(service, number), len(told(service))
    await pass_days(service)

    assert (dead, alive, spared, mails) == ([web.url("/page")], [], [], 1)
    assert (await broken(service, number), len(told(service))) == (dead, 2)


async def test_failures_that_do_not_follow_one_another_are_not_counted_together(
    service: Service, web: WebServer
) -> None:
    await add_person(service, website_url=web.url("/page"))

    for page in (GONE, GONE, "200 OK", GONE, GONE):
        web.pages["/page"] = page
        await pass_days(service)

    assert await known(service) == {web.url("/page"): (2, False)}
    assert told(service) == []


async def test_editing_a_link_clears_it_at_once(service: Service, web: WebServer) -> None:
    web.pages["/page"] = GONE
    number, structure = await add_person(service, website_url=web.url("/page"))
    await pass_days(service, 3)
    token = await token_of(service, "itself", number, structure)

    for url in (web.url("/other"), web.url("/page")):
        answer = await service.data(SHOWN, {"id": global_id("Activator", number)}, token=token)
        given = {"id": global_id("Activator", number), "websiteUrl": url}
        given["version"] = answer["activator"]["version"]
        changed = await service.data(UPDATE, {"input": given}, token=token)
        assert changed["updateActivatorProfile"] == {
            "activator": {"websiteUrl": url, "brokenLinks": []},
            "userErrors": [],
        }

    assert await known(service) == {}


async def test_a_letter_that_waits_is_not_sent_of_a_link_that_is_gone(
    service: Service, web: WebServer
) -> None:
    web.pages["/page"] = GONE
    number, _ = await add_person(service, website_url=web.url("/page"))
    await pass_days(service, 2)
    service.clock.advance(days=1)
    await service.begin_day()
    await service.work()

    await give(service, number, website_url=None)
    service.clock.advance(hours=1)
    await service.work()

    assert told(service) == []


async def give(service: Service, number: int, **values: Any) -> None:
    """Change a row, as a roster would."""
    table = tables.activator
    async with service.write() as session:
        await session.execute(update(table).where(table.c.id == number).values(values))


async def test_a_link_that_a_roster_replaced_is_forgotten_the_next_day(
    service: Service, web: WebServer
) -> None:
    number, _ = await add_person(service, website_url=web.url("/page"))
    await pass_days(service)

    await give(service, number, website_url=web.url("/other"))
    await pass_days(service)

    assert await known(service) == {web.url("/other"): (0, False)}


async def test_a_link_is_asked_once_in_so_many_days_whatever_it_answers(
    service: Service, web: WebServer
) -> None:
    web.pages["/gone"] = GONE
    settings = service.platform.policy
    assert isinstance(settings, Settings)
    monthly = settings.model_copy(update={"link_check_days": 30})
    monthly_service = replace(service, platform=replace(service.platform, policy=monthly))
    await add_person(service, website_url=web.url("/page"))
    await add_person(service, website_url=web.url("/gone"))

    asked = []
    for days in (1, 1, 28, 1):
        monthly_service.clock.advance(days=days - 1)
        await pass_days(monthly_service)
        asked.append([f"{one.method} {one.path}" for one in web.asked])
        web.asked.clear()

    assert sorted(asked[0]) == ["GET /gone", "HEAD /gone", "HEAD /page"]
    assert asked[1:3] == [[], []]
    assert sorted(asked[3]) == sorted(asked[0])


async def test_a_day_begun_twice_asks_nothing_twice(service: Service, web: WebServer) -> None:
    web.pages["/page"] = GONE
    await add_person(service, website_url=web.url("/page"))
    await pass_days(service)

    job = tables.job
    async with service.write() as session:
        again = update(job).where(job.c.kind == "link_checks")
        await session.execute(again.values(state="WAITING", run_at=service.clock()))
    await service.work()

    assert web.paths() == ["/page"] * 2
    assert await known(service) == {web.url("/page"): (1, False)}


async def test_colleagues_who_share_a_website_have_it_asked_once_and_are_all_told(
    service: Service, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "CHUNK", 2)
    web.pages["/"] = GONE
    for _ in range(5):
        await add_person(service, website_url=web.url("/"))

    await pass_days(service)
    asked = len(web.asked)
    await pass_days(service, 2)

    assert asked == 2
    assert len(web.asked) == 6
    assert len(told(service)) == 5


@pytest.mark.parametrize("state", ["PENDING", "SUSPENDED", "WITHDRAWN"])
async def test_links_of_those_who_are_no_members_are_not_asked(
    service: Service, web: WebServer, state: str
) -> None:
    values = {"state": ActivatorState(state), "state_changed_at": service.clock()}
    await add_person(service, website_url=web.url("/page"), **values)

    await pass_days(service)

    assert (web.asked, await known(service)) == ([], {})


async def test_many_links_are_asked_by_one_job_after_another(
    service: Service, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "SIZE", 2)
    quoted = {"title": "Site", "description": None}
    for person in range(5):
        urls = [web.url(f"/{person}/{number}") for number in range(CHUNK // 2 + 1)]
        await add_person(
            service, website_url=None, profile_references=[{**quoted, "url": one} for one in urls]
        )

    await pass_days(service)

    assert len(web.asked) == len(set(web.paths())) == 5 * (CHUNK // 2 + 1)
    assert web.most_at_once <= AT_ONCE
    async with service.database.read() as session:
        job = tables.job
        goes_on = job.c.dedupe_key.startswith("link_checks:after:", autoescape=True)
        today = job.c.created_at >= service.clock() - timedelta(hours=2)
        written = select(job.c.state).where(goes_on, today)
        assert len((await session.execute(written)).all()) >= 3


async def test_a_day_does_not_begin_before_the_one_before_is_at_its_end(
    service: Service, web: WebServer
) -> None:
    await add_person(service, website_url=web.url("/page"))
    job = tables.job
    goes_on = {"id": 7, "kind": "link_checks", "dedupe_key": "link_checks:after:1", "attempts": 0}
    later = service.clock() + timedelta(days=2)
    async with service.write() as session:
        await session.execute(
            job.insert().values(
                **goes_on,
                payload={"after": 2**53},
                state="WAITING",
                created_at=service.clock(),
                run_at=later,
            )
        )

    await pass_days(service)
    held = len(web.asked)
    await pass_days(service, 2)

    assert (held, len(web.asked)) == (0, 1)


async def test_where_everybody_is_silent_it_is_we_who_hear_nothing(service: Service) -> None:
    with ExitStack() as stack:
        for _ in range(5):
            nobody = stack.enter_context(socket.socket())
            nobody.bind(("127.0.0.1", 0))  # and does not listen, nor lets anybody else
            await add_person(service, website_url=f"http://127.0.0.1:{nobody.getsockname()[1]}/")

        await pass_days(service, 3)

    assert (await known(service), told(service)) == ({}, [])


async def test_what_is_edited_or_leaves_while_it_is_asked_leaves_nothing_behind(
    service: Service, web: WebServer
) -> None:
    web.seconds = 0.5
    edited, _ = await add_person(service, website_url=web.url("/edited"))
    left, _ = await add_person(service, website_url=web.url("/left"))
    await add_person(service, website_url=web.url("/stays"))

    async def change() -> None:
        await asyncio.wait_for(web.came.wait(), 30)
        await give(service, edited, website_url=web.url("/new"))
        await give(service, left, state=ActivatorState.WITHDRAWN)

    await asyncio.gather(pass_days(service), change())

    assert await known(service) == {web.url("/stays"): (0, False)}


async def test_where_the_operator_says_so_nothing_is_asked(
    service: Service, web: WebServer
) -> None:
    settings = service.platform.policy
    assert isinstance(settings, Settings)
    silent = settings.model_copy(update={"check_links": False})
    await add_person(service, website_url=web.url("/page"))

    await pass_days(replace(service, platform=replace(service.platform, policy=silent)))

    assert (web.asked, await known(service)) == ([], {})


async def test_examples_are_not_asked(service: Service) -> None:
    await add_person(service, website_url="https://www.example.org/zoe")

    await pass_days(service)

    assert await known(service) == {}


async def test_who_is_erased_leaves_no_link(service: Service, web: WebServer) -> None:
    web.pages["/page"] = GONE
    number, _ = await add_person(service, website_url=web.url("/page"))
    await pass_days(service)
    long_ago = service.clock() - timedelta(days=999)
    await give(service, number, state=ActivatorState.WITHDRAWN, state_changed_at=long_ago)

    await pass_days(service)

    assert await rows_of(service.database, tables.link_check) == []


async def test_those_of_a_page_are_read_at_once(service: Service, web: WebServer) -> None:
    web.pages["/page"] = GONE
    async with service.write() as session:
        numbers = [await add_activator(session, website_url=web.url("/page")) for _ in range(3)]
    await pass_days(service, 3)
    token = await token_of(service, "moderator", 0, 0)
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Activator { brokenLinks } } }"
    ids = [global_id("Activator", one) for one in numbers]

    with statements(service) as sent:
        found = await service.data(query, {"ids": ids}, token=token)

    assert found["nodes"] == [{"brokenLinks": [web.url("/page")]}] * 3
    assert len([one for one in sent if "link_check" in one.text]) == 1


async def test_logs_hold_no_link(
    service: Service, web: WebServer, capsys: pytest.CaptureFixture[str]
) -> None:
    web.pages["/page"] = "302 Found\r\nLocation: http://10.0.0.1/"
    await add_person(service, website_url=web.url("/page"))

    await pass_days(service, 3)

    logged = "".join(capsys.readouterr())
    assert "link_checks" in logged
    for word in ("127.0.0.1:", "10.0.0.1", "/page"):
        assert word not in logged
