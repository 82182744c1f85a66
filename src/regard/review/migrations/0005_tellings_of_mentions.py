import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("review", "0004_open_mentions")]

    operations = [
        migrations.AddField(
            model_name="mention",
            name="told_by",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
        migrations.RunSQL("UPDATE review_mention SET told_by = ARRAY[event_id]", migrations.RunSQL.noop),
    ]
