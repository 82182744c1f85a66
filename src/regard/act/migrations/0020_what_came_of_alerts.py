from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("act", "0019_rising_themes")]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="resolution",
            field=models.CharField(
                blank=True,
                choices=[
                    ("solved", "Solved for the customer"),
                    ("used", "Chance taken"),
                    ("passed_on", "Passed on"),
                    ("nothing_to_do", "Nothing to do"),
                    ("false_alarm", "False alarm"),
                ],
                db_default="",
                default="",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="alert",
            name="resolution_words",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(("state", "handled")),
                fields=["store", "kind", "handled_at", "resolution"],
                name="handled_alerts_by_kind",
            ),
        ),
    ]
