"""A person with something in every table that holds anything about a person, for tests."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language, Role
from models.activators import ActivatorState
from models.api_keys import Scope
from models.base import new_id
from models.jobs import JobState
from models.mark_licences import LicenceState
from models.moderation import CaseKind, ReportReason
from models.review_steps import ReviewState, ReviewStep
from models.reviews import ReviewAuthor
from models.revisions import Subject, record_changes
from models.sessions import SignInMethod, secret_hash
from permissions.viewer import Viewer
from resolvers.api_key_actions import create_api_key
from resolvers.contact.content import Content
from resolvers.declarations.content import Content as Declaration
from resolvers.reviews.steps import add_history
from tests.contact import COMPANY, Asked, add_exchange, add_request
from tests.declarations import CONTENT, DISPUTE, add_engagement
from tests.marks import put_licence
from tests.people import add_account, add_activator, add_structure
from tests.reviews import COMMENT, put_review
from tests.service import NOW, Service

LATER = NOW + timedelta(days=1)
ISSUER = "https://sso.example.org"


@dataclass(frozen=True)
class Person:
    """An account with a session, and all that belongs to it."""

    account_id: int
    email: str
    session_id: int
    activator_id: int
    structure_id: int
    invitation_sent: int
    key_name: str
    asked: int
    """The contact request that it made as a company."""
    received: int
    """The contact request that it was asked as an activator."""
    token: str


async def add_person(service: Service, *roles: Role) -> Person:
    """Add a person who is an active activator and has other roles, beside others like it.

    What is called somebody else's must never be in its export, nor go with it.
    """
    async with service.write() as session:
        activator_id = await add_activator(
            session,
            state=ActivatorState.ACTIVE,
            networks=["cci"],
            expertise=["site-internet"],
            sectors=["A"],
            serves=["DEP-01"],
            given_name="Zoé",
            headline="Conseillère",
        )
        structure_id = await _structure_of(session, activator_id)
        account_id = await add_account(session, Role.ACTIVATOR, activator_id=activator_id)
        for role in roles:
            await _put(session, tables.account_role, id=new_id(), account_id=account_id, role=role)
        email = await _email_of(session, account_id)
        session_id = await _sign_in(session, account_id)
        await _join(session, account_id, activator_id, structure_id, email)
        sent = await _invite(session, structure_id, "somebody.else@example.org", account_id)
    key_name = await _act(service, account_id, activator_id)
    asked, received = await _ask(service, account_id, activator_id)
    await _review(service, account_id, activator_id, asked, received)
    await _declare(service, account_id, activator_id)
    token = service.platform.tokens.write(
        account_id, now=service.clock(), lifetime=timedelta(hours=1), session_id=session_id
    )
    own = (account_id, email, session_id, activator_id, structure_id, sent)
    return Person(*own, key_name, asked, received, token)


async def _sign_in(session: AsyncSession, account_id: int) -> int:
    session_id = new_id()
    method = {"method": SignInMethod.EMAIL_LINK, "client": "Portail"}
    times = {"created_at": NOW, "last_used_at": NOW, "expires_at": LATER}
    own = {"account_id": account_id}
    await _put(session, tables.session, id=session_id, **own, **method, **times)
    identity = {"issuer": ISSUER, "subject": f"subject {account_id}", "linked_at": NOW}
    await _put(session, tables.identity, **own, **identity)
    link = {"token_hash": secret_hash(f"link {account_id}"), "expires_at": LATER}
    await _put(session, tables.sign_in_link, **own, **link)
    token = {"token_hash": secret_hash(f"token {account_id}"), "session_id": session_id}
    await _put(session, tables.refresh_token, **token)
    return session_id


async def _join(
    session: AsyncSession, account_id: int, activator_id: int, structure_id: int, email: str
) -> None:
    version = await _charter(session)
    accepted = {"version": version, "accepted_at": NOW, "account_id": account_id}
    await _put(
        session, tables.charter_acceptance, id=new_id(), activator_id=activator_id, **accepted
    )
    link = {"url": "https://www.example.org/zoe", "failures": 3, "dead_since": NOW}
    await _put(session, tables.link_check, activator_id=activator_id, last_asked_at=NOW, **link)
    await put_licence(session, activator_id, LicenceState.GRANTED, NOW)
    asked = {"email": email, "language": Language.FR, "asked": {"headline": "Conseillère"}}
    registered = {"created_at": NOW, "expires_at": LATER}
    await _put(session, tables.registration, id=new_id(), **asked, **registered)
    other = await add_account(session)
    await _invite(session, await add_structure(session, name="Autre"), email, other)
    for payload in ({"email": email}, {"activator_id": activator_id}):
        await _put(
            session,
            tables.job,
            id=new_id(),
            kind="note",
            payload=payload,
            state=JobState.DEAD,
            created_at=NOW,
            run_at=NOW,
            attempts=8,
            finished_at=NOW,
        )


async def _invite(session: AsyncSession, structure_id: int, email: str, by: int) -> int:
    number = new_id()
    whom = {"email": email, "role": Role.ACTIVATOR, "language": Language.FR, "invited_by": by}
    times = {"created_at": NOW, "expires_at": LATER}
    await _put(session, tables.invitation, id=number, structure_id=structure_id, **whom, **times)
    return number


async def _act(service: Service, account_id: int, activator_id: int) -> str:
    """Make a key, and leave traces in the audit: its deeds, and another's to it."""
    name = f"Key {str(account_id)[:9]}"
    manager = Viewer(
        account_id, roles=frozenset({Role.NETWORK_MANAGER}), network_codes=frozenset({"cci"})
    )
    await create_api_key(
        service.platform,
        manager,
        network="cci",
        name=name,
        scopes=[Scope.DIRECTORY_READ],
    )
    deeds: list[tuple[int, str, int]] = [
        (new_id(), "Activator", activator_id),
        (account_id, "Activator", new_id()),
        (account_id, "Account", account_id),
    ]
    async with service.write() as session:
        for by, subject, subject_id in deeds:
            await service.platform.audit.record(
                session,
                Viewer(by, session_id=by),
                "note",
                subject,
                subject_id,
                now=NOW,
                after={"state": "ACTIVE"},
            )
    return name


