from __future__ import annotations

from django.db import migrations

NOTE = """
    INSERT INTO listen_understanding (store_id, source, source_id, said_at, digest, language, feeling, emotions,
        intents, is_feeling_told, is_intent_told)
    SELECT store_id, '{source}', id, said_at, hashtextextended(words, 0), '', '', '{{}}', '{{}}', false, false
    FROM ({rows}) AS text WHERE words <> ''
    ON CONFLICT DO NOTHING
"""
REVIEWS = """
    SELECT id, store_id, reviewed_at AS said_at,
        concat_ws(E'\\n', NULLIF(title, ''), NULLIF(body, '')) AS words
    FROM listen_review
"""
ANSWERS = "SELECT id, store_id, answered_at AS said_at, text AS words FROM listen_response"


class Migration(migrations.Migration):
    """What was said before is understood as well, in the background."""

    dependencies = [("listen", "0004_understanding")]
    operations = [
        migrations.RunSQL(NOTE.format(source="reviews", rows=REVIEWS), migrations.RunSQL.noop),
        migrations.RunSQL(NOTE.format(source="answers", rows=ANSWERS), migrations.RunSQL.noop),
    ]
