"""Inventing the companies that some people helped, and what those say of it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Table

from models import tables
from models.accounts import Language
from models.activators import ActivatorKind, ActivatorState
from models.contact_requests import Author, CompanySize
from models.engagements import Outcome, SupportKind
from models.request_steps import RequestState, Step
from models.review_steps import ReviewState, ReviewStep
from models.reviews import FEWEST_STARS, MOST_STARS, ReviewAuthor, TextState
from models.working_days import calendar_of, due_after, working_minutes
from resolvers.contact.content import Content
from resolvers.contact.references import LENGTH, LETTERS
from resolvers.directory.words import words_of
from resolvers.reviews.texts import seal_comment
from resolvers.sealing import Sealer
from resolvers.seed_people import InventedPerson
from resolvers.seed_structures import InventedStructure, Words, drawn_id, draws_of

LAST = 2_000
"""People of greater numbers helped nobody: a large seed is one of people."""
ASKED = frozenset({ActivatorKind.ADVISER, ActivatorKind.FUNDING_ADVISER})
STARS = {5: 52, 4: 30, 3: 11, 2: 4, 1: 3}
"""How many of 100 reviews give so many."""
HOURS = timedelta(hours=1)
ANSWER_DAYS = 2

Rows = dict[Table, list[dict[str, Any]]]


class Reviews:
    """Invents them for people; `today` is when the last of them was written, at the latest."""

    def __init__(self, words: Words, today: datetime, sealer: Sealer) -> None:
        """Take the words, and what seals what companies write."""
        self._words = words
        self._today = today
        self._sealer = sealer

    def invent(
        self, number: int, person: InventedPerson, structure: InventedStructure
    ) -> InventedPerson:
        """Invent the requests and the reviews of a person, with its stars."""
        draws, rows = draws_of("reviews", number), defaultdict[Table, list[dict[str, Any]]](list)
        stars = [0] * (MOST_STARS - FEWEST_STARS + 1)
        for _ in range(self._count(draws, number, person, structure)):
            given = self._invent_one(draws, person, structure, rows)
            stars[given - FEWEST_STARS] += 1
        counted = {**person.row, "stars": stars} if any(stars) else person.row
        return replace(person, row=counted, helped=rows)

    def _count(
        self, draws: Random, number: int, person: InventedPerson, structure: InventedStructure
    ) -> int:
        helps = person.row["kind"] in ASKED and person.row["state"] is ActivatorState.ACTIVE
        if number >= LAST or not helps:
            return 0
        if structure.exemplary:
            return draws.randint(4, 9)
        return draws.randint(1, 9) if draws.random() < 0.2 else 0

    def _invent_one(
        self, draws: Random, person: InventedPerson, structure: InventedStructure, rows: Rows
    ) -> int:
        """Invent one company's request, engagement and review; give its stars."""
        department = structure.commune.department()
        code = None if department is None else department.code
        asked_at = self._today - timedelta(days=draws.randint(60, 600), seconds=-9 * 3600)
        answered_at = asked_at + draws.randint(1, 30) * HOURS
        ended_at = answered_at + timedelta(days=draws.randint(10, 40))
        request_id, calendar = drawn_id(draws), calendar_of(code)
        fields = person.codes[0][:1]
        content = self._content(draws)
        rows[tables.contact_request].append(
            {
                "id": request_id,
                "reference": "".join(draws.choices(LETTERS, k=LENGTH)),
                "version": 5,
                "activator_id": person.row["id"],
                "structure_id": person.row["structure_id"],
                "state": RequestState.COMPLETED,
                "language": Language.FR,
                "size": draws.choice([CompanySize.NONE, CompanySize.MICRO, CompanySize.SMALL]),
                "sector_code": draws.choice("CGIS"),
                "department_code": code,
                "expertise": fields,
                "sealed": self._sealer.seal(content),
                "email_hash": self._sealer.hash("email", content["email"]),
                "may_redirect": False,
                "held_for": [],
                "hops": 0,
                "created_at": asked_at,
                "sent_at": asked_at,
                "due_at": due_after(asked_at, ANSWER_DAYS, calendar),
                "acknowledged_at": asked_at,
                "answered_at": answered_at,
                "answer_minutes": working_minutes(asked_at, answered_at, calendar),
                "closed_at": ended_at,
            }
        )
        rows[tables.contact_request_step] += _steps(
            draws, request_id, (asked_at, answered_at, ended_at)
        )
        rows[tables.engagement].append(
            {
                "request_id": request_id,
                "kind": SupportKind.ADVICE,
                "expertise": fields,
                "started_at": answered_at,
                "completed_at": ended_at,
                "outcome": Outcome.SUCCESSFUL,
                "sealed": self._sealer.seal(self._agreed(draws)),
            }
        )
        return self._review(draws, person, request_id, ended_at, rows)

    def _content(self, draws: Random) -> Content:
        given, family = draws.choice(self._words["given"]), draws.choice(self._words["family"])
        address = "-".join([*words_of(given), *words_of(family)])
        reviews = self._words["reviews"]
        return {
            "company": draws.choice(reviews["companies"]).format(family=family),
            "siret": None,
            "commune": None,
            "name": f"{given} {family}",
            "email": f"{address}@example.org",
            "phone": None,
            "need": draws.choice(reviews["needs"]),
        }

    def _agreed(self, draws: Random) -> dict[str, Any]:
        agreed = draws.choice(self._words["reviews"]["agreed"])
        return {"agreed": agreed, "price_cents": 0, "price_terms": "Gratuit.", "why": agreed}

    def _review(
        self,
        draws: Random,
        person: InventedPerson,
        request_id: int,
        ended_at: datetime,
        rows: Rows,
    ) -> int:
        """Write one that a moderator approved if it has a comment, soon after the engagement."""
        (stars,) = draws.choices([*STARS], [*STARS.values()])
        comments = self._words["reviews"]["comments"][str(stars)]
        comment = draws.choice(comments) if draws.random() < 0.7 else None
        written_at = ended_at + draws.randint(10, 200) * HOURS
        shown_at = written_at if comment is None else written_at + draws.randint(2, 90) * HOURS
        review_id, quotable = drawn_id(draws), comment is not None and draws.random() < 0.5
        own = {"review_id": review_id, "number": 1}
        times = {"written_at": written_at}
        rows[tables.review].append(
            {
                "id": review_id,
                "version": 1,
                "activator_id": person.row["id"],
                "request_id": request_id,
                "state": ReviewState.PUBLISHED,
                "language": Language.FR,
                "stars": stars,
                "may_quote": quotable,
                "refusals": 0,
                "published_at": shown_at,
                **times,
            }
        )
        rows[tables.review_text].append(
            {
                "id": drawn_id(draws),
                **own,
                "state": TextState.SHOWN,
                "stars": stars,
                "experienced_on": ended_at.date(),
                "may_quote": quotable,
                "shown_at": shown_at,
                "sealed": seal_comment(self._sealer, comment),
                **times,
            }
        )
        state = ReviewState.PUBLISHED if comment is None else ReviewState.PENDING
        wrote = ReviewStep.WRITE, state, ReviewAuthor.COMPANY, written_at
        approved = ReviewStep.APPROVE, ReviewState.PUBLISHED, ReviewAuthor.MODERATOR, shown_at
        taken = [wrote] if comment is None else [wrote, approved]
        for number, (step, after, author, at) in enumerate(taken, 1):
            line = {"review_id": review_id, "number": number, "text_number": 1, "at": at}
            by = {"id": drawn_id(draws), "step": step, "state": after, "author": author}
            rows[tables.review_history].append({**line, **by})
        return stars


def _steps(
    draws: Random, request_id: int, times: tuple[datetime, datetime, datetime]
) -> Iterator[dict[str, Any]]:
    """Have it asked, answered and helped."""
    asked_at, answered_at, ended_at = times
    company, service, activator = Author.COMPANY, Author.SERVICE, Author.ACTIVATOR
    taken = (
        (Step.ASK, RequestState.SUBMITTED, company, asked_at),
        (Step.ACKNOWLEDGE, RequestState.ACKNOWLEDGED, service, asked_at),
        (Step.ANSWER, RequestState.ANSWERED, activator, answered_at),
        (Step.START, RequestState.IN_PROGRESS, activator, answered_at),
        (Step.COMPLETE, RequestState.COMPLETED, activator, ended_at),
    )
    for number, (step, state, author, at) in enumerate(taken, 1):
        yield {
            "id": drawn_id(draws),
            "request_id": request_id,
            "number": number,
            "at": at,
            "step": step,
            "state": state,
            "author": author,
        }
