"""The documentation as tests see it: pages, their links, and their blocks of code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
USERS_PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
PAGES = (
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "src").rglob("README.md")),
)


@dataclass(frozen=True)
class Command:
    """A command of a `console` block, with the output that stands below it."""

    line: str
    output: str

    def is_answered_by(self, said: str) -> bool:
        """Whether that is the output; `…` stands for anything, on a line of its own for any lines."""
        lines = self.output.splitlines()
        pattern = "".join("(?:.*\n)*" if line == "…" else _loosely(line) + "\n" for line in lines)
        return not pattern or re.fullmatch(pattern, said.rstrip("\n") + "\n") is not None


def _loosely(line: str) -> str:
    return re.escape(line).replace("…", ".*")


def blocks(page: Path, language: str) -> list[str]:
    return [body for found, body in FENCE.findall(page.read_text()) if found == language]


def commands(page: Path) -> Iterator[Command]:
    """Those of all `console` blocks, in order."""
    for block in blocks(page, "console"):
        assert block.startswith("$ "), f"{page.name}: a console block begins with a command"
        for part in block.removeprefix("$ ").split("\n$ "):
            line, _, output = part.rstrip("\n").partition("\n")
            yield Command(line, output)


def links(page: Path) -> list[str]:
    """Where the page links to within the repository."""
    text = FENCE.sub("", page.read_text())
    return [link for link in LINK.findall(text) if not re.match(r"[a-z]+:", link)]


def anchors(page: Path) -> set[str]:
    """The fragments by which GitHub knows the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
