from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

PURPOSES = [("team", "For the team"), ("transactional", "Owed to the customer"), ("marketing", "Marketing")]
STATES = [
    ("queued", "Queued"), ("sending", "Being sent"), ("sent", "Sent"), ("failed", "Failed"),
    ("cancelled", "Cancelled"), ("suppressed", "Suppressed"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("act", "0003_digests"),
        ("profile", "0002_people_and_parcels"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="send", name="sends_due"),
        migrations.RemoveIndex(model_name="send", name="sends_sent"),
        migrations.AddField(
            model_name="send",
            name="purpose",
            field=models.CharField(choices=PURPOSES, max_length=13, default="team"),
            preserve_default=False,
        ),
        # What did not go to the team was owed: there was no marketing before.
        migrations.RunSQL(
            "UPDATE act_send SET purpose = 'transactional' WHERE NOT to_team",
            "UPDATE act_send SET to_team = purpose = 'team'",
        ),
        migrations.RemoveField(model_name="send", name="to_team"),
        migrations.AddField(
            model_name="send",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="profile.customer",
            ),
        ),
        migrations.AlterField(
            model_name="send",
            name="state",
            field=models.CharField(choices=STATES, default="queued", max_length=10),
        ),
        migrations.AddIndex(
            model_name="send",
            index=models.Index(
                condition=Q(("state", "queued")),
                fields=["store", "purpose", "due_at", "id"],
                name="sends_due",
            ),
        ),
        migrations.AddIndex(
            model_name="send",
            index=models.Index(
                condition=Q(("sent_at__isnull", False)),
                fields=["store", "purpose", "sent_at"],
                name="sends_sent",
            ),
        ),
        migrations.AddIndex(
            model_name="send",
            index=models.Index(
                condition=Q(("customer__isnull", False)),
                fields=["store", "customer"],
                name="sends_by_customer",
            ),
        ),
    ]
