"""What people of the store teach: examples of intents, and what a text was told wrong or right about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.models import Store
from regard.listen.domain.labels import INTENTS
from regard.listen.domain.quotes import said_of
from regard.listen.domain.text_sources import LONGEST
from regard.listen.models import Feeling, Lesson, Understanding
from regard.text.language import UNKNOWN, language_of
from regard.text.store_intents import NONE, StoreIntents, Taught, fit_store_intents

MOST_LESSONS = 3_000  # the latest ones that teach: fitting takes about two seconds then
MOST_NAME = 60
FEWEST_LETTERS = 4  # of an example
FEW_LESSONS = 300  # that are fitted in a fifth of a second
# By store what its lessons were when they were fitted last, and what came of it.
_learnt: dict[int, tuple[tuple[Any, ...] | None, StoreIntents | None]] = {}
FEELINGS = (Feeling.NEGATIVE.value, Feeling.NEUTRAL.value, Feeling.POSITIVE.value)


@dataclass(frozen=True)
class Quality:
    """Of what was told and people judged: how much was right. label: "" for all."""

    label: str
    judged: int
    right: int

    @property
    def share(self) -> float | None:
        """0 to 1; None while nothing was judged."""
        return self.right / self.judged if self.judged else None


def taught_intents(store: Store) -> StoreIntents | None:
    """The store's own classifier, None while nothing is taught. One query, and a fit when lessons have changed."""
    revision = _revision(store)
    if not revision[0]:
        return None
    known, fitted = _learnt.get(store.pk, (None, None))
    if known != revision:
        fitted = _fitted(store.pk)
        _learnt[store.pk] = revision, fitted
    return fitted


def is_learnt(store: Store) -> bool:
    """Whether texts can be understood at once: fitting many lessons anew takes seconds."""
    revision = _revision(store)
    return revision[0] <= FEW_LESSONS or _learnt.get(store.pk, (None, None))[0] == revision


def _revision(store: Store) -> tuple[Any, ...]:
    """How many lessons there are, the last one, and when somebody taught last."""
    told = lessons(store, Lesson.About.INTENT)
    numbers = told.aggregate(count=Count("id"), last=Max("id"), at=Max("taught_at"))
    return numbers["count"], numbers["last"], numbers["at"]


def _fitted(store_id: int) -> StoreIntents | None:
    rows = Lesson.objects.filter(store_id=store_id, about=Lesson.About.INTENT).order_by("-id")[:MOST_LESSONS]
    examples = [Taught(row.words, row.language, NONE if row.right == UNKNOWN else row.right) for row in rows]
    if all(each.intent == NONE for each in examples):
        return None
    return fit_store_intents(examples[::-1])


def lessons(store: Store, about: str) -> QuerySet[Lesson]:
    return Lesson.objects.filter(store=store, about=about)


def known_intents(store: Store) -> list[str]:
    """Names of intents that a text may have: those that every shop hears, and the store's own."""
    own = (
        lessons(store, Lesson.About.INTENT).exclude(right=UNKNOWN).values_list("right", flat=True).distinct()
    )
    return sorted({*INTENTS, *own} - {UNKNOWN})


@transaction.atomic
def judge_text(
    understanding: Understanding, *, feeling: str, intent: str, may_teach: bool, actor: str
) -> None:
    """Say how the writer of a text feels, what they want, or both; "" for what is not judged.

    may_teach: whether the intent may be a new one. Raises ValidationError, and then neither counts.
    """
    if intent and not may_teach and intent not in {UNKNOWN, *known_intents(understanding.store)}:
        raise ValidationError({"intent": _("Choose one of the intents that there are.")})
    if feeling:
        judge_feeling(understanding, feeling, actor=actor)
    if intent:
        judge_intent(understanding, intent, actor=actor)


@transaction.atomic
def judge_feeling(understanding: Understanding, feeling: str, *, actor: str) -> None:
    """Say how the writer of a text feels, be it what was told or another.

    Raises ValidationError for a feeling that there is not.
    """
    if feeling not in FEELINGS:
        raise ValidationError({"feeling": _("Choose one of: %s.") % ", ".join(FEELINGS)})
    held = _locked(understanding)
    _keep_lesson(held, Lesson.About.FEELING, told=held.feeling, right=feeling, actor=actor)
    held.feeling, held.is_feeling_told = feeling, True
    held.save(update_fields=["feeling", "is_feeling_told"])


@transaction.atomic
def judge_intent(understanding: Understanding, intent: str, *, actor: str) -> None:
    """Say what the writer of a text wants above all; `unknown` for nothing that is an intent.

    Raises ValidationError for a name that is empty or too long.
    """
    name = _intent_name(intent)
    held = _locked(understanding)
    told = held.intents[0] if held.intents else UNKNOWN
    _keep_lesson(held, Lesson.About.INTENT, told=told, right=name, actor=actor)
    held.intents, held.is_intent_told = _put_first(name, held.intents), True
    held.save(update_fields=["intents", "is_intent_told"])


def _put_first(right: str, told: Sequence[str]) -> list[str]:
    """What a text wants once somebody said what that is above all: it stands for what was told first."""
    return [right] if right == UNKNOWN else [right, *(each for each in told[1:] if each != right)]


