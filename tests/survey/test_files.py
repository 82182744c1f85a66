"""Files that customers sent: who may have them, and how."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from regard.core import clock
from regard.core.models import AuditEntry
from regard.profile.models import Identity
from regard.survey.models import GivenAnswer, Survey, Upload
from tests.journeys.shop import NOW, Shop
from tests.survey.asking import Visitor, ask, publish
from tests.survey.sittings import add_sitting, add_survey, add_upload

pytestmark = pytest.mark.django_db

PHOTO = """
survey: photo
name: Photo
title: Show us
questions:
  - {id: photo, kind: file, accept: any, text: Show us what arrived}
"""
PAGE = b"<html><script>alert(1)</script></html>"


@pytest.fixture
def shop(store):
    with clock.set_to(NOW):
        shop = Shop(store)
        shop.identify("ada", name="Ada Lind", email="ada@example.com", accepts_marketing=True)
        yield shop
        shop.close()


def test_what_was_sent_is_downloaded_as_it_came_and_never_shown(shop, owner: Client):
    survey = publish(shop.store, PHOTO)
    sent = SimpleUploadedFile('schäden "b".html', PAGE, content_type="text/html")
    Visitor(ask(shop.store, survey="photo").url).send(answer=sent)
    file = Upload.objects.get()
    base = f"/s/{shop.store.slug}"

    results = owner.get(f"{base}/surveys/{survey.pk}/results/").content.decode()
    assert f"{base}/surveys/{survey.pk}/files/?question=photo" in results
    action = f'action="{base}/surveys/files/{file.pk}/"'
    assert action in owner.get(f"{base}/surveys/{survey.pk}/files/?question=photo").content.decode()
    assert action not in owner.get(f"{base}/surveys/{survey.pk}/files/?question=other").content.decode()
    ada = Identity.objects.get(value="ada").customer_id
    assert action in owner.get(f"{base}/customers/{ada}/parts/beside/").content.decode()

    got = owner.post(f"{base}/surveys/files/{file.pk}/")
    assert got.content == PAGE
    assert got["Content-Type"] == "application/octet-stream"
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Disposition"] == "attachment; filename*=utf-8''sch%C3%A4den%20%22b%22.html"
    assert "sandbox" in got["Content-Security-Policy"]
    entry = AuditEntry.objects.get(action="survey.file_fetched")
    assert (entry.target, entry.detail) == ("survey:photo", {"file": file.pk})


def test_no_other_store_has_it_and_reading_a_link_fetches_nothing(store, other_store, owner: Client):
    file = add_upload(add_sitting(add_survey(other_store), {"score": 3}))
    assert owner.post(f"/s/{store.slug}/surveys/files/{file.pk}/").status_code == 404
    mine = add_upload(add_sitting(add_survey(store), {"score": 3}))
    assert owner.get(f"/s/{store.slug}/surveys/files/{mine.pk}/").status_code == 405
    assert not AuditEntry.objects.filter(action="survey.file_fetched").exists()


def test_files_that_count_for_nothing_are_not_listed(store, owner: Client):
    survey = add_survey(store)
    add_upload(add_sitting(survey, {"score": 3}), "counts.png")
    add_upload(add_sitting(survey, {"score": 3}, is_suspect=True), "machine.png")
    passed = add_upload(add_sitting(survey, {"score": 3}), "passed.png")
    GivenAnswer.objects.filter(submission=passed.submission, question_id="photo").update(does_count=False)
    page = owner.get(f"/s/{store.slug}/surveys/{survey.pk}/files/").content.decode()
    assert [name for name in ("counts", "machine", "passed") if f"{name}.png" in page] == ["counts"]


def test_many_files_cost_as_many_queries_as_one(store, owner: Client, django_assert_max_num_queries):
    survey = add_survey(store)
    sitting = add_sitting(survey, {"score": 3})
    add_upload(sitting, question="q0")
    owner.get(f"/s/{store.slug}/surveys/{survey.pk}/files/")  # what is asked once a process
    counts = []
    for number in (1, 2, 3):
        with django_assert_max_num_queries(40) as asked:
            owner.get(f"/s/{store.slug}/surveys/{survey.pk}/files/")
        counts.append([row["sql"] for row in asked.captured_queries])
        add_upload(add_sitting(survey, {"score": 3}), question=f"q{number}")
    assert len(counts[0]) == len(counts[2])
    assert not [sql for sql in counts[2] if '"content"' in sql]
    assert Survey.objects.count() == 1
