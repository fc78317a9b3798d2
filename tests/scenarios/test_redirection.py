"""Redirection: others are proposed, the company agrees, a new request follows (article 4)."""

import asyncio
import itertools
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select, update

from models import tables
from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState
from models.request_steps import STEPS, RequestState, Step
from models.revisions import Subject, record_changes
from schema.nodes import global_id
from tests.contact import COMPANY, Asked, add_request, revoke_links, state_of
from tests.people import add_account, add_activator
from tests.portals import make_key
from tests.service import Service

FIELDS = """id state reference need activator { displayName }
  offers { author activator { id } } chain { id state need activator { id } }
  history { step author }"""
READ = (
    f"query ($id: ID, $token: String) {{ contactRequest(id: $id, token: $token) {{ {FIELDS} }} }}"
)
ERRORS = "userErrors { code field message }"
PROPOSE = f"""mutation ($input: ProposeRedirectionInput!) {{ proposeRedirection(input: $input) {{
  contactRequest {{ {FIELDS} }} {ERRORS} }} }}"""
AGREE = f"""mutation ($input: AgreeToRedirectionInput!) {{ agreeToRedirection(input: $input) {{
  contactRequest {{ {FIELDS} }} {ERRORS} }} }}"""

FIELD = "donnees-ia"


@dataclass(frozen=True)
class Person:
    """An activator, and the token of its account."""

    id: int
    token: str

    @property
    def node(self) -> str:
        """Its id on the wire."""
        return global_id("Activator", self.id)


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """The application of the module, where those of the tests before have gone."""
    async with shared_service.write() as session:
        gone = update(tables.activator).values(state=ActivatorState.WITHDRAWN)
        await session.execute(gone.where(tables.activator.c.state == ActivatorState.ACTIVE))
        await session.execute(update(tables.contact_request).values(state=RequestState.CANCELLED))
    await shared_service.work()
    for file in shared_service.mailbox.glob("*.eml"):
        file.unlink()
    return shared_service


async def add(service: Service, **values: Any) -> Person:
    values = {"expertise": [FIELD], **values}
    async with service.write() as session:
        activator = await add_activator(session, **values)
        account = await add_account(session, Role.ACTIVATOR, activator_id=activator)
    return Person(activator, service.token(account))


async def suspend(service: Service, *people: Person) -> None:
    activator = tables.activator
    ids = [one.id for one in people]
    async with service.write() as session:
        gone = update(activator).where(activator.c.id.in_(ids))
        await session.execute(gone.values(state=ActivatorState.SUSPENDED))
        await record_changes(session, Subject.ACTIVATOR, ids)


async def propose(
    service: Service, asked: Asked, by: Person, *others: Person, **more: Any
) -> dict[str, Any]:
    given = {"id": asked.node, "activators": [one.node for one in others], **more}
    answer = await service.data(PROPOSE, {"input": given}, token=by.token)
    done: dict[str, Any] = answer["proposeRedirection"]
    return done


async def agree(service: Service, asked: Asked, to: Person, **how: Any) -> dict[str, Any]:
    given = {"token": asked.token, "activator": to.node}
    answer = await service.data(AGREE, {"input": how.pop("input", given)}, **how)
    done: dict[str, Any] = answer["agreeToRedirection"]
    return done


async def read(service: Service, asked: Asked, person: Person | None = None) -> Any:
    if person is None:
        return (await service.data(READ, {"token": asked.token}))["contactRequest"]
    return (await service.data(READ, {"id": asked.node}, token=person.token))["contactRequest"]


async def requests_to(service: Service, person: Person) -> list[Any]:
    table = tables.contact_request
    async with service.database.read() as session:
        query = select(table).where(table.c.activator_id == person.id)
        return list((await session.execute(query)).all())


async def new_link(service: Service, person: Person) -> Asked:
    """Give the request that a person got, with the newest link, as its mail holds it."""
    (row,) = await requests_to(service, person)
    await service.work()
    (mail,) = [
        one
        for one in service.mails()
        if row.reference in one["Subject"] and one["To"] == COMPANY["email"]
    ]
    text = mail.get_body(("plain",))
    assert text is not None
    token = str(text.get_content()).split("#request=")[1].split()[0]
    return Asked(row.id, token)


def sent_to(service: Service, address: str) -> list[str]:
    return sorted(str(mail["Subject"]) for mail in service.mails() if mail["To"] == address)


async def email_of(service: Service, person: Person) -> str:
    table = tables.activator
    async with service.database.read() as session:
        query = select(table.c.email).where(table.c.id == person.id)
        return str((await session.execute(query)).scalar_one())


