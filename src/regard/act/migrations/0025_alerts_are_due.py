"""By when alerts are to be handled. Of those raised before, only those have a time that is still to come: an upgrade
tells nobody of what waited long before it."""

import datetime as dt

from django.db import migrations, models
from django.db.models.functions import Coalesce

# As those that are raised from now on, see thresholds.CRITICAL_WITHIN.
FILL_IN = """
UPDATE act_alert SET due_at = raised_at + interval '4 hours'
WHERE level = 'critical' AND raised_at + interval '4 hours' > now()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("act", "0024_shorter_words_of_a_choice"),
    ]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="alert",
            name="escalated_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="alert",
            name="escalated_to",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.RunSQL(FILL_IN, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="alert",
            name="due_order",
            field=models.GeneratedField(
                db_persist=True,
                expression=Coalesce("due_at", models.Value(dt.datetime(9999, 12, 31, tzinfo=dt.UTC))),
                output_field=models.DateTimeField(),
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(("state__in", ["new", "seen"])),
                fields=["store", "due_order", "id"],
                name="open_alerts_by_due",
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(
                    ("due_at__isnull", False), ("escalated_at", None), ("state__in", ["new", "seen"])
                ),
                fields=["due_at"],
                name="alerts_to_escalate",
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(("escalated_at__isnull", False)),
                fields=["store", "escalated_at"],
                name="escalated_alerts",
            ),
        ),
    ]
