from __future__ import annotations

from collections.abc import Iterator

import pytest

from regard.core import clock
from regard.core.models import Store
from tests.journeys.shop import NOW, Shop


@pytest.fixture
def shop(store: Store) -> Iterator[Shop]:
    with clock.set_to(NOW):
        shop = Shop(store)
        yield shop
        shop.close()
