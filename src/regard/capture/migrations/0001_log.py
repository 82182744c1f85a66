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
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(LOG, "DROP TABLE capture_event; DROP SEQUENCE capture_event_id"),
    ]
