"""Displayed reviews in the words of schema.org, as JSON-LD that search engines read."""

from __future__ import annotations

from typing import Any

from regard.review.domain.displayed import Displayed, DisplayedReview

BEST, WORST = 5, 1


def structured(seen: Displayed, *, nameless: str, with_reviews: bool = True) -> dict[str, Any]:
    """The product that was asked for, or else the shop, with its rating and reviews. nameless: who wrote a review
    of which no name is known. What nobody has rated has no rating: one of zero would be refused."""
    about = _product(seen) if seen.wanted.product else {"@type": "OnlineStore", "name": seen.store.name}
    told: dict[str, Any] = {"@context": "https://schema.org", **about}
    if seen.summary.count:
        told["aggregateRating"] = {
            "@type": "AggregateRating", "ratingValue": seen.summary.average,
            "ratingCount": seen.summary.count, "bestRating": BEST, "worstRating": WORST,
        }  # fmt: skip
    if with_reviews and seen.rows:
        told["review"] = [_review(row, seen, nameless) for row in seen.rows]
    return told


def _product(seen: Displayed) -> dict[str, Any]:
    """As far as the catalogue knows it. Addresses are whatever a file told: those of the web alone go on."""
    product, shop_id = seen.product, seen.wanted.product
    told: dict[str, Any] = {"@type": "Product", "sku": shop_id, "name": shop_id}
    if product is None:
        return told
    told["name"] = product.title or shop_id
    addresses = {"url": product.url, "image": product.image_url}
    told |= {name: url for name, url in addresses.items() if url.startswith(("https://", "http://"))}
    return {**told, **({"brand": {"@type": "Brand", "name": product.brand}} if product.brand else {})}


def _review(row: DisplayedReview, seen: Displayed, nameless: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "@type": "Review",
        "author": {"@type": "Person", "name": row.author or nameless},
        "datePublished": row.day.isoformat(),
        "reviewRating": {
            "@type": "Rating", "ratingValue": row.rating, "bestRating": BEST, "worstRating": WORST,
        },
    }  # fmt: skip
    words = {"name": row.title, "reviewBody": row.body}
    told |= {name: text for name, text in words.items() if text}
    if row.answer:
        told["comment"] = {
            "@type": "Comment",
            "author": {"@type": "Organization", "name": seen.store.name},
            "text": row.answer,
        }
    return told
