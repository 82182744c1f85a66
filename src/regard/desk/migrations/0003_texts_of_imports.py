from __future__ import annotations

from django.db import migrations

HISTORY = """
    UPDATE listen_understanding AS said SET history = true
    FROM desk_ticket AS ticket
    WHERE said.source = 'tickets' AND said.source_id = ticket.id AND ticket.history
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0002_texts_told_before"), ("listen", "0006_lessons_by_name")]
    operations = [migrations.RunSQL(HISTORY, migrations.RunSQL.noop)]
