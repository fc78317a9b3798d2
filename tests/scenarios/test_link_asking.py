"""What is asked of a link, and what its answers mean; on a real web server."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from resolvers.links.asking import AT_ONCE, Heard, LinkAsker
from resolvers.links.pages import CHUNK, ROUNDS
from tests.certificates import make_certificate, server_context
from tests.live_server import free_port
from tests.web_server import CUT, NEVER, WebServer, web_server

AGENT = "Maillage link check (+https://annuaire.example.org)"
ASKER = LinkAsker(AGENT, local=True)
ANSWERS = {
    "200 OK": Heard.PAGE,
    "204 No Content": Heard.PAGE,
    "304 Not Modified": Heard.PAGE,
    "401 Unauthorized": Heard.REFUSAL,
    "403 Forbidden": Heard.REFUSAL,
    "429 Too Many Requests": Heard.REFUSAL,
    "999 Request denied": Heard.REFUSAL,
    "404 Not Found": Heard.NO_PAGE,
    "410 Gone": Heard.NO_PAGE,
    "500 Internal Server Error": Heard.NO_PAGE,
    "503 Service Unavailable": Heard.NO_PAGE,
    "302 Found": Heard.PAGE,
    "302 Found\r\nLocation: /page": Heard.NO_PAGE,
    "302 Found\r\nLocation: /other": Heard.PAGE,
    "302 Found\r\nLocation: http://[": Heard.SILENCE,
    "302 Found\r\nLocation: ftp://127.0.0.1/": Heard.NO_PAGE,
    "302 Found\r\nLocation: http://10.0.0.1/": Heard.NO_PAGE,
    "302 Found\r\nLocation: http://169.254.169.254/latest/": Heard.NO_PAGE,
    "302 Found\r\nLocation: http://[::1]/": Heard.NO_PAGE,
    "no status at all": Heard.SILENCE,
    CUT: Heard.SILENCE,
}
"""What a page answers, and what is heard."""


@pytest.fixture
async def web() -> AsyncIterator[WebServer]:
    """A web server."""
    async with web_server() as server:
        yield server


async def hear(url: str, *, seconds: float = 20, asker: LinkAsker = ASKER) -> Heard:
    """Ask one link."""
    return (await asker.ask([url], seconds=seconds))[url]


@pytest.mark.parametrize(("page", "heard"), ANSWERS.items())
async def test_an_answer_means_the_same_for_head_and_get(
    web: WebServer, page: str, heard: Heard
) -> None:
    web.pages["/page"] = page

    assert await hear(web.url("/page")) is heard


@pytest.mark.parametrize("head", ["405 Method Not Allowed", "404 Not Found", "500 No", CUT])
async def test_a_page_that_refuses_head_is_got(web: WebServer, head: str) -> None:
    web.pages["HEAD /page"] = head

    assert await hear(web.url("/page")) is Heard.PAGE
    assert [one.method for one in web.asked] == ["HEAD", "GET"]


async def test_a_page_that_does_not_answer_head_is_got(web: WebServer) -> None:
    web.pages["HEAD /page"] = NEVER

    assert await hear(web.url("/page"), seconds=6) is Heard.PAGE


async def test_a_page_that_answers_head_is_not_got(web: WebServer) -> None:
    await hear(web.url("/page"))

    assert [one.method for one in web.asked] == ["HEAD"]


async def test_three_redirects_are_followed_and_no_fourth(web: WebServer) -> None:
    for step in range(1, 5):
        web.pages[f"/{step}"] = f"301 Moved Permanently\r\nLocation: /{step - 1}"

    three = await hear(web.url("/3"))
    followed = web.paths()
    web.asked.clear()
    four = await hear(web.url("/4"))

    assert (three, followed) == (Heard.PAGE, ["/3", "/2", "/1", "/0"])
    assert (four, web.paths()) == (Heard.NO_PAGE, ["/4", "/3", "/2", "/1"] * 2)


async def test_a_redirect_to_an_address_within_leads_nowhere(web: WebServer) -> None:
    async with web_server("127.0.0.2") as within:
        there = within.url("/secret", "127.0.0.2")
        web.pages["/page"] = f"302 Found\r\nLocation: {there}"

        heard = await hear(web.url("/page"))

        assert (heard, within.asked) == (Heard.NO_PAGE, [])
        assert len(web.asked) == 2


async def test_this_machine_is_asked_by_a_test_alone(web: WebServer) -> None:
    asker = LinkAsker(AGENT)

    for host in ("127.0.0.1", "localhost", "127.1"):
        assert await hear(web.url("/page", host), asker=asker) is Heard.NO_PAGE

    assert web.asked == []


async def test_who_asks_is_named_and_keeps_no_cookie(web: WebServer) -> None:
    web.pages["/page"] = "302 Found\r\nLocation: /other\r\nSet-Cookie: a=b"

    await hear(web.url("/page", "localhost"))
    await hear(web.url("/page", "localhost"))

    assert len(web.asked) == 4
    for one in web.asked:
        assert one.headers == {
            "host": f"localhost:{web.port}",
            "user-agent": AGENT,
            "accept": "*/*",
        }


async def test_no_proxy_and_no_password_of_the_environment_is_used(
    web: WebServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password secret")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")

    assert await hear(web.url("/page")) is Heard.PAGE
    assert "authorization" not in web.asked[0].headers


@pytest.mark.parametrize(
    "url",
    [
        "http://maillage.invalid/",
        f"http://{'a' * 64}.fr/",
        "http://é..fr/",
        "http://xn--/",
        "http://a_b.invalid/",
        "http://127.0.0.1:1/",
    ],
)
async def test_nobody_at_an_address_is_silence(url: str) -> None:
    assert await hear(url) is Heard.SILENCE


async def test_links_are_asked_a_few_at_once_and_in_half_a_lease_whatever_they_do(
    web: WebServer,
) -> None:
    links = [web.url(f"/{number}") for number in range(CHUNK)]
    web.pages |= {f"/{number}": NEVER for number in range(CHUNK)}

    begun = time.perf_counter()
    heard = await ASKER.ask(links, seconds=0.6)
    took = time.perf_counter() - begun

    assert heard == dict.fromkeys(links, Heard.SILENCE)
    assert web.most_at_once <= AT_ONCE
    assert took < ROUNDS * 0.6 + 2


@pytest.mark.parametrize(
    ("host", "heard"), [("localhost", Heard.PAGE), ("127.0.0.1", Heard.SILENCE)]
)
async def test_a_certificate_is_of_the_name_and_not_of_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, heard: Heard
) -> None:
    certificate = make_certificate(tmp_path, "localhost")
    async with web_server(tls=server_context(certificate)) as web:
        untrusted = await hear(web.url("/page", host))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

        assert (untrusted, await hear(web.url("/page", host))) == (Heard.SILENCE, heard)
