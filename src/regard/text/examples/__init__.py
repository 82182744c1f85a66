"""What the models are taught with: examples written for Regard, as text files in this folder.

A file is one language. A line in brackets names what the lines below it are examples of; `(a|b)` stands for
either, and nothing after the bar for leaving it out.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import NamedTuple
from zlib import crc32

ALTERNATIVES = re.compile(r"\(([^()]*)\)")
FEWEST, MOST = 2, 8  # how often a line with alternatives is told


class Example(NamedTuple):
    """A text, what it is an example of, its language, and the line that it is a variant of."""

    text: str
    label: str
    language: str
    line: int


def examples_of(kind: str, languages: tuple[str, ...]) -> list[Example]:
    """All examples of a kind (a folder beside this module), lines with alternatives several times."""
    return [example for language in languages for example in _read(kind, language)]


def _read(kind: str, language: str) -> Iterator[Example]:
    label = ""
    for number, line in enumerate(_lines(kind, language)):
        if line.startswith("["):
            label = line.strip("[]")
        elif line.strip():
            for text in variants_of(line):
                yield Example(text, label, language, number)


def variants_of(line: str) -> list[str]:
    """Some ways to read a line, always the same ones, so chosen that each alternative appears."""
    choices = [found.split("|") for found in ALTERNATIVES.findall(line)]
    if not choices:
        return [line]
    wanted = min(MOST, max(FEWEST, *map(len, choices)))
    pick = random.Random(line)  # noqa: S311 - no secret, only variety
    for each in choices:
        pick.shuffle(each)
    found = []
    for turn in range(wanted):
        chosen = iter([each[turn % len(each)] for each in choices])
        parts = ALTERNATIVES.split(line)  # every second part is a choice
        parts[1::2] = chosen
        found.append(" ".join("".join(parts).split()))
    return list(dict.fromkeys(found))


def framed(examples: Sequence[Example], *, share: int = 2) -> list[Example]:
    """One in `share` of the examples again, within what people write around it: a greeting, a plea, thanks.

    So a model learns that these say nothing. A frame of the folder `frames` has `{}` where the example goes.
    """
    frames = {language: _lines("frames", language) for language in {each.language for each in examples}}
    found = []
    for each in examples:
        chosen = crc32(each.text.encode())
        if chosen % share == 0:
            frame = frames[each.language][chosen // share % len(frames[each.language])]
            found.append(each._replace(text=frame.format(each.text)))
    return found


def _lines(kind: str, language: str) -> list[str]:
    return files(__package__).joinpath(kind, f"{language}.txt").read_text("utf-8").splitlines()
