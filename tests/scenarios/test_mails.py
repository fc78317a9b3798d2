"""Mails: what they look like, and what becomes of them when the server is down or refuses them."""

import asyncio
import socket
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, UndefinedError, meta
from pydantic import SecretStr

from models.accounts import Language
from models.database import Database
from models.jobs import JobState
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.worker import Worker
from resolvers.mail import message as messages
from resolvers.mail.delivery import EXPECTED, FolderDelivery, SmtpDelivery, delivery_to
from resolvers.mail.message import BadAddress, write_message
from resolvers.mail.outgoing import check_sender
from resolvers.mail.sending import send_mail
from resolvers.platform import Platform
from tests.certificates import make_certificate, server_context
from tests.databases import sqlite_copy
from tests.jobs import add_job, jobs_of, platform_on, the_job
from tests.mail_server import mail_server
from tests.service import NOW, Clock, mails_in, read_mail

TEMPLATES = (
    *("state_active", "state_suspended", "state_withdrawn", "state_refused", "left_programme"),
    *("charter_to_accept", "charter_reminder", "charter_suspended"),
    *("contact_again", "contact_acknowledgement", "contact_asked"),
    *("contact_declined", "contact_diagnosis"),
    *("contact_message_company", "contact_message_activator"),
    *("contact_engaged", "contact_completed"),
    *("contact_reminder", "contact_late", "contact_expired", "contact_expired_unanswered"),
    *("contact_offers", "contact_redirected", "contact_redirected_away", "contact_orphaned"),
    *("contact_revealed_company", "contact_revealed_activator"),
    *("contact_link", "contact_cancelled"),
    *("sanction_opened", "sanction_lifted"),
    *("review_received", "review_published", "review_stars_published", "review_refused"),
    *("review_change_received", "review_change_published", "review_change_refused"),
    *("review_replied", "review_doubted", "review_kept", "review_removed", "review_invitation"),
    *("reviewed_published", "reviewed_changed", "reviewed_doubt_kept", "reviewed_removed"),
    "reviewed_reply_removed",
    *("mark_granted", "mark_refused", "mark_revoked", "mark_failing", "mark_failed"),
    *("mark_ending", "mark_ended"),
    *("engagement_declared", "engagement_again", "engagement_to_confirm", "engagement_reminder"),
    *("engagement_confirmed", "engagement_disputed", "engagement_withdrawn"),
    *("engagement_referred_company", "engagement_referred_provider"),
    *("engagement_upheld_company", "engagement_upheld_provider"),
    *("engagement_refused_company", "engagement_refused_provider"),
)
EVERY = {
    "public_url": "https://maillage.example",
    "given_name": "Zoé",
    "reason": "Voilà.",
    "days": "90",
    "version": "2026-1",
    "day": "24/11/2026",
    "person": "Zoé",
    "activator": "Camille Martin",
    "reference": "K7M2P9QX",
    "due": "26/11/2026",
    "page": "https://maillage.example/graphql",
    "link": "https://maillage.example/graphql#request=secret",
    "token": "secret",
    "others": "",
    "ground": "Le texte parle d'autre chose.",
    "words": "Relisez-vous.",
    "rewrite": "yes",
    "number": "K7M2-P9QX-4TRH",
    "conditions": "Avoir accepté la charte en vigueur; être listé",
    "badge": "https://maillage.example/mark/K7M2-P9QX-4TRH.svg?lang=fr",
}
TO = "camille@example.org"


def written(
    template: str = "state_active", language: Language = Language.FR, to: str = TO, **values: str
) -> EmailMessage:
    return write_message(
        template,
        language,
        EVERY | values,
        sender="Maillage <maillage@example.org>",
        to=to,
        at=NOW,
        message_id="<job-1@maillage.example>",
    )


