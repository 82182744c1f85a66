"""What was understood of each text: as it comes, and of an imported past in the background."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from django.db import Error as DatabaseError
from django.db import OperationalError, close_old_connections, transaction

from regard.capture.domain.bulk import run_bulk
from regard.core import clock
from regard.core.models import Store
from regard.listen.domain.mentions import Themes, keep_mentions
from regard.listen.domain.taught import judged_parts, judgements_of, taught_intents
from regard.listen.domain.text_sources import LONGEST, TextSource, text_sources
from regard.listen.models import Feeling, Lesson, Understanding, Urgency
from regard.text.intents import Intent
from regard.text.language import UNKNOWN
from regard.text.sentiment import Sentiment
from regard.text.understanding import Understood, understand

log = logging.getLogger("regard.texts")

LOOK_EVERY = 1.0  # seconds
AT_ONCE = 200  # texts of a transaction: some 0.1 s of one processor
SURE = 0.75  # the confidence from which a review is taken to want something
FELT = 0.2  # from which a score that stars have a part in is a feeling
READ = """
    SELECT held.id, held.digest, held.said_at, left(text.words, {longest}), text.rating, text.external_id
    FROM listen_understanding AS held
    JOIN ({rows}) AS text ON text.id = held.source_id AND text.store_id = held.store_id
    WHERE held.store_id = %b AND held.source = %b AND held.id = ANY(%b::bigint[])
"""
WAITING = """
    SELECT id FROM listen_understanding WHERE store_id = %b AND understood_at IS NULL
    ORDER BY id LIMIT %b FOR UPDATE SKIP LOCKED
"""
KEEP = """
    UPDATE listen_understanding AS held SET understood_at = %b, language = new.language, score = new.score,
        feeling = new.feeling, emotions = new.emotions, intents = new.intents, confidence = new.confidence,
        urgency = new.urgency, is_feeling_told = new.is_feeling_told, is_intent_told = new.is_intent_told
    FROM json_to_recordset(%b::text::json) AS new (id bigint, digest bigint, language text, feeling text,
        score float8, emotions text[], intents text[], confidence float8, urgency smallint,
        is_feeling_told boolean, is_intent_told boolean)
    WHERE held.id = new.id AND held.store_id = %b AND held.digest = new.digest
"""
NOT_UNDERSTOOD = """
    WITH forgotten AS (
        DELETE FROM listen_thememention AS mention USING listen_understanding AS held
        WHERE mention.understanding_id = held.id AND held.store_id = %b AND held.id = %b
    )
    UPDATE listen_understanding SET understood_at = %b, language = 'unknown', feeling = 'unknown', score = NULL,
        emotions = '{}', intents = '{unknown}', confidence = NULL, urgency = NULL WHERE store_id = %b AND id = %b
