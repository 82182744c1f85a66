"""Erasing a person while a file that may name them waits: every way of asking says why not."""

from __future__ import annotations

from pathlib import Path

import pytest
from click import ClickException
from django.test import Client

from regard.capture.domain.imports.uploads import keep_upload
from regard.cli.customer_changes import erase_after_asking
from regard.core.config import config
from regard.core.models import Store
from regard.profile.domain.finding import find_customer
from tests.profile.histories import call, tell

pytestmark = pytest.mark.django_db


def test_the_page_and_the_command_say_why_they_refuse(
    owner: Client, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGARD_DATA", str(tmp_path))
    config.cache_clear()
    tell(store, call(store, user="c1", type="identify", traits={"name": "Anna Berg"}))
    content = [b"customer_id,email\nc1,anna@x.co\n"]
    keep_upload(store=store, kind="customers", name="c.csv", content=content, mapping=None, actor="t")
    config.cache_clear()
    customer = find_customer(store, "c1")

    here = f"/s/{store.slug}/customers/{customer.pk}/erase/"
    for page in (owner.get(here), owner.post(here, {"typed": "Anna Berg"})):
        assert page.status_code == 200
        assert page.content.decode().count("The upload c.csv is not started") == 1
        assert 'name="typed"' not in page.content.decode()
    with pytest.raises(ClickException, match=r"The upload c\.csv is not started"):
        erase_after_asking(store, "c1", confirmed=True)
    assert find_customer(store, "c1") == customer
