"""What is said of a file and its columns, on the terminal and on the page."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from regard.capture.domain.imports import ImportProblem
from regard.capture.domain.imports.preparing import look_at
from regard.capture.domain.imports.preview import preview_of
from regard.capture.domain.imports.values import quoted, read_money
from regard.capture.models import Event, ImportRun
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


def test_columns_of_which_the_first_with_a_value_counts_are_told_apart_from_joined_ones(store, tmp_path):
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        '[columns]\nemail = "mail"\nname = ["first", "last"]\n[either]\nphone = ["mobile", "landline"]\n'
    )
    file = written(tmp_path / "c.csv", "mail,first,last,mobile,landline", "a@b.co,Ann,Lee,,+49 30 901820")
    source = look_at(store=store, kind="customers", path=file, mapping=mapping)
    told = {guess.field.name: guess.columns_in_words for guess in source.guesses()["customers"]}
    assert (told["name"], told["phone"], told["email"]) == ("first + last", "mobile or landline", "mail")


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
    file.write_bytes(b"the \x1b[31mname,x\n1,2\n")
    with pytest.raises(ImportProblem) as refused:
        bring(store, file, kind="customers", preset="generic")
    assert "\x1b" not in str(refused.value)
    assert "the \\x1b[31mname" in str(refused.value)


@pytest.mark.parametrize(
    ("told", "currency", "cents"),
    [("$1,250.00", "USD", 125_000), ("EUR 5", "EUR", 500), ("5.50 €", "EUR", 550), ("-5.50 kr", "SEK", -550),
     ("-£3", "GBP", -300), ("3.10zł", "PLN", 310)],
)  # fmt: skip
def test_amounts_may_have_the_sign_or_code_of_their_currency(told, currency, cents):
    assert read_money(told, currency, decimal_comma=False, rounds=False) == cents


def test_amounts_of_another_currency_are_refused(store, tmp_path):
    rows = ["1,a@b.co,2026-01-01,$5", "2,a@b.co,2026-01-01,5 XYZ"]
    summary = bring(store, written(tmp_path / "o.csv", "order_id,email,ordered_at,total", *rows))
    assert [reason for _field, reason, _rows in summary.reasons] == [
        "It is marked $, and the row's currency is EUR; give the row its currency.",
        "… is no number; write it like 1234.50.",
    ]


def test_decimal_commas_are_seen_beside_a_sign(store, tmp_path):
    file = written(tmp_path / "o.csv", "order_id;email;ordered_at;total", "1;a@b.co;2026-01-01;1.219,99 €")
    assert bring(store, file).added == 1
    assert Event.objects.get().body["total_minor"] == 121_999


def test_phones_that_cannot_be_read_are_counted(store, tmp_path):
    rows = ["a@b.co,030 901820,", "b@b.co,030 901820,Deutschland", "c@b.co,01 4020 5050,france", "d@b.co,,"]
    file = written(tmp_path / "c.csv", "email,phone,country", *rows)
    note = (
        "phone numbers could not be read and are left out: set the store's country, or write them like "
        "+49 30 123456."
    )
    source = look_at(store=store, kind="customers", path=file)
    assert preview_of(source, source.mapping).notes == {note: 1}
    assert f"\n1 {note}\n" in run_command("customers", file, "--dry-run").output
    run = ImportRun.objects.get(pk=bring(store, file, kind="customers").run_id)
    assert (run.notes, run.again) == ([[note, 1]], 0)
    store.country = "DE"
    assert preview_of(source, source.mapping).notes == {}


def test_rows_that_repeat_another_of_the_file_are_told(store, tmp_path):
    file = written(
        tmp_path / "o.csv", "order_id,email,ordered_at", *["1,a@b.co,2026-01-01"] * 2, "2,a@b.co,2026-01-01"
    )
    run = ImportRun.objects.get(pk=bring(store, file).run_id)
    assert (run.read, run.added, run.repeated, run.again) == (3, 3, 0, 1)
    said = run_command("orders", file, "--dry-run").output
    assert (
        "3 rows read: 0 would be added, 3 known already, 0 rejected.\n1 of these repeat another row" in said
    )
