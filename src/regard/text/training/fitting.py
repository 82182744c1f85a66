"""The three models fitted: what they are taught, in which shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np

from regard.text.examples import Example, examples_of, framed
from regard.text.features import Floats, rows_of
from regard.text.language import UNDERSTOOD
from regard.text.linear import LinearModel, calibration, fit
from regard.text.parts import several_sentences
from regard.text.sentiment import EMOTIONS
from regard.text.training.sets import Felt, felt_texts, questions_no_shop_is_asked

NONE = "none"
POLARITIES = ("negative", "positive")
# Intents of which most who have them want something and say no more.
PLAIN = {
    "order_status", "return", "exchange", "change_address", "change_order", "product_question", "sizing",
    "availability", "discount", "shipping_question", "invoice", "account_access", "subscription", "loyalty",
    "recommendation", "human_agent", "privacy",
}  # fmt: skip
FOLDS = 3
EXAMPLE_OF_FEELING = 2.0  # importance beside a text of the sets, of which there are more
NEUTRAL_IS = 0.1  # how negative and how positive a neutral example is


class Lesson(NamedTuple):
    """Texts, their languages, the lines they are variants of, the targets and the importance of each, labels."""

    texts: list[str]
    languages: list[str]
    lines: list[str]
    targets: Floats
    importance: Floats
    labels: tuple[str, ...]


def fit_all(
    *, sets: Path | None, languages: tuple[str, ...] = UNDERSTOOD, rounds: int = 80
) -> dict[str, LinearModel]:
    """Every model by name. sets: a folder of public sets, or None for the examples alone."""
    return {
        "intents": fit_intents(intents_lesson(sets, languages), rounds),
        "sentiment": fit_lesson(sentiment_lesson(sets, languages), penalty=3e-6, rounds=rounds),
        "emotions": fit_lesson(emotions_lesson(languages), penalty=1e-5, rounds=rounds),
    }


def fit_lesson(lesson: Lesson, *, penalty: float, rounds: int) -> LinearModel:
    """A model of all that a lesson holds."""
    rows = rows_of(lesson.texts, lesson.languages)
    return fit(
        rows, lesson.targets, lesson.labels, penalty=penalty, rounds=rounds, importance=lesson.importance
    )


def fit_intents(lesson: Lesson, rounds: int) -> LinearModel:
    """The intents, with confidences that are right on lines that the model was not taught."""
    scores = held_out(lesson, lambda part: fit_lesson(part, penalty=1e-5, rounds=rounds))
    return fit_lesson(lesson, penalty=1e-5, rounds=rounds).rescaled(*calibration(scores, lesson.targets))


def held_out(lesson: Lesson, fitted: Callable[[Lesson], LinearModel]) -> Floats:
    """The scores of every text by a model that was taught with other lines."""
    fold = np.array([crc32(line.encode()) % FOLDS for line in lesson.lines])
    scores = np.zeros_like(lesson.targets)
    for each in range(FOLDS):
        inside, outside = np.flatnonzero(fold != each), np.flatnonzero(fold == each)
        if len(inside) and len(outside):
            texts, languages = [lesson.texts[i] for i in outside], [lesson.languages[i] for i in outside]
            scores[outside] = fitted(_part(lesson, inside)).scores(rows_of(texts, languages))
    return scores


def intents_lesson(sets: Path | None, languages: tuple[str, ...]) -> Lesson:
    """Examples of intents, and of what is none."""
    examples = examples_of("intents", languages)
    examples += framed([each for each in examples if each.label != NONE])
    if sets and "en" in languages:
        others = questions_no_shop_is_asked(sets)
        examples += [Example(text, NONE, "en", -number) for number, text in enumerate(others, 1)]
    labels = sorted({each.label for each in examples} - {NONE})
    targets = np.array([[each.label == label for label in labels] for each in examples], np.float32)
    return _lesson(examples, targets, np.ones(len(examples), np.float32), labels)


def sentiment_lesson(sets: Path | None, languages: tuple[str, ...]) -> Lesson:
    """Examples of feelings, each as important in each language, and the texts of the sets in English."""
    examples = examples_of("sentiment", languages) + plain_requests(languages)
    polarity = {"negative": (1.0, 0.0), "neutral": (NEUTRAL_IS, NEUTRAL_IS), "positive": (0.0, 1.0)}
    targets = [polarity[each.label.split()[0]] for each in examples]
    importance = EXAMPLE_OF_FEELING * balanced([(each.language, each.label.split()[0]) for each in examples])
    if sets and "en" in languages:
        felt = list(felt_texts(sets))
        examples += [Example(each.text, "", "en", -number) for number, each in enumerate(felt, 1)]
        targets += [(each.negative, each.positive) for each in felt]
        importance = np.concatenate([importance, balanced([("en", _polarity(each)) for each in felt])])
    return _with_sentences(_lesson(examples, np.array(targets), importance, POLARITIES))


def plain_requests(languages: tuple[str, ...]) -> list[Example]:
    """Examples of intents of who is neither pleased nor cross: to ask for something is no feeling."""
    asked = [each for each in examples_of("intents", languages) if each.label in PLAIN]
    return [each._replace(label="neutral", line=-each.line) for each in asked]


def _with_sentences(lesson: Lesson) -> Lesson:
    """The texts, and the sentences of those that have several, which weigh together as much as their text.

    A sentence is taught to say what its text says: wrong of many, right on average.
    """
    parts = [(place, part) for place, text in enumerate(lesson.texts) for part in several_sentences(text)]
    counts = Counter(place for place, _part in parts)
    places = [*range(len(lesson.texts)), *(place for place, _part in parts)]
    shares = [1.0] * len(lesson.texts) + [1 / counts[place] for place, _part in parts]
    taught = _part(lesson, places)
    return taught._replace(
        texts=[*lesson.texts, *(part for _place, part in parts)],
        importance=np.asarray(taught.importance * shares, np.float32),
    )


def _polarity(felt: Felt) -> str:
    if max(felt.negative, felt.positive) < 0.5:
        return "neutral"
    return "negative" if felt.negative >= felt.positive else "positive"


def balanced(groups: Sequence[tuple[str, str]]) -> Floats:
    """Importances, 1 on average, by which all groups weigh the same."""
    counts = Counter(groups)
    return np.array([len(groups) / len(counts) / counts[each] for each in groups], np.float32)


def emotions_lesson(languages: tuple[str, ...]) -> Lesson:
    """Examples that name an emotion, and all others, which have none of them."""
    examples = examples_of("sentiment", languages)
    targets = np.array(
        [[emotion in each.label.split() for emotion in EMOTIONS] for each in examples], np.float32
    )
    return _lesson(examples, targets, np.ones(len(examples), np.float32), EMOTIONS)


def _lesson(
    examples: Sequence[Example], targets: Floats, importance: Floats, labels: Sequence[str]
) -> Lesson:
    return Lesson(
        [each.text for each in examples],
        [each.language for each in examples],
        [f"{each.language} {each.line}" for each in examples],
        np.asarray(targets, np.float32),
        np.asarray(importance, np.float32),
        tuple(labels),
    )


def _part(lesson: Lesson, chosen: Sequence[int] | np.ndarray[tuple[int], np.dtype[np.intp]]) -> Lesson:
    return Lesson(
        [lesson.texts[i] for i in chosen],
        [lesson.languages[i] for i in chosen],
        [lesson.lines[i] for i in chosen],
        lesson.targets[chosen],
        lesson.importance[chosen],
        lesson.labels,
    )
