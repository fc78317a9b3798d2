"""Recommendations, and the page of a review at its permanent link (charter, article 5)."""

from collections.abc import AsyncIterator
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, update

from models import tables
from models.accounts import Language
from models.activators import ActivatorKind, ActivatorState
from models.base import new_id
from models.declared_engagements import DeclarationState
from models.review_steps import ReviewState
from models.revisions import Subject, record_changes
from resolvers.reviews.permalinks import permalink_of
from schema.nodes import global_id
from tests.people import add_activator
from tests.reviews import COMMENT, Reviewed, add_review
from tests.service import NOW, Service

QUOTABLE: dict[str, Any] = {"comment": COMMENT, "may_quote": True}
RECOMMENDED = """query ($id: ID!, $first: Int, $after: String) { activator(id: $id) {
  recommendations(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
    edges { cursor node { permalink review { id } } } nodes { permalink review { id comment } } }
  } }"""
ATTACK = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}{% endblock %}</main>"
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """What a page is made of; each tag that is opened is to be closed."""

    def __init__(self, html: str) -> None:
        """Read it."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the last one."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        if data.strip() and self.open[-1] != "style":
            self.words.append(data.strip())

    @property
    def names(self) -> set[str]:
        """The names of its tags."""
        return {tag for tag, _ in self.tags}


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own."""
    shared_service.clock.now = NOW
    return shared_service


