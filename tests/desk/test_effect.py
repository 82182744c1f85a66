"""What became of what customers say since something was done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from regard.core import clock
from regard.core.models import Store
from regard.desk.domain.effect import Effect, Side, effect_of
from regard.desk.domain.feedback_items import add_theme, item_for_viewer, open_item, set_status
from regard.desk.models import FeedbackItem
from regard.listen.models import Theme, ThemeMention, Understanding
from regard.measure.domain.arithmetic import change_interval
from tests.desk.test_closing_the_loop import ADA, BOXES
from tests.desk.test_feedback_items import mention, texts_told
from tests.task.test_pages import owner

pytestmark = pytest.mark.django_db
__all__ = ["owner"]
DAY = timedelta(days=1)


def spoken_of(store: Store, *, before: tuple[int, int], after: tuple[int, int], days: int) -> FeedbackItem:
    """Done so many days ago; before and after: how many texts speak of it, of how many."""
    done_at = clock.now() - days * DAY
    texts = texts_told(store, before[1] + after[1])
    theme = Theme.objects.create(store=store, name="boxes")
    for number, text in enumerate(texts):
        is_before = number < before[1]
        text.said_at = done_at - DAY if is_before else done_at + DAY
        Understanding.objects.filter(pk=text.pk).update(said_at=text.said_at)
        if (number < before[0]) if is_before else (number - before[1] < after[0]):
            mention(theme, text)
    item = open_item(store, BOXES, actor=ADA)
    add_theme(item, theme, actor=ADA)
    set_status(item, "done", actor=ADA)
    FeedbackItem.objects.filter(pk=item.pk).update(settled_at=done_at)
    return item_for_viewer(store, item.pk)


def test_how_often_they_speak_of_it_before_and_after(store: Store, owner: Client) -> None:
    item = spoken_of(store, before=(20, 40), after=(4, 40), days=20)
    effect = effect_of(item)
    assert effect is not None
    assert (effect.days, effect.before, effect.after) == (20, Side(20, 40), Side(4, 40))
    assert (effect.ready_on, effect.too_few, effect.verdict) == (None, False, "less")
    assert effect.change == pytest.approx(-40)
    low, high = effect.interval
    assert low < -40 < high < 0
    page = owner.get(reverse("feedback_item", args=[store.slug, item.pk])).content.decode()
    assert "4 of 40 texts of the 20 days since, 20 of 40 of as many days before" in page
    assert "they speak of it less" in page


def test_what_is_said_of_other_things_and_of_other_days_does_not_count(store: Store) -> None:
    item = spoken_of(store, before=(1, 30), after=(1, 30), days=20)
    old = Understanding.objects.filter(store=store).order_by("id")[0]
    ThemeMention.objects.filter(understanding=old).update(said_at=clock.now() - 50 * DAY)
    Understanding.objects.filter(pk=old.pk).update(said_at=clock.now() - 50 * DAY)
    effect = effect_of(item)
    assert effect is not None
    assert (effect.before, effect.after, effect.verdict) == (Side(0, 29), Side(1, 30), "open")
    assert effect.too_few


def test_it_is_too_early_within_two_weeks_and_nothing_is_said_of_what_is_not_done(store: Store) -> None:
    item = spoken_of(store, before=(5, 30), after=(0, 30), days=13)
    effect = effect_of(item)
    assert effect is not None
    assert item.settled_at is not None
    assert effect.ready_on == item.settled_at + 14 * DAY
    set_status(item, "declined", actor=ADA)
    assert effect_of(item) is None


def test_the_interval_is_that_of_the_paper() -> None:
    """Newcombe 1998, table II, (a) 56/70 less 48/80 by method 10: 0.0524 to 0.3339."""
    low, high = change_interval(100 * 48 / 80, 80, 100 * 56 / 70, 70)
    assert (low / 100, high / 100) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))


@given(before=st.integers(1, 500), after=st.integers(1, 500), data=st.data())
def test_the_interval_holds_the_change_and_turns_with_it(
    before: int, after: int, data: st.DataObject
) -> None:
    effect = Effect(
        30,
        Side(data.draw(st.integers(0, before)), before),
        Side(data.draw(st.integers(0, after)), after),
    )
    low, high = effect.interval
    assert -100 - 1e-9 <= low <= effect.change + 1e-9
    assert effect.change - 1e-9 <= high <= 100 + 1e-9
    turned = Effect(30, effect.after, effect.before)
    assert turned.interval == (pytest.approx(-high), pytest.approx(-low))