async def test_the_one_asked_proposes_the_company_agrees_and_the_new_one_reads_the_request(
    service: Service,
) -> None:
    asked, other, third = await add(service), await add(service), await add(service)
    request = await add_request(service, asked.id, expertise=[FIELD])

    proposed = await propose(service, request, asked, other, third, message="Voyez plutôt Camille.")

    assert proposed["userErrors"] == []
    assert [one["activator"]["id"] for one in proposed["contactRequest"]["offers"]] == [
        other.node,
        third.node,
    ]
    assert await requests_to(service, other) == []
    await service.work()
    (subject,) = sent_to(service, COMPANY["email"])
    assert "d'autres personnes" in subject

    agreed = await agree(service, request, other)

    assert agreed["userErrors"] == []
    assert agreed["contactRequest"]["state"] == "REDIRECTED"
    (row,) = await requests_to(service, other)
    new = Asked(row.id, "")
    assert (await read(service, new, other))["need"] == COMPANY["need"]
    assert (await read(service, request, other)) is None
    link = await new_link(service, other)
    assert [one["activator"]["id"] for one in (await read(service, link))["chain"]] == [
        asked.node,
        other.node,
    ]
    chain = (await read(service, request))["chain"]
    assert [one["state"] for one in chain] == ["REDIRECTED", "ACKNOWLEDGED"]
    assert chain[1]["need"] == COMPANY["need"]
    (over,) = sent_to(service, await email_of(service, asked))
    assert "quelqu'un d'autre" in over
    (told,) = sent_to(service, await email_of(service, other))
    assert "demande de l'aide" in told


async def test_what_is_made_anew_is_the_company_s_and_sealed_anew(service: Service) -> None:
    asked, other = await add(service), await add(service)
    async with service.write() as session:
        account = await add_account(session)
    request = await add_request(service, asked.id, account_id=account, network_code="cci")
    await propose(service, request, asked, other)
    await agree(service, request, other)

    (old,), (new,) = await requests_to(service, asked), await requests_to(service, other)

    same = ("language", "size", "sector_code", "department_code", "email_hash", "account_id")
    assert [getattr(new, one) for one in same] == [getattr(old, one) for one in same]
    assert new.network_code == "cci"
    assert service.platform.sealer.open(new.sealed) == COMPANY
    assert new.sealed != old.sealed
    assert new.reference != old.reference
    assert (new.previous_id, new.root_id, new.hops) == (old.id, old.id, 1)
    assert new.due_at > service.clock()


async def test_the_proposal_is_the_first_reaction_of_the_one_asked(service: Service) -> None:
    asked, other = await add(service), await add(service)
    request = await add_request(service, asked.id)
    service.clock.advance(minutes=30)

    await propose(service, request, asked, other)

    (row,) = await requests_to(service, asked)
    assert (row.answer_minutes, row.state) == (30, RequestState.ACKNOWLEDGED)


async def test_the_service_proposes_where_the_one_asked_names_nobody(service: Service) -> None:
    asked = await add(service)
    others = {(await add(service)).node for _ in range(4)}
    request = await add_request(service, asked.id, expertise=[FIELD])

    offers = (await propose(service, request, asked))["contactRequest"]["offers"]

    found = {one["activator"]["id"] for one in offers}
    assert len(found) == 3
    assert found <= others


async def test_where_the_service_finds_nobody_nothing_is_proposed(service: Service) -> None:
    asked = await add(service)
    request = await add_request(service, asked.id)

    refused = await propose(service, request, asked)

    assert [one["code"] for one in refused["userErrors"]] == ["CONFLICT"]
    assert [one["step"] for one in (await read(service, request))["history"]] == ["ASK"]


@pytest.mark.parametrize("names", [0, 1])
async def test_who_agreed_beforehand_is_redirected_at_once(service: Service, names: int) -> None:
    asked, other = await add(service), await add(service)
    request = await add_request(service, asked.id, may_redirect=True)

    done = await propose(service, request, asked, *[other][:names])

    assert done["userErrors"] == []
    assert done["contactRequest"]["state"] == "REDIRECTED"
    steps = [(one["step"], one["author"]) for one in done["contactRequest"]["history"]]
    assert steps == [("ASK", "COMPANY"), ("PROPOSE", "ACTIVATOR"), ("REDIRECT", "ACTIVATOR")]
    assert len(await requests_to(service, other)) == 1
    await service.work()
    subjects = sent_to(service, COMPANY["email"])
    assert len(subjects) == 2
    assert any("est confiée à" in one for one in subjects)


