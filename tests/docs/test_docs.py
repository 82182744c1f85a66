"""The documentation says what is so: settings, commands, links, and every example is really run."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from regard.cli.main import main
from regard.core.config import VARIABLES
from tests.conftest import ROOT, wait_until
from tests.crash.installation import RunningInstallation, running_installation
from tests.docs.pages import PAGES, USERS_PAGES, Command, anchors, blocks, commands, links
from tests.docs.shell import reader_shell

SETTING = re.compile(r"^\| `([A-Z_]+)` \| (?:`(.*?)`|empty) \| (.*) \|$", re.MULTILINE)
CALL = re.compile(r"(?:\$ )?(?:\w+=\$\()?(?:sudo -u \w+ \S+ )?(?:\S*/)?regard (.*)")
Tried = tuple[Command, int, str]  # a command, its exit status, what it said
README = ROOT / "README.md"
EXAMPLES = [page for page in USERS_PAGES if blocks(page, "console")]


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def test_the_table_of_settings_is_that_of_the_program():
    text = (ROOT / "docs" / "operating.md").read_text()
    told = SETTING.findall(text.partition("| setting |")[2].partition("\n\n")[0])
    assert told == [(each.name, each.default, each.meaning) for each in VARIABLES]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_settings_that_are_named_exist(page: Path):
    named = set(re.findall(r"\bREGARD_[A-Z_]+\b", page.read_text())) - {"REGARD_BACKUPS"}
    assert {name for name in named if not name.startswith("REGARD_BENCH_")} <= {
        each.name for each in VARIABLES
    }


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path):
    dead = []
    for link in links(page):
        path, _, fragment = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (fragment and fragment not in anchors(target)):
            dead.append(link)
    assert dead == []


def test_every_page_is_in_the_index():
    index = ROOT / "docs" / "index.md"
    linked = {(index.parent / link).resolve() for link in links(index)}
    assert {page for page in (ROOT / "docs").glob("*.md") if page != index} <= linked


def calls_of(page: Path) -> list[list[str]]:
    """The words after `regard` in code spans and blocks: each a call of the command."""
    text = page.read_text()
    spans = re.findall(r"`([^`\n]+)`", text)
    lines = [
        line for language in ("shell", "console") for line in "".join(blocks(page, language)).splitlines()
    ]
    found = (CALL.match(text) for text in spans + lines)
    return [match[1].rstrip(")").split() for match in found if match]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_and_options_that_are_named_exist(page: Path):
    for words in calls_of(page):
        command: click.Command = main
        while isinstance(command, click.Group) and words and not words[0].startswith("-"):
            assert words[0] in command.commands, f"regard {' '.join(words)}"
            command = command.commands[words.pop(0)]
        known = {
            option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
        }
        assert {word for word in words if word.startswith("--")} <= known | {"--help", "--version"}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_make_targets_that_are_named_exist(page: Path):
    targets = set(re.findall(r"^([a-z.$()A-Z/-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    targets |= {target.replace("$(VENV)", ".venv") for target in targets}
    text = page.read_text()
    spans = "\n".join(re.findall(r"`([^`\n]+)`", text) + blocks(page, "shell"))
    assert set(re.findall(r"\bmake ([a-z.][\w./-]*)", spans)) <= targets


@pytest.fixture(scope="module")
def installation() -> Iterator[RunningInstallation]:
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    with running_installation(from_nothing=True) as installation:
        yield installation


@pytest.fixture(scope="module")
def tried(
    installation: RunningInstallation, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Path], list[Tried]]:
    """What came of the commands of a page, each page tried once, and README's before all others."""

    @cache
    def try_page(page: Path) -> list[Tried]:
        if page != README:
            try_page(README)
        with reader_shell(installation, tmp_path_factory.mktemp("backups")) as shell:
            return [(command, *shell.run(command.line)) for command in commands(page)]

    return try_page


@pytest.mark.parametrize("page", EXAMPLES, ids=name_of)
def test_examples_do_what_they_say(page: Path, tried: Callable[[Path], list[Tried]]):
    for command, status, said in tried(page):
        assert status == 0, f"{command.line}\nsaid:\n{said}"
        assert command.is_answered_by(said), f"{command.line}\nsaid:\n{said}"


def test_the_bad_review_of_the_readme_sends_an_e_mail(
    tried: Callable[[Path], list[Tried]], installation: RunningInstallation
):
    tried(README)
    mails = installation.folder / "outgoing-mail"
    wait_until(lambda: any("Arrived broken" in mail.read_text() for mail in mails.glob("*.eml")))
