from __future__ import annotations

from django.db import migrations

# Handling an alert that nobody had seen used to note both at once.
UNSEE = "UPDATE act_alert SET seen_at = NULL WHERE seen_at = handled_at"


class Migration(migrations.Migration):
    dependencies = [
        ("act", "0007_open_alerts_by_level"),
    ]

    operations = [migrations.RunSQL(UNSEE, migrations.RunSQL.noop)]
