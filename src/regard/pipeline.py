"""Which stages an event passes, in order, and nothing else.

Each stage takes a batch of a store's events in the order of the log, in one transaction with the others and
with the reader's position (capture/domain/reader.py). It must be set-based, and give the same result for late
and repeated events. Behind it stands what it reads from the events alone, which a backfill does ahead.
"""

from __future__ import annotations

from regard.act import reactions as act
from regard.capture.domain.batch import Stage
from regard.desk import reactions as desk
from regard.journey import reactions as journey
from regard.listen import reactions as listen
from regard.offer import reactions as offer
from regard.predict import reactions as predict
from regard.profile import reactions as profile
from regard.review import reactions as review
from regard.score import reactions as score
from regard.serve import reactions as serve

READER = "pipeline"

STAGES = (
    Stage("identify", profile.identify, profile.IDENTIFY_READ, after_replay=profile.settle),
    Stage("orders", profile.project_orders, profile.ORDERS_READ),
    Stage("products", profile.project_products, profile.PRODUCTS_READ),
    Stage("consents", profile.project_consents, profile.CONSENTS_READ),
    Stage("visits", profile.project_visits, profile.VISITS_READ),
    Stage("tags", profile.project_tags),
    Stage("said", listen.project_said, listen.SAID_READ),
    Stage("mentions", review.project_mentions, review.MENTIONS_READ),
    Stage("tickets", desk.project_tickets, desk.TICKETS_READ),
    Stage("replies", act.keep_replies),
    Stage("prompts", serve.count_prompts, serve.PROMPTS_READ),
    Stage("offers", offer.note_redemptions, offer.REDEMPTIONS_READ),
    Stage("health", score.refresh_touched),
    Stage("escalations", desk.refresh_risks),
    Stage("churn", predict.refresh_risks),
    Stage("confirming", act.ask_to_confirm, profile.CONSENTS_READ),
    Stage("alerts", act.raise_alerts),
    Stage("journeys", journey.follow_events),
)