async def _ask(service: Service, account_id: int, activator_id: int) -> tuple[int, int]:
    """Ask another for help as a company, and be asked by somebody else."""
    async with service.write() as session:
        other_id = await add_activator(session, state=ActivatorState.ACTIVE)
    own: Content = {**COMPANY, "email": f"company.{account_id}@example.org"}
    asked = await add_request(service, other_id, account_id=account_id, content=own)
    theirs: Content = {**COMPANY, "company": "Somebody else", "email": "somebody.else@example.org"}
    received = await add_request(service, activator_id, content=theirs)
    for one in (asked, received):
        await add_exchange(service, one.id)
    return asked.id, received.id


async def _review(
    service: Service, account_id: int, activator_id: int, asked: int, received: int
) -> None:
    """Review another as a company, be reviewed and doubt it; report, be sanctioned, and decide."""
    table, seal = tables.contact_request, service.platform.sealer.seal
    query = select(table.c.activator_id).where(table.c.id == asked)
    async with service.write() as session:
        other_id = (await session.execute(query)).scalar_one()
        request = Asked(asked, "")
        await put_review(service, session, other_id, comment=COMMENT, request=request)
        reply: dict[str, Any] = {"sealed": seal({"text": "Merci."}), "replied_at": NOW}
        theirs = Asked(received, "")
        about = await put_review(service, session, activator_id, stars=2, request=theirs, **reply)
        doubt = ReviewStep.DOUBT, ReviewState.UNDER_DOUBT, ReviewAuthor.ACTIVATOR
        words = seal({"words": "Qui est-ce ?"})
        await add_history(session, about.id, *doubt, by=None, now=NOW, sealed=words)
        by = {"account_id": account_id, "language": Language.FR, "reported_at": NOW}
        own = {"activator_id": other_id, **by}
        why = {"reason": ReportReason.ADVERTISING, "sealed": seal({"words": "De la publicité."})}
        await _put(session, tables.profile_report, id=new_id(), **own, **why)
        held = {"activator_id": activator_id, "ground": ReportReason.OFFENSIVE, "opened_at": NOW}
        await _put(session, tables.sanction, id=new_id(), **held)
        case = {"kind": CaseKind.PROFILE_REPORT, "subject_id": 1, "activator_id": other_id}
        claim = {"claimed_by": account_id, "claimed_until": LATER}
        times = {"opened_at": NOW, "due_at": LATER}
        await _put(session, tables.moderation_case, id=new_id(), **case, **claim, **times)
        await record_changes(session, Subject.ACTIVATOR, [activator_id, other_id])


async def _declare(service: Service, account_id: int, activator_id: int) -> None:
    """Declare what another did for it as a company, and dispute what somebody else declared."""
    async with service.write() as session:
        other_id = await add_activator(session, state=ActivatorState.ACTIVE)
    await add_engagement(service, other_id, account_id=account_id)
    theirs: Declaration = {**CONTENT, "company": "Somebody else", "dispute": DISPUTE}
    await add_engagement(
        service, activator_id, content={**theirs, "email": "somebody.else@example.org"}
    )


async def _charter(session: AsyncSession) -> str:
    """Give a version of the charter, installing one where there is none."""
    table = tables.charter_version
    found: str | None = (await session.execute(select(table.c.version).limit(1))).scalar()
    if found is None:
        found = "2026-0"
        texts = {"texts": {"fr": "", "en": ""}, "commitments": []}
        dates = {"published_on": NOW.date(), "installed_at": NOW}
        await _put(session, table, version=found, **texts, **dates)
    return found


async def _structure_of(session: AsyncSession, activator_id: int) -> int:
    table = tables.activator
    query = select(table.c.structure_id).where(table.c.id == activator_id)
    return int((await session.execute(query)).scalar_one())


async def _email_of(session: AsyncSession, account_id: int) -> str:
    """Let the account and its activator have one address, as they mostly do."""
    table = tables.account
    query = select(table.c.email).where(table.c.id == account_id)
    return str((await session.execute(query)).scalar_one())


async def _put(session: AsyncSession, table: Table, **values: Any) -> None:
    await session.execute(insert(table).values(values))
