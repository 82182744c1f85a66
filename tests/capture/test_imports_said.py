"""What is said of a file and its columns, on the terminal and on the page."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from regard.capture.domain.imports import ImportProblem
from regard.capture.domain.imports.preparing import look_at
from regard.capture.domain.imports.values import quoted
from regard.cli import import_progress
from regard.cli.main import main
from tests.capture.test_imports import bring, written

pytestmark = pytest.mark.django_db(transaction=True)


def run_command(kind: str, file, *options: str):
    return CliRunner().invoke(main, ["import", kind, str(file), "--store", "acme", *options])


def test_columns_that_become_attributes_are_not_called_unused(store, tmp_path):
    customers = written(tmp_path / "c.csv", "email,Shoe size,Hobby", "a@b.co,42,chess")
    said = run_command("customers", customers, "--dry-run").output
    assert "becomes attributes: Shoe size, Hobby\n" in said
    assert "not used" not in said

    orders = written(tmp_path / "o.csv", "order_id,email,ordered_at,wrapping", "1,a@b.co,2026-01-01,red")
    said = run_command("orders", orders, "--dry-run").output
    assert "not used: wrapping\n" in said
    assert "attributes" not in said
    assert look_at(store=store, kind="orders", path=orders).attribute_columns() == []


def test_ctrl_c_says_that_the_same_command_goes_on(store, tmp_path, monkeypatch):
    def stopped(**_told):
        raise KeyboardInterrupt

    file = written(tmp_path / "c.csv", "email", "a@b.co")
    monkeypatch.setattr(import_progress, "import_file", stopped)
    done = run_command("customers", file)
    assert done.exit_code == 130
    assert done.output.endswith("Stopped. Nothing is lost: the same command goes on where it stopped.\n")
    assert run_command("customers", file, "--dry-run").output.endswith(
        "It was a dry run: nothing was kept.\n"
    )


def test_control_characters_are_shown_escaped(store, tmp_path):
    assert quoted("a\x1b[31mb\tc") == "'a\\x1b[31mb\tc'"
    file = tmp_path / "b.csv"
    file.write_bytes(b"\x7f\x01\x1b,x\n1,2\n")
    with pytest.raises(ImportProblem) as refused:
        bring(store, file, kind="customers", preset="generic")
    assert "\x1b" not in str(refused.value)
    assert "\\x7f\\x01\\x1b" in str(refused.value)