def parts(mail: EmailMessage) -> tuple[str, str]:
    """Read the text and the HTML of a mail."""
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    return str(text.get_content()), str(html.get_content())


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, html: str) -> None:
        """Read it."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep words."""
        self.words += data


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("template", TEMPLATES)
def test_each_mail_has_a_text_and_an_accessible_page_in_both_languages(
    template: str, language: Language
) -> None:
    mail = written(template, language)

    text, html = parts(mail)
    page = Page(html)
    assert mail.get_content_type() == "multipart/alternative"
    assert {part.get_content_charset() for part in mail.iter_parts()} == {"utf-8"}
    assert page.tags[0] == ("html", {"lang": language.value.lower()})
    assert mail["Subject"] in page.words
    assert read_mail(mail.as_bytes())["Subject"] == mail["Subject"]  # long ones lose a blank
    for paragraph in text.partition("\n-- \n")[0].split("\n\n"):
        assert paragraph.splitlines()[0] in " ".join(page.words.split()) or "\n" in paragraph
    assert "Zoé" in text
    assert max(map(len, text.splitlines())) <= 80
    assert all(len(line) <= 998 and line.isascii() for line in mail.as_bytes().decode().split("\n"))


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_two_languages_of_a_mail_differ(template: str) -> None:
    french, english = (written(template, language) for language in Language)

    assert french["Subject"] != english["Subject"]
    assert "Bonjour Zoé" in parts(french)[0]
    assert "Hello Zoé" in parts(english)[0]


def test_a_page_loads_nothing_and_links_to_the_service_alone() -> None:
    page = Page(parts(written())[1])

    assert not {"img", "script", "link", "iframe", "style"} & {tag for tag, _ in page.tags}
    assert not {"src", "background", "srcset"} & {name for _, given in page.tags for name in given}
    assert [given["href"] for _, given in page.tags if "href" in given] == [EVERY["public_url"]]


def test_the_headers_say_that_nobody_wrote_it_and_when() -> None:
    mail = written()

    assert mail["From"] == "Maillage <maillage@example.org>"
    assert mail["To"] == TO
    assert parsedate_to_datetime(mail["Date"]) == NOW
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == "<job-1@maillage.example>"


@pytest.mark.parametrize(
    "name",
    [
        "Zoé\r\nBcc: victim@example.org",
        "Zoé\n\nBcc: victim@example.org\n\nBonjour",
        "Zoé\x0bBcc: victim@example.org\x85X\u2028Y",
        "Zoé \u202eBcc: victim@example.org\x00",
    ],
)
def test_a_name_adds_no_header_no_recipient_and_no_paragraph(name: str) -> None:
    mail, plain = written(given_name=name), written()

    text, html = parts(mail)
    assert mail.keys() == plain.keys()
    assert "victim@example.org" not in str(mail["To"])
    assert text.count("\n\n") == parts(plain)[0].count("\n\n")
    assert html.count("<p>") == parts(plain)[1].count("<p>")
    assert "\u202e" not in text + html


def test_a_name_is_words_in_a_page_and_never_a_tag() -> None:
    text, html = parts(written(given_name="<b onclick='x'>Zoé</b> & Cie"))

    assert "<b onclick='x'>Zoé</b> & Cie" in text
    assert ("b", {"onclick": "x"}) not in Page(html).tags
    assert "&lt;b onclick=&#39;x&#39;&gt;Zoé&lt;/b&gt; &amp; Cie" in html


@pytest.mark.parametrize(
    "to", ["a@example.org, b@example.org", "a@example.org\nBcc: b@example.org", "", "nobody"]
)
def test_what_is_not_one_address_is_written_to_by_nobody(to: str) -> None:
    with pytest.raises(BadAddress):
        written(to=to)


def test_a_template_that_asks_for_what_is_not_given_fails() -> None:
    with pytest.raises(UndefinedError):
        write_message(
            "state_active", Language.FR, {}, sender="a@b.c", to=TO, at=NOW, message_id="<x@y>"
        )


