from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("act", "0014_channel_accounts")]

    operations = [
        migrations.AddField(
            model_name="send",
            name="template_version",
            field=models.CharField(blank=True, db_default="", max_length=80),
        ),
    ]
