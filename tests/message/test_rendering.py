"""A message is made of what is known of its customer, in their language; or not at all, and the reason is told."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regard.act.domain.public_links import preferences_url, unsubscribe_url
from regard.message.domain.compiling import compiled_version
from regard.message.domain.rendering import Addressee, Rendered, Unrendered, render_for
from regard.message.domain.texts import read_texts
from regard.message.models import Brand, Template
from regard.profile.models import Identity, OrderLine, Product
from tests.message.writing import addressee, new_template, reader
from tests.score.people import days_ago, new_order

pytestmark = pytest.mark.django_db


def rendered(store, customer, key="hello", channel="email", **values):
    return render_for(store, key, channel, [addressee(customer, **values)])[0]


def test_a_message_says_what_is_known_and_which_version_said_it(store):
    new_template(store, body=[{"text": "Hello {{ customer.first_name }}, **thank you**."}])
    customer = reader(store, "Ada Lovelace", "ada@reader.example")
    message = rendered(store, customer)
    assert (message.recipient, message.subject, message.language, message.purpose) == (
        "ada@reader.example", "Hello", "en", "transactional",
    )  # fmt: skip
    assert (message.template, message.version) == ("hello", 1)
    assert "<link" not in message.body_html
    assert message.body_text == "Hello Ada, thank you.\n\n-- \nAcme"
    assert "Hello Ada, <strong>thank you</strong>." in message.body_html


def test_values_of_customers_are_escaped_in_html_and_left_alone_in_text(store):
    new_template(
        store, body=[{"text": "Hello {{ customer.name }}"}, {"button": "Go", "url": "{{ event.url }}"}]
    )
    message = rendered(
        store, reader(store, '<img src=x onerror="x()">'), event={"url": 'https://x.example/?a=1&b="2"'}
    )
    assert "<img src=x" not in message.body_html
    assert "&lt;img src=x" in message.body_html
    assert 'href="https://x.example/?a=1&amp;b=&#34;2&#34;"' in message.body_html
    assert 'Hello <img src=x onerror="x()">' in message.body_text
    assert 'Go: https://x.example/?a=1&b="2"' in message.body_text


def test_what_is_not_known_and_has_no_default_stops_the_message_to_this_customer_alone(store):
    new_template(store, body=[{"text": "Your size: {{ customer.attributes.size }}"}])
    known, unknown = reader(store, size="M"), reader(store)
    wanted = [addressee(known), addressee(unknown), Addressee(0, 0)]
    first, second, nobody = render_for(store, "hello", "email", wanted)
    assert isinstance(first, Rendered)
    assert second == Unrendered(
        "The template “hello” cannot be used for this customer: customer.attributes.size is not known."
    )
    assert nobody == Unrendered("There is no such customer.")


def test_marketing_ends_with_links_of_its_own_customer(store):
    new_template(store, body=[{"text": "Buy"}], purpose="marketing")
    person = addressee(reader(store))
    message = render_for(store, "hello", "email", [person])[0]
    assert isinstance(message, Rendered)
    for address in (unsubscribe_url(store, person.identity_id), preferences_url(store, person.identity_id)):
        assert f'href="{address}"' in message.body_html
        assert address in message.body_text


def test_an_empty_name_is_not_known(store):
    new_template(store, body=[{"text": 'Hello {{ customer.first_name | default: "there" }}'}])
    assert rendered(store, reader(store, "", "x@reader.example")).body_text.startswith("Hello there")


def test_everybody_reads_their_language_and_else_the_stores(store):
    texts = {
        language: {"subject": language, "body": [{"text": "{{ event.on | date }}"}]}
        for language in ("en", "de", "fr")
    }
    new_template(store, texts=texts)
    people = [reader(store, language="de-AT"), reader(store, locale="fr_FR"), reader(store, language="ja")]
    event = {"on": "2026-03-05"}
    found = render_for(store, "hello", "email", [addressee(person, event=event) for person in people])
    assert [message.subject for message in found] == ["de", "fr", "en"]
    assert [message.body_text.partition("\n")[0] for message in found] == [
        "5. März 2026",
        "5 mars 2026",
        "5 Mar 2026",
    ]


def test_the_channel_decides_where_it_goes_and_what_it_has(store):
    new_template(store, "short", channel="sms", body="Your parcel is there, {{ customer.first_name }}.")
    customer = reader(store)
    message = rendered(store, customer, "short", "sms")
    assert (message.recipient, message.subject, message.body_html) == ("+4930123456", "", "")
    assert message.body_text == "Your parcel is there, Ada."
    assert rendered(store, customer, "short") == Unrendered("The template “short” is for sms, not for email.")
    assert rendered(store, customer, "nothing") == Unrendered("There is no template “nothing”.")
    customer.phone = ""
    customer.save()
    assert rendered(store, customer, "short", "sms") == Unrendered("No address is known for SMS.")


def test_push_goes_to_the_shops_own_number_and_pages_to_the_customer(store, django_assert_num_queries):
    for key, channel in (("push", "push"), ("page", "in_page")):
        new_template(store, key, channel=channel, body="[Follow it](https://shop.example/p) now.")
    people = [reader(store, name) for name in ("Ada", "Bo", "Cy")]
    nameless = reader(store, "Di")
    Identity.objects.filter(customer=nameless).update(kind="email", value="di@reader.example")
    everybody = [addressee(person) for person in [*people, nameless]]
    render_for(store, "push", "push", everybody)  # compiled once
    with django_assert_num_queries(3):
        *found, none = render_for(store, "push", "push", everybody)
    assert [message.recipient for message in found] == [person.shop_number for person in people]
    assert none == Unrendered("No address is known for Push.")
    shown = render_for(store, "page", "in_page", everybody)
    assert [message.recipient for message in shown] == [f"customer:{each.customer_id}" for each in everybody]


def test_blocks_make_html_and_text(store):
    Brand.objects.create(
        store=store, logo_url="https://acme.example/logo.png", postal_address="Street 1\nBerlin"
    )
    type(store).objects.filter(pk=store.pk).update(colour="#ffee00")
    store.refresh_from_db()
    new_template(
        store,
        body=[
            {"heading": "Your **order**"},
            {"products": "event.products", "most": 1},
            {"code": "{{ offer.code }}", "note": "until {{ offer.expires }}"},
            {"image": "https://acme.example/a.jpg", "alt": "A mug", "url": "https://acme.example"},
            {"divider": None},
            {"space": 30},
            {"text": "- one\n- two\n\nSee [our page](https://acme.example/{{ event.id }})"},
        ],
    )
    products = [
        {"name": "Mug", "price": 24.9, "quantity": 2, "url": "https://acme.example/mug"},
        {"name": "Cup"},
    ]
    customer = reader(store)
    message = rendered(store, customer, event={"products": products, "currency": "USD", "id": 7})
    assert message.body_text == (
        "Your order\n\n- Mug × 2 24.90 USD\n  https://acme.example/mug\n\nA mug: https://acme.example\n\n---\n\n"
        "- one\n- two\n\nSee our page: https://acme.example/7\n\n-- \nAcme, Street 1 · Berlin"
    ).replace("Your order", "YOUR ORDER")
    for part in (
        "<li",
        "24.90 USD",
        'src="https://acme.example/logo.png"',
        'href="https://acme.example/7"',
        "height:30px",
    ):
        assert part in message.body_html
    with_code = rendered(
        store, customer, event={"products": [], "id": 7}, offer={"code": "AB12", "expires": "Friday"}
    )
    assert "AB12\nuntil Friday" in with_code.body_text
    assert "Mug" not in with_code.body_html


def test_the_last_order_is_told_in_the_customers_words(store):
    new_template(store, body=[{"products": "last_order.items"}, {"text": "{{ last_order.total }}"}])
    customer = reader(store, language="de")
    new_order(customer, days_ago(40))
    order = new_order(customer, days_ago(3), total=123_456)
    cancelled = new_order(customer, days_ago(1))
    type(cancelled).objects.filter(pk=cancelled.pk).update(cancelled_at=days_ago(1))
    Product.objects.create(
        store=store, external_id="p1", title="Mug", url="https://acme.example/mug", currency="EUR"
    )
    OrderLine.objects.create(
        store=store, order_external_id=order.external_id, external_id="1", product_external_id="p1",
        quantity="2.000",
        price_minor=950, currency="EUR", described_at=days_ago(3), event_id=0,
    )  # fmt: skip
    said = rendered(store, customer).body_text
    assert said.startswith("- Mug × 2 9.50 EUR\n  https://acme.example/mug\n\n1,234.56 EUR")
    assert isinstance(rendered(store, reader(store)), Unrendered)


def test_many_customers_take_as_many_statements_as_one(store):
    texts = {
        "en": {
            "subject": "{{ last_order.number }}",
            "body": [{"text": "{{ customer.name }} {{ brand.colour }}"}],
        }
    }
    new_template(store, texts=texts)
    people = [reader(store) for _number in range(12)]
    for person in people:
        new_order(person, days_ago(1))
    rendered(store, people[0])
    counts = []
    for some in ([addressee(people[0])], [addressee(person) for person in people]):
        with CaptureQueriesContext(connection) as queries:
            assert all(isinstance(made, Rendered) for made in render_for(store, "hello", "email", some))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_another_stores_customers_and_templates_are_not_there(store, other_store):
    new_template(other_store, "theirs")
    new_template(store)
    assert isinstance(rendered(store, reader(other_store)), Unrendered)
    assert isinstance(rendered(store, reader(store), "theirs"), Unrendered)


@pytest.mark.parametrize(
    "block",
    [
        {"button": "Go", "url": "javascript:alert(1)"},
        {"text": "[Go](javascript:alert`1`)"},
        {"image": "data:image/svg+xml,x", "alt": "x"},
    ],
)
def test_a_link_that_is_written_out_is_looked_at_like_one_of_values(store, block):
    new_template(store, body=[block])
    message = rendered(store, reader(store))
    assert isinstance(message, Unrendered)
    assert "A link leads nowhere" in message.reason


@pytest.mark.parametrize(("name", "field"), [("when", "when"), ("source", "products")])
def test_an_expression_of_a_block_does_not_end_its_tag(name, field):
    block = {"products": "last_order.items", field: "event %}<!--{% if event"}
    with pytest.raises(ValidationError) as refused:
        read_texts("email", {"en": {"body": [block]}})
    assert refused.value.messages == [f"“{name}” is an expression alone, without {{% and {{{{."]


def test_a_broken_text_is_kept_as_its_reason_and_holds_nobody(store):
    new_template(store, body=[{"text": "{% if %}"}])
    version = Template.objects.select_related("current").get(store=store).current
    assert version is not None
    assert isinstance(compiled_version(version, "email", "marketing")["en"], str)
