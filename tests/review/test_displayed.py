"""Published reviews before everybody: as JSON, as JSON-LD, and as a page for a frame."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from regard.core.config import config
from regard.core.domain.members import add_member
from regard.core.edges.ratelimit import RateLimits
from regard.core.models import AuditEntry, Store, User
from regard.core.registry import data_holders
from regard.listen.models import Review
from regard.profile.models import Customer, Product
from regard.review.domain.answering import answer_review
from regard.review.domain.displayed import Wanted, displayed_reviews, public_name, public_words
from regard.review.domain.displaying import NotDisplayed, display_of, display_reviews, store_displayed
from regard.review.domain.moderating import hide_review, publish_review, return_review
from regard.review.models import ReviewStanding
from regard.review.pages import displayed
from regard.review.pages.display_words import LANGUAGES, OURS, display_language, display_words
from regard.ui.legible import DARK, LIGHT, contrast, legible
from tests.query_plans import plan_of
from tests.review.test_reviews import ANA, ordered, written
from tests.score.people import new_customer

pytestmark = pytest.mark.django_db
ATTACK = "</script><script>alert(1)</script><!--"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
LD = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def published(store: Store, number: int = 1, customer: Customer | None = None, **told: object) -> Review:
    review = written(store, number, customer, **told)
    publish_review(review, actor=ANA)
    return review


def named(store: Store, name: str, **told: object) -> Customer:
    customer = new_customer(store)
    Customer.objects.filter(pk=customer.pk).update(name=name, **told)
    return Customer.objects.get(pk=customer.pk)


def base(store: Store) -> str:
    """Where the store's reviews are read, which are shown from now on."""
    display_reviews(store, is_on=True, actor=ANA)
    kept = display_of(store)
    assert kept is not None
    return f"/r/{kept.token}/"


