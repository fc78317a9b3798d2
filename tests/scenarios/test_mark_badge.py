"""The badge of a licence: an image that turns within a minute in whatever cache keeps it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from xml.etree import ElementTree as ET

import httpx
import pytest

from models.mark_licences import LicenceState as S
from resolvers.mark.numbers import new_number
from tests.marks import act, add_holder, add_licence, add_staff, begun_anew, verify
from tests.service import Service, running
from tests.statements import statements

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own; its clock begins anew."""
    return await begun_anew(shared_service)


@dataclass
class Cache:
    """A cache as of a browser or a proxy: it keeps what is fresh, and asks again by its ETag."""

    service: Service
    kept: dict[str, tuple[datetime, httpx.Response]] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    """The statuses of the answers that it got."""

    async def get(self, path: str) -> str:
        """Give what it has while that is fresh; else ask for it."""
        now = self.service.clock()
        held = self.kept.get(path)
        if held is None or held[0] <= now:
            headers = {} if held is None else {"If-None-Match": held[1].headers["etag"]}
            answer = await self.service.client.get(path, headers=headers)
            self.asked.append(answer.status_code)
            rules = dict(
                one.strip().partition("=")[::2]
                for one in answer.headers["cache-control"].split(",")
            )
            fresh_until = now + timedelta(seconds=int(rules["max-age"]))
            body = held[1] if held is not None and answer.status_code == 304 else answer
            held = self.kept[path] = fresh_until, body
        return held[1].text


async def test_it_turns_within_a_minute_in_a_cache_that_honours_its_etag(service: Service) -> None:
    holder, moderator = await add_holder(service), await add_staff(service)
    licence = await add_licence(service, holder.id, S.REQUESTED)
    path = f"/mark/{licence.number}.svg"
    async with running(service.database, clock=service.clock) as another_worker:
        cache = Cache(another_worker)

        seen = [await cache.get(path)]
        await act(service, "grantMarkLicence", moderator, id=licence.node)
        for _ in range(3):
            service.clock.advance(seconds=30)
            seen.append(await cache.get(path))
        await act(service, "revokeMarkLicence", moderator, id=licence.node, ground="Voilà.")
        seen.append(await cache.get(path))
        service.clock.advance(seconds=59)
        seen.append(await cache.get(path))

    assert ["Valable" in one for one in seen] == [False, True, True, True, True, False]
    assert cache.asked == [200, 200, 304, 304, 200]
    assert seen[-1] == seen[0]


@pytest.mark.parametrize(
    ("query", "lang", "words"),
    [
        ("", "fr", "Activateur du programme. Licence {}. Valable jusqu'au 24/11/2027."),
        ("?lang=en", "en", "Activator of the programme. Licence {}. Valid until 24 November 2027."),
        ("?lang=xx", "fr", "Activateur du programme. Licence {}. Valable jusqu'au 24/11/2027."),
    ],
)
async def test_it_is_an_accessible_image_that_runs_and_loads_nothing(
    service: Service, query: str, lang: str, words: str
) -> None:
    licence = await add_licence(service, (await add_holder(service)).id)

    answer = await service.client.get(f"/mark/{licence.number}.svg{query}")

    assert answer.status_code == 200
    image = ET.fromstring(answer.text)  # noqa: S314  it is our own
    assert (image.tag, image.get("role"), image.get("lang")) == (f"{SVG}svg", "img", lang)
    title = image.find(f"{SVG}title")
    assert title is not None
    assert title.text == words.format(licence.number)
    assert image.get("aria-labelledby") == title.get("id")
    drawn = {one.tag.removeprefix(SVG) for one in image.iter()}
    assert drawn == {"svg", "title", "rect", "g", "text"}
    assert "http" not in answer.text.replace("http://www.w3.org/2000/svg", "")
    assert answer.headers["content-type"] == "image/svg+xml; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=30, must-revalidate"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_it_says_the_day_on_which_it_ends_by_the_clock_of_paris(service: Service) -> None:
    late = datetime(2027, 3, 9, 23, 30, tzinfo=UTC)
    holder = await add_holder(service)
    licence = await add_licence(service, holder.id, expires_at=late)

    answer = await service.client.get(f"/mark/{licence.number}.svg")
    early = await act(service, "requestMarkLicence", holder.token, activator=holder.node)

    assert "Valable jusqu'au 10/03/2027" in answer.text
    assert "from 2027-01-09 on" in early["userErrors"][0]["message"]