async def test_who_agreed_beforehand_still_chooses_among_several(service: Service) -> None:
    asked, other, third = await add(service), await add(service), await add(service)
    request = await add_request(service, asked.id, may_redirect=True)

    done = await propose(service, request, asked, other, third)

    assert done["contactRequest"]["state"] == "ACKNOWLEDGED"
    assert await requests_to(service, other) == []


async def test_the_same_again_changes_nothing_and_mails_nobody(service: Service) -> None:
    asked, other, third = await add(service), await add(service), await add(service)
    request = await add_request(service, asked.id)

    first = await propose(service, request, asked, other, third, message="Voyez Camille.")
    assert await propose(service, request, asked, third, other, message="Voyez Camille.") == first
    once = await agree(service, request, other)
    assert await agree(service, request, other) == once

    assert len(await requests_to(service, other)) == 1
    await service.work()
    assert len(sent_to(service, COMPANY["email"])) == 2


async def test_other_proposals_take_the_place_of_the_ones_before(service: Service) -> None:
    asked, other, third = await add(service), await add(service), await add(service)
    request = await add_request(service, asked.id)
    await propose(service, request, asked, other)

    offers = (await propose(service, request, asked, third))["contactRequest"]["offers"]

    assert [one["activator"]["id"] for one in offers] == [third.node]
    refused = await agree(service, request, other)
    assert [one["code"] for one in refused["userErrors"]] == ["NOT_FOUND"]


async def test_to_agree_to_another_one_afterwards_is_a_conflict(service: Service) -> None:
    asked, other, third = await add(service), await add(service), await add(service)
    request = await add_request(service, asked.id)
    await propose(service, request, asked, other, third)
    await agree(service, request, other)

    refused = await agree(service, request, third)

    assert [one["code"] for one in refused["userErrors"]] == ["CONFLICT"]
    assert await requests_to(service, third) == []


async def test_of_many_who_agree_at_once_one_request_comes(service: Service) -> None:
    asked, other, third = await add(service), await add(service), await add(service)
    request = await add_request(service, asked.id)
    await propose(service, request, asked, other, third)

    answers = await asyncio.gather(
        *(agree(service, request, one) for one in (other, third) for _ in range(10))
    )

    made = [*await requests_to(service, other), *await requests_to(service, third)]
    assert len(made) == 1
    refused = [one["userErrors"] for one in answers if one["userErrors"]]
    assert [[error["code"] for error in errors] for errors in refused] == [["CONFLICT"]] * 10
    history = (await read(service, request))["history"]
    assert [one["step"] for one in history].count("REDIRECT") == 1


async def test_of_many_proposals_at_once_one_is_written_and_mailed(service: Service) -> None:
    asked, other, third = await add(service), await add(service), await add(service)
    request = await add_request(service, asked.id)

    await asyncio.gather(*(propose(service, request, asked, other, third) for _ in range(10)))

    history = (await read(service, request))["history"]
    assert [one["step"] for one in history].count("PROPOSE") == 1
    await service.work()
    assert len(sent_to(service, COMPANY["email"])) == 1


async def test_whoever_cannot_be_asked_is_refused_alike(service: Service) -> None:
    asked, before = await add(service), await add(service)
    provider = await add(service, kind=ActivatorKind.SOLUTION_PROVIDER)
    institutional = await add(service, kind=ActivatorKind.INSTITUTIONAL)
    suspended = await add(service, state=ActivatorState.SUSPENDED)
    away = await add(service, away_from=service.clock().date())
    asked_too = await add(service)
    begun = await add_request(service, before.id, state=RequestState.REDIRECTED)
    chained: dict[str, Any] = {"previous_id": begun.id, "root_id": begun.id, "hops": 1}
    request = await add_request(service, asked.id, **chained)
    await add_request(service, asked_too.id)
    nobody = Person(5_000_000_000_000_000, "")
    unaskable = (provider, institutional, suspended, away, asked_too, before, asked, nobody)

    refusals = [(await propose(service, request, asked, one))["userErrors"] for one in unaskable]

    assert refusals[0][0]["code"] == "NOT_FOUND"
    assert refusals[0][0]["field"] == "activators.0"
    assert all(one == refusals[0] for one in refusals)
    assert (await read(service, request))["offers"] == []


@pytest.mark.parametrize(
    "given",
    [
        {"activators": [global_id("Structure", 5_000_000_000_000_000)]},
        {"activators": [global_id("Activator", number) for number in range(1, 6)]},
        {"activators": ["\x00"]},
        {"message": "x" * 5_001},
        {"message": "a\x00b"},
        {"id": global_id("Activator", 1)},
        {"id": ""},
    ],
)
async def test_bad_input_is_refused_and_changes_nothing(
    service: Service, given: dict[str, Any]
) -> None:
    asked, _ = await add(service), await add(service)
    request = await add_request(service, asked.id)

    done = await propose(service, request, asked, **given)

    assert done["userErrors"]
    assert [one["step"] for one in (await read(service, request))["history"]] == ["ASK"]


