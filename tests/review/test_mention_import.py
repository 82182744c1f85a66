"""Files of mentions: read, put aside where they are wrong, told again, and erased."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from regard.capture.domain.imports.run import import_file
from regard.capture.domain.imports.runs import rejects_of
from regard.capture.domain.imports.undo import begin_undo
from regard.capture.domain.logged import events_by_id
from regard.capture.models import Event, ImportRun
from regard.core.models import Store
from regard.pipeline import STAGES
from regard.profile.domain.import_undo import undo_import
from regard.profile.domain.personal_data import erase_customer
from regard.review.models import Mention
from tests.profile.histories import append, call, take

pytestmark = pytest.mark.django_db
HEADER = "mention_id,mentioned_at,source,author,url,text,sentiment,interactions"
ANN = "7,2026-11-01T09:00:00Z,social.example,@Ann,https://social.example/ann/7,The zip broke.,-0.4,12"
FIELDS = ("external_id", "author", "text", "url", "told_feeling", "interactions")


def bring(store: Store, folder: Path, *lines: str, name: str = "mentions.csv") -> int:
    """Gives the number of the run."""
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines))
    run = import_file(store=store, kind="mentions", path=path, actor="tests").run_id
    assert run
    read(store)
    return run


def read(store: Store) -> None:
    """Let the pipeline take all that is in the log."""
    ids = list(Event.objects.filter(store_id=store.pk).order_by("id").values_list("id", flat=True))
    take(store, events_by_id(store.pk, ids), stages=STAGES)


def test_rows_become_mentions_and_wrong_ones_are_put_aside_and_taken_in_when_mended(store, tmp_path):
    wrong = "8,yesterday,social.example,@bob,,Lovely,,"
    run = bring(store, tmp_path, HEADER, ANN, wrong, ",2026-11-01T10:00:00Z,,,,Nameless,,")
    assert list(Mention.objects.values_list(*FIELDS)) == [
        ("7", "@Ann", "The zip broke.", "https://social.example/ann/7", "negative", 12)
    ]
    aside = rejects_of(store, run).read_text()
    assert "yesterday" in aside
    assert "mention_id, url" in aside or "Nameless" in aside
    bring(store, tmp_path, HEADER, ANN, wrong.replace("yesterday", "2026-11-02"), name="mended.csv")
    assert list(Mention.objects.order_by("mentioned_at").values_list("external_id", flat=True)) == ["7", "8"]


def test_lines_of_json_are_read_as_well(store, tmp_path):
    line = '{"url": "https://social.example/1", "mentioned_at": "2026-11-01T09:00:00Z", "followers": 9}'
    bring(store, tmp_path, line, name="mentions.jsonl")
    assert Mention.objects.values_list("external_id", "followers").get() == ("https://social.example/1", 9)


def test_an_author_of_a_file_is_the_author_of_events(store, tmp_path):
    live = call(store, hour=1, browser="social.example:ann", name="Social Mention",
                properties={"mention_id": "m1", "text": "Hello"})  # fmt: skip
    take(store, append([live]), stages=STAGES)
    bring(store, tmp_path, HEADER, ANN)
    assert Mention.objects.count() == 2
    assert Mention.objects.values("identity__customer").distinct().count() == 1


def test_no_script_of_a_file_becomes_a_link(store, tmp_path):
    bring(store, tmp_path, HEADER, "7,2026-11-01,,,javascript:alert(1),Hi,,")
    assert Mention.objects.get().url == ""


def test_an_import_that_is_taken_back_takes_its_mentions_along(store, tmp_path):
    run = bring(store, tmp_path, HEADER, ANN, "9,2026-11-01,,,,By nobody,,")
    assert Mention.objects.count() == 2
    taken_back = ImportRun.objects.get(pk=run)
    begin_undo(taken_back, actor="tests")
    undo_import(taken_back, stages=STAGES)
    assert list(Mention.objects.all()) == []


@pytest.mark.parametrize("author", ["", "@Ann"])
def test_what_another_told_as_well_stays_when_an_import_is_taken_back(store, tmp_path, author):
    """author: nobody, or somebody who is a customer to one file and a stranger to the other."""
    live = call(store, hour=0, browser="app:1", name="Social Mention",
                properties={"mention_id": "8", "text": "First", "source": "s"})  # fmt: skip
    take(store, append([live]), stages=STAGES)
    row = f"{{}},2026-11-01T09:00:00Z,s,{author},https://social.example/{{}},{{}},,{{}}"
    bring(store, tmp_path, HEADER, row.format(7, 7, "As told first", 1), name="one.csv")
    header = f"{HEADER},email"
    rows = [row.format(number, number, "As told again", 2) + ",ann@example.com" for number in (7, 8)]
    run = bring(store, tmp_path, header, *rows, name="two.csv")
    assert set(Mention.objects.values_list("external_id", "text")) == {
        ("7", "As told again"),
        ("8", "As told again"),
    }
    taken_back = ImportRun.objects.get(pk=run)
    begin_undo(taken_back, actor="tests")
    undo_import(taken_back, stages=STAGES)
    assert set(Mention.objects.values_list("external_id", "text", "interactions")) == {
        ("7", "As told first", 1), ("8", "First", 0),
    }  # fmt: skip


def test_of_files_that_name_nobody_one_can_be_taken_back(store, tmp_path):
    lines = [f"7,2026-11-0{day}T09:00:00Z,,,,As of day {day},," for day in (1, 2)]
    runs = [bring(store, tmp_path, HEADER, line, name=f"{day}.csv") for day, line in enumerate(lines)]
    taken_back = ImportRun.objects.get(pk=runs[1])
    begin_undo(taken_back, actor="tests")
    undo_import(taken_back, stages=STAGES)
    assert Mention.objects.values_list("text", flat=True).get() == "As of day 1"


def test_an_erasure_leaves_nothing_of_an_imported_author_in_the_log(store, tmp_path):
    bring(store, tmp_path, HEADER, ANN)
    erase_customer(store=store, customer_id=Mention.objects.get().identity.customer_id, actor="tests")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(payload::text, ' ') FROM capture_event")
        kept = (cursor.fetchone()[0] or "").lower()
    assert "ann" not in kept
    assert "zip" not in kept
    assert Mention.objects.values_list("author", "text", "url").get() == ("", "", "")
