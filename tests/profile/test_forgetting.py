from __future__ import annotations

from tests.profile.histories import append, call, take

from regard.capture.models import Event
from regard.core.models import Store
from regard.profile.domain.timeline import forget_expired_events
from regard.profile.models import CustomerEvent


def placed(store: Store) -> list[int]:
    return sorted(CustomerEvent.objects.filter(store=store).values_list("event_id", flat=True))


def test_timelines_forget_what_the_log_no_longer_holds(store, other_store):
    Store.objects.filter(pk=store.pk).update(event_retention_months=2)
    gone, kept = append([call(store, user="u1"), call(store, user="u1")])
    [other] = append([call(other_store, user="u1")])
    take(store, [gone, kept])
    take(other_store, [other])
    Event.objects.filter(id__in=[gone.id, other.id]).delete()
    forget_expired_events()
    assert placed(store) == [kept.id]
    assert placed(other_store) == [other.id]  # keeps everything for ever; nobody looks there


def test_timelines_of_an_empty_log_are_empty(store):
    Store.objects.filter(pk=store.pk).update(event_retention_months=2)
    [event] = append([call(store, user="u1")])
    take(store, [event])
    Event.objects.filter(id=event.id).delete()
    forget_expired_events()
    assert placed(store) == []
