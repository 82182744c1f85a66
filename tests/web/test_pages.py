"""What the pages show and do, beyond who may open them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from regard.act.models import Alert
from regard.capture.domain import searching
from regard.capture.domain.imports import import_file
from regard.capture.domain.sources import source_named, write_keys_of
from regard.capture.domain.stream_tokens import read_stream_token
from regard.capture.jobs import import_uploaded_file
from regard.capture.models import Event, ImportRun, ParkedEvent, RejectedEvent
from regard.core.config import config
from regard.core.domain.members import add_member
from regard.core.models import ApiKey, AuditEntry, Store, User
from regard.profile.models import Customer
from regard.score.models import Score
from tests.web.rows import add_alert, add_customer, add_event, add_rejected, add_send


@pytest.fixture
def base(store: Store) -> str:
    return f"/s/{store.slug}"


def shown_events(page: Any) -> list[str]:
    return [event.name for event, _ in page.context["rows"]]


def undo_of(answer: Any) -> str:
    """Where the toast on the next page posts to take the act back."""
    *_, message = get_messages(answer.wsgi_request)
    return str(message.extra_tags)


def test_events_are_narrowed_by_what_the_address_says(store: Store, base: str, owner: Client) -> None:
    add_event(store, "Order Completed", "C-1")
    add_event(store, "Product Viewed", "C-2")
    narrowed = {
        "": ["Product Viewed", "Order Completed"],
        "?name=Order+Completed": ["Order Completed"],
        "?user_id=C-2": ["Product Viewed"],
        "?type=identify": [],
        "?origin=history": [],
        "?source=999": ["Product Viewed", "Order Completed"],  # no such source: as if not asked
    }
    assert {query: shown_events(owner.get(f"{base}/events/{query}")) for query in narrowed} == narrowed


def test_a_search_for_a_rare_event_says_how_far_back_it_looked(
    store: Store, base: str, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "STEP", 2)
    monkeypatch.setattr(searching, "PATIENCE", -1)
    for name in ("Rare", "Usual", "Usual"):
        add_event(store, name)
    first = owner.get(f"{base}/events/?name=Rare")
    assert shown_events(first) == []
    assert b"Searched back to" in first.content
    assert b"No event matches" not in first.content
    second = owner.get(f"{base}/events/?name=Rare&cursor={first.context['next_cursor']}")
    assert shown_events(second) == ["Rare"]


def test_live_pass_is_for_this_store(store: Store, base: str, owner: Client) -> None:
    url = owner.get(f"{base}/events/live-pass/").json()["url"]
    assert read_stream_token(url.partition("token=")[2]) == store.pk


def test_a_row_opens_to_what_the_event_holds(store: Store, base: str, owner: Client) -> None:
    event = add_event(store, order_id="A-1")
    whole = owner.get(f"{base}/events/{event.id}/").content.decode()
    part = owner.get(f"{base}/events/{event.id}/", headers={"HX-Request": "true"}).content.decode()
    assert ("<html" in whole, "<html" in part) == (True, False)
    assert "A-1" in part


def test_rejected_event_is_mended_and_taken_in(store: Store, base: str, owner: Client) -> None:
    rejected = add_rejected(store)
    url = f"{base}/events/rejected/{rejected.pk}/"
    still_wrong = owner.post(url, {"do": "replay", "body": '{"event": ""}'})
    assert len(still_wrong.context["form"].errors["body"]) == 1
    assert Event.objects.filter(store_id=store.pk).count() == 0
    owner.post(url, {"do": "replay", "body": '{"event": "Order Completed", "userId": "C-1"}'})
    assert Event.objects.get(store_id=store.pk).user_id == "C-1"
    rejected.refresh_from_db()
    assert (rejected.state, rejected.settled_by) == ("replayed", "owner@acme.example")


def test_discarding_many_can_be_undone(store: Store, base: str, owner: Client) -> None:
    chosen = [add_rejected(store).pk for _ in range(3)]
    add_rejected(store)

    def count_open() -> int:
        return RejectedEvent.objects.filter(store=store, state="open").count()

    answer = owner.post(f"{base}/events/rejected/settle/", {"selected": chosen, "do": "discard"})
    assert count_open() == 1
    owner.post(undo_of(answer))
    assert count_open() == 4


def test_replaying_many_leaves_those_that_are_still_wrong(store: Store, base: str, owner: Client) -> None:
    good = add_rejected(store, json.dumps({"event": "Order Completed", "userId": "C-1"}))
    bad = add_rejected(store)
    owner.post(f"{base}/events/rejected/settle/", {"selected": [good.pk, bad.pk], "do": "replay"})
    states = dict(RejectedEvent.objects.values_list("pk", "state"))
    assert states == {good.pk: "replayed", bad.pk: "open"}


def test_a_parked_event_that_the_log_no_longer_has_says_so(store: Store, base: str, owner: Client) -> None:
    parked = ParkedEvent.objects.create(store=store, event_id=999_999, stage="orders", error="failed")

    answer = owner.post(f"{base}/events/parked/{parked.pk}/replay/", follow=True)

    assert "retention has deleted it" in answer.content.decode()


def test_parked_event_that_still_fails_stays(store: Store, base: str, owner: Client) -> None:
    event = add_event(store, "Order Completed", order_id="A-1")
    parked = ParkedEvent.objects.create(store=store, event_id=event.id, stage="orders", error="why")
    owner.post(f"{base}/events/parked/{parked.pk}/replay/")
    assert ParkedEvent.objects.count() == 0
    assert Customer.objects.filter(store=store).count() == 1


def test_customers_are_found_by_the_beginning_of_their_number(store: Store, base: str, owner: Client) -> None:
    first, second = add_customer(store, 1), add_customer(store, 22)

    def found(search: str) -> set[int]:
        return {
            row["customer"].pk for row in owner.get(f"{base}/customers/", {"q": search}).context["customers"]
        }

    assert [found(""), found("C-2"), found("nobody")] == [{first.pk, second.pk}, {second.pk}, set()]


def test_customer_page_shows_what_every_room_knows(store: Store, base: str, owner: Client) -> None:
    customer = add_customer(store)
    add_alert(store, customer)
    page = owner.get(f"{base}/customers/{customer.pk}/").content.decode()
    for part in ("Health", "Zip broke", "A-1", "20.00 EUR", "C-1", "Wrote a review with 2 of 5 stars"):
        assert part in page


def test_merged_customer_leads_to_the_one_that_is_left(store: Store, base: str, owner: Client) -> None:
    left, merged = add_customer(store, 1), add_customer(store, 2)
    Customer.objects.filter(pk=merged.pk).update(merged_into=left)
    answer = owner.get(f"{base}/customers/{merged.pk}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{base}/customers/{left.pk}/")


def test_further_events_of_a_merged_customer_are_those_of_the_one_that_is_left(
    store: Store, base: str, owner: Client
) -> None:
    left, merged = add_customer(store, 1), add_customer(store, 2)
    Customer.objects.filter(pk=merged.pk).update(merged_into=left)
    page = owner.get(f"{base}/customers/{merged.pk}/timeline/")
    assert {entry.event.user_id for entry in page.context["entries"]} == {"C-1"}


def test_timeline_leads_to_events_only_those_who_may_read_them(
    store: Store, base: str, owner: Client, signed_in: Any
) -> None:
    url = f"{base}/customers/{add_customer(store).pk}/"
    event = f'href="{base}/events/'
    reader = signed_in(store, "read-only")
    assert [browser.get(url).content.decode().count(event) > 0 for browser in (owner, reader)] == [
        True,
        False,
    ]


def test_a_score_never_shows_the_bound_of_a_band_that_it_has_not_reached(
    store: Store, base: str, owner: Client
) -> None:
    customer = add_customer(store)
    Score.objects.filter(subject_id=customer.pk).update(value="79.60", band="health:healthy")
    for path in ("customers/", f"customers/{customer.pk}/"):
        page = owner.get(f"{base}/{path}").content.decode()
        assert ("79" in page, ">80" in page) == (True, False)


def test_empty_list_of_customers_says_how_to_begin(base: str, owner: Client) -> None:
    page = owner.get(f"{base}/customers/").content.decode()
    assert "No customers yet" in page
    assert "curl " in page


def test_alerts_are_given_to_members_one_by_one_or_many_at_once(
    store: Store, other_store: Store, base: str, owner: Client
) -> None:
    alerts = [add_alert(store, add_customer(store), number) for number in (1, 2)]
    ada, eve = (User.objects.create_user(f"{name}@example.com") for name in ("ada", "eve"))
    add_member(store=store, user=ada, role="agent", actor="tests")
    add_member(store=other_store, user=eve, role="owner", actor="tests")
    listed = owner.get(f"{base}/alerts/").content.decode()  # for those that are selected
    fetched = owner.get(f"{base}/alerts/{alerts[0].pk}/people/").content.decode()  # for each alert
    for offers in (listed, fetched):
        assert [offers.count(f'name="owner" value="{user.pk}"') for user in (ada, eve)] == [1, 0]

    def give(to: User | None, path: str, **more: object) -> int:
        sent = {"owner": str(to.pk) if to else "", **more}
        return owner.post(f"{base}/alerts/{path}", sent).status_code

    def owners() -> list[str | None]:
        return list(Alert.objects.order_by("pk").values_list("owner__email", flat=True))

    assert give(ada, f"{alerts[0].pk}/take/") == 302
    assert owners() == ["ada@example.com", None]
    assert give(ada, "take/", selected=[alert.pk for alert in alerts]) == 302
    assert owners() == ["ada@example.com"] * 2
    assert [give(eve, f"{alerts[0].pk}/take/"), give(eve, "take/", selected=[alerts[0].pk])] == [404, 404]
    assert give(None, f"{alerts[1].pk}/take/") == 302
    assert owners() == ["ada@example.com", None]


def test_alert_is_taken_handled_and_opened_again(store: Store, base: str, owner: Client) -> None:
    alert = add_alert(store, add_customer(store))
    here = f"{base}/alerts/?state=new"

    def post(what: str) -> Any:
        return owner.post(f"{base}/alerts/{alert.pk}/{what}/", {"next": here})

    def now() -> tuple[str, str | None]:
        fresh = Alert.objects.select_related("owner").get(pk=alert.pk)
        return fresh.state, fresh.owner.email if fresh.owner else None

    assert post("take").headers["Location"] == here
    assert now() == ("new", "owner@acme.example")
    post("seen")
    undo = undo_of(post("handle"))
    assert now() == ("handled", "owner@acme.example")
    assert [shown[0].pk for shown in owner.get(f"{base}/alerts/?state=open").context["rows"]] == []
    owner.post(undo)
    assert now() == ("seen", "owner@acme.example")


def test_api_key_is_shown_once(store: Store, base: str, owner: Client) -> None:
    made = owner.post(f"{base}/settings/keys/new/", {"name": "ERP", "scopes": ["customers.read"]})
    token = made.context["token"]
    key = ApiKey.objects.get(store=store)
    assert token in made.content.decode()
    assert token not in owner.get(f"{base}/settings/keys/").content.decode()
    owner.post(f"{base}/settings/keys/{key.pk}/revoke/")
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_snippet_is_shown_to_those_who_manage_sources(
    store: Store, base: str, owner: Client, signed_in: Any
) -> None:
    owner.post(f"{base}/settings/sources/new/", {"name": "app"})
    source = source_named(store=store, name="app", actor="tests")
    [key] = write_keys_of(source)
    url = f"{base}/settings/sources/{source.pk}/"
    assert "data-write-key=&quot;rw_" in owner.get(url).content.decode()
    assert "rw_" not in signed_in(store, "agent").get(url).content.decode()
    owner.post(f"{base}/settings/sources/keys/{key.pk}/revoke/")
    assert "rw_" not in owner.get(url).content.decode()


def test_wrong_details_of_a_store_are_named(base: str, owner: Client) -> None:
    sent = {"name": "", "time_zone": "Mars/Base", "language": "en"}
    form = owner.post(f"{base}/settings/", sent).context["form"]
    assert sorted(form.errors) == ["name", "time_zone"]


def test_how_soon_customers_are_expected_again_is_a_setting(store: Store, base: str, owner: Client) -> None:
    sent = {"name": "Acme", "time_zone": "UTC", "language": "en", "default_gap_days": "30"}
    assert owner.get(f"{base}/settings/").context["form"].initial["default_gap_days"] == 90
    owner.post(f"{base}/settings/", sent)
    assert owner.get(f"{base}/settings/").context["form"].initial["default_gap_days"] == 30
    form = owner.post(f"{base}/settings/", sent | {"default_gap_days": "3"}).context["form"]
    assert sorted(form.errors) == ["default_gap_days"]


def test_the_country_of_a_store_is_one_that_has_phones(store: Store, base: str, owner: Client) -> None:
    sent = {"name": "Acme", "time_zone": "UTC", "language": "en", "country": "zz"}
    assert sorted(owner.post(f"{base}/settings/", sent).context["form"].errors) == ["country"]
    owner.post(f"{base}/settings/", sent | {"country": "de"})
    store.refresh_from_db()
    assert store.country == "DE"


def test_own_name_is_changed(owner: Client) -> None:
    owner.post("/account/", {"name": "Ana Lindqvist"})
    assert "Ana Lindqvist" in owner.get("/account/").content.decode()


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("REGARD_DATA", str(tmp_path))
    config.cache_clear()
    yield tmp_path / "imports" / "uploads"
    monkeypatch.undo()
    config.cache_clear()


def upload(browser: Client, base: str, content: bytes, **more: Any) -> Any:
    file = SimpleUploadedFile("../../orders.csv", content)
    return browser.post(f"{base}/imports/new/", {"kind": "orders", "file": file, **more})


ORDERS = b"order_id,customer_id,ordered_at,sum\nA-1,C-1,2026-01-01,20.00\nA-2,C-2,never,5\n"
CHOSEN = {f"orders.{name}": name for name in ("order_id", "customer_id", "ordered_at")} | {
    "orders.total": "sum"
}


def test_uploaded_file_is_looked_at_then_brought_in_by_a_worker(
    store: Store, base: str, owner: Client, uploads: Path
) -> None:
    page = upload(owner, base, ORDERS).headers["Location"]
    run = ImportRun.objects.get()
    assert page == f"{base}/imports/{run.pk}/"

    draft = owner.get(page)
    assert draft.context["form"]["orders.order_id"].initial == "order_id"
    assert draft.context["form"]["orders.total"].initial == ""
    shown = owner.post(f"{page}start/", {**CHOSEN, "preview": "1"}).context["preview"].kinds["orders"]
    assert shown.fields == ["order_id", "ordered_at", "customer_id", "total"]
    assert [(row.values, row.problem) for row in shown.rows] == [
        (["A-1", "2026-01-01 00:00", "C-1", "20.00 EUR"], ""),
        ([], "ordered_at: 'never' is no time; write it like 2026-01-31T09:30:00."),
    ]

    assert owner.post(f"{page}start/", CHOSEN).headers["Location"] == page
    [job] = ProcrastinateJob.objects.all()
    assert job.task_name == "capture.import_upload"
    import_uploaded_file(**job.args)
    [run] = owner.get(f"{base}/imports/").context["page"].rows
    assert (run.state, run.file_name, run.read, run.added, run.rejected) == (
        "finished",
        "orders.csv",
        2,
        1,
        1,
    )
    assert Event.objects.get().body["total_minor"] == 2000
    assert list(uploads.iterdir()) == []
    done = owner.get(page)
    assert done.context["rejected"].rows[0][1] == "ordered_at"
    assert done.context["run"].reasons == [
        ["ordered_at", "… is no time; write it like 2026-01-31T09:30:00.", 1]
    ]
    download = owner.get(f"{page}rejected/")
    assert b"A-2" in b"".join(download.streaming_content)

    actions = AuditEntry.objects.filter(actor="owner@acme.example").order_by("id")
    assert list(actions.values_list("action", flat=True)) == ["import.started", "import.finished"]


def test_mended_rows_are_read_as_the_file_was(store: Store, base: str, owner: Client, uploads: Path) -> None:
    page = upload(owner, base, ORDERS).headers["Location"]
    owner.post(f"{page}start/", CHOSEN)
    import_uploaded_file(**ProcrastinateJob.objects.get().args)
    rejects = b"".join(owner.get(f"{page}rejected/").streaming_content)
    mended = SimpleUploadedFile("mended.csv", rejects.replace(b"never", b"2026-01-02"))
    # "never" stands in the reason too, where it does no harm.
    second = owner.post(f"{page}mend/", {"file": mended}).headers["Location"]
    import_uploaded_file(**ProcrastinateJob.objects.latest("id").args)
    run = owner.get(second).context["run"]
    assert (run.state, run.read, run.added, run.rejected) == ("finished", 1, 1, 0)
    assert Event.objects.latest("id").body["total_minor"] == 500


def test_a_draft_that_leaves_out_what_is_needed_is_not_started(
    base: str, owner: Client, uploads: Path
) -> None:
    page = upload(owner, base, b"a,b\n1,2\n").headers["Location"]
    assert "Choose its column: every row needs it." in owner.get(page).content.decode()
    assert owner.post(f"{page}start/", {"orders.order_id": "a"}).status_code == 200
    assert ProcrastinateJob.objects.count() == 0
    owner.post(f"{page}discard/")
    assert ImportRun.objects.count() == 0
    assert list(uploads.iterdir()) == []


def test_file_that_cannot_be_imported_is_refused_with_the_reason(
    base: str, owner: Client, uploads: Path
) -> None:
    no_columns = upload(owner, base, b"PK\x03\x04 a workbook")
    bad_mapping = upload(owner, base, b"a,b\n1,2\n", mapping=SimpleUploadedFile("m.toml", b"= nonsense"))
    assert list(no_columns.context["form"].errors) == ["file"]
    assert list(bad_mapping.context["form"].errors) == ["mapping"]
    assert list(uploads.iterdir()) == []
    assert ProcrastinateJob.objects.count() == 0


def test_taking_an_import_back_says_which_later_files_hold_its_facts_too(
    store: Store, base: str, owner: Client, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("order_id,customer_id,ordered_at\nO-1,c1,2025-01-31\n")
    import_file(store=store, kind="orders", path=path, actor="tests")
    run = ImportRun.objects.get(store=store)
    url = f"{base}/imports/{run.pk}/undo/"
    assert owner.get(url).context["holding_too"] == []

    import_file(store=store, kind="orders", path=path, actor="tests")
    assert [other.repeated for other in owner.get(url).context["holding_too"]] == [1]
    owner.post(url)
    assert ImportRun.objects.get(pk=run.pk).state == "undoing"


def test_the_trace_of_an_event_tells_times_in_the_zone_of_the_store(
    store: Store, base: str, owner: Client
) -> None:
    Store.objects.filter(pk=store.pk).update(time_zone="Europe/Madrid")
    event = add_event(store, "Order Completed", order_id="A-1")
    local = event.received_at.astimezone(ZoneInfo("Europe/Madrid"))
    page = owner.get(f"{base}/events/{event.id}/").content.decode()
    exact = f'title="{local:%Y-%m-%d %H:%M:%S.%f %Z}" data-exact>'
    assert f"{exact}{local.day} {local:%b %Y, %H:%M:%S %Z}</time>" in page


def test_a_quick_look_is_a_part_of_a_page(store: Store, base: str, owner: Client) -> None:
    customer = add_customer(store)
    part = owner.get(f"{base}/customers/{customer.pk}/look/").content.decode()
    assert "<html" not in part
    for said in ("Health", "20.00 EUR", "Wrote a review with 2 of 5 stars", f"/customers/{customer.pk}/"):
        assert said in part


def test_the_page_of_an_alert_says_how_it_stands_and_what_led_to_it(
    store: Store, base: str, owner: Client
) -> None:
    alert = add_alert(store, add_customer(store))
    Alert.objects.filter(pk=alert.pk).update(event_id=Event.objects.filter(store_id=store.pk).latest("id").id)
    page = owner.get(f"{base}/alerts/{alert.pk}/").content.decode()
    for said in (
        "2 of 5 stars",
        "nobody&#x27;s yet".replace("&#x27;", "'"),
        "What came of it",
        "Health",
        "20.00 EUR",
    ):
        assert said in page

    owner.post(f"{base}/alerts/{alert.pk}/handle/", {"next": f"{base}/alerts/{alert.pk}/"})
    assert "Open again" in owner.get(f"{base}/alerts/{alert.pk}/").content.decode()


def test_an_alert_of_which_nobody_is_mailed_says_so(
    store: Store, base: str, signed_in: Callable[..., Client]
) -> None:
    agent = signed_in(store, "agent", email="rita@acme.example")
    alert = add_alert(store, add_customer(store))
    assert "Nobody is e-mailed of alerts" in agent.get(f"{base}/alerts/").content.decode()
    assert "nobody: the store had no owner" in agent.get(f"{base}/alerts/{alert.pk}/").content.decode()

    signed_in(store, email="ana@acme.example")
    add_send(store, alert.pk)

    assert "Nobody is e-mailed of alerts" not in agent.get(f"{base}/alerts/").content.decode()
    assert "1 person" in agent.get(f"{base}/alerts/{alert.pk}/").content.decode()


def test_without_a_mail_server_pages_say_that_e_mails_reach_nobody(
    store: Store, base: str, signed_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = signed_in(store)
    alert = add_alert(store, add_customer(store))
    send = add_send(store, alert.pk)
    places = [f"{base}/outbox/", f"{base}/outbox/{send.pk}/", f"{base}/alerts/{alert.pk}/"]
    said = "No mail server is set (REGARD_SMTP_URL)"
    assert [said in owner.get(place).content.decode() for place in places] == [True] * 3
    monkeypatch.setenv("REGARD_SMTP_URL", "smtp://127.0.0.1:25?tls=none")
    config.cache_clear()
    assert [said in owner.get(place).content.decode() for place in places] == [False] * 3
    config.cache_clear()


def test_open_alerts_are_counted_by_class(store: Store, base: str, signed_in: Callable[..., Client]) -> None:
    owner = signed_in(store)
    for number in (1, 2, 3):
        add_alert(store, add_customer(store, number), number)
    Alert.objects.filter(instance="R-1").update(level="opportunity")
    page = owner.get(f"{base}/alerts/")
    assert [(level.label, level.count) for level in page.context["levels"]] == [
        ("Critical", 2), ("Opportunity", 1),
    ]  # fmt: skip
    narrowed = owner.get(f"{base}/alerts/{page.context['levels'][0].url}")
    assert {row[0].level for row in narrowed.context["rows"]} == {"critical"}


def test_the_only_owner_cannot_be_removed(store: Store, base: str, signed_in: Callable[..., Client]) -> None:
    owner = signed_in(store, email="ana@acme.example")
    assert "The only owner, whom a store needs" in owner.get(f"{base}/settings/members/").content.decode()
    signed_in(store, email="bea@acme.example")
    assert "The only owner" not in owner.get(f"{base}/settings/members/").content.decode()


def test_an_alert_whose_event_the_log_no_longer_has_still_shows(
    store: Store, base: str, owner: Client
) -> None:
    alert = add_alert(store, add_customer(store))
    Alert.objects.filter(pk=alert.pk).update(event_id=999_999)
    assert owner.get(f"{base}/alerts/{alert.pk}/").context["trace"] is None


def test_filters_that_are_chosen_can_be_taken_away_one_by_one(store: Store, base: str, owner: Client) -> None:
    page = owner.get(f"{base}/alerts/?state=new&level=critical&mine=1&cursor=")
    assert [(chosen.label, chosen.url) for chosen in page.context["chosen"]] == [
        ("Class: Critical", "?state=new&mine=1"),
        ("Whose: Mine", "?state=new&level=critical"),
    ]
