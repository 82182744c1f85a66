"""Tags that imported files tell of."""

from __future__ import annotations

import pytest
from tests.capture.test_imports import bring, written
from tests.capture.test_imports_undone import project, take_back

from regard import pipeline
from regard.profile.domain.rebuild import rebuild_customers
from regard.profile.domain.tags import tag_customers, tags_of_customers, untag_customers
from regard.profile.models import Customer, CustomerTag

pytestmark = pytest.mark.django_db(transaction=True)


def import_tags(store, folder, name: str, tags: str, column: str = "tags") -> int:
    file = written(folder / name, f"email,{column}", f'ana@b.co,"{tags}"')
    run = bring(store, file, kind="customers").run_id
    project(store)
    return run


def tags_of(store) -> list[str]:
    [customer] = Customer.objects.filter(store=store, merged_into=None).values_list("pk", flat=True)
    return tags_of_customers(store, [customer]).get(customer, [])


def customer_ids(store) -> list[int]:
    return list(Customer.objects.filter(store=store).values_list("pk", flat=True))


@pytest.mark.parametrize("column", ["Tags", "Schlagwörter", "tags"])
def test_words_of_a_file_become_tags_and_no_attribute(store, tmp_path, column):
    import_tags(store, tmp_path, "a.csv", "vip, Horeca,vip", column)

    assert tags_of(store) == ["Horeca", "vip"]
    assert Customer.objects.get(store=store).attributes == {}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_files_add_tags_in_any_order_and_each_takes_back_its_own(store, tmp_path, order):
    files = [("a.csv", "vip,old"), ("b.csv", "VIP,new")]
    runs = {number: import_tags(store, tmp_path, *files[number]) for number in order}
    assert tags_of(store) == ["new", "old", "VIP"]

    take_back(runs[0])

    assert tags_of(store) == ["new", "VIP"]
    rebuild_customers(store=store, customer_ids=customer_ids(store), stages=pipeline.STAGES)
    assert tags_of(store) == ["new", "VIP"]


def test_what_a_person_gave_stays_when_the_file_is_taken_back(store, tmp_path):
    other = import_tags(store, tmp_path, "a.csv", "")
    run = import_tags(store, tmp_path, "b.csv", "vip,old")
    assert tag_customers(store, customer_ids(store), "Vip", actor="ana") == customer_ids(store)

    take_back(run)

    assert tags_of(store) == ["Vip"]
    assert other != run


def test_what_a_person_took_away_stays_away_until_the_file_goes(store, tmp_path):
    import_tags(store, tmp_path, "a.csv", "")
    run = import_tags(store, tmp_path, "b.csv", "vip,old")
    assert untag_customers(store, customer_ids(store), "VIP", actor="ana") == customer_ids(store)

    rebuild_customers(store=store, customer_ids=customer_ids(store), stages=pipeline.STAGES)
    assert tags_of(store) == ["old"]

    take_back(run)
    assert not CustomerTag.objects.exists()
