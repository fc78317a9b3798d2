"""A dump of the database tells no word of a review, published or not (RGPD, article 32)."""

from sqlalchemy import select, update

from models import tables
from models.database import Database
from models.jobs import JobState
from tests.contact import COMPANY
from tests.decree import Helping, add_helping
from tests.dumps import dump_of, told_by
from tests.service import Service, running

FIRST = "Notre vitrine penche encore du côté de la rivière."
REWRITTEN = "Les brioches partent enfin par la poste, bien emballées."
CHANGED = "Finalement, la moitié des brioches arrive écrasée."
WHY = "Le premier mot vise le cousin du boulanger."
REPLY = "Nous avons recommandé des boîtes plus solides."
DOUBT = "Nulle brioche n'est jamais passée par notre atelier."
ANSWER = "Le bon de livraison porte le tampon de votre atelier."
TAKEN_AWAY = "La réponse cite le fournisseur des boîtes."
REPORT = "Le portrait montre quelqu'un d'autre, en vacances."
REPORTER = "gaspard.quenneville@example.org"
SECRETS = (
    *(FIRST, REWRITTEN, CHANGED, WHY, REPLY, DOUBT, ANSWER, TAKEN_AWAY, REPORT, REPORTER),
    *(COMPANY["company"], COMPANY["name"]),
)


async def live(service: Service) -> Helping:
    """Have a review refused, written anew, replied to, doubted, kept and changed, and more."""
    helped = await add_helping(service)
    await helped.say(comment=FIRST)
    done = [await helped.decide("REFUSE", ground="INSULT", words=WHY)]
    done.append(await helped.say("changeReview", comment=REWRITTEN))
    done.append(await helped.decide("ACCEPT"))
    review = {"id": await helped.node()}
    done.append(await helped.do("replyToReview", helped.itself, **review, text=REPLY))
    doubt = {**review, "ground": "NOT_A_CLIENT", "words": DOUBT}
    done.append(await helped.do("doubtReview", helped.itself, **doubt))
    done.append(await helped.decide("REFUSE", ground="AUTHENTIC", words=ANSWER))
    done.append(await helped.say("changeReview", comment=CHANGED))
    removal = {**review, "ground": "CONFIDENTIAL", "words": TAKEN_AWAY}
    done.append(await helped.do("removeReviewReply", helped.moderator, **removal))
    report = {"activator": helped.page, "reason": "IMPERSONATION", "words": REPORT}
    done.append(await helped.do("reportActivator", None, **report, email=REPORTER))
    assert done == [[]] * len(done)
    return helped


async def test_a_dump_tells_no_word_while_letters_wait_are_sent_or_were_given_up(
    database: Database,
) -> None:
    async with running(database, rate_limits="database") as service:
        helped = await live(service)
        waiting = await dump_of(database)
        await service.work()
        sent = await dump_of(database)
        dead = update(tables.job).values(state=JobState.DEAD, finished_at=service.clock())
        async with service.write() as session:
            await session.execute(dead.where(tables.job.c.state == JobState.WAITING))
        given_up = await dump_of(database)
        text = tables.review_text
        sealed = select(text.c.sealed).where(text.c.review_id == await helped.number())
        async with service.database.read() as session:
            texts = [*(await session.execute(sealed)).scalars()]

    assert len(texts) == 3
    for dump in (waiting, sent, given_up):
        assert told_by(dump, texts) == texts
        assert told_by(dump, SECRETS) == []
