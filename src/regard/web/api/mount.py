"""The REST API: which routers it is made of."""

from __future__ import annotations

from regard.act.api import alerts, holds, outbox, sending_rules, suppressed, traces
from regard.capture.api import events, imports, rejected, sources
from regard.core.edges.api import RestApi
from regard.desk.api import improvements, tickets
from regard.grow.api import programmes
from regard.journey.api import journeys
from regard.listen.api import responses, reviews, texts
from regard.measure.api import costs, metrics, own, products, relationships, rows
from regard.message.api import templates
from regard.offer.api import offers, pools
from regard.predict.api import churn, lifetime_value, models, quality
from regard.profile.api import consents, notes, orders, people, segments
from regard.profile.api import customers as customer_facts
from regard.review.api import mentions, standings
from regard.score.api import health, scores
from regard.serve.api import prompts
from regard.survey.api import surveys
from regard.task.api import cases, tasks
from regard.web.api import customers, keys, members, parked, stores

PREFIX = "/api/v1/"
DESCRIPTION = """
Every request carries an API key of a store: `Authorization: Bearer rk_…`. The key says which store is meant
and, by its scopes, what may be done; each operation names the scope that it needs. Lists come in pages: ask
for the next one with the `cursor` that the page before gave as `next`. Errors are problems after RFC 9457.
Times are ISO 8601 with a zone; money is integer minor units with an ISO 4217 currency.
""".strip()

api = RestApi(title="Regard", version="1", description=DESCRIPTION, urls_namespace="api")
for router in (
    stores.router,
    members.router,
    keys.router,
    sources.router,
    events.router,
    rejected.router,
    parked.router,
    customers.router,
    customer_facts.router,
    people.router,
    health.router,
    lifetime_value.router,
    models.router,
    scores.router,
    churn.router,
    quality.router,
    metrics.router,
    costs.router,
    own.router,
    rows.router,
    products.router,
    relationships.router,
    orders.router,
    consents.router,
    notes.router,
    segments.router,
    reviews.router,
    standings.router,
    mentions.router,
    responses.router,
    texts.router,
    tickets.router,
    improvements.router,
    imports.router,
    alerts.router,
    tasks.router,
    cases.router,
    offers.router,
    pools.router,
    templates.router,
    outbox.router,
    holds.router,
    sending_rules.router,
    journeys.router,
    surveys.router,
    prompts.router,
    suppressed.router,
    traces.router,
    programmes.router,
):
    api.add_router("", router)
