"""What the made-up store sells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CATEGORIES = ("Shirts", "Knitwear", "Trousers", "Shoes", "Jackets", "Accessories")
SIZED = {"Shirts", "Knitwear", "Trousers", "Shoes", "Jackets"}


@dataclass(frozen=True)
class Product:
    """poor: the chance that a piece is faulty or worse than it looks. sells: pieces beside those of the others."""

    number: int
    title: str
    cents: int
    category: str
    poor: float
    sells: int

    @property
    def product_id(self) -> str:
        return f"P{self.number + 1:02d}"


# Grouped by category, in the order of CATEGORIES: picking relies on it.
_GOODS = (
    ("Linen shirt, sand", 5990, "Shirts", 0.04, 10), ("Linen shirt, ink", 5990, "Shirts", 0.04, 9),
    ("Oxford shirt, white", 6490, "Shirts", 0.06, 12), ("Flannel shirt, moss", 6990, "Shirts", 0.05, 7),
    ("Poplin blouse, ivory", 6990, "Shirts", 0.08, 6), ("Heavy T-shirt, black", 2990, "Shirts", 0.05, 16),
    ("Merino jumper, oat", 8990, "Knitwear", 0.05, 12), ("Merino jumper, forest", 8990, "Knitwear", 0.05, 9),
    ("Lambswool cardigan", 10990, "Knitwear", 0.06, 6), ("Cotton rollneck, navy", 6990, "Knitwear", 0.07, 7),
    ("Fisherman jumper", 11990, "Knitwear", 0.06, 5), ("Cable vest, grey", 7490, "Knitwear", 0.1, 4),
    ("Straight jeans, washed", 7990, "Trousers", 0.06, 14), ("Straight jeans, raw", 7990, "Trousers", 0.05, 18),
    ("Pleated trousers, grey", 8490, "Trousers", 0.12, 5), ("Chinos, olive", 6990, "Trousers", 0.05, 9),
    ("Corduroys, rust", 7990, "Trousers", 0.08, 5), ("Wide linen trousers", 7490, "Trousers", 0.07, 6),
    ("Canvas trainers, white", 6990, "Shoes", 0.18, 10), ("Leather loafers", 12990, "Shoes", 0.06, 5),
    ("Suede desert boots", 13990, "Shoes", 0.07, 5), ("Running shoes, grey", 9990, "Shoes", 0.07, 6),
    ("Felt slippers", 4490, "Shoes", 0.05, 5),
    ("Rain jacket, navy", 14990, "Jackets", 0.05, 7), ("Field jacket, olive", 13990, "Jackets", 0.06, 5),
    ("Down vest, black", 11990, "Jackets", 0.06, 4), ("Wool coat, camel", 22990, "Jackets", 0.05, 4),
    ("Denim jacket, mid blue", 9990, "Jackets", 0.06, 5),
    ("Lambswool scarf", 3990, "Accessories", 0.03, 8), ("Wool socks, three pairs", 1990, "Accessories", 0.03, 14),
    ("Leather belt, brown", 3490, "Accessories", 0.04, 7), ("Tote bag, natural", 2490, "Accessories", 0.05, 8),
    ("Beanie, charcoal", 2490, "Accessories", 0.04, 7), ("Leather wallet", 4990, "Accessories", 0.06, 5),
)  # fmt: skip
PRODUCTS = tuple(Product(number, *goods) for number, goods in enumerate(_GOODS))

RUNS_SMALL = next(product for product in PRODUCTS if product.title == "Straight jeans, raw")
DEARER = "Knitwear"  # the category whose prices rise

CENTS = np.array([product.cents for product in PRODUCTS], np.int64)
POOR = np.array([product.poor for product in PRODUCTS])
OF_CATEGORY = np.array([CATEGORIES.index(product.category) for product in PRODUCTS], np.int64)
IS_SIZED = np.array([product.category in SIZED for product in PRODUCTS])
IS_DEARER = np.array([product.category == DEARER for product in PRODUCTS])
_SELLS = np.array([product.sells for product in PRODUCTS], float)
SOLD_UP_TO = np.cumsum(_SELLS) / _SELLS.sum()  # of each product: its share of sales with all before it
CATEGORY_FROM = np.array([SOLD_UP_TO[place - 1] if place else 0.0 for place in np.searchsorted(
    OF_CATEGORY, np.arange(len(CATEGORIES)))])  # fmt: skip
CATEGORY_TO = np.append(CATEGORY_FROM[1:], 1.0)
