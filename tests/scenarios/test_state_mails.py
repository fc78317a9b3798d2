"""Who is told by mail that a membership was admitted, suspended or withdrawn, and what of."""

import asyncio
from typing import Any

from sqlalchemy import insert

from models import tables
from models.accounts import Language, Role
from models.activators import ActivatorState
from models.base import new_id
from models.database import Database
from models.jobs import JobState
from resolvers.jobs.worker import POLL_INTERVAL
from schema.nodes import global_id
from tests.jobs import jobs_of, the_job
from tests.people import accept_charter, add_account, add_activator
from tests.service import NOW, Service, running

CHANGE = """mutation ($id: ID!, $state: ActivatorState!) {
    changeActivatorState(input: { id: $id, state: $state, reason: "Les règles <3." }) {
        userErrors { code }
    }
}"""
PENDING, ACTIVE = ActivatorState.PENDING, ActivatorState.ACTIVE
SUBJECTS = {
    ActivatorState.ACTIVE: "Votre adhésion au programme est active",
    ActivatorState.SUSPENDED: "Votre adhésion au programme est suspendue",
    ActivatorState.WITHDRAWN: "Votre adhésion au programme a pris fin",
}
PERSON = {"given_name": "Zoé", "family_name": "Durand-Lefort", "email": "Zoe@example.org"}


async def change(service: Service, id: int, state: ActivatorState, role: Role) -> list[str]:
    """Ask for a state, as somebody with a role; give the codes of the refusal."""
    about = {"activator_id": id} if role is Role.ACTIVATOR else {}
    async with service.write() as session:
        token = service.token(await add_account(session, role, **about))
    variables = {"id": global_id("Activator", id), "state": state.value}
    answer: Any = await service.data(CHANGE, variables, token=token)
    return [error["code"] for error in answer["changeActivatorState"]["userErrors"]]


async def add(service: Service, **values: Any) -> int:
    """Add a person among others."""
    async with service.write() as session:
        for _ in range(3):
            await add_activator(session)
        id = await add_activator(session, **PERSON | values)
        await accept_charter(session, id)
        return id


async def test_a_person_is_told_in_french_and_nothing_of_anybody_else(service: Service) -> None:
    for state, subject in SUBJECTS.items():
        id = await add(service, state=PENDING if state is ACTIVE else ACTIVE)
        known = {mail["Message-ID"] for mail in service.mails()}

        assert await change(service, id, state, Role.MODERATOR) == []
        (job,) = [one for one in await jobs_of(service.database) if one.state is JobState.WAITING]
        template = f"state_{state.value.lower()}"
        assert job.payload == {"activator_id": id, "template": template}
        assert await service.work() == 1

        (mail,) = [one for one in service.mails() if one["Message-ID"] not in known]
        assert (mail["To"], mail["Subject"]) == ("Zoe@example.org", subject)
        assert mail["Message-ID"] == f"<job-{job.id}@127.0.0.1>"
        whole = "".join(part.get_content() for part in mail.iter_parts())
        assert "Bonjour Zoé," in whole
        assert 'lang="fr"' in whole
        assert ("« Les règles <3. »" in whole) is (state is not ACTIVE)
        assert ("« Les règles &lt;3. »" in whole) is (state is not ACTIVE)
        for other in ("Camille", "Martin", "camille.", "account.", "Durand", "rue Anatole"):
            assert other not in whole + mail.as_string()

    jobs = await jobs_of(service.database)
    assert [(job.state, job.payload, job.finished_at) for job in jobs] == [
        (JobState.DONE, {}, NOW) for _ in SUBJECTS
    ]


async def test_a_person_who_is_refused_is_told_why(service: Service) -> None:
    id = await add(service, state=PENDING)

    assert await change(service, id, ActivatorState.WITHDRAWN, Role.MODERATOR) == []
    await service.work()

    (mail,) = service.mails()
    assert mail["Subject"] == "Votre demande d'adhésion au programme est refusée"
    part: Any = mail.get_body(("plain",))
    assert "« Les règles <3. »" in part.get_content()
    assert "effacées dans 90 jours" in " ".join(part.get_content().split())


async def test_an_account_of_the_same_address_says_the_language(service: Service) -> None:
    id = await add(service)
    async with service.write() as session:
        values = {"email": "zoe@example.org", "language": Language.EN, "created_at": NOW}
        await session.execute(insert(tables.account).values(id=new_id(), **values))

    await change(service, id, ActivatorState.SUSPENDED, Role.ADMINISTRATOR)
    await service.work()

    (mail,) = service.mails()
    assert (mail["To"], mail["Content-Language"]) == ("Zoe@example.org", "en")
    assert mail["Subject"] == "Your membership of the programme is suspended"


async def test_nobody_is_written_to_without_an_address(service: Service) -> None:
    id = await add(service, email=None)

    await change(service, id, ActivatorState.SUSPENDED, Role.MODERATOR)
    await service.work()

    assert service.mails() == []
    assert (await the_job(service.database)).state is JobState.DONE


REFUSED = [
    (ActivatorState.SUSPENDED, Role.ACTIVATOR, "FORBIDDEN"),
    (ActivatorState.WITHDRAWN, Role.INSTITUTION, "FORBIDDEN"),
    (ActivatorState.ACTIVE, Role.MODERATOR, "CONFLICT"),
    (ActivatorState.PENDING, Role.ADMINISTRATOR, "CONFLICT"),
]


async def test_a_change_that_was_refused_is_told_to_nobody(service: Service) -> None:
    id = await add(service)

    for state, role, code in REFUSED:
        assert await change(service, id, state, role) == [code]

    assert await jobs_of(service.database) == []
    assert await service.work() == 0
    assert service.mails() == []


async def test_each_step_is_told_once_in_its_own_words(service: Service) -> None:
    id = await add(service, state=PENDING)
    steps = (ActivatorState.ACTIVE, ActivatorState.SUSPENDED, ActivatorState.ACTIVE)

    for state in steps:
        await change(service, id, state, Role.MODERATOR)
    await service.work()

    assert sorted(mail["Subject"] for mail in service.mails()) == sorted(
        SUBJECTS[state] for state in steps
    )


async def test_the_application_itself_sends_it_where_it_is_told_to_work(
    database: Database,
) -> None:
    async with running(database, work_in_serve=True) as service:
        id = await add(service)
        await change(service, id, ActivatorState.SUSPENDED, Role.MODERATOR)
        async with asyncio.timeout(2):
            while not service.mails():  # noqa: ASYNC110  a file tells nobody that it is there
                await asyncio.sleep(0.02)
        (mail,) = service.mails()

    assert mail["To"] == "Zoe@example.org"


async def test_the_application_leaves_jobs_alone_where_others_work(service: Service) -> None:
    id = await add(service)
    await change(service, id, ActivatorState.SUSPENDED, Role.MODERATOR)

    await asyncio.sleep(1.2 * POLL_INTERVAL)

    job = await the_job(service.database)
    assert (job.state, job.attempts) == (JobState.WAITING, 0)
