"""Rules of the house that linters do not know. Each rule is shown to catch what it is for."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.urls import NoReverseMatch, reverse

from regard.core.domain.permissions import PERMISSIONS
from regard.core.models import Store
from regard.core.registry import Fact, NavigationEntry, Registry, fact_types, import_kinds, navigation
from tests.conftest import ROOT

SOURCE = ROOT / "src" / "regard"
EDGES = ("pages/*.py", "api/*.py", "reactions.py", "jobs.py")
WRITES = {
    "save", "create", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
}  # fmt: skip
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "managers", "common", "misc"}
MOST_LINES = 500
WITHOUT_STORE = {"core.User", "core.Store"}  # people and stores belong to the whole installation


def modules(patterns: Iterable[str]) -> Iterator[Path]:
    for pattern in patterns:
        yield from sorted(SOURCE.glob(f"*/{pattern}"))


def shown(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


# Pages, API, reactions and jobs change nothing themselves: each asks the domain.


def writes_in(source: str) -> list[int]:
    """The lines that call something by which Django's models are changed."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and ast.unparse(node.func.value) != "router"  # the API's DELETE
    ]


def test_edges_change_nothing_themselves():
    looked_at = list(modules(EDGES))
    assert len(looked_at) > 30
    found = [shown(path, line) for path in looked_at for line in writes_in(path.read_text())]
    assert found == []


@pytest.mark.parametrize(
    "bad",
    [
        "member.save()",
        "Alert.objects.create(store=store)",
        "rows.filter(pk=1).delete()",
        "Send.objects.bulk_create([])",
    ],
)
def test_a_change_at_the_edge_is_found(bad: str):
    assert writes_in(f"def view(request):\n    {bad}\n") == [2]


# What rooms say to each other by name exists.


def leaves(cls: type[Fact]) -> Iterator[type[Fact]]:
    """The classes that a room's facts are made of: those that no other inherits from."""
    below = cls.__subclasses__()
    if not below:
        yield cls
    for each in below:
        yield from leaves(each)


def unregistered(facts: Iterable[type[Fact]], registry: Registry[type[Fact]]) -> list[str]:
    return sorted(each.__name__ for each in facts if each.__name__ not in registry)


def our_facts() -> list[type[Fact]]:
    return [each for each in leaves(Fact) if each.__module__.startswith("regard.")]


def test_every_fact_is_registered_and_lives_in_the_facts_of_its_room():
    assert unregistered(our_facts(), fact_types) == []
    registered = [each for each in fact_types if each.__module__.startswith("regard.")]  # tests make more
    assert len(our_facts()) == len(registered) > 5
    assert {each.__module__.split(".", 2)[2] for each in our_facts()} == {"facts"}


def test_a_fact_that_was_forgotten_is_found():
    class SomethingForgotten(Fact):
        what: str

    assert unregistered([SomethingForgotten], fact_types) == ["SomethingForgotten"]


def names_asked_for(source: str, registry: str) -> list[tuple[int, str]]:
    """Line and name of each `registry.get("name")` with a name written out."""
    return [
        (node.lineno, node.args[0].value)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == f"{registry}.get"
        and isinstance(node.args[0], ast.Constant)
    ]


@pytest.mark.parametrize(
    ("name", "registry"),
    [("fact_types", fact_types), ("import_kinds", import_kinds), ("navigation", navigation)],
)
def test_names_asked_for_are_registered(name: str, registry: Registry[object]):
    found = [
        f"{shown(path, line)} asks {name} for {asked}"
        for path in SOURCE.rglob("*.py")
        for line, asked in names_asked_for(path.read_text(), name)
        if asked not in registry
    ]
    assert found == []


def test_a_name_that_is_asked_for_is_found():
    source = "kind = import_kinds.get('carts')\nother = import_kinds.get(name)\n"
    assert names_asked_for(source, "import_kinds") == [(1, "carts")]


def dead_entries(entries: Iterable[NavigationEntry]) -> list[str]:
    """Entries of the navigation that lead nowhere, or ask for a permission that nobody can have."""
    return [entry.name for entry in entries if entry.permission not in PERMISSIONS or not leads(entry)]


def leads(entry: NavigationEntry) -> bool:
    try:
        return bool(reverse(entry.url_name, args=["acme"]))
    except NoReverseMatch:
        return False


def test_navigation_leads_somewhere():
    assert dead_entries(navigation) == []
    assert len(navigation.names()) > 5


def test_navigation_that_leads_nowhere_is_found():
    lost = NavigationEntry("lost", "Lost", "no_such_page", "events.read", 1, "bolt")
    forbidden = NavigationEntry("forbidden", "Forbidden", "events", "events.eat", 1, "bolt")
    assert dead_entries([lost, forbidden]) == ["lost", "forbidden"]


