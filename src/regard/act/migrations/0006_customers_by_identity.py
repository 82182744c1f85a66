from __future__ import annotations

from django.db import migrations, models

KNOWN = models.Q(("identity__isnull", False))


class Migration(migrations.Migration):
    dependencies = [
        ("act", "0005_whose_alerts_and_messages"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="alert", name="alerts_by_customer"),
        migrations.RemoveIndex(model_name="send", name="sends_by_customer"),
        migrations.RemoveField(model_name="alert", name="customer"),
        migrations.RemoveField(model_name="send", name="customer"),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=KNOWN, fields=["identity", "-raised_at", "-id"], name="alerts_by_identity"
            ),
        ),
        migrations.AddIndex(
            model_name="alertoccurrence",
            index=models.Index(condition=KNOWN, fields=["identity"], name="occurrences_by_identity"),
        ),
        migrations.AddIndex(
            model_name="send",
            index=models.Index(condition=KNOWN, fields=["identity"], name="sends_by_identity"),
        ),
    ]