async def test_a_chain_of_four_makes_no_loop_and_its_managers_are_told(service: Service) -> None:
    people = [await add(service, networks=["cci"]) for _ in range(4)]
    async with service.write() as session:
        manager = await add_account(session, Role.NETWORK_MANAGER, network_code="cci")
        account = tables.account
        query = select(account.c.email).where(account.c.id == manager)
        address = (await session.execute(query)).scalar_one()
    link = await add_request(service, people[0].id, expertise=[FIELD])
    told: list[int] = []

    for number, (one, next_one) in enumerate(itertools.pairwise(people)):
        for earlier in people[: number + 1]:
            looped = await propose(service, link, one, earlier)
            assert [error["code"] for error in looped["userErrors"]] == ["NOT_FOUND"]
        await propose(service, link, one, next_one)
        assert (await agree(service, link, next_one))["userErrors"] == []
        link = await new_link(service, next_one)
        told.append(len(sent_to(service, address)))

    assert told == [0, 0, 1]
    chain = (await read(service, link))["chain"]
    assert [one["activator"]["id"] for one in chain] == [one.node for one in people]
    nobody = await propose(service, link, people[-1])
    assert [error["code"] for error in nobody["userErrors"]] == ["CONFLICT"]
    (letter,) = [mail for mail in service.mails() if mail["To"] == address]
    assert COMPANY["company"] not in letter.as_string()
    seen = await service.data(READ, {"id": link.node}, token=service.token(manager))
    assert (seen["contactRequest"]["need"], seen["contactRequest"]["chain"]) == (None, None)


async def test_each_of_the_chain_sees_its_own_request_and_not_who_else_was_asked(
    service: Service,
) -> None:
    asked, other, third = await add(service), await add(service), await add(service)
    request = await add_request(service, asked.id)
    await propose(service, request, asked, other, third)
    await agree(service, request, other)
    (row,) = await requests_to(service, other)
    new = Asked(row.id, "")

    before, now = await read(service, request, asked), await read(service, new, other)

    assert (before["chain"], now["chain"]) == (None, None)
    assert now["offers"] == []
    assert await read(service, new, asked) is None
    assert await read(service, request, other) is None


async def test_nobody_who_is_offered_sees_anything_before_the_company_agrees(
    service: Service,
) -> None:
    asked, other = await add(service), await add(service)
    request = await add_request(service, asked.id)
    await propose(service, request, asked, other)

    node = "query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }"
    found = await service.data(node, {"id": request.node}, token=other.token)
    tried = await agree(
        service,
        request,
        other,
        input={"id": request.node, "activator": other.node},
        token=other.token,
    )
    exported = await service.data("{ exportMyData }", token=other.token)

    assert await read(service, request, other) is None
    assert found == {"node": None, "nodes": [None]}
    assert [one["code"] for one in tried["userErrors"]] == ["NOT_FOUND"]
    assert COMPANY["company"] not in str(exported)
    assert str(request.id) not in str(exported)
    await service.work()
    assert sent_to(service, await email_of(service, other)) == []


async def test_one_who_cannot_be_asked_any_more_is_replaced_by_another(service: Service) -> None:
    asked, other, third = await add(service), await add(service), await add(service)
    request = await add_request(service, asked.id, expertise=[FIELD])
    await propose(service, request, asked, other)
    await suspend(service, other)

    refused = await agree(service, request, other)

    assert [(one["code"], one["field"]) for one in refused["userErrors"]] == [
        ("CONFLICT", "activator")
    ]
    offers = (await read(service, request))["offers"]
    assert [(one["activator"]["id"], one["author"]) for one in offers] == [(third.node, "SERVICE")]
    assert (await agree(service, request, third))["userErrors"] == []


async def test_the_one_asked_sees_what_it_proposed_and_not_what_the_service_did(
    service: Service,
) -> None:
    asked, other, third = await add(service), await add(service), await add(service)
    request = await add_request(service, asked.id, expertise=[FIELD])
    await propose(service, request, asked, other)
    await suspend(service, other)
    await agree(service, request, other)

    assert (await read(service, request, asked))["offers"] == []
    assert [one["activator"]["id"] for one in (await read(service, request))["offers"]] == [
        third.node
    ]


