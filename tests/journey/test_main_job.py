"""The main job from door to door, on a running installation: a shop's past is imported, a customer who comes back
is disappointed, and somebody who leads the store knows at once."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

from tests.conftest import wait_until
from tests.connect.mailserver import MailServer, running_mail_server
from tests.crash.installation import RunningInstallation, running_installation
from tests.journey.shops import SHOPS, Shop

expect.set_options(timeout=60_000)  # milliseconds: a slow machine passes too
PASSWORD = "battery horse stapled"
TOLD = ("owner", "admin", "manager")
NOT_TOLD = ("agent", "analyst")
# After the last order of the example, whatever the machine's own clock says.
MORNING = "2026-12-01T09:00:00+00:00"
KEPT = """
from regard.cli.installation import attached
with attached():
    from regard.listen.models import Review
    from regard.profile.models import Customer, Order
    kept = (Order.objects, Review.objects, Customer.objects.filter(merged_into=None))
    print(*(rows.filter(store__slug="{slug}").count() for rows in kept))
"""
COLLEAGUES = """
from regard.cli.installation import attached
with attached():
    from regard.core.domain.members import add_member
    from regard.core.domain.stores import store_by_slug
    from regard.core.models import User
    for role in {roles}:
        colleague = User.objects.create_user(role + "@{slug}.example")
        add_member(store=store_by_slug("{slug}"), user=colleague, role=role, actor="tests")
"""
MONTHS_AHEAD = """
from regard.cli.installation import attached
with attached():
    from django.db import connection
    from regard.capture.domain.partitions import existing_partitions
    with connection.cursor() as cursor:
        print(len(existing_partitions(cursor)))
