"""What a file holds and how it is written is found out from its header and first rows."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from regard.capture.domain.imports import ImportProblem
from regard.capture.domain.imports.kinds import guess_kind
from regard.capture.domain.imports.mapping import Formats, Mapping, Section
from regard.capture.domain.imports.uploads import keep_upload, read_draft_as
from regard.capture.domain.imports.values import read_money
from regard.capture.models import Event, ImportRun
from regard.capture.pages.import_forms import kind_choices
from regard.cli.main import main
from tests.capture.test_imports import EXAMPLES, bring, counts, facts, written

pytestmark = pytest.mark.django_db
ORDERS = {
    "de": [
        "Bestellnummer;Bestelldatum;Kundennummer;E-Mail;Vorname;Status;Summe;Währung;Zugestellt am",
        "B-1;31.01.2026 09:30;K7;ana@example.de;Ana;versandt;1.234,50;EUR;02.02.2026",
    ],
    "nl": [
        "Bestelnummer;Besteldatum;Klantnummer;E-mailadres;Status;Totaal;Valuta;Bezorgd op",
        "B-1;31-01-2026 09:30;K7;ana@example.de;versandt;1.234,50;EUR;02-02-2026",
    ],
    "fr": [
        "Numéro de commande;Date de commande;Numéro client;Courriel;Statut;Montant total;Devise;Livré le",
        "B-1;31/01/2026 09:30;K7;ana@example.de;versandt;1.234,50;EUR;02/02/2026",
    ],
    "es": [
        "Nº pedido;Fecha del pedido;Nº cliente;Correo electrónico;Estado;Importe;Moneda;Entregado el",
        "B-1;31/01/2026 09:30;K7;ana@example.de;versandt;1.234,50;EUR;02/02/2026",
    ],
}
LINES = {
    "de": [
        "Bestellnummer;Datum;Artikelnummer;Bezeichnung;Menge;Einzelpreis",
        "B-1;31.01.2026;A1;Gürtel;2;9,90",
    ],
    "nl": ["Bestelnummer;Datum;Artikelnummer;Omschrijving;Aantal;Prijs", "B-1;31-01-2026;A1;Gürtel;2;9,90"],
    "fr": [
        "N° commande;Date;Référence;Désignation;Quantité;Prix unitaire",
        "B-1;31/01/2026;A1;Gürtel;2;9,90",
    ],
    "es": ["Nº pedido;Fecha;Referencia;Descripción;Cantidad;Precio", "B-1;31/01/2026;A1;Gürtel;2;9,90"],
}
OTHERS = {
    "customers": [
        "Kundennummer;Vorname;Nachname;E-Mail;Telefon;Ort;Land;Newsletter",
        "K7;Ana;Roth;a@b.de;1;Ulm;DE;ja",
    ],
    "products": ["Artikelnummer;Bezeichnung;Marke;Warengruppe;Preis", "A1;Gürtel;Rot;Leder;9,90"],
    "reviews": [
        "Bewertungsnummer;Datum;Kundennummer;Sterne;Titel;Kommentar",
        "r1;31.01.2026;K7;5;Gut;Sehr gut",
    ],
    "mentions": [
        "Erwähnungsnummer;Datum;Netzwerk;Verfasser;Text;Link;Stimmung;Interaktionen",
        "m1;31.01.2026;netz.example;@ann;Schön;https://netz.example/1;negative;12",
    ],
    "tickets": ["Ticketnummer;Erstellt am;Kundennummer;Betreff;Bearbeiter", "t1;31.01.2026;K7;Hilfe;Bo"],
    "shipments": [
        "Bestellnummer;Sendungsnummer;Versanddienstleister;Versandt am",
        "B-1;00340;DHL;31.01.2026",
    ],
}


@pytest.mark.parametrize("language", ORDERS)
def test_orders_in_other_languages_are_read_draft_as_they_are_written(store, tmp_path, language):
    file = written(tmp_path / "o.csv", *ORDERS[language])
    assert guess_kind(ORDERS[language][0].split(";")) == "orders"

    assert counts(bring(store, file)) == (1, 1, 0, 0)

    [told] = facts(store)
    assert (told["order_id"], told["customer_id"], told["email"]) == ("B-1", "K7", "ana@example.de")
    assert (told["status"], told["total_minor"], told["currency"]) == ("versandt", 123_450, "EUR")
    assert told["ordered_at"] == "2026-01-31T08:30:00Z"
    assert told["delivered_at"] == "2026-02-01T23:00:00Z"


@pytest.mark.parametrize("language", LINES)
def test_order_lines_in_other_languages_are_read_draft_as_they_are_written(store, tmp_path, language):
    file = written(tmp_path / "l.csv", *LINES[language])
    assert guess_kind(LINES[language][0].split(";")) == "order_lines"
    assert counts(bring(store, file, kind="order_lines")) == (1, 1, 0, 0)
    [told] = facts(store)
    assert (told["order_id"], told["product_id"], told["title"]) == ("B-1", "A1", "Gürtel")
    assert (float(told["quantity"]), told["price_minor"]) == (2, 990)


@pytest.mark.parametrize("kind", OTHERS)
def test_german_files_of_every_kind_are_known_and_read(store, tmp_path, kind):
    file = written(tmp_path / "f.csv", *OTHERS[kind])
    assert guess_kind(OTHERS[kind][0].split(";")) == kind
    assert counts(bring(store, file, kind=kind)) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("order_id,customer_id,ordered_at,total", "orders"),
        ("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country", "order_lines"),
        ("id,email,name,phone,created_at,city", "customers"),
        ("review_id,order_id,customer_id,rating,reviewed_at,body", "reviews"),
        ("id,score,response_date,email,survey_type,comment", "answers"),
        ("ticket_id,created_at,email,subject,status", "tickets"),
        ("sku,title,price,brand", "products"),
        ("id,date,source,author,url,text,sentiment,engagement,reach", "mentions"),
        ("published_at,link,snippet,handle", "mentions"),
        ("Name,Email,Financial Status,Lineitem name,Lineitem quantity", "orders"),  # a preset
        ("apples,pears", ""),
    ],
)
def test_the_kind_is_found_out_by_the_columns(header, kind):
    assert guess_kind(header.split(",")) == kind


@pytest.mark.parametrize(
    ("values", "days"),
    [
        (["31.01.2026", "01.02.2026 9:30"], ["2026-01-31", "2026-02-01"]),
        (["01/31/2026", "03/04/2026"], ["2026-01-31", "2026-03-04"]),
        (["03-04-2026", "31-01-2026"], ["2026-04-03", "2026-01-31"]),
        (["01/02/2026"] * 300 + ["01/31/2026"], ["2026-01-02"] * 300 + ["2026-01-31"]),
        (["31/05/2025"] * 20 + ["02/31/2025"], ["2025-05-31"] * 20),  # a slip
    ],
)
def test_the_order_of_day_and_month_is_found_out(store, tmp_path, values, days):
    store.time_zone = "UTC"
    bring(store, dated(tmp_path, values))
    assert [fact["ordered_at"][:10] for fact in facts(store)] == days


@pytest.mark.parametrize("more", [[], ["31/01/2026", "01/31/2026"]])
@pytest.mark.parametrize("currency", ["EUR", "USD"])
def test_who_imports_is_asked_where_nothing_tells_days_from_months(store, tmp_path, currency, more):
    store.currency, store.time_zone = currency, "UTC"
    file = dated(tmp_path, ["01/02/2026"] * 200 + more)
    with pytest.raises(ImportProblem, match='= "%d/%m/%Y" or "%m/%d/%Y" under') as problem:
        bring(store, file)
    assert problem.value.field == "mapping formats.time"
    assert (Event.objects.count(), ImportRun.objects.count()) == (0, 0)

    told = written(tmp_path / "m.toml", "[formats]", 'time = "%m/%d/%Y"')  # columns are found by their names
    assert bring(store, file, mapping=told).rejected == len(more) / 2
    assert facts(store)[0]["ordered_at"] == "2026-01-02T00:00:00Z"


def dated(folder, values):
    lines = [f"{n},c,{value},5" for n, value in enumerate(values)]
    return written(folder / "o.csv", "order_id,customer_id,ordered_at,total", *lines)


@pytest.mark.parametrize(
    ("kind", "example", "looks"),
    [("orders", "reviews.csv", "reviews"), ("customers", "orders.csv", "orders"),
     ("order_lines", "orders.csv", "orders"), ("reviews", "orders.csv", "orders")],
)  # fmt: skip
def test_a_wrong_kind_is_refused_and_the_likely_one_named(store, kind, example, looks):
    with pytest.raises(ImportProblem) as problem:
        bring(store, EXAMPLES / "shop" / example, kind=kind)
    assert problem.value.field == "kind"
    assert f"The columns look like {looks}, not {kind.replace('_', ' ')}: " in problem.value.reason
    assert (Event.objects.count(), ImportRun.objects.count()) == (0, 0)


def test_who_means_it_gets_what_a_file_of_another_kind_says(store):
    done = bring(store, EXAMPLES / "shop" / "orders.csv", kind="customers", preset="generic")
    assert done.added > 0


@pytest.mark.django_db(transaction=True)
def test_the_command_names_the_likely_kind(store):
    words = ["import", "orders", str(EXAMPLES / "shop" / "reviews.csv"), "--store", store.slug]
    refused = CliRunner().invoke(main, words)
    assert refused.exit_code == 1
    assert "Error: kind: The columns look like reviews, not orders: review_id, " in refused.output


def test_the_kind_of_a_draft_is_guessed_and_changed_without_another_upload(store):
    content = [(EXAMPLES / "shop" / "reviews.csv").read_bytes()]
    run = keep_upload(store=store, kind="", name="f.csv", content=content, mapping=None, actor="ana")
    assert run.kind == "reviews"
    read_draft_as(run, kind="orders")
    run.refresh_from_db()
    assert (run.kind, run.mapping["imports"][0]["kind"]) == ("orders", "orders")
    with pytest.raises(ImportProblem, match="say what is in it"):
        keep_upload(
            store=store, kind="", name="f.csv", content=[b"apples,pears\n1,2\n"], mapping=None, actor="a"
        )


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0", b"%PDF-1.4\n%\xe2\xe3\n1 0 obj\n"]
)
def test_what_is_no_text_is_called_no_table(store, content):
    with pytest.raises(ImportProblem, match=r"f\.csv is no table"):
        keep_upload(store=store, kind="", name="f.csv", content=[content], mapping=None, actor="ana")


def test_the_kinds_are_offered_in_the_order_of_their_use():
    assert [words for _, words in kind_choices()] == [
        "customers", "orders", "order lines", "shipments", "products", "reviews", "answers", "mentions",
        "tickets",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("totals", "minor"),
    [
        (["12,000", "2,500", "7"], [700]),  # rejected, never divided by a thousand
        (["12,000", "1,250.00", "1.5"], [150]),
        (["1,500", "1,234,567"], []),
        (["1,500", "9,90"], [150, 990]),
        (["1.500", "9,90"], [150_000, 990]),
        (["1.500", "1.234.567"], [150_000, 123_456_700]),
        (["0,250", "1,500"], [25, 150]),  # no group begins with a zero
        (["1,5", "1,250.00", "1.5"], [150]),
        (["12.000"], []),
        (["12.000", "7", "0.500"], [1200, 700, 50]),  # one who groups writes no group of zero
        (["12.000", "7"], [700]),
        (["12.000", "9,90"], [1_200_000, 990]),
        (["12.000", "9.90"], [1200, 990]),
    ],
)
def test_three_digits_behind_a_comma_or_a_point_tell_nothing(store, tmp_path, totals, minor):
    lines = [f'{n},c,2026-01-01,"{total}"' for n, total in enumerate(totals)]
    done = bring(store, written(tmp_path / "o.csv", "order_id,customer_id,ordered_at,total", *lines))
    assert [fact["total_minor"] for fact in facts(store)] == minor
    assert done.rejected == len(totals) - len(minor)


def test_a_point_that_may_group_thousands_is_asked_about(store, tmp_path):
    file = written(tmp_path / "o.csv", "order_id,customer_id,ordered_at,total", "1,c,2026-01-01,12.000")
    [(field, reason, rows)] = bring(store, file).reasons
    assert (field, rows) == ("total", 1)
    assert reason.startswith("… may have three decimals or group thousands, and the first rows do not tell.")
    for decimal_comma, minor in ((True, 1_200_000), (False, 1200)):
        Event.objects.all().delete()
        told = Mapping(imports=[Section()], formats=Formats(decimal_comma=decimal_comma))
        bring(store, file, mapping=told)
        assert [fact["total_minor"] for fact in facts(store)] == [minor]
    assert read_money("12.000", "KWD", decimal_comma=None, rounds=False) == 12_000


def test_mended_rows_are_read_as_their_import_was(store, tmp_path):
    rows = ["1,c,13/02/2026 12:00,9.90", "2,c,04/02/2026 12:00,x"]
    summary = bring(store, written(tmp_path / "o.csv", "order_id,customer_id,ordered_at,total", *rows))
    assert (summary.added, summary.rejected) == (1, 1)
    mended = written(
        tmp_path / "mended.csv",
        *summary.rejects_path.read_text("utf-8-sig").replace("x", "12.000").splitlines(),
    )

    with pytest.raises(ImportProblem, match="may be the 1st of February"):
        bring(store, mended)
    done = bring(store, mended, like=summary.run_id)

    assert (done.added, done.rejected) == (1, 0)
    assert [(fact["ordered_at"][:10], fact["total_minor"]) for fact in facts(store)] == [
        ("2026-02-13", 990), ("2026-02-04", 1200),
    ]  # fmt: skip
    for wrong in (
        {"like": 0},
        {"like": summary.run_id, "kind": "reviews"},
        {"like": summary.run_id, "preset": "x"},
    ):
        with pytest.raises(ImportProblem):
            bring(store, mended, **wrong)


def test_who_writes_groups_of_thousands_is_told_how_to_say_what_they_are(store, tmp_path):
    line = '1,c,2026-01-01,"12,000"'
    done = bring(store, written(tmp_path / "o.csv", "order_id,customer_id,ordered_at,total", line))
    [(field, reason, rows)] = done.reasons
    assert (field, rows) == ("total", 1)
    assert reason.endswith(
        "or say decimal_comma = true in the mapping's formats if its comma begins the decimals."
    )


@pytest.mark.parametrize(
    "header",
    ["OrderID,OrderDate,CustomerID,Email,OrderTotal", "order id,order date,customer id,E-Mail,order total"],
)
def test_however_the_words_of_a_columns_name_are_joined(store, tmp_path, header):
    bring(store, written(tmp_path / "o.csv", header, "A1,2026-01-31,c7,ana@example.com,12.50"))

    [told] = facts(store)
    assert (told["order_id"], told["customer_id"]) == ("A1", "c7")
    assert (told["email"], told["total_minor"]) == ("ana@example.com", 1250)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (
            (
                "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,"
                "order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date"
            ),
            "orders",
        ),
        (
            "review_id,order_id,review_score,review_comment_title,review_comment_message,review_creation_date",
            "reviews",
        ),
        ("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country", "order_lines"),
    ],
)
def test_the_kind_of_well_known_exports_is_seen(header, kind):
    assert guess_kind(header.split(",")) == kind
