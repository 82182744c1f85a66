from django.db import migrations

LOG = """
CREATE SEQUENCE capture_event_id;
-- "Given out up to 1": readers compare ids with last_value, which must never be an id still to come.
SELECT setval('capture_event_id', 1);

CREATE TABLE capture_event (
    store_id bigint NOT NULL,
    id bigint NOT NULL DEFAULT nextval('capture_event_id'),
    received_at timestamptz NOT NULL,
    occurred_at timestamptz NOT NULL,
    source_id bigint,
    key uuid NOT NULL,
    history boolean NOT NULL,
    type text NOT NULL,
    name text NOT NULL,
    user_id text,
    anonymous_id text,
    payload json NOT NULL
) PARTITION BY RANGE (received_at);
CREATE INDEX capture_event_by_id ON capture_event (store_id, id);

-- Key by key, each by the unique index, whatever the planner believes. Its statistics of a month or of a store that
-- has just begun say "one row", and by them reading all of the store for each key is as cheap as the right way:
-- so scans are switched off, and store_id is kept from being a reason to take the other index.
CREATE FUNCTION capture_known_keys(store bigint, keys uuid[], since timestamptz) RETURNS SETOF bytea
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_bitmapscan = off AS $$
BEGIN
    RETURN QUERY SELECT uuid_send(wanted.key) FROM unnest(keys) AS wanted (key) WHERE EXISTS (
        SELECT FROM capture_event event
        WHERE event.key = wanted.key AND event.store_id + 0 = store AND event.received_at >= since
        OFFSET 0
    );
END $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(
            LOG, "DROP FUNCTION capture_known_keys; DROP TABLE capture_event; DROP SEQUENCE capture_event_id"
        ),
    ]