"""


@pytest.fixture(scope="module")
def mail_server() -> Iterator[MailServer]:
    with running_mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def installation(mail_server: MailServer) -> Iterator[RunningInstallation]:
    settings = {"REGARD_SMTP_URL": mail_server.url, "REGARD_CLOCK": f"{MORNING},1,{time.time()}"}
    with running_installation(**settings) as running:
        yield running


@dataclass
class Imported:
    """A store with its past. `summaries`, `mails` and `alerts` are of the moment after the import."""

    shop: Shop
    installation: RunningInstallation
    summaries: list[str]
    mails: int
    alerts: list[Any]
    api_key: str
    write_key: str
    people: dict[str, str] = field(default_factory=dict)  # e-mail by role

    def api(self, path: str, **query: str) -> Any:
        answer = httpx.get(
            f"{self.installation.pages}/api/v1{path}",
            params=query, headers={"Authorization": f"Bearer {self.api_key}"}, timeout=120,
        )  # fmt: skip
        answer.raise_for_status()
        return answer.json()

    def customer(self, external_id: str) -> dict[str, Any]:
        [found] = self.api("/customers", search=external_id)["items"]
        return dict(self.api(f"/customers/{found['id']}"))

    def review(self, external_id: str, review_id: str) -> None:
        """The shop tells of a review with one star."""
        properties = {"review_id": review_id, "rating": 1, "review_body": "Never again."}
        call = {"userId": external_id, "event": "Product Reviewed", "messageId": review_id}
        httpx.post(
            f"{self.installation.intake}/v1/track",
            json=call | {"properties": properties}, auth=(self.write_key, ""), timeout=120,
        ).raise_for_status()  # fmt: skip

    def has_review(self, external_id: str) -> bool:
        """Whether a live one has been read; then all that was sent before it has been, too."""
        customer = self.customer(external_id)["id"]
        return any(item["name"] == "Product Reviewed" for item in self.timeline(customer))

    def timeline(self, customer: int) -> list[dict[str, Any]]:
        return list(self.api(f"/customers/{customer}/timeline")["items"])


def run_import(installation: RunningInstallation, shop: Shop, kind: str) -> str:
    """What the command says of the rows."""
    mapping = ("--mapping", str(shop.mappings[kind])) if kind in shop.mappings else ()
    file = getattr(shop, kind)
    said = installation.regard("import", kind, str(file), "--store", shop.slug, *mapping)
    [summary] = [line for line in said.splitlines() if " rows read: " in line]
    return summary


@pytest.fixture(scope="module", params=SHOPS)
def imported(
    request: pytest.FixtureRequest, installation: RunningInstallation, mail_server: MailServer
) -> Imported:
    shop = SHOPS[request.param]()
    installation.regard("store", "create", shop.slug, "--currency", shop.currency)
    people = {role: f"{role}@{shop.slug}.example" for role in (*TOLD, *NOT_TOLD)}
    join(installation, shop.slug, people["owner"])
    installation.python(COLLEAGUES.format(slug=shop.slug, roles=(*TOLD[1:], *NOT_TOLD)))
    mails_before = len(mail_server.taken)
    summaries = [run_import(installation, shop, kind) for kind in ("orders", "reviews")]
    api_key = installation.regard("key", "create", "--store", shop.slug, "--kind", "api")
    write_key = installation.regard("key", "create", "--store", shop.slug, "--kind", "write")
    store = Imported(shop, installation, summaries, 0, [], api_key, write_key, people)
    store.mails = len(mail_server.taken) - mails_before
    store.alerts = store.api("/alerts")["items"] + store.api("/sends")["items"]
    return store


def join(installation: RunningInstallation, slug: str, email: str) -> None:
    """Invite an owner on the command line; they follow the link and choose a password."""
    link = installation.regard("member", "invite", email, "--role", "owner", "--store", slug)
    with httpx.Client(follow_redirects=True, timeout=120) as browser:
        browser.get(link).raise_for_status()
        form = {
            "name": "Ana",
            "password": PASSWORD,
            "csrfmiddlewaretoken": browser.cookies["csrftoken"],
        }
        assert f"/s/{slug}/" in str(browser.post(link, data=form).url)


@dataclass
class Disappointed:
    """The customer who came back and was disappointed, before and after."""

    store: Imported
    external_id: str
    health_before: dict[str, Any]
    alert: dict[str, Any]

    @property
    def link(self) -> str:
        return f"/s/{self.store.shop.slug}/customers/{self.alert['customer_id']}/"


@pytest.fixture(scope="module")
def disappointed(imported: Imported) -> Disappointed:
    external_id = imported.shop.content_customers(orders=2)[0]
    before = imported.customer(external_id)["health"]
    imported.review(external_id, "live-1")
    wait_until(lambda: imported.api("/alerts")["items"])
    [alert] = imported.api("/alerts")["items"]
    return Disappointed(imported, external_id, before, alert)


@pytest.fixture
def mails_to(mail_server: MailServer) -> Callable[[Imported], dict[str, list[str]]]:
    """The texts that came for the people of a store, by recipient."""

    def texts(store: Imported) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for message in mail_server.taken:
            if message["To"] in store.people.values():
                found.setdefault(message["To"], []).append(message.get_content())
        return found

    return texts


def test_the_past_is_there_whole(imported: Imported) -> None:
    shop = imported.shop
    kept = imported.installation.python(KEPT.format(slug=shop.slug)).split()
    assert [int(number) for number in kept] == [len(shop.order_ids), len(shop.review_ids), len(shop.bought)]
    if shop.slug == "marketplace":
        assert kept == ["21324", "15446", "21108"]


def test_an_import_tells_nobody(imported: Imported) -> None:
    assert (imported.mails, imported.alerts) == (0, [])


def test_importing_again_adds_nothing(imported: Imported) -> None:
    counts = [re.findall(r"\d[\d,]*", summary) for summary in imported.summaries]
    again = [run_import(imported.installation, imported.shop, kind) for kind in ("orders", "reviews")]
    assert again == [
        f"{read} rows read: 0 added, {added} known already, {rejected} rejected."
        for read, added, _known, rejected in counts
    ]
    test_the_past_is_there_whole(imported)


def test_a_customer_is_shown_whole(imported: Imported) -> None:
    external_id = imported.shop.content_customers(orders=2)[0]
    said = imported.installation.regard(
        "customer", "show", external_id, "--store", imported.shop.slug, "--json"
    )
    shown = json.loads(said)
    assert {"kind": "user_id", "value": external_id} in shown["identities"]
    assert shown["orders"]["count"] == len(shown["orders"]["newest"]) == 2
    imported_ratings = [r["rating"] for r in shown["reviews"] if r["external_id"] != "live-1"]
    assert sorted(imported_ratings) == sorted(imported.shop.ratings[external_id])
    health = shown["health"]
    assert 0 <= health["score"] <= 100
    assert sum(reason["points"] for reason in health["reasons"]) == pytest.approx(health["score"], abs=0.1)
    assert all(reason["sentence"] for reason in health["reasons"])


def test_one_alert_says_who_and_why(disappointed: Disappointed) -> None:
    customer = disappointed.store.customer(disappointed.external_id)
    told = {key: disappointed.alert[key] for key in ("kind", "level", "customer_id", "instance", "repeats")}
    assert told == {
        "kind": "negative_review",
        "level": "critical",
        "customer_id": customer["id"],
        "instance": "live-1",
        "repeats": 0,
    }
    assert "1 of 5 stars from a customer with 2 orders" in disappointed.alert["reason"]


def test_health_fell(disappointed: Disappointed) -> None:
    after = disappointed.store.customer(disappointed.external_id)["health"]
    assert after["value"] < disappointed.health_before["value"]


def test_those_who_lead_get_one_mail_with_the_link(
    disappointed: Disappointed, mails_to: Callable[[Imported], dict[str, list[str]]]
) -> None:
    store = disappointed.store
    leaders = {store.people[role] for role in TOLD}
    wait_until(lambda: set(mails_to(store)) >= leaders)
    public = f"http://localhost:{store.installation.port}"
    assert {who: len(texts) for who, texts in mails_to(store).items()} == dict.fromkeys(leaders, 1)
    link = f"The customer: {public}{disappointed.link}"
    assert all(link in text.splitlines() for [text] in mails_to(store).values())


def test_neither_a_repeat_nor_somebody_new_raises_another(
    disappointed: Disappointed, mails_to: Callable[[Imported], dict[str, list[str]]]
) -> None:
    store = disappointed.store
    newcomer = store.shop.content_customers(orders=1)[0]
    before = store.api("/sends")["items"]
    health = store.customer(disappointed.external_id)["health"]
    store.review(disappointed.external_id, "live-1")
    store.review(newcomer, "live-2")
    wait_until(lambda: store.has_review(newcomer))
    assert [alert["id"] for alert in store.api("/alerts")["items"]] == [disappointed.alert["id"]]
    assert [sent["id"] for sent in store.api("/sends")["items"]] == [sent["id"] for sent in before]
    assert len(before) == len(TOLD)
    assert store.customer(disappointed.external_id)["health"]["value"] == health["value"]


@pytest.mark.browser
def test_somebody_handles_it(disappointed: Disappointed) -> None:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("needs Debian's chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(f"{disappointed.store.installation.pages}/")
        page.get_by_label("Email").fill(disappointed.store.people["owner"])
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("Main").get_by_role("link", name="Alerts").click()
        expect(page.get_by_text("1 of 5 stars from a customer with 2 orders")).to_be_visible()
        page.locator("li.alert").get_by_role("button", name="Handled").click()
        expect(page.get_by_text("Nothing needs you now")).to_be_visible()
        assert disappointed.store.api("/alerts")["items"][0]["state"] == "handled"
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("The alert is open again.")).to_be_visible()
        assert disappointed.store.api("/alerts")["items"][0]["handled_at"] is None
        page.goto(f"{disappointed.store.installation.pages}{disappointed.link}")
        expect(page.get_by_text("Never again.").first).to_be_visible()
        page.get_by_label("Main").get_by_role("link", name="Alerts").click()
        expect(page.locator("li.alert")).to_have_count(1)
        another = disappointed.store.shop.content_customers(orders=2)[1]
        disappointed.store.review(another, "live-3")
        expect(page.locator("li.alert")).to_have_count(2)  # nobody has reloaded it
        browser.close()


def test_the_log_has_its_months_ahead(installation: RunningInstallation) -> None:
    """A worker makes them when it starts, so that no writer has to at the turn of a month."""
    wait_until(lambda: int(installation.python(MONTHS_AHEAD)) >= 3)
