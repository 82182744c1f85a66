"""Putting texts together from sentences, each in its writer's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from regard.sim.words.english import ENGLISH
from regard.sim.words.french import FRENCH
from regard.sim.words.german import GERMAN
from regard.sim.words.phrases import CAUSES, SUBJECTS, Phrases
from regard.sim.words.spanish import SPANISH

LANGUAGES: Mapping[str, Phrases] = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}
IN_ENGLISH = 0.15  # of those who write another language at home
BEGINS, ENDS, SECOND = 0.72, 0.55, 0.3  # shares of the texts with a beginning, an end, another middle
LOTS = 8  # that a text needs
# What may stand in braces, by its name.
Names = Mapping[str, str]


def write_text(language: str, cause: int, lots: Sequence[float], names: Names) -> str:
    """A review or a comment. cause: a place in CAUSES, or beyond them after a ticket. lots: LOTS, from 0 to 1."""
    phrases = _phrases(language, lots[7])
    if cause >= len(CAUSES):
        return _pick((phrases.helped, phrases.waited)[cause - len(CAUSES)], lots[0]).format_map(names)
    sentences = phrases.said[CAUSES[cause]]
    parts = [
        _pick(sentences.beginnings, lots[0]) if lots[1] < BEGINS else "",
        _pick(sentences.middles, lots[2]),
        _pick(sentences.middles, lots[3]) if lots[4] < SECOND else "",
        _pick(sentences.ends, lots[5]) if lots[6] < ENDS else "",
    ]
    return " ".join(_without_repeats(parts)).format_map(names)


def write_subject(language: str, subject: int, lots: Sequence[float], names: Names) -> str:
    """The subject of a ticket. subject: a place in SUBJECTS."""
    return _pick(_phrases(language, lots[7]).subjects[SUBJECTS[subject]], lots[0]).format_map(names)


def sentences_of(language: str) -> set[str]:
    """Every sentence of a language."""
    phrases = LANGUAGES[language]
    said = {sentence for sentences in phrases.said.values() for sentence in sentences}
    subjects = {subject for some in phrases.subjects.values() for subject in some}
    return said | subjects | {*phrases.helped, *phrases.waited}


def _phrases(language: str, lot: float) -> Phrases:
    return ENGLISH if lot < IN_ENGLISH else LANGUAGES[language]


def _pick(sentences: tuple[str, ...], lot: float) -> str:
    return sentences[int(lot * len(sentences))]


def _without_repeats(parts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(part for part in parts if part))
