"""A large store to look at: a made-up past, and what people have done and have to do in it."""

from __future__ import annotations

import tempfile

import psycopg

from bench.installation import Installation, worker_running
from bench.pipeline import await_read, await_scored
from bench.scores import EMPTY
from bench.sim import LOAD, MAKE, in_child

# What a made-up past has none of: work for people, and what they have done.
FILL = """
    INSERT INTO core_user (email, name, is_active, created_at)
    SELECT 'p' || n || '@example.com', 'Person ' || n, true, now() FROM generate_series(1, 100) AS n;
    INSERT INTO core_member (store_id, user_id, role, joined_at)
    SELECT {store}, id, 'agent', now() FROM core_user WHERE email LIKE 'p%@example.com';
    INSERT INTO core_invitation (store_id, email, role, token_hash, created_at, expires_at)
    SELECT {store}, 'i' || n || '@example.com', 'agent', 'hash' || n, now(), now() + interval '7 days'
    FROM generate_series(1, 100) AS n;
    INSERT INTO core_apikey (store_id, name, token_hash, hint, scopes, created_at)
    SELECT {store}, 'key ' || n, 'hash' || n, 'rk_', ARRAY['store.read'], now() FROM generate_series(1, 1000) AS n;
    INSERT INTO capture_source (store_id, name, created_at)
    SELECT {store}, 'source ' || n, now() FROM generate_series(1, 100) AS n;
    INSERT INTO core_auditentry (store_id, actor, action, target, detail, at)
    SELECT {store}, 'p' || n % 100 || '@example.com', 'thing' || n % 60 || '.changed', 'target ' || n,
        '{{"changes": {{"name": {{"before": "one", "after": "another"}}}}}}', now() - n * interval '1 minute'
    FROM generate_series({many}, 1, -1) AS n;
    INSERT INTO capture_rejectedevent (store_id, received_at, sent_as, field, reason, body, state)
    SELECT {store}, now(), 'track', 'userId', 'There is no userId.', '{{"event": "Order Completed"}}', 'open'
    FROM generate_series(1, {many} / 10) AS n;
    INSERT INTO capture_parkedevent (store_id, event_id, stage, error, parked_at)
    SELECT {store}, id, 'orders', 'The stage failed.', now()
    FROM capture_event WHERE store_id = {store} LIMIT 1000;
    INSERT INTO profile_segment (store_id, name, text, actor, created_at, changed_at)
    SELECT {store}, 'Segment ' || n, 'orders >= ' || n, 'bench', now(), now() FROM generate_series(1, 20) AS n;
    INSERT INTO act_alert (store_id, kind, level, reason, instance, state, raised_at, repeats, identity_id)
    SELECT {store}, 'negative_review', 'critical', 'Two of 5 stars from a customer with 2 orders.', 'r' || id,
        CASE WHEN n % 10 = 0 THEN 'new' ELSE 'handled' END, now() - n * interval '1 minute', 0, id
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM profile_identity
        WHERE store_id = {store} AND kind = 'user_id' LIMIT {many}) AS one;
    UPDATE act_alert SET handled_at = raised_at + interval '1 hour' WHERE state = 'handled';
    INSERT INTO act_send (store_id, channel, recipient, purpose, intent, instance, subject, body_text, state,
        due_at, message_id, created_at, sent_at)
    SELECT {store}, 'email', 'lead@example.com', 'team', 'alert', n::text, 'Look at this', 'At this.',
        CASE WHEN n % 100 = 0 THEN 'failed' ELSE 'sent' END, now(), '<' || n || '@example.com>',
        now() - n * interval '1 minute', CASE WHEN n % 100 = 0 THEN NULL ELSE now() - n * interval '1 minute' END
    FROM generate_series(1, {many}) AS n;
"""
TABLES = (
    "core_user", "core_member", "core_invitation", "core_apikey", "capture_source", "core_auditentry",
    "capture_rejectedevent", "capture_parkedevent", "profile_segment", "act_alert", "act_send",
)  # fmt: skip


def make_large_store(installation: Installation, customers: int) -> int:
    """Fill the store; gives how many events its log then holds."""
    with tempfile.TemporaryDirectory() as folder:
        in_child(MAKE, f"{folder}/made", customers)
        in_child(LOAD, f"{folder}/made", installation.store_id, DATABASE_URL=installation.dsn)
    with psycopg.connect(installation.dsn, autocommit=True) as database, worker_running():
        await_read(database, installation)
        await_scored(database, installation)
        for (statement,) in database.execute(EMPTY, [list(TABLES)]).fetchall():
            database.execute(statement)
        database.execute(FILL.format(store=installation.store_id, many=customers))
        database.execute("VACUUM ANALYZE")
        counted = database.execute(
            "SELECT count(*) FROM capture_event WHERE store_id = %s", [installation.store_id]
        ).fetchone()
    return int(counted[0]) if counted else 0