ADDRESSES = {
    "smtp://mail.example.org": SmtpDelivery("mail.example.org", 25),
    "smtp://127.0.0.1:2525": SmtpDelivery("127.0.0.1", 2525),
    "smtp+starttls://ada:open%40sesame@mail.example.org": SmtpDelivery(
        "mail.example.org", 587, "ada", "open@sesame", start_tls=True
    ),
    "smtps://ada:sesame@mail.example.org:4650": SmtpDelivery(
        "mail.example.org", 4650, "ada", "sesame", use_tls=True
    ),
    "file:///var/mails%20to%20see": FolderDelivery(Path("/var/mails to see")),
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_says_which_server_how_and_as_whom(address: str) -> None:
    assert delivery_to(address) == ADDRESSES[address]


@pytest.mark.parametrize(
    "address",
    [
        *("", "mail.example.org", "http://ada:sesame@x", "smtp://", "smtp://x:port", "smtp://[x"),
        *("smtp://x:99999", "file://relative/path", "smtp://ada:sesame@x/path"),
    ],
)
def test_an_address_that_says_no_server_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(ValueError, match="expected smtp://") as refused:
        delivery_to(address)

    assert str(refused.value) == EXPECTED


def test_a_password_is_not_part_of_what_is_shown_of_a_delivery() -> None:
    assert "sesame" not in repr(delivery_to("smtps://ada:sesame@mail.example.org"))


@pytest.mark.parametrize(
    "sender", ["", "Maillage", "a@example.org, b@example.org", "Maillage <a@>", "a@b.c\nBcc: d@e.f"]
)
def test_a_sender_is_one_address(sender: str) -> None:
    with pytest.raises(ValueError, match="expected one address"):
        check_sender(sender)


async def send(platform: Platform, job: TakenJob) -> None:
    """Send a mail to the address of the job."""
    await send_mail(
        platform,
        job,
        to=job.payload["to"],
        language=Language.FR,
        template="state_active",
        values={"given_name": "Zoé", "reason": "Voilà.", "days": "90"},
    )


@pytest.fixture
async def one_database(sqlite_template: Path, tmp_path: Path) -> Any:
    """An SQLite database: where mails go does not depend on it."""
    async with sqlite_copy(sqlite_template, tmp_path) as database:
        yield database


@pytest.fixture
def clock() -> Clock:
    return Clock()


def sending(database: Database, clock: Clock, folder: Path, url: str) -> tuple[Worker, Platform]:
    """Make a worker whose mails go to a server, and give up after three attempts."""
    platform = platform_on(database, clock, folder, smtp_url=SecretStr(url), job_attempts=3)
    return Worker(platform, {"send": send}), platform


async def test_a_mail_arrives_by_smtp_named_by_its_job(
    one_database: Database, clock: Clock, tmp_path: Path
) -> None:
    with mail_server() as server:
        worker, _ = sending(one_database, clock, tmp_path, server.url)
        await add_job(one_database, "send", {"to": TO})
        await worker.run_due()

    (mail,), (envelope,) = server.mails(), server.envelopes
    job = await the_job(one_database)
    assert job.state is JobState.DONE
    assert mail["Message-ID"] == f"<job-{job.id}@127.0.0.1>"
    assert (envelope.mail_from, envelope.rcpt_tos) == ("maillage@localhost", [TO])
    assert "Bonjour Zoé" in parts(mail)[0]


async def test_a_mail_arrives_in_a_folder_that_its_owner_alone_reads(
    one_database: Database, clock: Clock, tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "mailbox"
    worker, _ = sending(one_database, clock, tmp_path, f"file://{folder}")
    await add_job(one_database, "send", {"to": TO})

    await worker.run_due()

    job, (file,), (mail,) = await the_job(one_database), folder.iterdir(), mails_in(folder)
    assert file.name == f"job-{job.id}@127.0.0.1.eml"
    text = mail.get_body(("plain",))
    assert text is not None
    assert text.get_content() in file.read_bytes().decode()
    assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    assert mail["To"] == TO


async def test_a_server_that_is_down_gets_the_mail_when_it_is_up_again(
    one_database: Database, clock: Clock, tmp_path: Path
) -> None:
    with mail_server() as server:
        pass  # it was here a moment ago
    worker, _ = sending(one_database, clock, tmp_path, server.url)
    await add_job(one_database, "send", {"to": TO})

    await worker.run_due()

    job = await the_job(one_database)
    assert (job.state, job.last_error) == (JobState.WAITING, "SMTPConnectError")
    with mail_server() as server:
        worker, _ = sending(one_database, clock, tmp_path, server.url)
        clock.advance(seconds=30)
        await worker.run_due()
    assert len(server.envelopes) == 1


async def test_a_server_that_is_busy_once_gets_the_same_mail_again(
    one_database: Database, clock: Clock, tmp_path: Path
) -> None:
    with mail_server(reply=lambda number: "451 busy" if number == 1 else None) as server:
        worker, _ = sending(one_database, clock, tmp_path, server.url)
        await add_job(one_database, "send", {"to": TO})
        await worker.run_due()
        busy = await the_job(one_database)
        clock.advance(seconds=30)
        await worker.run_due()

    done = await the_job(one_database)
    assert (busy.state, busy.last_error) == (JobState.WAITING, "SMTPDataError")
    assert (done.state, server.tried) == (JobState.DONE, 2)
    assert [mail["Message-ID"] for mail in server.mails()] == [f"<job-{done.id}@127.0.0.1>"]


async def test_what_the_server_refuses_for_good_is_dead_at_once(
    one_database: Database, clock: Clock, tmp_path: Path
) -> None:
    refused = {"gone@example.org": "550 no such person", "full@example.org": "452 full"}
    with mail_server(refused=refused, reply=lambda _: "554 not wanted") as server:
        worker, _ = sending(one_database, clock, tmp_path, server.url)
        for to in ("gone@example.org", "full@example.org", TO, "two@a.b, three@a.b"):
            await add_job(one_database, "send", {"to": to})
        await worker.run_due()

    outcomes = {
        job.payload["to"]: (job.state, job.last_error) for job in await jobs_of(one_database)
    }
    assert outcomes == {
        "gone@example.org": (JobState.DEAD, "MailRefused"),
        "full@example.org": (JobState.WAITING, "SMTPRecipientsRefused"),
        TO: (JobState.DEAD, "MailRefused"),
        "two@a.b, three@a.b": (JobState.DEAD, "BadAddress"),
    }
    assert server.envelopes == []


async def test_a_server_that_takes_the_call_and_says_nothing_is_left_and_tried_again(
    one_database: Database, clock: Clock, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        platform = platform_on(
            one_database, clock, tmp_path, smtp_url=SecretStr(url), job_lease_seconds=1
        )
        await add_job(one_database, "send", {"to": TO})
        async with asyncio.timeout(2):
            await Worker(platform, {"send": send}).run_due()

    job = await the_job(one_database)
    assert (job.state, job.last_error) == (JobState.WAITING, "TimeoutError")


async def test_a_password_goes_to_the_server_and_to_nobody_else(
    one_database: Database, clock: Clock, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with mail_server() as server:  # which asks for none, and so refuses it
        url = server.url.replace("://", "://ada:opensesame@")
        worker, _ = sending(one_database, clock, tmp_path, url)
        await add_job(one_database, "send", {"to": TO})
        await worker.run_due()

    job = await the_job(one_database)
    assert (job.state, server.envelopes) == (JobState.WAITING, [])
    assert "SMTP" in job.last_error
    assert "opensesame" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_mail_and_password_go_encrypted_to_a_server_whose_certificate_is_trusted(
    one_database: Database,
    clock: Clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
) -> None:
    certificate = make_certificate(tmp_path)
    how = "tls" if scheme == "smtps" else "start_tls"
    tls: dict[str, Any] = {how: server_context(certificate)}
    with mail_server(password="opensesame", **tls) as server:
        url = server.url.replace("smtp://", f"{scheme}://ada:opensesame@")
        worker, _ = sending(one_database, clock, tmp_path, url)
        await add_job(one_database, "send", {"to": TO})
        await worker.run_due()
        distrusted = await the_job(one_database)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        clock.advance(seconds=30)
        await worker.run_due()

    assert distrusted.state is JobState.WAITING
    assert (await the_job(one_database)).state is JobState.DONE
    assert [one.rcpt_tos for one in server.envelopes] == [[TO]]


FILES = Path(messages.__file__).parent / "templates"
LETTERS = sorted({one.name.split(".")[0] for one in FILES.glob("*.fr.j2")} - {"footer"})


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_says_the_same_things_in_both_languages(letter: str) -> None:
    texts = {one: (FILES / f"{letter}.{one.value.lower()}.j2").read_text() for one in Language}

    parse = Environment(autoescape=True).parse
    needed = {one: meta.find_undeclared_variables(parse(text)) for one, text in texts.items()}
    mails = {
        one: written(letter, one, **dict.fromkeys(needed[one], "https://maillage.example/x"))
        for one in Language
    }

    assert needed[Language.FR] == needed[Language.EN]
    assert mails[Language.FR]["Subject"] != mails[Language.EN]["Subject"]
    for mail in mails.values():
        text, html = parts(mail)
        assert len(text) > 100
        assert "{{" not in text + html