@pytest.fixture
async def browser(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client that asks by HTTP for what it is led to, and says nothing of itself."""
    async with httpx.AsyncClient(base_url=f"http://{address.removesuffix('/graphql')}") as client:
        client.headers.pop("accept-language", None)
        yield client


async def new_activator(service: Service, **values: Any) -> int:
    async with service.write() as session:
        return await add_activator(session, networks=["cci"], **values)


async def recommended(service: Service, activator: int, **asked: Any) -> Any:
    data = await service.data(RECOMMENDED, {"id": global_id("Activator", activator), **asked})
    return data["activator"]["recommendations"]


def path_of(service: Service, review: Reviewed) -> str:
    """Give the path of its permanent link."""
    return permalink_of(service.platform, review.id).removeprefix(service.platform.mail.public_url)


async def change(service: Service, review: Reviewed, activator: int, **values: Any) -> None:
    """Change a review, and the search with it."""
    async with service.write() as session:
        own = update(tables.review).where(tables.review.c.id == review.id)
        await session.execute(own.values(**values))
        await record_changes(session, Subject.ACTIVATOR, [activator])


async def test_recommendations_are_what_the_activator_may_quote_whatever_the_stars(
    service: Service,
) -> None:
    activator = await new_activator(service)
    worst = await add_review(service, activator, stars=1, **QUOTABLE)
    service.clock.advance(minutes=1)
    best = await add_review(service, activator, stars=5, **QUOTABLE)
    await add_review(service, activator, comment=COMMENT)
    await add_review(service, activator, may_quote=True)
    for state in set(ReviewState) - {ReviewState.PUBLISHED}:
        await add_review(service, activator, state=state, **QUOTABLE)

    found = await recommended(service, activator)

    assert [one["review"]["id"] for one in found["nodes"]] == [best.node, worst.node]
    assert found["totalCount"] == 2
    assert [one["permalink"] for one in found["nodes"]] == [
        permalink_of(service.platform, one.id) for one in (best, worst)
    ]
    first = await recommended(service, activator, first=1)
    second = await recommended(service, activator, after=first["pageInfo"]["endCursor"])
    assert first["pageInfo"]["hasNextPage"] is True
    assert [one["node"]["review"]["id"] for one in second["edges"]] == [worst.node]


async def test_a_permanent_link_leads_to_a_page_that_shows_the_review(
    service: Service, browser: httpx.AsyncClient
) -> None:
    activator = await new_activator(service, given_name="Zoé", family_name="Lefèvre")
    review = await add_review(service, activator, stars=4, **QUOTABLE)
    reply = service.platform.sealer.seal({"reply": "Merci à vous."})
    await change(service, review, activator, replied_at=NOW, sealed=reply)

    answer = await browser.get(path_of(service, review))

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    page = Page(answer.text)
    assert page.tags[0] == ("html", {"lang": "fr"})
    assert {"title", "main", "h1", "blockquote", "dl"} <= page.names
    for words in (COMMENT, "Merci à vous.", "21/11/2026", "24/11/2026", "Avis sur Zoé Lefèvre"):
        assert words in page.words, words
    assert "Modifié par son auteur le" not in page.words
    assert any("Un modérateur a lu" in words for words in page.words)
    assert any("Aucune contrepartie" in words for words in page.words)
    assert any("L.111-7-2" in words for words in page.words)
    assert not any("sur 5" in words for words in page.words)
    ((_, link),) = [one for one in page.tags if one[0] == "a"]
    assert (link["href"] or "").partition("/graphql#activator=zoe-lefevre-")[1]
    assert "Solange" not in answer.text
    assert "Quenneville" not in answer.text


async def test_a_page_says_the_stars_once_everyone_sees_them_and_the_day_of_a_change(
    service: Service, browser: httpx.AsyncClient
) -> None:
    activator = await new_activator(service)
    review = await add_review(service, activator, stars=4)
    for _ in range(4):
        await add_review(service, activator, stars=2)
    await change(service, review, activator, changed_at=NOW.replace(day=29, hour=23, minute=30))

    page = Page((await browser.get(path_of(service, review))).text)

    assert "Note : 4 sur 5." in page.words
    assert page.words[page.words.index("Modifié par son auteur le") + 1] == "30/11/2026"
    assert "Cet avis n'a pas de commentaire." in page.words


async def add_engagement(service: Service, activator: int) -> int:
    """Add a declared engagement that was confirmed."""
    number = new_id()
    row = {"id": number, "reference": f"T{number}"[-16:], "activator_id": activator, "version": 1}
    row |= {"state": DeclarationState.CONFIRMED, "language": Language.FR, "link_hash": str(number)}
    row |= {"engaged_on": NOW.date(), "declared_at": NOW, "due_at": NOW}
    async with service.write() as session:
        await session.execute(insert(tables.declared_engagement).values(row))
    return number


async def test_a_page_says_of_what_the_review_is(
    service: Service, browser: httpx.AsyncClient
) -> None:
    activator = await new_activator(service, kind=ActivatorKind.SOLUTION_PROVIDER)
    of_request, declared = [await add_review(service, activator, **QUOTABLE) for _ in range(2)]
    engagement = await add_engagement(service, activator)
    await change(service, declared, activator, request_id=None, engagement_id=engagement)

    for review, said in ((of_request, "lui a répondu."), (declared, "qui a été confirmé.")):
        page = Page((await browser.get(path_of(service, review))).text)
        assert any(words.endswith(said) for words in page.words)


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("", None, "fr"),
        ("?lang=en", "fr", "en"),
        ("?lang=FR", "en", "fr"),
        ("?lang=xx", "en-GB,en;q=0.9,fr;q=0.5", "en"),
        ("", "de, en;q=0.3, fr-CH;q=0.8", "fr"),
        ("", "en;q=nonsense", "fr"),
    ],
)
async def test_a_page_speaks_the_language_that_is_asked_for(
    service: Service,
    browser: httpx.AsyncClient,
    asked: str,
    accepted: str | None,
    language: str,
) -> None:
    review = await add_review(service, await new_activator(service), **QUOTABLE)
    headers = {} if accepted is None else {"Accept-Language": accepted}

    answer = await browser.get(path_of(service, review) + asked, headers=headers)

    assert Page(answer.text).tags[0] == ("html", {"lang": language})
    assert (answer.headers["content-language"], answer.headers["vary"]) == (
        language,
        "Accept-Language",
    )


async def test_no_text_becomes_markup_and_a_page_loads_and_runs_nothing(
    service: Service, browser: httpx.AsyncClient
) -> None:
    activator = await new_activator(service, given_name=ATTACK, family_name="<b>Martin</b>")
    review = await add_review(service, activator, comment=ATTACK, may_quote=True)
    reply = service.platform.sealer.seal({"reply": ATTACK})
    await change(service, review, activator, replied_at=NOW, sealed=reply)

    for language in ("fr", "en"):
        answer = await browser.get(f"{path_of(service, review)}?lang={language}")

        page = Page(answer.text)
        assert {"script", "img", "b", "link", "iframe", "form"}.isdisjoint(page.names)
        assert page.words.count(ATTACK) == 2
        attributes = {name for _, attrs in page.tags for name in attrs}
        assert attributes <= {"lang", "charset", "name", "content", "href", "id", "aria-labelledby"}
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "script-src" not in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in answer.headers


async def test_who_has_a_page_is_told_that_it_is_still_the_same(
    service: Service, browser: httpx.AsyncClient
) -> None:
    activator = await new_activator(service)
    review = await add_review(service, activator, **QUOTABLE)
    path = path_of(service, review)
    first = await browser.get(path)
    held = {"If-None-Match": first.headers["etag"]}

    again = await browser.get(path, headers=held)
    head = await browser.head(path)
    english = await browser.get(f"{path}?lang=en", headers=held)
    await change(service, review, activator, changed_at=NOW)
    changed = await browser.get(path, headers=held)
    await change(service, review, activator, state=ReviewState.WITHDRAWN)
    withdrawn = await browser.get(path, headers=held)

    assert first.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == first.headers["content-length"]
    assert (english.status_code, changed.status_code) == (200, 200)
    assert withdrawn.status_code == 404
    assert (await browser.post(path)).status_code == 405


async def test_what_a_visitor_may_not_see_is_answered_like_what_never_was(
    service: Service, browser: httpx.AsyncClient
) -> None:
    activator = await new_activator(service)
    hidden = await new_activator(service, state=ActivatorState.SUSPENDED)
    reviews = [
        await add_review(service, activator, state=state, **QUOTABLE)
        for state in set(ReviewState) - {ReviewState.PUBLISHED, ReviewState.UNDER_DOUBT}
    ]
    reviews.append(await add_review(service, hidden, **QUOTABLE))
    paths = [path_of(service, one) for one in reviews]
    paths += ["/reviews/00000000000", "/reviews/zzzzzzzzzzz", "/reviews/x", "/reviews/%00%ff"]
    paths += [f"/reviews/{new_id()}", f"/reviews/{'9' * 3_000}"]

    answers = [await browser.get(path) for path in paths]

    assert {(one.status_code, one.content) for one in answers} == {(404, answers[0].content)}
    assert len({tuple(sorted(one.headers)) for one in answers}) == 1
    assert Page(answers[0].text).words[-1].startswith("Il n'y a pas d'avis")


async def test_a_doubt_takes_a_review_from_the_recommendations_and_leaves_its_page(
    service: Service, browser: httpx.AsyncClient
) -> None:
    activator = await new_activator(service)
    review = await add_review(service, activator, **QUOTABLE)
    before = await browser.get(path_of(service, review))

    await change(service, review, activator, state=ReviewState.UNDER_DOUBT)

    assert (await recommended(service, activator))["nodes"] == []
    assert (await browser.get(path_of(service, review))).content == before.content


async def test_a_page_shows_no_reply_that_a_moderator_took_away(
    service: Service, browser: httpx.AsyncClient
) -> None:
    activator = await new_activator(service)
    review = await add_review(service, activator, **QUOTABLE)
    reply = service.platform.sealer.seal({"reply": "Une insulte."})
    await change(service, review, activator, replied_at=NOW, sealed=reply, reply_removed_at=NOW)

    assert "insulte" not in (await browser.get(path_of(service, review))).text
