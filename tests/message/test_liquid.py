"""Texts reach nothing but the values that they are given, and cannot hold a sender up."""

from __future__ import annotations

import time

import pytest

from regard.message.domain.liquid import TemplateBroken, compiled_text, filled, plain_values
from regard.message.domain.rendering import Addressee, Rendered, Unrendered, render_for
from tests.message.writing import addressee, new_template, reader

LARGE = "{% assign s = 'aaaaaaaaaaaaaaaa' %}"
REACHING = [
    "{{ customer.__class__ }}", "{{ customer['__class__'] }}",
    "{{ customer.__class__.__mro__[1].__subclasses__ }}",
    "{{ customer.name.__globals__ }}", "{{ customer.items }}", "{{ customer | map: '__class__' }}",
    "{{ settings.SECRET_KEY }}", "{{ self }}", "{{ request.user }}", "{{ store.pk }}", "{{ env }}",
    "{% include 'x' %}", "{% render 'settings' %}", "{% liquid echo settings %}", "{{ 'x' | safe }}",
    "{{ '/etc/passwd' | read }}", "{% extends 'base.html' %}", "{% load static %}", "{% debug %}",
]  # fmt: skip
ENDLESS = [
    "{% for i in (1..100000000000) %}x{% endfor %}",
    "{% for i in (1..500) %}{% for j in (1..500) %}x{% endfor %}{% endfor %}",
    "{% for i in (1..1000) %}{{ i }}{% endfor %}" * 1_000,
    "{{ (1..10000000000) | join: ',' }}", "{{ (1..10000000000) | reverse }}",
    LARGE + "{% assign s = s | append: s %}" * 60 + "{{ s }}",
    LARGE + "{% for i in (1..900) %}{% assign s = s | replace: 'a', s %}{% endfor %}",
    LARGE + "{% assign l = s | split: '' %}{% for i in (1..900) %}{% assign l = l | concat: l %}{% endfor %}",
    "{% assign n = 9 %}{% for i in (1..900) %}{% assign n = n | times: n %}{% endfor %}",
    "{% for i in (1..1000) %}{{ long }}{% endfor %}", "{% if a %}" * 500 + "{% endif %}" * 500,
    "{% capture c %}{% for i in (1..1000) %}{{ long }}{% endfor %}{% endcapture %}",
    "{{ 'x' | date: '%99999999d' | append: nothing }}", "x" * 200_000,
]  # fmt: skip


@pytest.mark.parametrize("source", REACHING)
@pytest.mark.parametrize("html", [True, False])
def test_nothing_is_reached_but_values(source, html):
    values = {"customer": {"name": "Ada"}, "store": {"name": "Acme"}}
    try:
        said = filled(compiled_text(source, html=html), values)
    except TemplateBroken:
        said = ""
    assert not said


@pytest.mark.parametrize("source", ENDLESS, ids=range(len(ENDLESS)))
def test_no_text_takes_long_or_becomes_huge(source):
    began = time.thread_time()
    with pytest.raises(TemplateBroken):
        filled(compiled_text(source, html=True), {"long": "y" * 5_000})
    assert time.thread_time() - began < 2


def test_values_are_plain():
    class Reaching:
        secret = "x"

        def __str__(self):
            return "told"

    held = plain_values({"a": Reaching(), "b": None, "c": " ", "d": [], "e": [1, None, {"f": True}], 7: "x"})
    assert held == {"a": "told", "e": [1, {"f": True}], "7": "x"}
    deep: dict = {}
    inner = deep
    for _level in range(50):
        inner["x"] = {}
        inner = inner["x"]
    inner["x"] = "y"
    assert plain_values(deep) is None


@pytest.mark.django_db
def test_a_message_holds_nothing_of_settings_or_others(store):
    other = reader(store, "Grace Hopper")
    new_template(
        store,
        body=[
            {"text": "{% if settings or customers or others %}{{ settings }}{% endif %}{{ customer.name }}"}
        ],
    )
    person = addressee(reader(store))
    spoofing = Addressee(person.identity_id, person.customer_id, {"customer": {"name": other.name}})
    message = render_for(store, "hello", "email", [spoofing])[0]
    assert isinstance(message, Rendered)
    assert message.body_text.startswith("Ada Lovelace")
    assert "Grace" not in message.body_html


@pytest.mark.django_db
def test_a_broken_template_stops_its_own_send_only(store):
    new_template(store, "broken", body=[{"text": "{% if customer %}"}])
    new_template(store, "fine")
    person = addressee(reader(store))
    assert isinstance(render_for(store, "broken", "email", [person])[0], Unrendered)
    assert isinstance(render_for(store, "fine", "email", [person])[0], Rendered)
    links = ("javascript:alert(1)", "data:text/html,x", "/relative", "")
    new_template(store, "link", body=[{"button": "Go", "url": "{{ event.url }}"}])
    for address in links:
        sent = addressee(reader(store), event={"url": address})
        assert isinstance(render_for(store, "link", "email", [sent])[0], Unrendered)


@pytest.mark.parametrize(
    "source", ["{{ '<script>' }}", '{{ x | default: "<!--" }}', "{% assign a = 'b<' %}{{ a }}"]
)
def test_markup_gets_in_by_no_quoted_text(source):
    with pytest.raises(TemplateBroken, match="outside of the braces"):
        compiled_text(source, html=True)
    assert "<" in filled(compiled_text(source, html=False), {})


def test_smaller_than_may_stand_in_conditions():
    text = compiled_text("{% if a < 2 and b == 'c' %}yes{% endif %}", html=True)
    assert filled(text, {"a": 1, "b": "c"}) == "yes"
