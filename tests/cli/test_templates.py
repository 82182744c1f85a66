"""Templates from the command line: written as files, checked, shown, copied, archived."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from regard.cli.main import main
from regard.core.models import AuditEntry, Store
from regard.message.domain.starters import add_starters, missing_starters, starters
from regard.message.domain.templates import (
    copy_template,
    definition_of,
    template_named,
    templates_for_viewer,
)
from regard.message.models import Template
from tests.web.rows import add_template

pytestmark = pytest.mark.django_db
ADA = "ada@acme.example"


def called(*words: object) -> Result:
    return CliRunner().invoke(main, [*map(str, words), "--store", "acme"])


def run(*words: object) -> str:
    result = called(*words)
    assert result.exit_code == 0, result.output
    return result.output


def test_what_is_exported_can_be_changed_and_imported(store: Store, tmp_path: Path):
    add_template(store)
    written = yaml.safe_load(run("template", "export", "hello"))
    assert [each["key"] for each in written] == ["hello"]
    file = tmp_path / "templates.yaml"
    file.write_text(yaml.dump(written))
    assert run("template", "import", file) == "hello: as it was\n"
    written[0]["texts"]["en"]["subject"] = "Hi"
    file.write_text(yaml.dump([*written, {"key": "Bad Key", "name": "x", "texts": {}}]))
    refused = called("template", "import", file)
    assert (refused.exit_code, "Bad Key: key" in refused.output) == (1, True)
    assert run("template", "show", "hello").count("\n") == 3  # nothing of a file that cannot be read whole
    file.write_text(yaml.dump(written))
    assert run("template", "import", file) == "hello: version 3\n"
    assert "Subject: Hi" in run("template", "preview", "hello")


def test_mistakes_are_found_before_anything_is_sent(store: Store, tmp_path: Path):
    add_template(store)
    assert run("template", "check").endswith("\n1 templates checked.\n")
    file = tmp_path / "templates.yaml"
    broken = {
        "key": "broken",
        "name": "B",
        "texts": {"en": {"subject": "Hi", "body": [{"text": "{{ custmer.name }}"}]}},
    }
    file.write_text(yaml.dump(broken))
    run("template", "import", file)
    result = called("template", "check", "broken", "--json")
    assert result.exit_code == 1
    assert [finding["level"] for finding in json.loads(result.output)["broken"]][:1] == ["error"]
    assert "has no template 'x'" in called("template", "check", "x").output


def test_an_archived_template_is_offered_to_nobody(store: Store):
    template = add_template(store)
    assert run("template", "archive", "hello") == "hello is archived.\n"
    assert run("template", "archive", "hello") == "hello was archived.\n"
    assert templates_for_viewer(store=store).rows == []
    assert templates_for_viewer(store=store, is_archived=True).rows == [template]
    assert template_named(store, "hello") == template  # a journey that names it goes on
    assert run("template", "unarchive", "hello") == "hello is offered again.\n"
    assert templates_for_viewer(store=store).rows == [template]
    entries = AuditEntry.objects.filter(store=store, target="template hello", action__contains="archive")
    assert list(entries.order_by("id").values_list("action", flat=True)) == [
        "template.archived",
        "template.unarchived",
    ]


def test_a_copy_has_the_first_free_short_name(store: Store):
    add_template(store)
    first, second = (copy_template(_now("hello", store), actor=ADA) for _each in range(2))
    third = copy_template(_now("hello-2", store), actor=ADA)
    assert [first.key, second.key, third.key] == ["hello-2", "hello-3", "hello-4"]
    assert definition_of(_now("hello-4", store)).texts == definition_of(_now("hello", store)).texts


def test_what_comes_along_is_added_once(store: Store):
    before = missing_starters(store)
    assert (len(before), add_starters(store, ADA)) == (len(starters()), len(starters()))
    assert (missing_starters(store), add_starters(store, ADA)) == ([], 0)


def _now(key: str, store: Store) -> Template:
    found = template_named(store, key)
    assert found is not None
    return found