def permissions_named(source: str) -> list[tuple[int, str]]:
    """Line and name of each permission that a page asks for (those of the API are checked when it is loaded)."""
    return [
        (node.lineno, value.value)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "store_page"
        for value in (*node.args, *(keyword.value for keyword in node.keywords))
        if isinstance(value, ast.Constant)
    ]


def test_pages_ask_for_permissions_that_exist():
    named = [
        (shown(path, line), name)
        for path in modules(["pages/*.py"])
        for line, name in permissions_named(path.read_text())
    ]
    assert len(named) > 20
    assert [each for each in named if each[1] not in PERMISSIONS] == []


def test_permissions_of_pages_are_found():
    source = "@store_page('events.read', post='events.eat')\ndef view(request): ...\n"
    assert permissions_named(source) == [(1, "events.read"), (1, "events.eat")]


# Every row belongs to a store.


def reaches_store(model: type[models.Model], seen: frozenset[type[models.Model]] = frozenset()) -> bool:
    """Whether foreign keys lead from the model to a store, people's own pages left aside."""
    targets = {
        field.related_model for field in model._meta.get_fields() if field.many_to_one or field.one_to_one
    }
    ours = {each for each in targets if isinstance(each, type) and each._meta.label not in WITHOUT_STORE}
    return Store in targets or any(reaches_store(each, seen | {model}) for each in ours - seen - {model})


def our_models() -> list[type[models.Model]]:
    return [each for each in apps.get_models() if each.__module__.startswith("regard.")]


def test_every_row_belongs_to_a_store():
    assert len(our_models()) > 15
    lost = [model._meta.label for model in our_models() if not reaches_store(model)]
    assert sorted(lost) == sorted(WITHOUT_STORE)


def test_a_model_without_a_store_is_found():
    outside = apps.get_model("sessions", "Session")
    assert [reaches_store(model) for model in (outside, apps.get_model("capture", "WriteKey"))] == [
        False,
        True,
    ]


def test_foreign_keys_leave_no_name_on_the_other_side():
    named = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and not field.remote_field.hidden
    ]
    assert named == []


# Migrations: a line an app, and nothing that is not in them.


def branches(
    nodes: Iterable[tuple[str, str]], parents: dict[tuple[str, str], Sequence[tuple[str, str]]]
) -> list[str]:
    """Migrations from which two others of the same app go on, and apps that begin twice."""
    after: Counter[tuple[str, str]] = Counter()
    for node in nodes:
        own = [parent for parent in parents[node] if parent[0] == node[0]]
        after.update(own or [(node[0], "the beginning")])
    return sorted(f"{app}: two after {name}" for (app, name), count in after.items() if count > 1)


def test_migrations_are_linear():
    graph = MigrationLoader(None).graph
    labels = {config.label for config in apps.get_app_configs() if config.name.startswith("regard.")}
    nodes = [node for node in graph.nodes if node[0] in labels]
    parents = {node: [each.key for each in graph.node_map[node].parents] for node in nodes}
    assert {node[0] for node in nodes} >= {"core", "capture", "profile", "listen", "score", "act"}
    assert branches(nodes, parents) == []


def test_a_branch_of_migrations_is_found():
    first, one, other = ("desk", "0001"), ("desk", "0002_one"), ("desk", "0002_other")
    parents = {first: [("core", "0001")], one: [first], other: [first]}
    assert branches(parents, parents) == ["desk: two after 0001"]


@pytest.mark.django_db
def test_models_are_as_the_migrations_say(capsys: pytest.CaptureFixture[str]):
    call_command("makemigrations", "--check", "--dry-run")
    assert capsys.readouterr().out == "No changes detected\n"


def test_a_change_without_a_migration_is_found(db: None, capsys: pytest.CaptureFixture[str]):
    Store.add_to_class("slogan", models.TextField())
    try:
        with pytest.raises(SystemExit):
            call_command("makemigrations", "core", "--check", "--dry-run")
    finally:
        Store._meta.local_fields.remove(Store._meta.get_field("slogan"))
        Store._meta._expire_cache()
        del Store.slogan
    assert "slogan" in capsys.readouterr().out


# Files say what they hold, and are of a size to read.


def misnamed(paths: Iterable[Path]) -> list[str]:
    return [path.name for path in paths if path.stem in VAGUE_NAMES]


def test_modules_are_named_after_what_they_hold():
    assert misnamed(SOURCE.rglob("*.py")) == []
    assert misnamed([Path("desk/helpers.py"), Path("desk/tickets.py")]) == ["helpers.py"]


def overlong(lines: dict[str, int]) -> list[str]:
    return [name for name, count in lines.items() if count > MOST_LINES]


def test_files_can_be_read_in_one_go():
    lines = {shown(path, 1): len(path.read_text().splitlines()) for path in SOURCE.rglob("*.py")}
    assert overlong(lines) == []
    assert overlong({"long.py": MOST_LINES + 1, "short.py": MOST_LINES}) == ["long.py"]