def _locked(understanding: Understanding) -> Understanding:
    return Understanding.objects.select_for_update().get(pk=understanding.pk, store=understanding.store_id)


def _keep_lesson(held: Understanding, about: str, *, told: str, right: str, actor: str) -> None:
    said = said_of(held)
    key: dict[str, Any] = {
        "store_id": held.store_id,
        "source": held.source,
        "external_id": said.external_id,
        "about": about,
    }
    before = Lesson.objects.filter(**key, words=said.words).first()
    action, target = f"text.{about}_judged", f"text {held.pk}"
    record_audit(store=held.store, actor=actor, action=action, target=target, told=told, right=right)
    Lesson.objects.update_or_create(
        **key,
        defaults={
            "words": said.words,
            "language": held.language,
            "told": before.told if before else told,  # what Regard had said by itself
            "right": right,
            "confidence": before.confidence if before else held.confidence,
            "actor": actor,
            "taught_at": clock.now(),
        },
    )


Judgements = Mapping[tuple[str, str], Sequence[Lesson]]  # by source and external id


def judgements_of(store: Store, texts: Collection[tuple[str, str]]) -> Judgements:
    """What people said of these texts, given by source and external id. One query."""
    names = {external_id for _source, external_id in texts}
    found: dict[tuple[str, str], list[Lesson]] = defaultdict(list)
    for lesson in Lesson.objects.filter(store=store, external_id__in=names).exclude(source=""):
        found[lesson.source, lesson.external_id].append(lesson)
    return found


def judged_parts(lessons: Iterable[Lesson], words: str, intents: Sequence[str]) -> dict[str, Any]:
    """What of an understanding is as people said of the text: it holds while the words are those that they judged.

    words: as far as they are read. intents: what was told of them this time.
    """
    parts: dict[str, Any] = {}
    for lesson in lessons:
        if lesson.words[:LONGEST] != words:
            continue
        if lesson.about == Lesson.About.FEELING:
            parts |= {"feeling": lesson.right, "is_feeling_told": True}
        else:
            parts |= {"intents": _put_first(lesson.right, intents), "is_intent_told": True}
    return parts


def remember_nothing_of(store: Store, source: str, external_ids: Collection[str]) -> None:
    """Forget for good what people taught by these texts."""
    Lesson.objects.filter(store=store, source=source, external_id__in=external_ids).exclude(
        source=""
    ).delete()


@transaction.atomic
def teach_intent(store: Store, *, intent: str, examples: Sequence[str], actor: str) -> int:
    """Teach an intent by texts that have it; gives how many were new.

    Raises ValidationError for a name that is empty or too long, and where there is no example.
    """
    name = _intent_name(intent)
    wanted = dict.fromkeys(filter(None, (" ".join(each.split()) for each in examples)))
    short = [words for words in wanted if len(words) < FEWEST_LETTERS]
    if short:
        text = _("“%s” is too short to learn from: write texts as customers write them.")
        raise ValidationError({"examples": text % short[0]})
    if name == UNKNOWN or not wanted:
        raise ValidationError(
            {"examples": _("Write at least one text that has the intent, one on each line.")}
        )
    known = set(lessons(store, Lesson.About.INTENT).filter(right=name).values_list("words", flat=True))
    new = [
        Lesson(
            store=store, about=Lesson.About.INTENT, words=words, language=language_of(words).code, right=name,
            actor=actor, taught_at=clock.now(),
        )
        for words in wanted if words not in known
    ]  # fmt: skip
    Lesson.objects.bulk_create(new)
    record_audit(store=store, actor=actor, action="text.intent_taught", target=name, examples=len(new))
    return len(new)


@transaction.atomic
def forget_intent(store: Store, intent: str, *, actor: str) -> int:
    """Forget the examples of an intent that people wrote; what was judged of texts stays. Gives how many."""
    examples = lessons(store, Lesson.About.INTENT).filter(right=intent, source="")
    gone, _by_model = examples.delete()
    record_audit(store=store, actor=actor, action="text.intent_forgotten", target=intent, examples=gone)
    return gone


def _intent_name(text: str) -> str:
    name = "_".join(text.lower().split())
    if not name or len(name) > MOST_NAME:
        raise ValidationError({"intent": _("Give the intent a name of 1 to %d characters.") % MOST_NAME})
    return name


def quality_of(store: Store, about: str) -> list[Quality]:
    """How much of what was told people found right: of all, and by what they say it is."""
    judged = lessons(store, about).exclude(told="")
    rows = judged.values_list("right").annotate(all=Count("id"), well=Count("id", filter=Q(told=F("right"))))
    labels = [Quality(*row) for row in rows.order_by("-all", "right")]
    return [Quality("", sum(each.judged for each in labels), sum(each.right for each in labels)), *labels]


def own_intents(store: Store) -> list[tuple[str, int]]:
    """Intents that were taught by examples, and how many of them."""
    taught = lessons(store, Lesson.About.INTENT).filter(source="")
    return list(taught.values_list("right").annotate(count=Count("id")).order_by("right"))
