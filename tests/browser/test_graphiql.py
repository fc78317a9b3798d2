"""GraphiQL opens in a browser, asks nothing of anyone else, breaks no policy, and answers."""

import os
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
EXAMPLES = [
    "ConseillersProches",
    "RechercheEtFacettes",
    "SaisieDuneCommune",
    "CarteDuneRegion",
    "FicheDunActivateur",
]
WORKERS = {"editor", "graphql", "json"}

expect.set_options(timeout=30_000)

RECORD_VIOLATIONS = """
    globalThis.violations = [];
    document.addEventListener("securitypolicyviolation", (event) =>
        violations.push(`${event.effectiveDirective} ${event.blockedURI}`));
"""


@dataclass
class Visit:
    """A page, and what it asked for and complained of since it opened."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def violations(self) -> list[str]:
        violations: list[str] = await self.page.evaluate("violations")
        return violations

    async def workers_start(self, names: set[str]) -> None:
        """Wait for them: GraphiQL starts each when it first has something to do for it."""
        while (
            set(re.findall(r"/(\w+)-worker-", " ".join(w.url for w in self.page.workers))) != names
        ):
            await self.page.wait_for_event("worker")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        reason = f"no browser here: none of {', '.join(BROWSERS)}"
        if os.environ.get("MAILLAGE_REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        await browser.close()


@pytest.fixture
async def visit(browser: Browser, live_server: str) -> Visit:
    page = await browser.new_page(color_scheme="light", viewport={"width": 1440, "height": 900})
    visit = Visit(page)
    page.on("request", lambda request: visit.requests.append(request.url))
    page.on("websocket", lambda socket: visit.requests.append(socket.url))
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            visit.complaints.append(message.text) if message.type in {"error", "warning"} else None
        ),
    )
    await page.add_init_script(RECORD_VIOLATIONS)
    response = await page.goto(f"{live_server}/graphql")
    assert response is not None
    assert response.status == 200, await response.text()
    return visit


async def test_graphiql_opens_with_the_examples_and_one_runs(
    visit: Visit, live_server: str
) -> None:
    page = visit.page
    await expect(page).to_have_title("Maillage")
    tabs = page.get_by_role("tab")
    await expect(tabs).to_contain_text(EXAMPLES)
    await expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("Oyonnax")

    await page.get_by_role("button", name=re.compile("^Execute")).click()
    answer = page.locator(".result-window .view-lines")
    await expect(answer).to_contain_text('"data"')
    await expect(answer).not_to_contain_text('"errors"')

    await visit.workers_start(WORKERS)
    await page.wait_for_load_state("networkidle")
    assert await visit.violations() == []
    assert visit.complaints == []
    assert [url for url in visit.requests if not url.startswith((f"{live_server}/", "data:"))] == []


async def test_a_token_goes_with_the_request_and_is_not_stored(visit: Visit) -> None:
    page = visit.page
    await page.wait_for_load_state("networkidle")
    await page.get_by_role("button", name="Headers").click()
    await page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden)").click()
    await page.keyboard.press("Control+Home")
    await page.keyboard.press("Control+Slash")  # the hint is a comment: uncomment it
    await page.wait_for_timeout(500)  # GraphiQL notes what was typed once the typing rests
    async with page.expect_request("**/graphql") as asked:
        await page.keyboard.press("Control+Enter")
    assert (await asked.value).headers["authorization"] == "Bearer VOTRE-JETON"
    await expect(page.locator(".result-window .view-lines")).to_contain_text("{")
    assert "VOTRE-JETON" not in await page.evaluate("JSON.stringify(localStorage)")


@pytest.mark.parametrize(
    ("link", "tab", "asks"),
    [
        ("token", "SeConnecter", "signIn"),
        ("registration", "ConfirmerMaDemande", "verifyRegistration"),
        ("invitation", "AccepterUneInvitation", "acceptInvitation"),
        ("activator", "VoirLaDemande", "viewerMay"),
        ("request", "SuivreMaDemande", "contactRequestChanged"),
        ("contact-request", "LireLaDemande", "contactRequest"),
        ("engagement", "SuivreMaDeclaration", "declaredEngagement"),
        ("declared-engagement", "LireLaDeclaration", "declaredEngagement"),
    ],
)
async def test_a_link_sent_by_mail_opens_what_it_is_for_and_leaves_the_address(
    visit: Visit, live_server: str, link: str, tab: str, asks: str
) -> None:
    page = visit.page
    for _ in range(2):  # a browser that kept its tabs, too
        await page.goto("about:blank")
        await page.goto(f"{live_server}/graphql#{link}=a-token-of-the-tests")

        await expect(page.get_by_role("tab", selected=True)).to_contain_text(tab)
        await expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text(asks)
        assert page.url == f"{live_server}/graphql"
        await page.get_by_role("button", name=re.compile("^Execute")).click()
        answer = page.locator(".result-window .view-lines")
        await expect(answer).to_contain_text(
            re.compile("message|contactRequest|declaredEngagement")
        )
        assert await visit.violations() == []
        sockets = [url for url in visit.requests if url.startswith("ws")]
        assert bool(sockets) == (link == "request")


async def test_the_browser_refuses_code_styles_and_requests_slipped_into_the_page(
    visit: Visit,
) -> None:
    await visit.page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "globalThis.ran = true";
            document.head.append(script);
            document.head.insertAdjacentHTML("beforeend", "<style>body { color: red }</style>");
            setTimeout("globalThis.ran = true");
            fetch("http://elsewhere.example/").catch(() => {});
        }"""
    )
    await visit.page.wait_for_function("violations.length >= 4")
    assert sorted(await visit.violations()) == [
        "connect-src http://elsewhere.example/",
        "script-src eval",
        "script-src-elem inline",
        "style-src-elem inline",
    ]
    assert not await visit.page.evaluate("globalThis.ran")
