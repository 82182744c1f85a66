"""The stages of the pipeline that this room gives."""

from __future__ import annotations

from regard.capture.domain.batch import Batch
from regard.core.models import Store
from regard.profile.domain import consents, orders, products, tags
from regard.profile.domain.identify import identify_batch, read_namings
from regard.profile.domain.rebuild import settle_store
from regard.profile.domain.visits import projecting as visits

IDENTIFY_READ = (read_namings,)
ORDERS_READ = (orders.read_orders,)
PRODUCTS_READ = (products.read_products,)
CONSENTS_READ = (consents.read_consents,)
VISITS_READ = (visits.read_steps,)


def identify(batch: Batch) -> None:
    """Resolve whom each event is about."""
    identify_batch(batch)


def project_orders(batch: Batch) -> None:
    """Bring orders up to date, with their lines, refunds and shipments."""
    orders.project_orders(batch)


def project_products(batch: Batch) -> None:
    """Bring the catalogue up to date."""
    products.project_products(batch)


def project_consents(batch: Batch) -> None:
    """Keep who allows marketing on which channel."""
    consents.project_consents(batch)


def project_tags(batch: Batch) -> None:
    """Keep the tags that imported files tell of."""
    tags.project_tags(batch)


def project_visits(batch: Batch) -> None:
    """Keep who was on the site or in the app, and what they did there."""
    visits.project_visits(batch)


def settle(store: Store) -> None:
    """After the log was read again."""
    settle_store(store)
