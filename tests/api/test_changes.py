"""What the operations change, and what the audit log says of it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from regard.act.models import AFTER_WAKING
from regard.capture.models import Event, ImportRun, RejectedEvent
from regard.core import clock
from regard.core.domain.members import add_member, find_invitation
from regard.core.models import AuditEntry, Store, User
from regard.pipeline import STAGES
from regard.profile.domain.import_undo import undo_import
from regard.profile.models import Customer
from regard.score.domain.queries import health_for_viewer
from regard.score.domain.refresh import refresh_health
from tests.profile.histories import append, at, call, take

from . import rows
from .conftest import Caller


def audited(store: Store) -> list[tuple[str, str, str]]:
    """What callers of the API did, in order."""
    entries = AuditEntry.objects.filter(store=store, actor__startswith="key:").order_by("id")
    return [(entry.actor, entry.action, entry.target) for entry in entries]


def test_invitation(store: Store, caller: Caller) -> None:
    answer = caller.post("/members/invitations", {"email": "Ann@Example.com", "role": "manager"}).json()
    token = answer["link"].rstrip("/").rpartition("/")[2]
    assert find_invitation(token).email == answer["email"] == "ann@example.com"
    assert audited(store) == [("key:ERP", "member.invited", "ann@example.com")]


def test_role_and_removal(store: Store, caller: Caller) -> None:
    person = rows.add_person(store)
    assert caller.call("PATCH", f"/members/{person}", {"role": "analyst"}).json()["role"] == "analyst"
    assert caller.call("DELETE", f"/members/{person}").status_code == 204
    assert caller.get("/members").json() == {"items": [], "next": None}
    assert audited(store) == [
        ("key:ERP", "member.role_changed", "person1@acme.example.com"),
        ("key:ERP", "member.removed", "person1@acme.example.com"),
    ]


def test_key_is_shown_once_and_works_until_revoked(store: Store, caller: Caller) -> None:
    made = caller.post("/api-keys", {"name": "Report", "scopes": ["store.read"]}).json()
    assert Caller(made["token"]).get("/store").json()["slug"] == "acme"
    assert [key.get("token") for key in caller.get("/api-keys").json()["items"]] == [None, None]

    assert caller.call("DELETE", f"/api-keys/{made['id']}").status_code == 204
    assert caller.call("DELETE", f"/api-keys/{made['id']}").status_code == 204
    assert Caller(made["token"]).get("/store").status_code == 401
    assert audited(store) == [("key:ERP", "key.created", "Report"), ("key:ERP", "key.revoked", "Report")]


def test_key_hands_on_only_what_it_has(store: Store, caller_of: Callable[..., Caller]) -> None:
    caller = caller_of(store, "keys.manage")
    refused = caller.post("/api-keys", {"name": "New", "scopes": ["keys.manage", "audit.read"]})
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == ["scopes"]


def test_write_key(store: Store, caller: Caller) -> None:
    source = caller.post("/sources", {"name": "Shop"}).json()
    made = caller.post(f"/sources/{source['id']}/write-keys", {"events_per_second": 5}).json()
    assert made["token"].startswith("rw_")
    assert caller.call("DELETE", f"/write-keys/{made['id']}").status_code == 204
    [listed] = caller.get(f"/sources/{source['id']}/write-keys").json()["items"]
    assert (listed["id"], listed["events_per_second"]) == (made["id"], 5)
    assert listed["revoked_at"] is not None
    assert [action for _, action, _ in audited(store)] == [
        "source.created", "write_key.created", "write_key.revoked",
    ]  # fmt: skip


def test_event_is_given_as_it_came(store: Store, caller: Caller) -> None:
    event = rows.add_event(store)
    answer = caller.get(f"/events/{event}").json()
    assert (answer["id"], answer["name"], answer["user_id"]) == (event, "Order Completed", "u-1")
    assert answer["body"]["properties"] == {"big": 123456789012345678901234567890}


def test_rejected_event_is_mended(store: Store, caller: Caller) -> None:
    rejected = rows.add_rejected(store)
    mended = {"event": "Order Completed", "userId": "u-9", "messageId": "m-1"}
    answer = caller.post(f"/rejected-events/{rejected}/replay", {"event": mended}).json()
    assert (answer["state"], answer["settled_by"]) == ("replayed", "key:ERP")

    event = Event.objects.get(store_id=store.pk)
    assert (event.type, event.name, event.user_id, event.body) == ("track", "Order Completed", "u-9", mended)
    assert event.occurred_at == RejectedEvent.objects.get(pk=rejected).received_at
    assert audited(store) == [("key:ERP", "rejected.replayed", str(rejected))]


def test_rejected_event_is_settled_once(store: Store, caller: Caller) -> None:
    rejected = rows.add_rejected(store, body='{"event": "x", "userId": "u-1"}')
    assert caller.post(f"/rejected-events/{rejected}/discard").json()["state"] == "discarded"
    assert caller.post(f"/rejected-events/{rejected}/discard").status_code == 422
    assert caller.post(f"/rejected-events/{rejected}/replay").status_code == 422
    assert caller.post(f"/rejected-events/{rejected}/restore").json()["settled_at"] is None
    assert caller.post(f"/rejected-events/{rejected}/replay").json()["state"] == "replayed"
    assert caller.post(f"/rejected-events/{rejected}/restore").status_code == 422
    assert Event.objects.filter(store_id=store.pk).count() == 1


@pytest.mark.parametrize("path", ["discard", "replay", "restore"])
def test_refused_change_leaves_no_trace(path: str, store: Store, caller: Caller) -> None:
    rejected = rows.add_rejected(store, state="replayed")
    assert caller.post(f"/rejected-events/{rejected}/{path}").status_code == 422
    assert RejectedEvent.objects.get(pk=rejected).settled_at is None
    assert audited(store) == []


def test_alert_from_new_to_handled_and_back(store: Store, caller: Caller) -> None:
    alert = rows.add_alert(store)
    rows.add_person(store)
    assert caller.post(f"/alerts/{alert}/seen").json()["state"] == "seen"
    given = caller.call("PUT", f"/alerts/{alert}/owner", {"owner": "person1@acme.example.com"}).json()
    assert given["owner"] == "person1@acme.example.com"
    handled = caller.post(f"/alerts/{alert}/handle").json()
    assert (handled["state"], handled["response_seconds"] > 0) == ("handled", True)
    assert (handled["handled_by"], caller.get(f"/alerts/{alert}").json()["handled_by"]) == (
        "key:ERP",
        "key:ERP",
    )
    reopened = caller.post(f"/alerts/{alert}/reopen").json()
    assert (reopened["state"], reopened["response_seconds"]) == ("seen", None)
    assert caller.call("PUT", f"/alerts/{alert}/owner", {"owner": None}).json()["owner"] is None
    assert [(actor, action) for actor, action, _ in audited(store)] == [
        ("key:ERP", "alert.seen"), ("key:ERP", "alert.assigned"), ("key:ERP", "alert.handled"),
        ("key:ERP", "alert.reopened"), ("key:ERP", "alert.assigned"),
    ]  # fmt: skip


def test_alert_is_given_to_members_only(store: Store, other_store: Store, caller: Caller) -> None:
    alert = rows.add_alert(store)
    rows.add_person(other_store)
    answer = caller.call("PUT", f"/alerts/{alert}/owner", {"owner": "person1@globex.example.com"})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["owner"]


def test_alerts_by_state(store: Store, caller: Caller) -> None:
    new, seen, handled = (rows.add_alert(store, state=state) for state in ("new", "seen", "handled"))

    def ids(state: str) -> list[int]:
        return [item["id"] for item in caller.get(f"/alerts?state={state}").json()["items"]]

    assert (ids("new"), ids("seen"), ids("handled"), ids("open")) == ([new], [seen], [handled], [new, seen])


def test_send_is_tried_again_or_called_off(store: Store, caller: Caller) -> None:
    send = rows.add_send(store)
    assert caller.post(f"/sends/{send}/retry").json()["state"] == "queued"
    assert caller.post(f"/sends/{send}/retry").status_code == 422
    assert caller.post(f"/sends/{send}/cancel").json()["state"] == "cancelled"
    assert caller.post(f"/sends/{send}/cancel").status_code == 422
    assert [action for _, action, _ in audited(store)] == ["send.retried", "send.cancelled"]


def test_sending_is_stopped_and_resumed(store: Store, caller: Caller) -> None:
    stopped = caller.post("/sending/stop").json()
    assert (stopped["stopped_at"] is None, stopped["stopped_by"]) == (False, "key:ERP")
    assert caller.get("/sending").json() == stopped
    assert caller.post("/sending/resume").json()["stopped_at"] is None


def test_customer_is_shown_with_health_and_totals(store: Store, caller: Caller) -> None:
    customer = rows.add_customer(store)
    rows.add_order(store, customer, 1)
    rows.add_order(store, customer, 2, total_minor=100)
    rows.add_order(store, customer, 3, total_minor=None, currency="USD")
    rows.add_review(store, identity_id=rows.add_identity(store, customer))
    refresh_health(store=store, customer_ids=[customer])
    health = health_for_viewer(store, customer)
    assert health is not None

    [listed] = caller.get("/customers").json()["items"]
    assert (listed["id"], listed["health"]["value"], listed["health"]["band"]) == (
        customer, health.value, health.band,
    )  # fmt: skip
    shown = caller.get(f"/customers/{customer}").json()
    assert (shown["health"]["value"], shown["health"]["coverage"]) == (health.value, health.coverage)
    assert [reason["sentence"] for reason in shown["health"]["reasons"]] == [
        reason.sentence for reason in health.reasons
    ]
    assert shown["identities"] == [{"kind": "user_id", "value": "u-1"}]
    assert shown["order_totals"] == [
        {"currency": "EUR", "orders": 2, "total_minor": 5000, "refunded_minor": 0, "net_minor": 5000},
        {"currency": "USD", "orders": 1, "total_minor": None, "refunded_minor": 0, "net_minor": None},
    ]


def test_a_health_that_rests_on_too_little_has_no_number(store: Store, caller: Caller) -> None:
    customer = rows.add_customer(store)
    rows.add_review(store, identity_id=rows.add_identity(store, customer))
    refresh_health(store=store, customer_ids=[customer])

    [listed] = caller.get("/customers").json()["items"]
    shown = caller.get(f"/customers/{customer}").json()["health"]

    assert (listed["health"]["value"], listed["health"]["band"]) == (None, "health:not_enough_data")
    assert (shown["value"], shown["coverage"], len(shown["reasons"])) == (None, 40, 1)


def test_health_is_told_with_all_that_explains_it(store: Store, caller: Caller) -> None:
    customer = rows.add_customer(store)
    assert caller.get(f"/customers/{customer}/health").status_code == 404
    rows.add_order(store, customer, 1)
    rows.add_review(store, identity_id=rows.add_identity(store, customer))
    refresh_health(store=store, customer_ids=[customer])
    health = health_for_viewer(store, customer)
    assert health is not None

    told = caller.get(f"/customers/{customer}/health").json()

    assert (told["value"], told["band"], told["weights_version"]) == (health.value, health.band, 1)
    assert [each["input"] for each in told["reasons"]] == [each.input for each in health.reasons]
    assert [each["sentence"] for each in told["unknown"]] == [each.sentence for each in health.unknown]
    assert [(each["value"], each["band"]) for each in told["changes"]] == [(health.value, health.band)]
    assert told["strategy"]["treatments"] == list(health.strategy.treatments if health.strategy else ())
    assert told["needs_intervention"] == health.needs_intervention


def test_customer_who_was_merged_is_the_one_they_are_now(store: Store, caller: Caller) -> None:
    before, now = rows.add_customer(store, 1), rows.add_customer(store, 2)
    Customer.objects.filter(pk=before).update(merged_into=now)
    order = rows.add_order(store, now)
    assert caller.get(f"/customers/{before}").json()["id"] == now
    assert [item["id"] for item in caller.get(f"/customers/{before}/orders").json()["items"]] == [order]


def test_parked_event_is_replayed(store: Store, caller: Caller) -> None:
    parked = rows.add_parked(store)
    assert caller.post(f"/parked-events/{parked}/replay").status_code == 204
    assert caller.get("/parked-events").json() == {"items": [], "next": None}
    assert [action for _, action, _ in audited(store)] == ["parked.replayed"]


def test_file_is_imported_and_its_bad_rows_are_given_back(store: Store, caller: Caller) -> None:
    tried = caller.upload("/imports", {**rows.new_import(), "dry_run": "true"}).json()
    assert (tried["read"], tried["added"], tried["rejected"]) == (2, 1, 1)
    assert caller.get("/imports").json()["items"] == []

    done = caller.upload("/imports", rows.new_import()).json()
    assert done == {**tried, "run_id": done["run_id"]}
    [listed] = caller.get("/imports").json()["items"]
    assert (listed["file_name"], listed["added"], listed["actor"]) == ("reviews.csv", 1, "key:ERP")
    assert caller.get(f"/imports/{done['run_id']}").json() == listed
    rejects = caller.get(f"/imports/{listed['id']}/rejects")
    assert rejects.headers["Content-Type"] == "text/csv"
    assert [line.split(",")[1] for line in rejects.getvalue().decode().splitlines()[1:]] == ["rating"]


def test_packed_file_is_imported_unless_it_unpacks_to_more_than_anybody_waits_for(caller: Caller) -> None:
    plain = rows.new_import()["file"].read()
    small = SimpleUploadedFile("reviews.csv.gz", gzip.compress(plain))
    assert caller.upload("/imports", {**rows.new_import(), "file": small}).json()["added"] == 1

    bomb = SimpleUploadedFile("reviews.csv.gz", gzip.compress(plain + b"\n" * 21 * 1024 * 1024))
    answer = caller.upload("/imports", {**rows.new_import(), "file": bomb})
    assert (answer.status_code, answer.json()["detail"]) == (
        413, "Unpacked, the file is larger than 20 MB; import it with “regard import”.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"kind": "cats"}, "kind"),
        ({"file": SimpleUploadedFile("empty.csv", b"\n")}, "file"),
        ({"file": SimpleUploadedFile("packed.csv.gz", b"\x1f\x8bxxxx")}, "file"),
        ({"file": ""}, "file"),
        ({"preset": "shopfy"}, "preset"),
        ({"mapping": "= nonsense"}, "mapping"),
        ({"mapping": "[columns]\nstars = 'rating'"}, "mapping columns.stars"),
    ],
)
def test_file_that_cannot_be_imported(form: dict[str, Any], field: str, caller: Caller) -> None:
    answer = caller.upload("/imports", {**rows.new_import(), **form})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_import_is_taken_back_once(store: Store, caller: Caller) -> None:
    run = rows.add_import_with_rejects(store)
    assert caller.post(f"/imports/{run}/undo").json()["state"] == "undoing"
    ImportRun.objects.filter(pk=run).update(state="undone")
    again = caller.post(f"/imports/{run}/undo")
    assert again.status_code == 422
    assert "is Undone" in again.json()["detail"]
    assert audited(store)[-1] == ("key:ERP", "import.undo_started", "reviews.csv")


def test_import_whose_facts_a_later_file_holds_too_leaves_them_to_it(store: Store, caller: Caller) -> None:
    run = rows.add_import_with_rejects(store)
    later = rows.add_import_with_rejects(store)
    assert caller.post(f"/imports/{run}/undo").json()["state"] == "undoing"
    undo_import(ImportRun.objects.select_related("store").get(pk=run), stages=STAGES)
    told = caller.get(f"/imports/{run}").json()
    assert (told["state"], told["undone"]) == ("undone", 0)
    assert caller.get(f"/imports/{later}").json()["added"] == told["handed_over"] == told["added"]


def test_segment_is_saved_changed_and_deleted(store: Store, caller: Caller) -> None:
    made = caller.post("/segments", {"name": "Recent", "text": "LAST_SEEN_DAYS<30"}).json()
    assert (made["name"], made["text"]) == ("Recent", "last_seen_days < 30")
    changed = caller.call("PUT", f"/segments/{made['id']}", {"name": "Recent", "text": "last_seen_days < 9"})
    assert changed.json()["text"] == "last_seen_days < 9"
    assert caller.call("DELETE", f"/segments/{made['id']}").status_code == 204
    assert caller.get("/segments").json() == {"items": [], "next": None}
    assert audited(store) == [
        ("key:ERP", "segment.created", "Recent"),
        ("key:ERP", "segment.changed", "Recent"),
        ("key:ERP", "segment.deleted", "Recent"),
    ]


def test_customers_of_a_segment_are_counted_and_listed(store: Store, caller: Caller) -> None:
    first, second = rows.add_customer(store, 1), rows.add_customer(store, 2)
    assert caller.post("/segments/count", {"segment": "last_seen_days < 30"}).json() == {"count": 2}
    everybody = caller.get("/customers?segment=last_seen_days<30&order=first_seen").json()["items"]
    assert sorted(item["id"] for item in everybody) == [first, second]
    assert caller.get("/customers?segment=last_seen_days>30").json()["items"] == []


def test_filter_that_is_none_is_refused_with_its_place(caller: Caller) -> None:
    said = "Character 1: There is no field “idenities”. Did you mean identities or deliveries?"
    counted = caller.post("/segments/count", {"segment": "idenities < 30"})
    listed = caller.get("/customers?segment=idenities<30")
    for answer in (counted, listed):
        assert (answer.status_code, answer.json()["detail"]) == (422, f"segment: {said}")
        assert answer.json()["errors"] == [{"field": "segment", "message": said}]


def test_what_is_due_and_overdue_is_told_and_found(store: Store, caller: Caller) -> None:
    past, ahead = (clock.now() + timedelta(hours=hours) for hours in (-1, 1))
    anytime = rows.add_alert(store, 1)
    in_time = rows.add_alert(store, 2, due_at=ahead)
    late = rows.add_alert(store, 3, due_at=past, escalated_at=past)
    asleep = rows.add_alert(store, 4, due_at=past, state="asleep", wakes_at=ahead)

    def told(query: str) -> list[int]:
        return [alert["id"] for alert in caller.get(f"/alerts?{query}").json()["items"]]

    def moments(alert: int) -> list[object]:
        item = caller.get(f"/alerts/{alert}").json()
        return [
            item[name] and item[name].replace("Z", "+00:00") if name != "is_overdue" else item[name]
            for name in ("due_at", "is_overdue", "escalated_at")
        ]

    assert told("due=overdue") == [late]
    assert told("due=in_time") == [in_time]
    assert told("state=open&order=due") == [late, in_time, anytime]
    assert caller.get("/alerts?order=due").status_code == 422
    assert caller.get("/alerts?due=soon").status_code == 422
    assert moments(anytime) == [None, False, None]
    assert moments(late) == [past.isoformat(), True, past.isoformat()]
    assert moments(asleep) == [(ahead + AFTER_WAKING).isoformat(), False, None]


def test_alerts_are_filtered_and_handled_together(store: Store, other_store: Store, caller: Caller) -> None:
    ids = [rows.add_alert(store, number) for number in range(3)]
    rows.add_alert(store, 7, level="opportunity", kind="promoter")
    elsewhere = rows.add_alert(other_store)

    answer = caller.post("/alerts/handle", {"ids": [*ids[:2], elsewhere, 99_999]})
    assert answer.json() == {"ids": ids[:2]}
    assert caller.post("/alerts/handle", {"ids": ids[:2]}).json() == {"ids": []}
    assert caller.post("/alerts/handle", {"ids": []}).status_code == 422

    def listed(query: str) -> list[int]:
        return [alert["id"] for alert in caller.get(f"/alerts?{query}").json()["items"]]

    assert listed("state=open&level=critical") == [ids[2]]
    assert listed("kind=promoter") == listed("level=opportunity")
    assert [name for _actor, name, _target in audited(store)] == ["alert.handled"] * 2
    person = rows.add_person(store)
    assert (
        caller.call("PUT", f"/alerts/{ids[2]}/owner", {"owner": "person1@acme.example.com"}).status_code
        == 200
    )
    assert listed("owner=person1@acme.example.com") == [ids[2]]
    assert caller.get("/alerts?owner=nobody@example.com").status_code == 422
    assert person


def test_what_came_of_an_event(store: Store, caller: Caller) -> None:
    """One answer changes a score and raises an alert; its trace shows the six steps."""
    add_member(store=store, user=User.objects.create_user("olga@example.com"), role="owner", actor="tests")
    order = {"order_id": "o1", "total": "40.00", "currency": "EUR"}
    with clock.set_to(at(5)):
        bought = append([call(store, user="7", name="Order Completed", properties=order, hour=-20)])
        take(store, bought, stages=STAGES)
    for value in (10, 2):
        told = {"response_id": f"a{value}", "value": value, "text": "Never again"}
        events = append([call(store, user="7", name="NPS Survey Submitted", properties=told, hour=-value)])
        with clock.set_to(at(5)):
            take(store, events, stages=STAGES)

    trace = caller.get(f"/events/{events[0].id}/trace").json()

    assert (trace["event_id"], trace["note"]) == (events[0].id, "")
    assert trace["occurred_at"] < trace["received_at"]
    assert trace["customer_id"] == Customer.objects.get(store=store).pk
    move, *others = trace["scores"]
    assert (move["name"], {other["name"] for other in others}) == ("health", {"referral"})
    assert move["after"] < move["before"]
    found = {one["kind"]: (one["matched"], one["why"]) for one in trace["evaluations"]}
    assert found == {
        "nps_fall": (True, "Would recommend us with 2 of 10, after 10 the time before."),
        "promoter": (False, "Would recommend us with 2 of 10; it takes 9 or more."),
    }
    (alert,) = trace["alerts"]
    assert (alert["kind"], alert["level"]) == ("nps_fall", "critical")
    assert [(send["channel"], send["state"]) for send in trace["sends"]] == [("email", "queued")]
    assert trace["seconds_to_act"] is not None


def test_failed_messages_are_sent_again_together(store: Store, caller: Caller) -> None:
    first, second = rows.add_send(store, 1), rows.add_send(store, 2)
    rows.add_send(store, 3, state="sent")

    assert caller.get("/sending").json()["counts"] == {"queued": 0, "held": 0, "sending": 0, "failed": 2}
    assert caller.post("/sends/retry-failed").json() == {"retried": 2}
    assert {send["id"] for send in caller.get("/sends?state=queued&purpose=team").json()["items"]} == {
        first,
        second,
    }
    assert caller.get("/sends?channel=sms").json()["items"] == []
    assert audited(store) == [("key:ERP", "sends.retried", "acme")]


def test_customers_whom_nobody_knows_are_named_when_they_are_put_into_a_journey(
    store: Store, other_store: Store, caller: Caller
) -> None:
    key, known, theirs = rows.add_journey_on(store), rows.add_customer(store), rows.add_customer(other_store)
    rows.add_identity(store, known, "known")
    told = caller.post(f"/journeys/{key}/people", {"customer_ids": [theirs, known, 99_999_999]}).json()
    assert (sum(told["outcomes"].values()), told["unknown"]) == (1, [theirs, 99_999_999])
