"""Prompts from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from regard.cli.main import main
from regard.core.models import AuditEntry, Store
from regard.serve.models import Prompt, PromptDay
from tests.serve.shops import add_prompt, open_survey

pytestmark = pytest.mark.django_db
TEXT = """
name: Free parcels
kind: message
texts:
  en: {title: Free from 50 €, button: More}
link: /delivery
included: [/products/*]
"""


def called(*words: object) -> Result:
    return CliRunner().invoke(main, ["prompt", *map(str, words), "--store", "acme"])


def run(*words: object) -> str:
    result = called(*words)
    assert result.exit_code == 0, result.output
    return result.output


def written(folder: Path, text: str) -> Path:
    file = folder / "prompt.yaml"
    file.write_text(text)
    return file


def test_a_prompt_is_written_shown_changed_switched_and_deleted(
    store: Store, other_store: Store, tmp_path: Path
) -> None:
    add_prompt(other_store)
    run("create", written(tmp_path, TEXT))
    made = Prompt.objects.get(store=store)
    assert (made.is_on, made.included, made.texts["en"]["button"]) == (False, ["/products/*"], "More")
    shown = run("show", made.pk)
    run("create", written(tmp_path, shown))
    assert run("show", Prompt.objects.latest("pk").pk) == shown
    run("edit", made.pk, written(tmp_path, "share: 20"))
    assert run("on", made.pk) == f"Prompt {made.pk} is on.\n"
    made.refresh_from_db()
    assert (made.share, made.included, made.is_on) == (20, ["/products/*"], True)
    run("off", made.pk)
    assert called("delete", made.pk).exit_code == 1
    run("delete", made.pk, "--yes")
    assert [row["is_on"] for row in json.loads(run("list", "--json"))] == [False]
    changes = AuditEntry.objects.filter(store=store, target__startswith=f"prompt:{made.pk}").order_by("pk")
    assert {entry.actor for entry in changes} == {"command line"}
    assert [entry.action for entry in changes] == [
        "prompt.created", "prompt.changed", "prompt.switched_on", "prompt.switched_off", "prompt.deleted",
    ]  # fmt: skip


def test_what_came_of_one_is_told_with_its_interval(store: Store) -> None:
    prompt = add_prompt(store)
    assert run("results", prompt.pk).splitlines()[1] == "followed -"
    PromptDay.objects.create(store=store, prompt=prompt, day="2026-11-03", shown=4, clicked=1, closed=2)
    assert run("results", prompt.pk).splitlines() == [
        "Parcels in spring: on, shown 4 times.", "followed 1 (25.0 %, 4.6 to 69.9)",
        "closed   2 (50.0 %, 15.0 to 85.0)",
    ]  # fmt: skip
    told = json.loads(run("results", prompt.pk, "--json"))
    assert (told["shown"], told["clicked"]["count"], told["answers"]) == (4, 1, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: [", "This is no YAML"),
        ("- name", "Fields with values are wanted here."),
        ("kind: message", "name: This is missing."),
        ("name: A\nkind: survey\nsurvey: nothing", "survey: There is no survey “nothing”."),
        ("name: A\nkind: message\ncolour: red", "colour: There is no field colour."),
        ("name: A\nkind: message\nshare: many", "share: Write a whole number."),
        ("name: A\nkind: message\ntexts: {en: Hello}", "texts: Write the title, text and button"),
        ("name: A\nkind: message\nincluded: /a", "included: A list is wanted."),
        ("name: 1\nkind: message", "name: A text is wanted."),
        ("name: A\nkind: message\nwithout_consent: 'no'", "without_consent: Write true or false."),
    ],
)
def test_a_text_that_is_no_prompt_is_told_why(store: Store, tmp_path: Path, text: str, said: str) -> None:
    result = called("create", written(tmp_path, text))
    assert result.exit_code == 1
    assert said in result.output
    assert not Prompt.objects.exists()


def test_what_the_store_has_not_is_said_so(store: Store, other_store: Store, tmp_path: Path) -> None:
    theirs = add_prompt(other_store)
    open_survey(store)
    run("create", written(tmp_path, "{name: Leaving, kind: survey, survey: exit}"))
    own = Prompt.objects.get(store=store)
    assert "Name the sites of your shop first" in called("on", own.pk).output
    assert f"acme has no prompt {theirs.pk}" in called("off", theirs.pk).output
    assert Prompt.objects.get(pk=theirs.pk).is_on
