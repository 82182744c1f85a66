"""Words of surveys filled in for somebody: Liquid, of what is known of them and of what they answered.

A question is asked whatever is known: where something in it is not, that is left out.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.utils import timezone, translation
from liquid import BoundTemplate

from regard.core.languages import page_language
from regard.core.models import Store
from regard.message.domain.liquid import TemplateBroken, compiled_text, filled
from regard.message.domain.variables import loaded_values
from regard.profile.domain.product_titles import product_titles
from regard.profile.models import OrderLine, Product
from regard.survey.domain.definition.parts import Definition, Texts

TAG = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
Thing = tuple[str, str]  # the shop's ids of an order and a product, "" for none


def said(source: str, values: Mapping[str, Any]) -> str:
    """A text with the values that it names."""
    if "{" not in source:
        return source
    try:
        return filled(_compiled(source), values).strip()
    except TemplateBroken:
        return " ".join(TAG.sub("", source).split())


def values_of_people(
    store: Store, definitions: Iterable[Definition], customer_ids: Collection[int], language: str
) -> dict[int, dict[str, Any]]:
    """By customer what the words of these surveys name. The statements of those variables, for all together."""
    names = frozenset(name for definition in definitions for name in _names(definition))
    with translation.override(page_language(language, store.language)), _clock_of(store):
        return loaded_values(store, names, set(customer_ids))


def values_of_store(store: Store) -> dict[str, Any]:
    """What is known where nobody knows who answers."""
    return {"store": {"name": store.name, "currency": store.currency, "language": store.language}}


def values_of_things(store: Store, things: Collection[Thing]) -> dict[Thing, dict[str, Any]]:
    """What words may say of an order and a product; without a product it is the first of the order. Two queries at
    the most."""
    orders = {order for order, product in things if order and not product}
    first = _first_products(store, orders) if orders else {}
    named = {thing: thing[1] or first.get(thing[0], "") for thing in things}
    titles = product_titles(store, named.values())
    links = _links(store, titles)
    found: dict[Thing, dict[str, Any]] = {}
    for thing, product in named.items():
        found[thing] = {"order": {"number": thing[0]}} if thing[0] else {}
        if product in titles:
            found[thing]["product"] = {"title": titles[product], "url": links.get(product, "")}
    return found


def _first_products(store: Store, orders: Collection[str]) -> dict[str, str]:
    """By order."""
    lines = OrderLine.objects.filter(store=store, order_external_id__in=orders, quantity__gt=0)
    named = lines.exclude(product_external_id="").order_by("-id")
    return dict(named.values_list("order_external_id", "product_external_id"))


def _links(store: Store, titles: Collection[str]) -> dict[str, str]:
    rows = Product.objects.filter(store=store, external_id__in=titles) if titles else Product.objects.none()
    return dict(rows.values_list("external_id", "url"))


def _clock_of(store: Store) -> Any:
    return timezone.override(zoneinfo.ZoneInfo(store.time_zone))


@lru_cache(maxsize=2_048)
def _compiled(source: str) -> BoundTemplate:
    return compiled_text(source, html=False)


@lru_cache(maxsize=512)
def _names_in(source: str) -> frozenset[str]:
    try:
        return frozenset(_compiled(source).global_variables())
    except TemplateBroken:
        return frozenset()


def _names(definition: Definition) -> set[str]:
    texts = [text for each in _all_texts(definition) for text in each.values() if "{" in text]
    return {name for text in texts for name in _names_in(text)}


def _all_texts(definition: Definition) -> Iterable[Texts]:
    yield from (definition.title, definition.intro)
    for question in definition.questions:
        yield from (question.text, question.help, *(question.ends or ()))
        yield from (option.text for option in (*question.options, *question.rows))
    for thanks in definition.thanks:
        yield from (thanks.text, thanks.link_label, {"": thanks.link})
