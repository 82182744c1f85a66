from __future__ import annotations

import pytest

from regard.profile.domain.segments.counting import count_segment
from tests.listen.test_understanding import BROKEN, review, tell

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("filter_text", "count"),
    [
        ("texts >= 2", 1),
        ("negative_texts >= 1", 2),
        ("negative_texts = 0", 1),
        ('last_feeling = "positive"', 2),
        ('last_feeling = "negative"', 1),
        ("last_negative_text_days is unknown", 1),
    ],
)
def test_customers_are_found_by_what_they_wrote(store, other_store, filter_text, count):
    tell(
        store,
        review(store, 1, BROKEN, hour=1, user="1", rating=1),
        review(store, 2, "Lovely, fits perfectly", hour=2, user="1", rating=5),
        review(store, 3, BROKEN, hour=1, user="2", rating=1),
        review(store, 4, "Lovely, fits perfectly", hour=1, user="3", rating=5),
    )
    tell(other_store, review(other_store, 1, BROKEN, rating=1))
    assert count_segment(store, filter_text) == count
