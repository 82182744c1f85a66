from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("act", "0006_customers_by_identity"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(("state__in", ["new", "seen"])),
                fields=["store", "level", "raised_at", "id"],
                name="open_alerts_by_level",
            ),
        ),
    ]
