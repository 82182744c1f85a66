from __future__ import annotations

import datetime as dt

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("act", "0011_overdue_tasks"),
        ("core", "0008_language_of_pages"),
    ]

    operations = [
        migrations.AddField(
            model_name="send",
            name="cleared_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="send",
            name="may_wait_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="send",
            name="opened_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="send",
            name="priority",
            field=models.PositiveSmallIntegerField(db_default=50, default=50),
        ),
        migrations.AddField(
            model_name="send",
            name="topic",
            field=models.CharField(blank=True, db_default="", max_length=40),
        ),
        migrations.AlterField(
            model_name="send",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("team", "For the team"),
                    ("transactional", "Owed to the customer"),
                    ("marketing", "Marketing"),
                    ("reply", "An answer to the customer"),
                ],
                max_length=13,
            ),
        ),
        migrations.CreateModel(
            name="SendingRules",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quiet_from", models.TimeField(default=dt.time(21, 0), verbose_name="quiet from")),
                ("quiet_until", models.TimeField(default=dt.time(8, 0), verbose_name="quiet until")),
                (
                    "weekly_cap",
                    models.PositiveSmallIntegerField(
                        default=3,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(50),
                        ],
                        verbose_name="marketing messages a week",
                    ),
                ),
                (
                    "store",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="core.store"
                    ),
                ),
            ],
        ),
    ]
