"""The sentences of texts that have several: each is read by itself, beside the text as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from regard.text.features import Floats, Rows, rows_of, sentences_of

MOST_SENTENCES = 12  # of a text that are read one by one


class Parts(NamedTuple):
    """places: of the text of each sentence among the texts, rising. rows: the features of the sentences."""

    places: npt.NDArray[np.intp]
    rows: Rows


def parts_of(texts: Sequence[str], languages: Sequence[str]) -> Parts:
    """The sentences of those texts that have more than one."""
    parts = [(place, part) for place, text in enumerate(texts) for part in several_sentences(text)]
    spoken = [languages[place] for place, _part in parts]
    places = np.array([place for place, _part in parts], np.intp)
    return Parts(places, rows_of([part for _place, part in parts], spoken))


def several_sentences(text: str) -> list[str]:
    """Those of a text that has several with words in them, the first ones of many; none of another."""
    sentences = [each for each in sentences_of(text) if any(letter.isalnum() for letter in each)]
    return sentences[:MOST_SENTENCES] if len(sentences) > 1 else []


def means_of(parts: Parts, scores: Floats, whole: Floats) -> Floats:
    """By text the mean of its sentences' scores (sentences by labels); that of `whole` where it has but one."""
    found = np.array(whole)
    if len(parts.places):
        places, begins, counts = np.unique(parts.places, return_index=True, return_counts=True)
        found[places] = np.add.reduceat(scores, begins, axis=0) / counts[:, None]
    return found
