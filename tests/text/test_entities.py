from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.text.entities import entities_of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Where is order #10023?", [("order_number", "10023")]),
        ("order number: AB-4821 please", [("order_number", "AB-4821")]),
        ("Bestellung Nr. 7781 fehlt", [("order_number", "7781")]),
        ("mi pedido número 55120", [("order_number", "55120")]),
        ("ma commande n° 8812", [("order_number", "8812")]),
        ("meu pedido 33012", [("order_number", "33012")]),
        ("il mio ordine 4410", [("order_number", "4410")]),
        ("bestelling 4410", [("order_number", "4410")]),
        ("I want to order 2 shirts", []),
        ("it says 1Z999AA10123456784", [("tracking_number", "1Z999AA10123456784")]),
        ("RR123456785DE is stuck", [("tracking_number", "RR123456785DE")]),
        ("write to ann@example.com", [("email", "ann@example.com")]),
        ("I paid €1.234,50, not $20", [("amount", "€1.234,50"), ("amount", "$20")]),
        ("it cost 19,99 EUR", [("amount", "19,99 EUR")]),
        ("by 2026-03-01 or 1 March", [("date", "2026-03-01"), ("date", "1 March")]),
        ("am 24.12.2026, le 3 février", [("date", "24.12.2026"), ("date", "3 février")]),
        ("see https://shop.example/a?b=1.", [("url", "https://shop.example/a?b=1")]),
    ],
)
def test_what_is_found(text: str, found: list[tuple[str, str]]):
    assert [(each.kind, each.text) for each in entities_of(text)] == found


def test_products_are_found_by_their_names():
    found = entities_of(
        "The Trail Runner 2 is great, the trail runner is not", products=["Trail Runner", "Trail Runner 2"]
    )
    assert [each.text for each in found] == ["Trail Runner 2", "trail runner"]
    assert entities_of("anything", products=["", " "]) == ()


@given(st.text(alphabet=st.sampled_from("order #12-3A@b.c€19,9 1ZMarch\n"), max_size=80))
def test_positions_are_those_of_the_text(text: str):
    found = entities_of(text)
    assert all(text[each.start : each.end] == each.text for each in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
