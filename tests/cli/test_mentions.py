"""Mentions from the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from regard.cli.main import main
from regard.core.models import AuditEntry, Store
from regard.task.models import Task
from tests.api.rows import add_mention

pytestmark = pytest.mark.django_db
ANSWER = "https://social.example/store/2"


def called(*words: object) -> Result:
    return CliRunner().invoke(main, ["mentions", *map(str, words), "--store", "acme"])


def run(*words: object) -> str:
    result = called(*words)
    assert result.exit_code == 0, result.output
    return result.output


def listed(*words: object) -> list[str]:
    return [row["external_id"] for row in json.loads(run("list", "--json", *words))]


def test_mentions_are_listed_done_and_opened_again(store: Store, other_store: Store) -> None:
    first = add_mention(store, 1, told_feeling="negative")
    second = add_mention(store, 2, source="stars.example")
    add_mention(other_store, 3)
    assert listed() == ["m-1", "m-2"]
    assert (listed("--negative"), listed("--source", "stars.example")) == (["m-1"], ["m-2"])
    assert run("done", first, second) == f"Mention {first} is done.\nMention {second} is done.\n"
    assert run("done", second) == f"Mention {second} was done.\n"
    assert (listed(), listed("--state", "done")) == ([], ["m-2", "m-1"])
    assert run("reopen", first) == f"Mention {first} is open again.\n"
    assert run("reopen", first) == f"Mention {first} was open.\n"
    actions = AuditEntry.objects.filter(action__startswith="mention.").order_by("id")
    assert list(actions.values_list("action", "actor")) == [
        ("mention.done", "cli"), ("mention.done", "cli"), ("mention.reopened", "cli"),
    ]  # fmt: skip


def test_a_mention_is_answered_and_handed_on(store: Store) -> None:
    number = add_mention(store)
    assert run("answered", number, ANSWER) == f"Mention {number} is answered and done.\n"
    task = run("task", number, "Call Ann")
    assert task == f"Task {Task.objects.get().pk} is made of mention {number}.\n"
    told = json.loads(run("list", "--state", "done", "--json"))[0]
    assert (told["reply_url"], told["task_id"]) == (ANSWER, Task.objects.get().pk)
    assert "answered" in run("list", "--state", "all")


def test_what_cannot_be_is_said_and_changes_nothing(store: Store, other_store: Store) -> None:
    number, theirs = add_mention(store), add_mention(other_store)
    assert f"acme has no mention {theirs}" in called("done", number, theirs).output
    assert "Paste the whole address" in called("answered", number, "javascript:alert(1)").output
    assert listed() == ["m-1"]
    run("task", number, "Call Ann")
    assert "There is a task for it already." in called("task", number, "Call Ann").output
    assert (listed(), Task.objects.count()) == ([], 1)


def test_what_strangers_wrote_commands_no_terminal(store: Store) -> None:
    add_mention(store, author="ann\x1b[2J", text="broke\n\x1b]0;title\x07 again")
    line = run("list")
    assert "ann[2J" in line
    assert "broke ]0;title again" in line
    assert line.count("\n") == 1
