from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("act", "0009_urgent_alerts_first"),
        ("core", "0007_brand_and_audit_filters"),
    ]

    operations = [
        migrations.CreateModel(
            name="SuppressedAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(max_length=20)),
                ("digest", models.CharField(max_length=64)),
                ("address", models.CharField(blank=True, max_length=320)),
                ("reason", models.TextField(blank=True)),
                ("suppressed_at", models.DateTimeField()),
                (
                    "store",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="core.store",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["store", "-suppressed_at", "-id"], name="suppressed_addresses_by_time"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("store", "digest", "channel"), name="suppressed_once")
                ],
            },
        ),
    ]
