"""How what people write is kept: sentences by what moved them to write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# What a text is about. "forgiven" is late and still content, "fine" neither glad nor cross, "dull" cross without a
# cause that the shop would know of.
CAUSES = ("good", "fine", "late", "poor", "small", "forgiven", "dull")
SUBJECTS = ("late", "poor", "small", "plain")


@dataclass(frozen=True)
class Sentences:
    """A text has a middle, mostly a beginning, and often an end."""

    beginnings: tuple[str, ...]
    middles: tuple[str, ...]
    ends: tuple[str, ...]

    def __iter__(self) -> Iterator[str]:
        yield from (*self.beginnings, *self.middles, *self.ends)


@dataclass(frozen=True)
class Phrases:
    """Sentences of a language. They may hold {title}, {carrier}, {agent} and {order}.

    said: by cause, of reviews and comments. helped, waited: after a ticket, quickly or slowly solved. subjects: of
    tickets, by cause.
    """

    said: Mapping[str, Sentences]
    helped: tuple[str, ...]
    waited: tuple[str, ...]
    subjects: Mapping[str, tuple[str, ...]]