def read(store: Store, query: str = "") -> dict[str, Any]:
    answer = Client().get(f"{base(store)}reviews.json{query}")
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def page(store: Store, query: str = "") -> str:
    answer = Client().get(f"{base(store)}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def bodies(told: dict[str, Any]) -> list[str]:
    return [each["body"] for each in told["reviews"]]


def test_nothing_is_shown_until_it_is_switched_on(store: Store) -> None:
    published(store)
    assert display_of(store) is None
    address = base(store)
    assert not display_reviews(store, is_on=True, actor=ANA)
    assert Client().get(address).status_code == 200
    assert display_reviews(store, is_on=False, actor=ANA)
    assert [Client().get(address + name).status_code for name in ("", "reviews.json", "reviews.jsonld")] == [
        404, 404, 404,
    ]  # fmt: skip
    assert base(store) == address
    audited = AuditEntry.objects.filter(action__startswith="review.display").order_by("id")
    assert list(audited.values_list("action", flat=True)) == [
        "review.display_on", "review.display_off", "review.display_on",
    ]  # fmt: skip
    with pytest.raises(NotDisplayed):
        store_displayed("rr_\0none")


def test_only_what_is_published_now_is_shown_and_counted(store: Store, other_store: Store) -> None:
    written(store, 1, body="Waits", rating=1)
    hidden = published(store, 2, body="Hidden", rating=1)
    hide_review(hidden, reason="Names a person", actor=ANA)
    returned = published(store, 3, body="Returned", rating=1)
    return_review(returned, actor=ANA)
    published(store, 4, body="Seen", rating=4)
    published(other_store, 4, body="Theirs", rating=1)
    told = read(store)
    assert bodies(told) == ["Seen"]
    assert told["summary"] == {
        "count": 1, "average": 4.0, "by_stars": {"5": 0, "4": 1, "3": 0, "2": 0, "1": 0},
    }  # fmt: skip
    shown = page(store)
    assert "Seen" in shown
    assert [
        word for word in ("Waits", "Hidden", "Returned", "Theirs", "Names a person") if word in shown
    ] == []


def test_a_standing_of_another_store_publishes_nothing_here(store: Store, other_store: Store) -> None:
    written(store, 7, body="Ours waits")
    published(other_store, 7)  # the shop's id is the same
    assert (bodies(read(store)), read(store)["summary"]["count"]) == ([], 0)


def test_reviews_tell_no_more_of_a_person_than_first_name_and_initial(store: Store) -> None:
    ana = named(store, "Ana Kovač", email="ana.kovac@example.com", phone="+491511234567")
    ordered(ana, "O-771", "mug")
    Product.objects.create(store=store, external_id="mug", title="Blue mug", currency="EUR")
    review = published(
        store, 1, ana, product_external_id="mug", title="Lovely", rating=5,
        body="Ask me: ana.kovac@example.com or +49 30 901820",
    )  # fmt: skip
    answer_review(review, text="Thank you!", actor="secret.agent@acme.example")
    told = read(store, "?product=mug")
    [seen] = told["reviews"]
    assert seen == {
        "author": "Ana K.", "verified_buyer": True, "rating": 5, "title": "Lovely", "body": "Ask me: … or …",
        "date": seen["date"], "product": {"id": "mug", "title": "Blue mug"},
        "answer": {"text": "Thank you!", "date": seen["answer"]["date"]},
    }  # fmt: skip
    assert told["product"] == {"id": "mug", "title": "Blue mug"}
    for text in (json.dumps(told, ensure_ascii=False), page(store)):
        secrets = ("Kovač", "example.com", "901820", "O-771", "secret.agent", "R-1")
        assert [secret for secret in secrets if secret in text] == []
    assert "Ana K." in page(store)


def test_names_are_cut(store: Store) -> None:
    cut = {
        "Ana Kovač": "Ana K.", "Kovač, Ana": "Ana K.", "Ana": "Ana", "ana maria de souza": "ana S.",
        "ana@example.com": "", "Customer 123": "", "": "", "山田太郎": "山.", "<b> Ana": "Ana",
        "山田 太郎": "山田 太.",
    }  # fmt: skip
    assert {name: public_name(name) for name in cut} == cut
    assert public_words("Fits a 13 inch laptop, order 4711") == "Fits a 13 inch laptop, order 4711"


def test_of_who_was_erased_the_stars_stay_without_name_and_words(store: Store) -> None:
    customer = named(store, "Ana Kovač")
    published(store, 1, customer, title="Ana's own", body="Words of Ana", rating=5)
    for name in ("review_standings", "said"):
        data_holders.get(name).erase(store, customer.pk)
    Customer.objects.filter(pk=customer.pk).update(name="", email="")
    told = read(store)
    assert [(each["author"], each["title"], each["body"], each["rating"]) for each in told["reviews"]] == [
        ("", "", "", 5)
    ]
    assert told["json_ld"]["review"][0]["author"]["name"] == "A customer"
    assert "A customer" in page(store)


def test_words_of_strangers_are_text_and_break_out_of_nothing(store: Store) -> None:
    Store.objects.filter(pk=store.pk).update(name=f"Acme {ATTACK}")
    Product.objects.create(
        store=store, external_id="mug", title=f"Mug {ATTACK}", currency="EUR", url="javascript:alert(1)",
        image_url="https://shop.example/mug.png",
    )  # fmt: skip
    review = published(
        store, 1, named(store, f"Ana{ATTACK} K{ATTACK}"), product_external_id="mug", title=ATTACK,
        body=f"{ATTACK}\u2028{'a' * 900} {ATTACK}",
    )  # fmt: skip
    answer_review(review, text=ATTACK, actor=ANA)
    shown = page(store, "?product=mug&theme=%22%3E%3Cscript%3E")
    assert shown.count("<script") == shown.count("</script") == 1
    [data] = LD.findall(shown)
    assert json.loads(data)["name"] == f"Mug {ATTACK}"
    for name in ("reviews.json", "reviews.jsonld"):
        text = Client().get(f"{base(store)}{name}?product=mug").content.decode()
        assert [sign for sign in "<>&\u2028" if sign in text] == []
    told = json.loads(text)
    assert told["review"][0]["comment"]["text"] == ATTACK
    assert ("url" in told, told["image"]) == (False, "https://shop.example/mug.png")


def test_json_ld_is_what_schema_org_asks_for(store: Store) -> None:
    Product.objects.create(store=store, external_id="mug", title="Blue mug", brand="Clay", currency="EUR")
    published(store, 1, named(store, "Ana Kovač"), product_external_id="mug", rating=5, title="Good", body="")
    published(store, 2, product_external_id="mug", rating=4, body="Fine")
    answer = Client().get(f"{base(store)}reviews.jsonld?product=mug")
    assert answer.headers["Content-Type"] == "application/ld+json; charset=utf-8"
    told = answer.json()
    assert {name: told[name] for name in ("@context", "@type", "sku", "name", "brand", "aggregateRating")} == {
        "@context": "https://schema.org", "@type": "Product", "sku": "mug", "name": "Blue mug",
        "brand": {"@type": "Brand", "name": "Clay"},
        "aggregateRating": {
            "@type": "AggregateRating", "ratingValue": 4.5, "ratingCount": 2, "bestRating": 5, "worstRating": 1,
        },
    }  # fmt: skip
    latest, first = told["review"]
    assert first == {
        "@type": "Review", "author": {"@type": "Person", "name": "Ana K."}, "name": "Good",
        "datePublished": first["datePublished"],
        "reviewRating": {"@type": "Rating", "ratingValue": 5, "bestRating": 5, "worstRating": 1},
    }  # fmt: skip
    assert (latest["reviewBody"], "name" in latest) == ("Fine", False)
    unrated = Client().get(f"{base(store)}reviews.jsonld?product=cup").json()
    assert unrated == {"@context": "https://schema.org", "@type": "Product", "sku": "cup", "name": "cup"}
    assert read(store)["json_ld"]["@type"] == "OnlineStore"


def test_pages_follow_each_other_in_every_order(store: Store) -> None:
    for number, rating in enumerate((3, 5, 1, 5, 3), 1):
        published(store, number, body=f"B{number}", rating=rating)
    for sort, expected in (
        ("newest", ["B5", "B4", "B3", "B2", "B1"]),
        ("highest", ["B4", "B2", "B5", "B1", "B3"]),
        ("lowest", ["B3", "B5", "B1", "B4", "B2"]),
    ):
        found, address = [], f"{base(store)}reviews.json?limit=2&sort={sort}"
        while address:
            told = Client().get(address.partition("/r/")[1] + address.partition("/r/")[2]).json()
            found += bodies(told)
            address = told["next"]
        assert found == expected
    assert bodies(read(store, "?stars=5")) == ["B4", "B2"]
    assert read(store, "?stars=5")["summary"]["count"] == 5
    assert len(bodies(read(store, "?stars=9&sort=x&limit=x"))) == 5
    refused = Client().get(f"{base(store)}reviews.json?cursor=x")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "cursor")
    assert "B5" in page(store, "?cursor=x")


