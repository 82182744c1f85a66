from __future__ import annotations

from django.db import migrations

NOTE = """
    INSERT INTO listen_understanding (store_id, source, source_id, said_at, digest, language, feeling, emotions,
        intents, is_feeling_told, is_intent_told)
    SELECT store_id, 'tickets', id, opened_at, hashtextextended(subject, 0), '', '', '{}', '{}', false, false
    FROM desk_ticket WHERE subject <> ''
    ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    """What was asked before is understood as well, in the background."""

    dependencies = [("desk", "0001_initial"), ("listen", "0004_understanding")]
    operations = [migrations.RunSQL(NOTE, migrations.RunSQL.noop)]
