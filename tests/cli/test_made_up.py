"""A first start fills the demo store in the background, and what was broken off goes on."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from regard.cli.first_run import sign_in_hint
from regard.cli.made_up import MadeUp
from regard.cli.processes import _demo_children
from regard.cli.supervisor import Child
from regard.core import clock
from regard.core.config import Config, ConfigError, load_config
from regard.core.domain.stores import create_store
from tests.conftest import wait_until
from tests.crash.installation import RunningInstallation, idle_installation

NOW = datetime(2026, 6, 1, 12, 34, tzinfo=UTC)


def settings_of(folder: Path, demo: str = "live") -> Config:
    return replace(load_config(os.environ), data_folder=folder, demo=demo)


def test_a_plan_is_noted_once(tmp_path: Path):
    notes = MadeUp(tmp_path, "demo")
    assert (notes.is_begun, notes.is_filled) == (False, False)
    notes.begin(NOW, customers=30, seed=2)
    notes.begin(NOW + timedelta(days=9), customers=40, seed=3)
    assert (notes.is_begun, notes.is_filled) == (True, False)
    assert (notes.plan.customers, notes.plan.seed) == (30, 2)
    assert notes.plan.until == datetime(2026, 5, 27, 12, tzinfo=UTC)
    notes.note_reached(NOW.timestamp())
    assert MadeUp(tmp_path, "demo").is_filled
    assert notes.plan.customers == 30


@pytest.mark.django_db
def test_only_the_first_start_of_all_begins_a_made_up_store(tmp_path: Path):
    sign_in_hint(settings_of(tmp_path / "off", "off"))
    assert not MadeUp(tmp_path / "off", "demo").is_begun


@pytest.mark.django_db
def test_a_store_that_was_there_stays_as_it_is(tmp_path: Path):
    create_store(slug="acme", currency="EUR", actor="tests")
    sign_in_hint(settings_of(tmp_path))
    assert not MadeUp(tmp_path, "demo").is_begun


@pytest.mark.django_db
def test_what_a_start_does_for_the_demo_store(tmp_path: Path):
    assert _demo_children(settings_of(tmp_path)) == []
    sign_in_hint(settings_of(tmp_path))
    [child] = _demo_children(settings_of(tmp_path))
    assert child.command[3:] == ["demo", "--store", "demo", "--live"]
    [child] = _demo_children(settings_of(tmp_path, "filled"))
    assert child.command[3:] == ["demo", "--store", "demo"]
    assert _demo_children(settings_of(tmp_path, "off")) == []
    MadeUp(tmp_path, "demo").note_reached(NOW.timestamp())
    assert len(_demo_children(settings_of(tmp_path))) == 1
    assert _demo_children(settings_of(tmp_path, "filled")) == []


def test_other_words_are_refused():
    with pytest.raises(ConfigError, match="REGARD_DEMO is 'maybe'; use one of live, filled, off"):
        load_config({"REGARD_DEMO": "maybe"})


def test_a_process_that_may_end_is_not_started_again(tmp_path: Path):
    said = tmp_path / "said.log"
    child = Child("brief", [sys.executable, "-c", "print('done')"], said_in=said, may_end=True)
    wait_until(lambda: child.look_after() or child.is_done)
    assert said.read_text() == "done\n"
    ended = child.process
    child.look_after()
    assert child.process is ended


def test_a_process_that_may_end_is_started_again_after_an_error(tmp_path: Path):
    once = "import pathlib, sys; p = pathlib.Path(sys.argv[1]); p.exists() or p.touch() or sys.exit(1)"
    child = Child("clumsy", [sys.executable, "-c", once, str(tmp_path / "mark")], may_end=True)
    wait_until(lambda: child.look_after() or child.is_done)
    assert child.pause > 0.5


def fillers(installation: RunningInstallation) -> list[psutil.Process]:
    return [process for process in installation.descendants() if "demo" in process.cmdline()]


@pytest.mark.soak
def test_a_first_start_fills_its_store_also_when_that_is_broken_off():
    with idle_installation(from_nothing=True, REGARD_DEMO="live") as installation:
        notes = MadeUp(installation.folder, "demo")
        notes.begin(clock.now(), customers=40, seed=1)
        installation.start()
        wait_until(lambda: fillers(installation))
        fillers(installation)[0].kill()
        wait_until(lambda: notes.is_filled)
        at_first = notes.reached
        wait_until(lambda: notes.reached > at_first)
        assert len(fillers(installation)) == 1
        counted = installation.regard("segment", "count", "orders >= 1", "--store", "demo")
        assert int(counted.split()[0]) > 20
        said = installation.run_command("demo", "--store", "demo")
        assert "demo is filled already" in said.stderr
