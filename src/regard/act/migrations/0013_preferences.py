from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("act", "0012_when_messages_leave"),
        ("core", "0008_language_of_pages"),
        ("profile", "0020_carts_of_before"),
    ]

    operations = [
        migrations.AddField(
            model_name="sendingrules",
            name="topics",
            field=models.JSONField(default=list),
        ),
        migrations.CreateModel(
            name="ContactPreference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("refused_topics", models.JSONField(default=list)),
                ("wants_less", models.BooleanField(default=False)),
                ("told_at", models.DateTimeField()),
                (
                    "identity",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="profile.identity"
                    ),
                ),
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
        ),
    ]