async def test_who_holds_it_is_told_so_and_a_head_has_no_body(service: Service) -> None:
    licence = await add_licence(service, (await add_holder(service)).id)
    path, client = f"/mark/{licence.number}.svg", service.client
    whole = await client.get(path)
    etag = whole.headers["etag"]

    held = [etag, f"W/{etag}", f'"other", {etag}', "*"]
    unmodified = [await client.get(path, headers={"If-None-Match": one}) for one in held]
    others = [
        await client.get(path, headers={"If-None-Match": one}) for one in ('"other"', "", etag[1:])
    ]
    english = await client.get(f"{path}?lang=en", headers={"If-None-Match": etag})
    head = await client.head(path)

    assert not etag.startswith("W/")
    assert {(one.status_code, one.content, one.headers["etag"]) for one in unmodified} == {
        (304, b"", etag)
    }
    assert all("cache-control" in one.headers for one in unmodified)
    assert {(one.status_code, one.content) for one in others} == {(200, whole.content)}
    assert english.status_code == 200
    assert (head.status_code, head.content) == (200, b"")
    alike = {*whole.headers.items()} ^ {*head.headers.items()}
    assert {name for name, _ in alike} == {"x-request-id"}
    assert (await client.post(path)).status_code == 405


async def test_a_number_made_up_answers_as_one_that_was_never_granted_or_is_good_no_more(
    service: Service,
) -> None:
    holder = await add_holder(service)
    states = [one for one in S if one is not S.GRANTED]
    numbers = [(await add_licence(service, holder.id, one)).number for one in states]
    numbers.append(new_number())

    badges, told, asked = set(), set(), set()
    for number in numbers:
        with statements(service) as sent:
            badge = await service.client.get(f"/mark/{number}.svg")
            verified = await verify(service, number)
        del badge.headers["x-request-id"], badge.headers["etag"]
        badges.add((badge.status_code, badge.text.replace(number, "N"), str(badge.headers)))
        told.add(str(verified).replace(number, "N"))
        asked.add(tuple(one.text for one in sent))

    assert len(badges) == len(told) == len(asked) == 1
    assert "Licence non valable" in badges.pop()[1]


WRONG = ["", "x", "K7M2-P9QX-4TR", "K7M2-P9QX-4TRHH", "K7M2-P9QX-4TR0", "é" * 12, "K" * 5_000]
WRONG += ["\x00" * 12, "ſ" * 12, "K7M2\nP9QX4TRH", "<script>1234"]


@pytest.mark.parametrize("number", WRONG)
async def test_what_is_no_number_is_a_clear_error(service: Service, number: str) -> None:
    answer = await service.ask(
        "query ($number: String!) { markLicence(number: $number) { valid } }", {"number": number}
    )
    badge = await service.client.get(f"/mark/{quote(number, safe='')}.svg")

    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "as K7M2-P9QX-4TRH" in error["message"]
    assert (badge.status_code, badge.text) == (404, "Not Found")


async def test_a_number_is_read_however_it_is_written(service: Service) -> None:
    licence = await add_licence(service, (await add_holder(service)).id)
    spoken = licence.number.lower().replace("-", "")
    whole = await service.client.get(f"/mark/{licence.number}.svg")

    written = await service.client.get(f"/mark/{spoken}.svg")

    assert written.content == whole.content


async def test_whoever_asks_for_too_many_has_to_wait(service: Service) -> None:
    path = f"/mark/{new_number()}.svg"
    async with running(service.database, rate_units_per_minute=200) as narrow:
        statuses = [(await narrow.client.get(path)).status_code for _ in range(3)]
        refused = await narrow.client.get(path)

    assert statuses == [200, 200, 429]
    assert int(refused.headers["retry-after"]) > 0
