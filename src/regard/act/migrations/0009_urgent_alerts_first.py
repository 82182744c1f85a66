from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("act", "0008_handled_unseen"),
    ]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="urgency",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(level="critical", then=models.Value(0)),
                    models.When(level="warning", then=models.Value(1)),
                    models.When(level="opportunity", then=models.Value(2)),
                ),
                output_field=models.SmallIntegerField(),
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(("state__in", ["new", "seen"])),
                fields=["store", "urgency", "raised_at", "id"],
                name="open_alerts_by_urgency",
            ),
        ),
        migrations.RemoveIndex(model_name="alert", name="open_alerts_by_level"),
    ]