def test_caches_and_other_sites_may_have_it(store: Store) -> None:
    published(store, 1)
    for name in ("", "reviews.json", "reviews.jsonld"):
        first = Client().get(base(store) + name)
        assert first.headers["Cache-Control"] == "public, max-age=60"
        assert first.headers["Access-Control-Allow-Origin"] == "*"
        assert first.headers["Vary"] == "Accept-Encoding"
        assert not first.cookies
        tag = first.headers["ETag"]
        again = Client().get(base(store) + name, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        packed = Client().get(base(store) + name, headers={"Accept-Encoding": "gzip"})
        assert Client().get(
            base(store) + name, headers={"If-None-Match": packed.headers["ETag"]}
        ).status_code == 304  # fmt: skip
    publish_review(written(store, 2, body="New"), actor=ANA)
    assert Client().get(base(store), headers={"If-None-Match": tag}).status_code == 200
    asked = Client().options(f"{base(store)}reviews.json")
    assert (asked.status_code, asked.headers["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
    assert Client().post(f"{base(store)}reviews.json").status_code == 405


def test_who_reads_too_often_waits_and_others_do_not(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    address = base(store)
    held = RateLimits(rate=0.1, burst=2), RateLimits(rate=0.1, burst=4)
    monkeypatch.setattr(displayed.LIMITS, "held", held)
    first, second, third = ({"REMOTE_ADDR": f"93.184.216.{number}"} for number in (1, 2, 3))
    assert [Client(**first).get(address).status_code for _ in range(3)] == [200, 200, 429]
    with CaptureQueriesContext(connection) as asked:
        refused = Client(**first).get(f"{address}reviews.json")
    assert (len(asked), refused.status_code, refused.headers["Cache-Control"]) == (0, 429, "no-store")
    assert (refused.headers["Retry-After"], refused.headers["Access-Control-Allow-Origin"]) == ("10", "*")
    assert [Client(**second).get(address).status_code for _ in range(2)] == [200, 200]
    assert Client(**third).get(address).status_code == 429  # the store as a whole was asked enough


def test_the_widget_alone_may_be_framed(store: Store) -> None:
    published(store, 1)
    widget = Client().get(base(store)).headers
    assert "X-Frame-Options" not in widget
    policy = dict(part.partition(" ")[::2] for part in widget["Content-Security-Policy"].split("; "))
    assert policy["frame-ancestors"] == "*"
    assert (policy["default-src"], policy["form-action"]) == ("'none'", "'none'")
    assert policy["style-src"].startswith("'sha256-")
    for name in ("reviews.json", "reviews.jsonld"):
        answer = Client().get(base(store) + name).headers
        assert answer["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert Client().get("/account/login/").headers["X-Frame-Options"] == "DENY"


def test_the_page_is_small_and_needs_no_script(store: Store) -> None:
    for number in range(12):
        published(store, number, body="It holds what it promises. " * 15, title="Good", rating=1 + number % 5)
    shown = page(store)
    assert len(shown.encode()) < 30_000
    assert shown.count('<li>\n    <div class="head">') == 10
    assert (
        re.findall(
            r"<script(?! type=\"application/ld\+json\")| style=| on\w+=|src=|https?://(?!schema)", shown
        )
        == []
    )
    [further] = re.findall(r'class="more" href="\?cursor=([^"]+)"', shown)
    rest = page(store, f"?cursor={further}")
    assert rest.count('<li>\n    <div class="head">') == 2
    assert "Back to the beginning" in rest
    starred = page(store, "?stars=2")
    assert 'aria-current="true"><span>2' in starred
    assert "All stars" in starred
    assert "No reviews yet" in page(store, "?stars=3&product=none")


def test_a_long_review_is_opened_and_an_endless_one_is_cut(store: Store) -> None:
    published(store, 1, body="word " * 300)
    assert "<details><summary>Read on</summary>" in page(store)
    published(store, 2, body="x" * 50_000)
    assert len(page(store)) < 30_000


@pytest.mark.parametrize("language", ["ar", "he"])
def test_languages_from_right_to_left(store: Store, language: str) -> None:
    published(store, 1)
    shown = page(store, f"?language={language}")
    assert f'<html lang="{language}" dir="rtl">' in shown
    assert display_words(language)["newest"] in shown


def test_every_language_has_every_word_with_its_places() -> None:
    english = {name: set(re.findall(r"%\(\w+\)s", word)) for name, word in display_words("en").items()}
    assert set(english) == set(OURS)
    for language in LANGUAGES:
        words = display_words(language)
        assert {name: set(re.findall(r"%\(\w+\)s", word)) for name, word in words.items()} == english
    assert (display_language("xx", "pt-BR"), display_language("../x")) == ("pt", "en")


@pytest.mark.parametrize("colour", ["#006b66", "#ffee00", "#000000", "#ffffff", "#ff69b4", "#1e3a8a"])
def test_any_colour_of_a_store_can_be_read(colour: str) -> None:
    assert min(contrast(legible(colour, ground), ground) for ground in (LIGHT, DARK)) >= 4.5


def test_colour_and_ground_are_the_stores_and_the_askers(store: Store) -> None:
    published(store, 1)
    Store.objects.filter(pk=store.pk).update(colour="#1e3a8a")
    assert "--brand: #1e3a8a" in page(store)
    assert "prefers-color-scheme: dark" in page(store)
    for theme in ("light", "dark"):
        shown = page(store, f"?theme={theme}")
        assert ("prefers-color-scheme" in shown, f"color-scheme: {theme}" in shown) == (False, True)


def test_it_takes_as_many_queries_for_three_as_for_one(store: Store) -> None:
    Product.objects.create(store=store, external_id="mug", title="Mug", currency="EUR")
    address, counts = base(store), []
    for number in (1, 2, 3):
        review = published(store, number, named(store, f"Ana K{'o' * number}"), product_external_id="mug")
        answer_review(review, text="Thanks", actor=ANA)
        for name in ("", "reviews.json"):
            with CaptureQueriesContext(connection) as counted:
                assert Client().get(f"{address}{name}?product=mug").status_code == 200
            counts.append(len(counted))
    assert counts == [5] * 6  # the token, the reviews, their standings, the product, the summary


def test_a_thousand_are_read_page_by_page_each_once(store: Store) -> None:
    publish_many(store, 1_000)
    address = f"{base(store)}reviews.json?limit=50&sort=lowest"
    found, counts = [], set()
    while address:
        with CaptureQueriesContext(connection) as counted:
            told = Client().get(address.removeprefix(config().public_url)).json()
        counts.add(len(counted))
        found += [(each["rating"], each["product"]["id"]) for each in told["reviews"]]
        address = told["next"]
    assert [rating for rating, _product in found] == [stars for stars in range(1, 6) for _ in range(200)]
    assert len(set(found)) == 1_000
    assert counts == {4}  # the token, the reviews, their standings, the summary
    assert len(page(store).encode()) < 30_000


def test_queries_walk_along_indexes(store: Store) -> None:
    publish_many(store, 2_000, products=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE listen_review, review_reviewstanding")
        # Few rows are cheapest read whole; what is asked is whether an index leads through many.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off")
    for wanted in (
        Wanted(), Wanted(sort="highest"), Wanted(sort="lowest"), Wanted(stars=3), Wanted(product="P-7"),
        Wanted(product="P-7", stars=3),
    ):  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            displayed_reviews(store, wanted)
        [rows] = [each["sql"] for each in asked if "LIMIT 11" in each["sql"]]
        with connection.cursor() as cursor:  # of one product the few are found, and then sorted
            cursor.execute(f"SET LOCAL enable_sort = {'on' if wanted.product else 'off'}")
        plan = plan_of(rows)
        assert "Seq Scan" not in plan
        index = "reviews_of_product" if wanted.product else (
            "reviews_by_time" if (wanted.sort, wanted.stars) == ("newest", None) else "reviews_by_stars"
        )  # fmt: skip
        assert index in plan, plan


def publish_many(store: Store, many: int, *, products: int = 1_000_000) -> None:
    Review.objects.bulk_create(
        Review(
            store=store, external_id=f"R-{number}", product_external_id=f"P-{number % products}", event_id=number,
            rating=1 + number % 5, reviewed_at=LONG_AGO + timedelta(minutes=number), history=False,
        )
        for number in range(many)
    )  # fmt: skip
    ReviewStanding.objects.bulk_create(
        ReviewStanding(store=store, external_id=f"R-{number}", shown="published") for number in range(many)
    )


@pytest.fixture
def owner(store: Store) -> Client:
    user = User.objects.create_user(ANA)
    add_member(store=store, user=user, role="owner", actor="tests")
    browser = Client()
    browser.force_login(user)
    return browser


def test_settings_switch_it_and_give_what_to_put_into_the_shop(store: Store, owner: Client) -> None:
    published(store, 1, body="Seen by the owner")
    address = f"/s/{store.slug}/settings/reviews/"
    off = owner.get(address).content.decode()
    assert ("&lt;iframe" in off, f'src="{address}preview/"' in off) == (False, True)
    preview = owner.get(f"{address}preview/")
    assert "Seen by the owner" in preview.content.decode()
    assert preview.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in preview.headers["Content-Security-Policy"]
    owner.post(address, {"show": "1"})
    chosen = owner.get(f"{address}?product=mug%22%3E&theme=dark&language=de")
    kept = display_of(store)
    assert kept is not None
    snippet = chosen.context["snippet"]
    assert f"/r/{kept.token}/?product=mug%22%3E&amp;theme=dark&amp;language=de" in snippet
    assert 'title="Bewertungen"' in snippet
    assert f"<code>{escape(snippet)}</code>" in chosen.content.decode()
    assert "preview/?product=mug%22%3E&amp;theme=dark" in chosen.content.decode()
    owner.post(address, {"show": "0"})
    assert "snippet" not in owner.get(address).context