"""
# A text that is gone without what was to be understood of it would else be asked for again and again.
DROP = "DELETE FROM listen_understanding WHERE store_id = %b AND id = ANY(%b::bigint[]) AND understood_at IS NULL"


class Waiting(NamedTuple):
    """A text to be understood.

    id: of its Understanding. rating: stars that came with it. external_id: of its row in the source. asks: as the
    source.
    """

    id: int
    digest: int
    said_at: datetime
    words: str
    rating: int | None
    external_id: str
    source: str
    asks: bool


def understand_texts(store: Store, ids: Sequence[int]) -> None:
    """Understand the texts of these Understandings, in the transaction that holds them."""
    texts = [text for source in text_sources for text in _read(store, source, ids)]
    missing = set(ids) - {text.id for text in texts}
    if missing:
        run_bulk(DROP, (store.pk, sorted(missing)))
    if not texts:
        return
    understood = _understand(store, texts)
    judged = judgements_of(store, [(text.source, text.external_id) for text in texts])
    rows = [
        _row(text, understood[text.words], judged.get((text.source, text.external_id), ())) for text in texts
    ]
    run_bulk(KEEP, (clock.now(), msgspec.json.encode(rows).decode(), store.pk))
    themes = Themes.of(store)
    keep_mentions(
        store,
        {text.id: (text.said_at, themes.said_in(text.words, understood[text.words])) for text in texts},
    )


def _read(store: Store, source: TextSource, ids: Sequence[int]) -> Iterable[Waiting]:
    statement = READ.format(rows=source.rows, longest=LONGEST)
    found = run_bulk(statement, (store.pk, source.name, list(ids)))
    return [Waiting(*(*row, source.name, source.asks)) for row in found]


def _understand(store: Store, texts: Sequence[Waiting]) -> Mapping[str, Understood]:
    """By words: many write the same."""
    words = sorted({text.words for text in texts})
    found = dict(zip(words, understand(words), strict=True))
    taught = taught_intents(store)
    if taught is None:
        return found
    theirs = taught.intents_of(words, [found[each].language for each in words])
    return {
        each: found[each]._replace(intents=_joined(found[each].intents, intents))
        for each, intents in zip(words, theirs, strict=True)
    }


def _joined(general: Sequence[Intent], taught: Sequence[Intent]) -> tuple[Intent, ...]:
    """What the store taught goes before what every shop hears; `unknown` is told when neither knows."""
    surest: dict[str, float] = {}
    for name, confidence in (*taught, *general):
        if name != UNKNOWN:
            surest[name] = max(confidence, surest.get(name, 0.0))
    if not surest:
        return (Intent(UNKNOWN, min(each.confidence for each in (*general, *taught))),)
    return tuple(Intent(*each) for each in sorted(surest.items(), key=lambda each: -each[1]))


def sure_intents(intents: Sequence[Intent]) -> tuple[Intent, ...]:
    """The same of a text that asks for nothing as a rule: what sounds a little like a wish is none."""
    sure = tuple(each for each in intents if each.name == UNKNOWN or each.confidence >= SURE)
    return sure or (Intent(UNKNOWN, round(1 - intents[0].confidence, 3)),)


def felt(sentiment: Sentiment, rating: int | None) -> tuple[str, float]:
    """The feeling of a text, and its score of -1 to 1. Stars (1 to 5) count as much as the words: "no complaints"
    with five of them is no complaint. In a language that is not understood they count alone."""
    if rating is None:
        return sentiment.label, sentiment.score
    stars = (rating - 3) / 2
    score = stars if sentiment.label == UNKNOWN else (sentiment.score + stars) / 2
    if abs(score) < FELT:
        return Feeling.NEUTRAL.value, round(score, 3)
    return (Feeling.POSITIVE if score > 0 else Feeling.NEGATIVE).value, round(score, 3)


def _row(text: Waiting, understood: Understood, judged: Iterable[Lesson]) -> dict[str, Any]:
    intents = understood.intents if text.asks else sure_intents(understood.intents)
    feeling, score = felt(understood.sentiment, text.rating)
    names = [intent.name for intent in intents]
    told = {
        "id": text.id,
        "digest": text.digest,
        "language": understood.language,
        "feeling": feeling,
        "score": score,
        "emotions": understood.sentiment.emotions,
        "intents": names,
        "confidence": intents[0].confidence,
        "urgency": Urgency[understood.urgency.level.upper()].value,
        "is_feeling_told": False,
        "is_intent_told": False,
    }
    return told | judged_parts(judged, text.words, names)


def understand_waiting(store: Store, *, limit: int = AT_ONCE) -> int:
    """Understand some of the texts of the store that wait; gives how many. Any number of workers may call it.

    A text that cannot be understood is unknown in every respect, and the others go on. Raises OperationalError
    when the database goes away.
    """
    try:
        return _understand_some(store, limit)
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - it is looked for one by one
        log.warning("store %s: a text cannot be understood: %s", store.slug, type(error).__name__)
    return sum(_understand_one(store) for _each in range(limit))


def _understand_some(store: Store, limit: int) -> int:
    with transaction.atomic():
        ids = [number for (number,) in run_bulk(WAITING, (store.pk, limit))]
        if ids:
            understand_texts(store, ids)
    return len(ids)


def _understand_one(store: Store) -> int:
    with transaction.atomic():
        ids = [number for (number,) in run_bulk(WAITING, (store.pk, 1))]
        for number in ids:
            try:
                with transaction.atomic():
                    understand_texts(store, [number])
            except OperationalError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, it comes again with the same text
                why = type(error).__name__  # the error itself may quote the text
                log.error("store %s: text %d is not understood: %s", store.slug, number, why)  # noqa: TRY400
                run_bulk(NOT_UNDERSTOOD, (store.pk, number, clock.now(), store.pk, number))
    return len(ids)


def understand_forever(
    stop: threading.Event, *, is_behind: Callable[[Store], bool], after_many: Callable[[Store], object]
) -> None:
    """Understand what waits in any store, until `stop` is set.

    is_behind: of a store whose log is still being read, and which is left alone until it is. after_many: what is
    done when more than one round of a store's texts has been understood.
    """
    while not stop.wait(LOOK_EVERY):
        try:
            waiting = Understanding.objects.filter(understood_at=None).values("store").distinct()
            for store in Store.objects.filter(pk__in=waiting):
                rounds = 0
                while not stop.is_set() and not is_behind(store) and understand_waiting(store):
                    rounds += 1
                if rounds > 1:
                    after_many(store)
        except DatabaseError as problem:
            log.warning("texts wait for the database: %s", type(problem).__name__)
            close_old_connections()
