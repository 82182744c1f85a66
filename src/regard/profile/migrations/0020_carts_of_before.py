from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("profile", "0019_visits_by_time")]

    operations = [
        migrations.AddField(model_name="visit", name="taken_out", field=models.IntegerField(db_default=0)),
    ]