async def test_the_links_of_old_and_new_are_apart(service: Service) -> None:
    asked, other = await add(service), await add(service)
    request = await add_request(service, asked.id)
    await propose(service, request, asked, other)
    await agree(service, request, other)
    link = await new_link(service, other)

    await revoke_links(service, request.id)

    assert await read(service, request) is None
    assert (await read(service, link))["id"] == link.node


PROPOSES = STEPS[Step.PROPOSE].leaves


@pytest.mark.parametrize("state", RequestState)
async def test_each_state_lets_propose_and_agree_or_not(
    service: Service, state: RequestState
) -> None:
    asked, other = await add(service), await add(service)
    request = await add_request(service, asked.id, state=state)

    done = await propose(service, request, asked, other)

    codes = [one["code"] for one in done["userErrors"]]
    refused = ["NOT_FOUND"] if state is RequestState.HELD else ["CONFLICT"]
    assert codes == ([] if state in PROPOSES else refused)
    agreed = await agree(service, request, other)
    assert [one["code"] for one in agreed["userErrors"]] == (
        [] if state in PROPOSES else ["CONFLICT"]
    )
    assert await state_of(service, request.id) is (
        RequestState.REDIRECTED if state in PROPOSES else state
    )


ONLOOKERS = {"manager", "network", "institution", "moderator", "administrator"}
ACTORS: dict[str, tuple[set[str], set[str]]] = {
    "propose": ({"asked"}, {"company"} | ONLOOKERS),
    "agree": ({"company"}, {"asked"} | ONLOOKERS),
}
"""By step: who may, and who sees the request and is refused; for all others it is not there."""


@pytest.mark.parametrize("step", ACTORS)
async def test_each_actor_may_or_is_refused_as_the_table_says(service: Service, step: str) -> None:
    asked, other = await add(service, networks=["cci"]), await add(service)
    async with service.write() as session:
        table = tables.activator
        own = select(table.c.structure_id).where(table.c.id == asked.id)
        structure = (await session.execute(own)).scalar_one()
        company = await add_account(session)
        accounts = {
            "manager": await add_account(session, Role.STRUCTURE_MANAGER, structure_id=structure),
            "network": await add_account(session, Role.NETWORK_MANAGER, network_code="cci"),
            "institution": await add_account(session, Role.INSTITUTION),
            "moderator": await add_account(session, Role.MODERATOR),
            "administrator": await add_account(session, Role.ADMINISTRATOR),
            "company": company,
            "stranger": await add_account(session),
        }
    tokens: dict[str, str | None] = {name: service.token(one) for name, one in accounts.items()}
    tokens |= {"asked": asked.token, "other": other.token, "visitor": None}
    tokens["portal"] = (await make_key(service, network="adie")).text
    may, refused = ACTORS[step]
    wrong = []

    for name in sorted(tokens, key=lambda one: one in may):
        request = await add_request(service, asked.id, account_id=company)
        if step == "agree":
            await propose(service, request, asked, other)
        given: dict[str, Any] = {"id": request.node}
        given |= {"activators": [other.node]} if step == "propose" else {"activator": other.node}
        mutation = PROPOSE if step == "propose" else AGREE
        answer = await service.ask(mutation, {"input": given}, token=tokens[name])
        (done,) = (answer.get("data") or {"none": {"userErrors": []}}).values()
        codes = [one["code"] for one in done["userErrors"]]
        expected = [] if name in may else ["FORBIDDEN" if name in refused else "NOT_FOUND"]
        if name == "portal":
            expected = ["FORBIDDEN"]  # its key lacks contact:write
        steps = [one["step"] for one in (await read(service, request))["history"]]
        changed = {"propose": "PROPOSE", "agree": "REDIRECT"}[step] in steps
        if codes != expected or changed != (name in may):
            wrong.append(f"{name}: {codes}, changed: {changed}")

    assert wrong == []


async def test_nothing_of_the_company_is_in_jobs_or_audit(service: Service) -> None:
    asked, other = await add(service), await add(service)
    request = await add_request(service, asked.id)
    await propose(service, request, asked, other, message="Bonjour Solange Quenneville.")
    await agree(service, request, other)

    async with service.database.read() as session:
        jobs = (await session.execute(select(tables.job.c.payload, tables.job.c.dedupe_key))).all()
        entries = (await session.execute(select(tables.audit_entry))).all()
        messages = tables.contact_message
        count = select(func.count()).where(messages.c.request_id == request.id)
        assert (await session.execute(count)).scalar_one() == 1

    for words in ("Quenneville", COMPANY["email"], "brioches"):
        assert words not in str(jobs)
        assert words not in str(entries)
